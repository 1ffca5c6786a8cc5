"""Greetings, thanks, what the service is, and what it cannot do: a short reply, and questions that it can answer."""

from collections import Counter

from index.language.countries import countries
from index.language.cues import Cue
from index.language.gazetteer import names_in
from index.language.text import has_marks, tokens
from index.records import Filters
from index.store.store import Store
from prompts import Prompts
from rag.question.courtesy import without_courtesy
from rag.question.shape import shape_asked
from rag.records.answers import Generated
from rag.records.search import Query

_THANKS = Cue(r"\b(?:cảm ơn|cám ơn|thanks?|спасибо)\b|谢谢|多谢|ありがとう")
# Asked of a language model: to write.
_OUT_OF_REACH = Cue(
    r"^(?:viết|soạn)\b[\w ]{0,20}\b(?:e-?mail|thư|thơ|văn|code)\b"
    r"|^write\b[\w ]{0,12}\b(?:e-?mail|letter|poem|essay|code)\b"
    r"|^напиши\b[\w ]{0,12}\b(?:письмо|стих)"
    r"|^写(?:一)?[封首篇]"
)
_QUESTIONS = 3
# Of so many of the newest articles the titles tell what news there is.
_TITLES = 200


def chatted(query: Query, filters: Filters, store: Store, prompts: Prompts, language: str) -> Generated:
    """A reply, and below it a line for each question, of the newest articles that pass the filters."""
    bare = not any(map(has_marks, tokens(query.text)))
    name = "chat"
    said_again = "revision" in (query.kind, shape_asked(query.text, answered=True))
    if said_again or _OUT_OF_REACH.search(without_courtesy(query.text), bare=bare):
        name = "chat-beyond"
    elif _THANKS.search(query.text, bare=bare):
        name = "chat-thanks"
    reply = prompts.filled(name, language, count=str(store.coverage(filters).articles))
    titles = [hit.metadata.title or "" for hit in store.openings(filters, _TITLES)]
    named = Counter(key for title in titles for key in {country.key for country in countries(title)})
    most = [names_in(language)[key] for key, _ in named.most_common(2)]
    asked = prompts.filled("chat-questions", language, **dict(zip(("country", "other"), most, strict=False)))
    lines = [reply, *(f"- {question}" for question in asked.splitlines()[:_QUESTIONS])]
    return Generated((), confidence=1.0, outcome="answered", kind="chat", lead="\n".join(lines))
