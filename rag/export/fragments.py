"""Links to words on a page, after the text fragments of the WICG (https://wicg.github.io/scroll-to-text-fragment/)."""

from urllib.parse import quote

from rag.contract.showing import one_line, web_address

_LONGEST = 300  # characters of a text that is looked for as it is; of a longer one, or of several lines, both ends
_WORDS = 6
_DIRECTIVE = ":~:"


def words_address(url: str | None, words: str) -> str | None:
    """The address of `words` on the page at `url`; None where that is no page of the web."""
    page = web_address(url)
    if page is None or not one_line(words):
        return None
    before, _, _ = page.partition(_DIRECTIVE)
    return f"{before}{'' if '#' in before else '#'}{_DIRECTIVE}text={_sought(words)}"


def _sought(words: str) -> str:
    lines = [line for line in map(one_line, words.splitlines()) if line]
    if len(lines) == 1 and len(lines[0]) <= _LONGEST:
        return _encoded(lines[0])
    # A text that is looked for lies within one paragraph of the page, as each of its ends does here.
    first, last = lines[0].split(" "), lines[-1].split(" ")
    if len(lines) == 1 and len(first) <= 2 * _WORDS:
        return _encoded(lines[0])
    return f"{_encoded(' '.join(first[:_WORDS]))},{_encoded(' '.join(last[-_WORDS:]))}"


def _encoded(words: str) -> str:
    """Percent-encoded, the dash too, which would part a prefix or suffix off."""
    return quote(words, safe="").replace("-", "%2D")
