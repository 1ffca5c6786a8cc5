"""The errors of `rag`.

AnsweringError
├── BackupError        (in rag.backup.writing) a backup cannot be written or taken back as asked
├── BadQuestion        the question cannot be taken as it is
├── ModelFailed        a language model gave no answer, or broke off
├── ServerStops        the server is told to stop, and breaks off what takes longer
├── ServiceError       a service that is asked over HTTP refused, or cannot be reached
└── SettingsError      a setting has a value that it may not have
"""


class AnsweringError(Exception):
    """Base of everything that `rag` raises on purpose. The message says the value and the mend."""


class BadQuestion(AnsweringError):
    """The question cannot be taken as it is; `kind` is a name in `rag.contract.problems.KINDS`."""

    def __init__(self, detail: str, kind: str) -> None:
        super().__init__(detail)
        self.kind = kind


class ModelFailed(AnsweringError):
    """A language model gave no answer, or broke off."""


class ServerStops(AnsweringError):
    """The server is told to stop, and breaks off what takes longer."""


class ServiceError(AnsweringError):
    """A service that is asked over HTTP refused, or cannot be reached: then `status` is None.

    `kind` is a name in `rag.contract.problems.KINDS`, empty where the service gave none. `retry_after` is how many
    seconds to wait before the next try, where it said so.
    """

    def __init__(self, status: int | None, detail: str, retry_after: float | None = None, kind: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.retry_after = retry_after
        self.kind = kind


class SettingsError(AnsweringError):
    """A setting has a value that it may not have."""
