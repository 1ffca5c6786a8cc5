"""The errors of `rag`.

AnsweringError
├── BadQuestion        the question cannot be taken as it is
└── SettingsError      a setting has a value that it may not have
"""


class AnsweringError(Exception):
    """Base of everything that `rag` raises on purpose. The message says the value and the mend."""


class BadQuestion(AnsweringError):
    """The question cannot be taken as it is."""


class SettingsError(AnsweringError):
    """A setting has a value that it may not have."""
