"""Text that was decoded, but is not text -> the text that was written, or a refusal.

    units (lines, or blocks of a page) -> UTF-8 encoded again undone -> legacy encodings converted
          -> what stays unreadable refused

All that is taken in passes here, whatever its label said: a page is looked at as a tree, so that entities count as the
letters they are, and the strings of a record together.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from index.intake.extract.double_utf8 import undo_utf8
from index.intake.extract.legacy import convert_legacy
from index.intake.extract.tidy import hold_joiners, windows_letters
from index.language.words import word_set
from index.storage.errors import Refused

_TIMES_ENCODED = 3
# Elements inside a paragraph; any other begins a new one.
_INLINE = word_set("a abbr b big cite code em font i ins label mark nobr q s small span strike strong sub sup tt u")
_CODE = frozenset({"script", "style"})
_SPOKEN = ("content", "title", "alt")
_ESCAPED = re.compile(r"\\u00([89a-fA-F][0-9a-fA-F])")
# A word that shows what it lost: a replacement character, a question mark before letters, a sign between them.
_LOST = re.compile(r"\ufffd|^\?+[^\W\d_]|[^\W\d_](?:\?|[¡-©«¬®-³µ¶¸¹»-¿])+[^\W\d_]")
_LONGEST_WORD = 40
_ENOUGH_LOST, _LOST_SHARE = 5, 0.2

_Place = tuple[str, Callable[[str], None]]


def mend(text: str) -> str:
    """`text` with what an encoding broke put right: TCVN3, VNI or windows-1258 read as windows-1252, or UTF-8 encoded
    two, three or four times. Good text stays as it is. Raises `Refused` where it cannot be put right."""
    return mend_all([text])[0]


def mend_all(texts: Sequence[str]) -> list[str]:
    """`mend` for the strings of one article, judged together: a title of three words proves little by itself."""
    lines = [text.split("\n") for text in texts]
    mended = iter(_mend_units([line for text in lines for line in text]))
    return ["\n".join(next(mended) for _ in text) for text in lines]


def mend_tree(tree: HtmlElement) -> None:
    """`mend` for the texts and the spoken attributes of a page, in their places. Raises `Refused`."""
    blocks = [block for block in _blocks(tree) if block]
    units = [windows_letters("\0".join(text for text, _ in block)) for block in blocks]
    for unit, block in zip(_mend_units(units), blocks, strict=True):
        for mended, (text, put) in zip(hold_joiners(unit).split("\0"), block, strict=True):
            if mended != text:
                put(mended)


def _blocks(tree: HtmlElement) -> Iterator[list[_Place]]:
    """The texts of each block with what puts others in their places, and each attribute by itself."""
    block: list[_Place] = []
    for event, element in iterwalk(tree, events=("start", "end", "comment", "pi")):
        if isinstance(element.tag, str) and element.tag not in _INLINE:
            yield block
            block = []
        if event == "start":
            for name in filter(element.get, _SPOKEN):
                yield [(element.get(name), partial(element.set, name))]
            if text := _shown_text(element):
                block.append((text, partial(setattr, element, "text")))
        elif element.tail:
            block.append((element.tail, partial(setattr, element, "tail")))
    yield block


def _shown_text(element: HtmlElement) -> str:
    """The text of an element: none for code, and for JSON-LD with its escaped letters as letters."""
    text = element.text or ""
    if element.tag not in _CODE:
        return text
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "ld+json" in element.get("type", "") else ""


def _mend_units(units: Sequence[str]) -> list[str]:
    mended = list(units)
    for _ in range(_TIMES_ENCODED):
        undone = undo_utf8(mended)
        if undone == mended:
            break
        mended = undone
    mended = convert_legacy(mended)
    _refuse_unreadable(mended)
    return mended


def _refuse_unreadable(units: Sequence[str]) -> None:
    words = [word for unit in units for word in unit.split()]
    lost = set(filter(_is_lost, set(words)))
    if len(lost) >= _ENOUGH_LOST and sum(word in lost for word in words) >= _LOST_SHARE * len(words):
        examples = ", ".join(sorted(lost)[:3])
        raise Refused(
            f"letters are lost or in an unknown encoding ({examples}); save it again as UTF-8 from its source"
        )


def _is_lost(word: str) -> bool:
    """Whether a word shows that it lost letters. Addresses and whole lines without spaces do not count."""
    return len(word) <= _LONGEST_WORD and "/" not in word and "=" not in word and _LOST.search(word) is not None
