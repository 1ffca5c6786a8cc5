"""`hoidap eval feedback`: answers that readers rated -> a list of questions that `eval.data.suites` reads.

What a reader said is gold, and nothing is guessed from it:

up              the cited articles are relevant, and their cited words are what an answer should rest on
up, abstained   nothing there answers the question
`better`        that is the right answer; with a thumb down, the articles that say so are unknown, and none is gold

Without `better` a case has no gold answer: other words than those that were approved can be as right.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from pydantic import BaseModel, TypeAdapter, ValidationError

from eval.records import Case, GoldQuote
from index.language.text import nfc, tokens
from index.storage.errors import Refused
from rag.cli.common import encodable, say, settings_of
from rag.records.answers import Answer, Feedback, turn_of
from rag.records.search import Turn
from rag.service.conversations import FILE, Conversations, opened_conversations
from rag.service.data_folder import where
from rag.topics.briefing_store import BriefingStore
from rag.topics.desk import opened_desk

KIND = "feedback"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rated answer that makes no case, because nothing is known to be right."""

    answer_id: str
    reason: str


class _Citation(BaseModel):
    sources: tuple["_Source", ...]


class _Source(BaseModel):
    article_id: str
    cited_text: str


class _Answer(BaseModel):
    citations: tuple[_Citation, ...]


class _Record(BaseModel):
    """What is read of the JSON that a client got."""

    answer: _Answer


_CASE = TypeAdapter(Case)


def exported(conversations: Conversations) -> Iterator[Case | LeftOut]:
    """What each rated answer comes to, oldest first."""
    for kept, given in conversations.rated():
        before = conversations.history(kept.owner, kept.conversation_id, before=kept.answer_id)
        yield _case(kept.turn, given, _cited(kept.record), tuple(nfc(turn.question) for turn in before))


def exported_overviews(issues: BriefingStore) -> Iterator[Case | LeftOut]:
    """What each rated overview of a briefing's issue comes to, as an answer to its topic's question."""
    for query, answer, given in issues.rated():
        yield _case(turn_of(query, answer), given, _quotes(answer), ())


@click.command()
@click.option(
    "-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The list to write (.jsonl)."
)
@click.pass_context
def feedback(context: click.Context, target: Path) -> None:
    """Write what readers thought as a list of questions, for `hoidap eval run FILE --articles ARTICLES`.

    An answer, or overview of a briefing, that is rated up gives its cited articles and words as gold; the better answer
    that a reader wrote is the gold answer. Those of which nothing is known to be right are left out, and counted.
    """
    if target.suffix != ".jsonl":
        raise click.BadParameter(f"{target} would not be read as a list; end its name in .jsonl", param_hint="-o")
    settings = settings_of(context)
    path = settings.data / FILE
    if settings.database is None and not path.exists():
        raise Refused(f"{path} is not there, so nobody has rated an answer; name the folder of the server with --data")
    with (
        opened_conversations(where(settings, "conversations")) as conversations,
        opened_desk(where(settings, "desk")) as desk,
    ):
        found = [*exported(conversations), *exported_overviews(BriefingStore(desk))]
    cases = [item for item in found if isinstance(item, Case)]
    for reason, count in Counter(item.reason for item in found if isinstance(item, LeftOut)).items():
        say(f"{count} left out: {reason}")
    if not cases:
        say("No rated answer makes a question; nothing was written")
        context.exit(1)
    _write(target, cases)
    say(f"{len(cases)} questions")
    click.echo(encodable(str(target)))


def _case(turn: Turn, given: Feedback, cited: tuple[GoldQuote, ...], history: tuple[str, ...]) -> Case | LeftOut:
    better = nfc(given.better or "").strip()
    answers = (better,) if tokens(better) else ()
    quotes = cited if given.rating == "up" and not turn.abstained else ()
    rightly_abstained = given.rating == "up" and turn.abstained and not answers
    if not (quotes or answers or rightly_abstained):
        return LeftOut(given.answer_id, _unknown(turn, given))
    articles = tuple(dict.fromkeys(quote.article_id for quote in quotes))
    return Case(
        id=given.answer_id,
        question=nfc(turn.question).strip(),
        language=turn.language,
        kind=KIND,
        group=articles[0] if articles else given.answer_id,
        answers=answers,
        articles=articles,
        quotes=quotes,
        history=history,
        answerable=not rightly_abstained,
    )


def _unknown(turn: Turn, given: Feedback) -> str:
    if given.rating == "up":
        return "rated up, but what it cited cannot be read from what was kept"
    if turn.abstained:
        return "abstained and rated down, and nobody wrote what the answer is"
    return "rated down, and nobody wrote what is right"


def _cited(record: str) -> tuple[GoldQuote, ...]:
    """The words that an answer cited, each once; none where the record is of another form."""
    try:
        return _quotes(_Record.model_validate_json(record).answer)
    except ValidationError:
        return ()


def _quotes(answer: _Answer | Answer) -> tuple[GoldQuote, ...]:
    sources = (source for citation in answer.citations for source in citation.sources)
    return tuple(dict.fromkeys(GoldQuote(source.article_id, nfc(source.cited_text)) for source in sources))


def _write(target: Path, cases: Iterable[Case]) -> None:
    """Replace the list whole. Questions are private: nobody but the owner may read it."""
    beside = target.with_name(f"{target.name}.tmp")
    beside.unlink(missing_ok=True)
    beside.touch(0o600, exist_ok=False)
    beside.write_bytes(b"".join(_CASE.dump_json(case) + b"\n" for case in cases))
    beside.replace(target)
