"""Raised digits are written as superscripts: a footnote's mark behind a figure would make another figure of it."""

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(text: str) -> str:
    """`text` with its digits as superscripts."""
    return text.translate(_SUPERSCRIPTS)
