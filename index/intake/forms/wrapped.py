"""Lines that a program broke at a fixed width -> paragraphs."""

import re
from collections.abc import Iterable

from index.intake.extract.tidy import tidy_line

# Lines of a text that was broken are about as long as the longest of them, which is between these.
_NARROWEST, _WIDEST = 50, 100
_ITEM = re.compile(r"\s*(?:[-*•+–]\s|\(?\d{1,2}[.)]\s)")


def unwrapped(lines: Iterable[str], *, flowed: bool = False) -> list[str]:
    """The paragraphs of `lines`: a blank line ends one, and a line that had room for the next one's first word.

    `flowed` says that a space at the end of a line goes on, and nothing else does (RFC 3676).
    """
    found: list[list[str]] = [[]]
    kept = [line.rstrip("\r\n") for line in lines]
    width = max((len(line) for line in kept if len(line) <= _WIDEST), default=0)
    for line in kept:
        if not line.strip():
            found.append([])
            continue
        above = found[-1][-1] if found[-1] else None
        if above is not None and not (above.endswith(" ") if flowed else _goes_on(above, line, width)):
            found.append([])
        found[-1].append(line)
    return [paragraph for group in found if (paragraph := tidy_line(" ".join(group)))]


def _goes_on(above: str, line: str, width: int) -> bool:
    if _ITEM.match(line) or len(above) > _WIDEST or width < _NARROWEST:
        return False
    return len(above.rstrip()) + 1 + len(line.split(maxsplit=1)[0]) > width or line.lstrip()[:1].islower()
