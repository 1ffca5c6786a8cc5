"""Proves question files right: `validate(files, articles)` -> problems, each with its file, line, value and mend.

A question file has one `Question` a line. Its articles are known by the ids that `sample_articles` gives them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

import index
from eval.data.files import parsed
from index.intake.files import Refusal, discover, folder_boilerplate, read_drafts
from index.language.sentences import sentences
from index.language.showing import shorten
from index.language.text import folded_tokens, nfc, tokens
from index.records import Article
from index.storage.errors import Refused

QUESTIONS = Path(__file__).parents[1] / "questions"
SAMPLE = Path(index.__file__).with_name("sample")
_PLAIN = ("factoid", "number", "date", "list", "why", "how", "comparison", "newest", "definition")
# Judged by nuggets and graded articles where they have them.
_BROAD = ("overview", "timeline", "archive")
_OTHERWISE = ("unaccented", "partly-accented", "teencode", "foreign", "follow-up", "false-premise", "unanswerable")
# The grade of an article that answers; the other one only touches the question.
_ANSWERS = 2
KINDS = frozenset(_PLAIN + _BROAD + _OTHERWISE)
# Two: what somebody says inside quotation marks may be parted by a full stop.
_QUOTED_SENTENCES = 2


class Quote(BaseModel):
    """Gold words and the article that they stand in."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    article_id: str
    text: str


class Statement(BaseModel):
    """A sentence of an article that states a nugget."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    article_id: str
    sentence: str


class Nugget(BaseModel):
    """One thing that a good answer says, and the sentences that state it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    text: str
    importance: Literal["vital", "okay"]
    sentences: tuple[Statement, ...]


class Question(BaseModel):
    """A line of a question file. Without answers, articles and quotes where `answerable` is false.

    A broad question has `relevant` articles, 2 where they answer and 1 where they touch it, and nuggets in their place;
    one about the archive has articles alone.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)
    question: str
    language: str = Field(pattern=r"^[a-z]{2}$")
    kind: str
    answers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    relevant: dict[str, Literal[1, 2]] = {}
    nuggets: tuple[Nugget, ...] = ()
    history: tuple[str, ...] = ()
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a line (from 1; 0 is the whole file), with the value and the mend."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Row:
    file: Path
    line: int
    question: Question

    def problem(self, message: str) -> Problem:
        return Problem(self.file, self.line, f"{self.question.id}: {message}")


def problems_in(paths: Sequence[Path]) -> list[str]:
    """The problems of question files about the sample, one a string; of all that are shipped where none is named."""
    texts = {known: article.text for known, article in sample_articles().items()}
    return [str(problem) for problem in validate(paths or shipped_files(), texts)]


def shipped_files() -> list[Path]:
    """The question files of this package."""
    return sorted(QUESTIONS.glob("*.jsonl"))


def sample_articles(folder: Path = SAMPLE) -> dict[str, Article]:
    """The sample articles as `hoidap ingest` takes them in, under ids that are the same wherever the folder lies.

    The id is the record's own in a .jsonl file, and the name of the file without its suffix for a page: the id that
    ingestion makes for a page without a URL depends on the folder. Refused where an article cannot be taken in.
    """
    files = list(discover([folder]))
    boilerplate = folder_boilerplate(files)
    articles: dict[str, Article] = {}
    for path in files:
        for item in read_drafts(path, boilerplate=boilerplate[path.parent]):
            if isinstance(item, Refusal):
                raise Refused(f"{item.origin}: {item.reason}")
            known = item.article.id if path.suffix == ".jsonl" else path.stem
            articles[known] = replace(item.article, id=known)
    return articles


def counts_by_kind(files: Sequence[Path]) -> dict[str, int]:
    """How many questions of each kind the files hold, lines that are wrong left out; most first, then by name."""
    rows = (item for path in files for item in _read(path) if isinstance(item, _Row))
    counts = Counter(row.question.kind for row in rows)
    return dict(sorted(counts.items(), key=lambda kind: (-kind[1], kind[0])))


def validate(files: Sequence[Path], articles: Mapping[str, str]) -> list[Problem]:
    """What is wrong in question files, in the order of the lines. `articles`: the stored text under each id."""
    problems: list[Problem] = []
    rows: list[_Row] = []
    for path in files:
        for item in _read(path):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                rows.append(item)
    for row in rows:
        gold = _broad(row.question, articles) if row.question.relevant else _gold(row.question)
        for check in (_form(row.question), gold, _words(row.question, articles)):
            problems.extend(map(row.problem, check))
    problems.extend(_repeats(rows))
    order = {path: place for place, path in enumerate(files)}
    return sorted(problems, key=lambda problem: (order[problem.file], problem.line))


def _read(path: Path) -> Iterator[_Row | Problem]:
    """The rows of a file, and a problem for each line that is of another form."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        yield Problem(path, 0, f"the file cannot be read ({error.strerror}); check its name and permissions")
        return
    if not any(map(bytes.strip, lines)):
        yield Problem(path, 0, "the file holds no question; write one JSON object a line")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _Row(path, number, parsed(line, _QUESTION, "the line"))
            except Refused as refusal:
                yield Problem(path, number, str(refusal))


def _form(row: Question) -> Iterator[str]:
    """What can be seen without the gold: kind, words, Unicode form."""
    if row.kind not in KINDS:
        yield f"the kind {shorten(row.kind)} is unknown; take one of {', '.join(sorted(KINDS))}"
    if row.kind == "follow-up" and not row.history:
        yield "a follow-up without history; write the questions before it, or give it another kind"
    for asked in (row.question, *row.history):
        if not tokens(asked):
            yield f"the question {shorten(asked)} holds no word; write what is asked"
    for text in (row.question, *row.history, *row.answers, *(quote.text for quote in row.quotes)):
        if text != nfc(text).strip():
            yield f"{shorten(text)} is not in NFC, or has white space around it; write it in NFC and trimmed"


def _gold(row: Question) -> Iterator[str]:
    """Whether answers, articles and quotes are there when something can be answered, and only then."""
    for name, values in (("answers", row.answers), ("articles", row.articles), ("quotes", row.quotes)):
        if row.answerable and not values:
            yield f"`{name}` is empty; give what is right, or set `answerable` to false"
        if not row.answerable and values:
            yield f"`{name}` has {len(values)} of an unanswerable question; empty it, or set `answerable` to true"
        if len(set(values)) < len(values):
            yield f"`{name}` says something twice; leave each once"
    if row.nuggets:
        yield "nuggets of a question without `relevant` articles; grade the articles that state them"
    if row.kind == "unanswerable" and row.answerable:
        yield "the kind is 'unanswerable' and `answerable` is true; change one of them"
    if row.kind == "comparison" and len(row.articles) == 1:
        yield f"a comparison of the one article {row.articles[0]!r}; name the others, or give it another kind"
    if not all(map(tokens, row.answers)):
        yield "an answer without a word or number; write it out or leave it away"


def _broad(row: Question, articles: Mapping[str, str]) -> Iterator[str]:
    """Whether articles are graded and nuggets say what answers; a question about the archive has no nuggets."""
    if row.answers or row.articles or row.quotes:
        yield "`relevant` stands beside answers, articles or quotes; leave one or the other away"
    if not row.answerable:
        yield f"`relevant` has {len(row.relevant)} articles of an unanswerable question; empty it"
    if unknown := sorted(row.relevant.keys() - articles.keys()):
        yield f"the article {unknown[0]!r} does not exist; take an id of the corpus"
    if row.kind != "archive":
        yield from _nuggets(row, articles)
    elif row.nuggets:
        yield "nuggets of a question about the archive, whose answer is articles; leave them away"


def _nuggets(row: Question, articles: Mapping[str, str]) -> Iterator[str]:
    """Whether the nuggets stand in relevant articles, word for word, and each article that answers states one."""
    if all(nugget.importance != "vital" for nugget in row.nuggets):
        yield "no nugget is vital; write what a good answer has to say"
    for nugget in row.nuggets:
        if not nugget.sentences:
            yield f"no sentence states {shorten(nugget.text)}; copy all that do"
    stated = [quote for nugget in row.nuggets for quote in nugget.sentences]
    for quote in stated:
        text = articles.get(quote.article_id, "")
        if quote.sentence not in {text[start:end] for start, end in sentences(text)}:
            yield f"{shorten(quote.sentence)} is no sentence of {quote.article_id!r}; copy the stored words"
    said = {quote.article_id for quote in stated}
    for article_id in sorted(said - row.relevant.keys()):
        yield f"the article {article_id!r} states a nugget and is not in `relevant`; grade it"
    for article_id in sorted({known for known, grade in row.relevant.items() if grade == _ANSWERS} - said):
        yield f"nothing of {article_id!r}, which answers, states a nugget; add one, or grade it lower"


def _words(row: Question, articles: Mapping[str, str]) -> Iterator[str]:
    """Whether the quotes stand in their articles, and the answer in the quotes."""
    for article_id in row.articles:
        if article_id not in articles:
            yield f"the article {article_id!r} does not exist; take an id of the corpus"
        elif all(quote.article_id != article_id for quote in row.quotes):
            yield f"nothing is quoted from the gold article {article_id!r}; quote its words, or leave it away"
    for quote in row.quotes:
        if quote.article_id not in row.articles:
            yield f"the quoted article {quote.article_id!r} is not in `articles`; add it there"
        if quote.article_id in articles and quote.text not in articles[quote.article_id]:
            yield f"the quote {shorten(quote.text)} does not stand in {quote.article_id!r}; copy the stored words"
        if not 0 < len(sentences(quote.text)) <= _QUOTED_SENTENCES:
            yield f"the quote {shorten(quote.text)} is empty or too long; quote the sentence that the answer rests on"
    if row.answers and row.quotes and not _supported(row):
        yield f"no answer of {shorten(list(row.answers))} stands in the quotes; add one as it is written there"


def _supported(row: Question) -> bool:
    """Whether an answer stands in a quote, case aside; of a comparison, which no article says whole, its numbers."""
    quoted = [quote.text.lower() for quote in row.quotes]
    if row.kind != "comparison":
        return any(answer.lower() in text for answer in row.answers for text in quoted)
    said = set(tokens("\n".join(quoted)))
    return any(said.issuperset(token for token in tokens(answer) if token[0].isdigit()) for answer in row.answers)


def _repeats(rows: Sequence[_Row]) -> Iterator[Problem]:
    """Ids that are taken, and questions that are another's but for accents, case and punctuation."""
    ids: dict[str, _Row] = {}
    asked: dict[tuple[tuple[str, ...], ...], _Row] = {}
    for row in rows:
        first = ids.setdefault(row.question.id, row)
        if first is not row:
            yield row.problem(f"the id is taken at {first.file}:{first.line}; give it another")
        texts = (*row.question.history, row.question.question)
        first = asked.setdefault(tuple(tuple(folded_tokens(nfc(text))) for text in texts), row)
        if first is not row:
            same = f"{shorten(row.question.question)} asks the same as {first.question.id} at {first.file}:{first.line}"
            yield row.problem(f"{same}; leave one away")


_QUESTION = TypeAdapter(Question)
