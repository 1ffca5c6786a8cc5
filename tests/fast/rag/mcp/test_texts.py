"""What an article says stays in quotations."""

import json

from hypothesis import given
from hypothesis import strategies as st

from rag.contract.articles import StoredArticle
from rag.mcp.results import ArticleExcerpt
from rag.mcp.texts import text_of_reading

_PARTICULARS = st.text(min_size=1, max_size=60)


@given(st.text(min_size=1), _PARTICULARS, _PARTICULARS)
def test_no_article_can_end_its_quotation(text: str, title: str, source: str) -> None:
    stored = StoredArticle(
        id="a", title=title, text=text, url=None, source=source, published_at=None, language=None, captions=[]
    )
    shown = text_of_reading(ArticleExcerpt.of(stored, "notice", 0, None, len(text))).splitlines()

    assert all(line.startswith("> ") for line in shown[3:])
    assert "".join(line[2:] for line in shown[3:]) == "".join(text.splitlines())
    particulars, _, rest = shown[2].rpartition(", characters ")
    assert rest == f"0-{len(text)} of {len(text)}; the end"
    strings = [" ".join(particular.split()) for particular in (title, source)]
    assert particulars == " · ".join(json.dumps(string, ensure_ascii=False) for string in strings)
