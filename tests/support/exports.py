"""Turns to be exported, some of whose words are what strangers would write to break out of a text."""

from rag.contract.answers import AskOut, CopyOut, SourceOut
from rag.contract.conversations import TurnOut
from tests.support.shapes import FACT, Said, shaped

# What begins markup, an address or a mention in one reader or another.
HOSTILE = [
    "<script>alert(1)</script> <img src=x onerror=alert(1)> <!-- & &lt; &amp; &#60; --> <b>đậm</b>",
    "[bấm](javascript:alert(1)) ![ảnh](https://xau.example/a.png) [^1] [1]: https://xau.example [x][y]",
    "**đậm** __đậm__ *nghiêng* _nghiêng_ ~~gạch~~ `mã` ``mã`` $x$ a^b^ H~2~O {{< tệp >}} {% x %}",
    "| ô | ô | \\ \\| \\[x] https://xau.example www.xau.example mailto:x@xau.example @ai #12",
    "# tiêu đề",
    "- mục",
    "+ mục",
    "1. mục",
    "12) mục",
    "> trích",
    "=====",
    "---",
    "***",
    "~~~ mã",
    "```\nmã",
    "    mã",
    "\tmã",
    "a\n\n# b\n- c\n\n<hr>",
    "chữ \u202e đảo \u2066 ẩn \x00 \x1b[31m đỏ \ufffe",
]


def turn(out: AskOut, question: str = "Cầu?") -> TurnOut:
    return TurnOut(question=question, asked_at="2026-05-04T18:30:00.000000+00:00", answered=out)


def hostile_turn(words: str) -> TurnOut:
    """An answer all of whose parts are these words, as far as strangers write them."""
    out = shaped("list", Said("cau", words), Said("gia", f"Cầu. {words}"), short=None)
    for citation in out.answer.citations:
        for source in citation.sources:
            source.title = source.named = source.source = words
            source.url = "https://bao.example/tin?a=1&lt;=2&copy;=3"
    out.answer.note = words
    return turn(out, words)


def sourced(**changes: object) -> AskOut:
    """The fact with a first source that is changed so, at an address."""
    out = FACT.model_copy(deep=True)
    first: SourceOut = out.answer.citations[0].sources[0]
    given = {"url": "https://bao.example/cau", **changes}
    out.answer.citations[0].sources[0] = first.model_copy(update=given)
    return out


def copy_in(source: str) -> CopyOut:
    return CopyOut(article_id=source, title="Tin", url=None, source=source, published_at=None)
