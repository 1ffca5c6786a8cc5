"""The errors of `rag`.

AnsweringError
├── BackupError        (in rag.backup.archive) a backup cannot be written or taken back as asked
├── BadQuestion        the question is empty or too long, or asks for an unknown generator
├── ModelFailed        a language model gave no answer, or only part of one
├── NotKept            a topic or briefing cannot be kept as it is asked
├── ServerStops        the server is shutting down and interrupts what runs too long
├── ServiceError       another Hỏi Đáp server refused a request, or cannot be reached
└── SettingsError      a setting has an invalid value, or needs a package that is missing
"""


class AnsweringError(Exception):
    """Base of the errors of `rag`. The message says which value is wrong, why, and what to do."""


class BadQuestion(AnsweringError):
    """The question is empty or too long, or asks for an unknown generator.

    `kind` is a key of `rag.contract.problems.KINDS`.
    """

    def __init__(self, detail: str, kind: str) -> None:
        super().__init__(detail)
        self.kind = kind


class ModelFailed(AnsweringError):
    """A language model gave no answer, or only part of one."""


class NotKept(AnsweringError):
    """A topic or briefing cannot be kept as it is asked: its name, its question, its channels, or too many of them."""


class ServerStops(AnsweringError):
    """The server is shutting down and interrupts what runs too long."""


class ServiceError(AnsweringError):
    """Another Hỏi Đáp server refused a request, with an HTTP `status`, or cannot be reached: then `status` is None.

    `kind` is a key of `rag.contract.problems.KINDS`, empty if the response had none; `retry_after` is the seconds of
    its Retry-After header.
    """

    def __init__(self, status: int | None, detail: str, retry_after: float | None = None, kind: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.retry_after = retry_after
        self.kind = kind


class SettingsError(AnsweringError):
    """A setting has an invalid value, or needs a package that is missing."""
