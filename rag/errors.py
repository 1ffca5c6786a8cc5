"""The errors of `rag`.

AnsweringError
├── BadQuestion        the question cannot be taken as it is
├── ModelFailed        a language model gave no answer, or broke off
├── ServerStops        the server is told to stop, and breaks off what takes longer
└── SettingsError      a setting has a value that it may not have
"""


class AnsweringError(Exception):
    """Base of everything that `rag` raises on purpose. The message says the value and the mend."""


class BadQuestion(AnsweringError):
    """The question cannot be taken as it is."""


class ModelFailed(AnsweringError):
    """A language model gave no answer, or broke off."""


class ServerStops(AnsweringError):
    """The server is told to stop, and breaks off what takes longer."""


class SettingsError(AnsweringError):
    """A setting has a value that it may not have."""
