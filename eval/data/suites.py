"""What is asked of what: a suite as it is named on the command line -> its cases, and the articles to ask them of.

    own                 the project's questions, of the sample articles
    FILE.json           a SQuAD 1.1 or 2.0 file: passages become articles
    FILE.jsonl[.gz]     cases, whose articles `--articles` gives; or news articles, each with an abstract, which is
                        the question, and its own article the one right answer (known-item search)

A case of a list is judged by its answers and quotes, or by its nuggets and graded articles (`relevant`, `nuggets`:
the suite `broad`), or by the patterns of a right answer (`expect`, `has`, `lacks`: the suite `desk`). `--articles`
names JSON lines, a folder of pages, or `own` for the sample articles, each as often as is needed.

`FILE:N` takes the first N records of JSON lines. A file that cannot be used is `Refused`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path, PurePath
from typing import Literal

from pydantic import TypeAdapter

from eval.data import squad
from eval.data.conversations import Conversations, conversations
from eval.data.files import read_lines
from eval.data.lists import read_cases
from eval.data.squad import from_source, read_articles, read_squad, with_abstract
from eval.data.validate import SAMPLE, sample_articles, shipped_files
from eval.data.withheld import Trial, Withheld, trials_of
from eval.records import Case
from index.language.dates.calendar import today as today_in_vietnam
from index.language.detection import detect_language
from index.language.text import fold, tokens
from index.records import Draft, Raw
from index.storage.errors import Refused
from rag.cli.common import encodable
from rag.records.search import MAX_QUESTION

OWN = "own"


@dataclass(frozen=True, slots=True)
class Options:
    """How suites are asked, as `hoidap eval run --help` says. Files are named as they were given.

    `today` is the day that "last month" in a question counts from, ISO 8601.
    """

    articles: tuple[str, ...] = ()
    passages: str | None = None
    among: str | None = None
    withheld: Withheld = "none"
    bare: bool = False
    conversations: Conversations = "none"
    groups: Literal["all", "even", "odd"] = "all"
    limit: int | None = None
    answers: bool = True
    today: str | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions, and the articles that they are asked of, on a day. Without `answers`, passages only are asked for.

    `options` name that day; asked again under these, the suite is the same.
    """

    name: str
    given: str
    options: Options
    trials: tuple[Trial, ...]
    articles: tuple[Draft, ...]
    answers: bool
    today: date


_ANY = TypeAdapter(dict[str, object])


def read_suite(given: str, options: Options) -> Suite:
    """The suite under its options."""
    for name in (given, *options.articles, options.passages, options.among):
        if name and encodable(name) != name:
            raise Refused(f"the file name {encodable(name)} is not Unicode, and a run could not note it; rename it")
    cases, articles = _read(given, options)
    _check(given, cases, articles)
    cases = _chosen(cases, options)
    if not cases:
        raise Refused(f"{given} has no question left under --groups {options.groups}; take the others")
    name = suite_name(given)
    news = _news(options.among, {item.article.id for item in articles}) if options.among else []
    beside = sorted({source for item in news if (source := item.article.metadata.source)})
    trials, kept = trials_of(cases, articles, options.withheld, name, beside)
    if not (kept or news):
        raise Refused(f"{given}: every article of it is withheld; add some to search with --among")
    answers = options.answers and any(map(_judges_answers, cases))
    today = options.today or _newest(articles)
    return Suite(
        name,
        given,
        replace(options, today=today),
        tuple(trials),
        (*kept, *news),
        answers,
        date.fromisoformat(today),
    )


def suite_name(given: str) -> str:
    """What a suite is called in a run: `own`, or the file's name without its ending."""
    name = _place(given)[0].name
    return re.sub(r"[^\w.+-]", "-", re.sub(r"\.jsonl\.gz$|\.jsonl?$", "", name))


def _judges_answers(case: Case) -> bool:
    return bool(case.answers or case.quotes or case.nuggets or case.grades or case.patterns) or not case.answerable


# --- The forms -------------------------------------------------------------------------------------------


def _read(given: str, options: Options) -> tuple[list[Case], list[Draft]]:
    path, first = _place(given)
    is_lines = path.name.endswith((".jsonl", ".jsonl.gz"))
    is_news = is_lines and "question" not in next(read_lines(path, _ANY), {})
    if options.passages and path.suffix != ".json":
        raise Refused(f"{given} takes no --passages, which are for the questions of a SQuAD file; leave them out")
    if options.articles and (is_news or not is_lines):
        raise Refused(f"{given} takes no --articles, because it has its own; leave them out")
    if given == OWN:
        return [case for file in shipped_files() for case in read_cases(file)], _pages(SAMPLE)
    if path.suffix == ".json" and first is None:
        return _squad(path, Path(options.passages) if options.passages else path)
    if is_news:
        return _known_items(path, first)
    if is_lines:
        if not options.articles:
            raise Refused(f"{given} names articles and does not hold them; give their file with --articles")
        articles = [item for place in options.articles for item in _articles(place)]
        known = {item.article.id for item in articles}
        return [_known_by_name(case, known) for case in read_cases(path, first)], articles
    raise Refused(f"{given!r} is no suite; give `{OWN}`, a SQuAD file (.json), or a list (.jsonl, .jsonl.gz)")


def _articles(given: str) -> list[Draft]:
    """The articles of a place; those in JSON lines begin with their abstract, as a reader has them."""
    path, first = _place(given)
    if given == OWN or path.is_dir():
        return _pages(SAMPLE if given == OWN else path)
    return [with_abstract(item, abstract) for item, abstract in islice(read_articles(path), first)]


def _pages(folder: Path) -> list[Draft]:
    return [Draft(item, Raw(item.text, "text/plain", item.id)) for item in sample_articles(folder).values()]


def _known_by_name(case: Case, known: set[str]) -> Case:
    """The case with articles by their ids, where it names the files that they are pages of."""
    ids = (article if article in known else PurePath(article).stem for article in case.articles)
    return replace(case, articles=tuple(dict.fromkeys(ids)))


def _squad(questions: Path, passages: Path) -> tuple[list[Case], list[Draft]]:
    """The questions of one file on the passages of another, in which they have the same ids.

    The same words asked of several passages are one question, which each passage with an answer is right for.
    """
    drafts, there = read_squad(passages)
    asked = {case.id: case.question for case in read_squad(questions)[1]}
    missing = asked.keys() - {case.id for case in there}
    if missing:
        raise Refused(f"{passages} has no question {min(missing)!r}, as {questions} has; give the same questions")
    same: dict[str, list[squad.SquadQuestion]] = {}
    for case in there:
        if case.id in asked:
            same.setdefault(asked[case.id], []).append(case)
    language = detect_language(" ".join(asked.values()))
    return [_merged(question, cases, language) for question, cases in same.items()], drafts


def _merged(question: str, cases: Sequence[squad.SquadQuestion], language: str) -> Case:
    answers = tuple(dict.fromkeys(answer for case in cases for answer in case.answers))
    articles = tuple(dict.fromkeys(case.article_id for case in cases if case.answers))
    first = cases[0]
    return Case(first.id, question, language, "squad", str(first.group), answers, articles, answerable=bool(articles))


def _known_items(path: Path, first: int | None) -> tuple[list[Case], list[Draft]]:
    cases, drafts = [], []
    for item, abstract in islice(read_articles(path), first):
        drafts.append(item)
        if abstract:
            key = item.article.id
            cases.append(Case(key, abstract, detect_language(abstract), "known-item", key, (), (key,)))
    return cases, drafts


def _news(given: str, known: set[str]) -> list[Draft]:
    """The articles to hide the suite's own among, from one source, without those that the suite has itself."""
    path, first = _place(given)
    news = [from_source(item, suite_name(given)) for item, _ in islice(read_articles(path), first)]
    _distinct(given, [item.article.id for item in news])
    return [item for item in news if item.article.id not in known]


# --- Shared ----------------------------------------------------------------------------------------------


def _place(given: str) -> tuple[Path, int | None]:
    """The file, and how many of its records; a file whose own name ends in `:N` goes before."""
    head, colon, count = given.rpartition(":")
    if colon and count.isascii() and count.isdigit() and int(count) and not Path(given).exists():
        return Path(head), int(count)
    return Path(given), None


def _chosen(cases: Sequence[Case], options: Options) -> list[Case]:
    numbers = {group: number for number, group in enumerate(dict.fromkeys(case.group for case in cases))}
    wanted = {"all": (0, 1), "even": (0,), "odd": (1,)}[options.groups]
    chosen = [case for case in cases if numbers[case.group] % 2 in wanted]
    chosen = conversations(chosen, options.conversations)
    written = [replace(case, question=fold(case.question)) if options.bare else case for case in chosen]
    return written[: options.limit]


def _newest(articles: Sequence[Draft]) -> str:
    """The day of the newest article, on which a reader would ask about them; where none is dated, the present day."""
    days = [published[:10] for item in articles if (published := item.article.metadata.published_at)]
    return max(days, default=today_in_vietnam().isoformat())


def _check(given: str, cases: Sequence[Case], articles: Sequence[Draft]) -> None:
    if not cases:
        raise Refused(f"{given} holds no question; give a file with some")
    _distinct(given, [case.id for case in cases])
    known = {item.article.id for item in articles}
    _distinct(given, [item.article.id for item in articles])
    for case in cases:
        if not tokens(case.question) or len(case.question) > MAX_QUESTION:
            raise Refused(f"{given}: the question of {case.id!r} is blank or over {MAX_QUESTION:,} characters; mend it")
        if case.answerable and not (case.articles or case.answers or case.patterns):
            raise Refused(f'{given}: {case.id!r} names no article; name one, or write `"answerable": false`')
        if unknown := set(case.articles) - known:
            raise Refused(f"{given}: {case.id!r} names the article {min(unknown)!r}, which is not there; correct it")


def _distinct(given: str, ids: Sequence[str]) -> None:
    twice = next((key for key, count in Counter(ids).items() if count > 1), None)
    if twice is not None:
        raise Refused(f"{given}: the id {twice!r} stands there twice; make it one of a kind")
