"""The errors of `rag`.

AnsweringError
├── BadQuestion        the question cannot be taken as it is
├── ModelFailed        a language model gave no answer, or broke off
└── SettingsError      a setting has a value that it may not have
"""


class AnsweringError(Exception):
    """Base of everything that `rag` raises on purpose. The message says the value and the mend."""


class BadQuestion(AnsweringError):
    """The question cannot be taken as it is."""


class ModelFailed(AnsweringError):
    """A language model gave no answer, or broke off."""


class SettingsError(AnsweringError):
    """A setting has a value that it may not have."""
