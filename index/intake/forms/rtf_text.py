"""RTF -> text, by striprtf, in a process of its own (see `isolated`)."""

from striprtf.striprtf import rtf_to_text

from index.storage.errors import Refused


def convert(data: bytes) -> str:
    """The text of an RTF source in UTF-8. Raises `Refused` where it is damaged."""
    try:
        return str(rtf_to_text(data.decode("utf-8"), errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, LookupError, OverflowError, TypeError) as error:
        raise Refused("the RTF document is damaged; open it in a word processor and save it again") from error
