"""How much of what a good answer says is cited, and from the right articles.

Nuggets are those of question answering at TREC (Voorhees 2003, "Overview of the TREC 2003 Question Answering Track"):
things that a good answer says, each vital or okay. Here a nugget is found where a cited text holds most words of one
of the sentences that state it, so that no judge is needed. Only the first citations count: quoting everything is no
good answer.
"""

import re
from collections.abc import Sequence

from eval.records import GoldQuote, Nugget, Result
from index.language.text import nfc
from rag.records.answers import Answer

# So many citations of an answer are looked at.
LOOKED_AT = 8
# The share of a sentence's words that a cited text must hold to say the same.
SAME = 0.7


def nugget_scores(result: Result) -> dict[str, float]:
    """`nuggets_vital`, `nuggets`, `relevant_cited` and `articles_cited`; nothing where no article is graded.

    The first two are the shares found, 0 where nothing is cited. `relevant_cited` is the share of the articles cited
    that have a grade, and `articles_cited` how many there are: both missing where none is.
    """
    answer, gold = result.answer, result.gold
    if answer is None or not (gold.nuggets or gold.grades):
        return {}
    sources = [source for citation in answer.citations[:LOOKED_AT] for source in citation.sources]
    cited = [_words(source.cited_text) for source in sources]
    scores = {}
    if vital := [nugget for nugget in gold.nuggets if nugget.importance == "vital"]:
        scores["nuggets_vital"] = _found(vital, cited)
    if gold.nuggets:
        scores["nuggets"] = _found(gold.nuggets, cited)
    if articles := {*(source.article_id for source in sources), *_named(answer)}:
        scores["relevant_cited"] = len(articles & gold.grades.keys()) / len(articles)
        scores["articles_cited"] = len(articles)
    return scores


def _named(answer: Answer) -> list[str]:
    """The articles that the lines of the catalogue name, without a quotation."""
    return [item.article_id for item in answer.items[:LOOKED_AT] if item.article_id] if answer.kind == "archive" else []


def _found(nuggets: Sequence[Nugget], cited: Sequence[set[str]]) -> float:
    return sum(any(_says(words, said) for words in cited for said in one.sentences) for one in nuggets) / len(nuggets)


def _says(cited: set[str], quote: GoldQuote) -> bool:
    said = _words(quote.text)
    return len(cited & said) >= SAME * len(said) > 0


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", nfc(text).lower()))
