"""A question within a conversation: what was said before goes in, and the answer is kept."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from rag.contract.answers import AskOut, ask_out
from rag.errors import BadQuestion
from rag.question.followups import standalone
from rag.question.understanding import MAX_QUESTION, understand
from rag.records import Answered, Citation, Delta, Found, Request, Stage, Turn, Working, turn_of
from rag.service.conversations import Kept, timestamp
from rag.service.wiring import Service

Told = Stage | Found | Working | Delta | Citation | AskOut

# As many as are read of a conversation that is kept.
_TURNS = 6
# No answer of ours is longer; others may stand in what a client says was said.
_MAX_ANSWER = 10_000


def converse(
    service: Service, request: Request, owner: str, conversation_id: str | None
) -> Generator[Told, None, None]:
    """The answer as it is made. The last event is all of it, and is on the disk by then."""
    conversation = conversation_id or uuid4().hex
    history = tuple(service.conversations.history(owner, conversation, _TURNS)) if conversation_id else ()
    for event in service.answerer.events(replace(request, history=history)):
        if isinstance(event, Answered):
            out = ask_out(event, uuid4().hex, conversation)
            service.conversations.add(_kept(event, out, owner), continues=bool(history))
            yield out
        else:
            yield event


def recalled(service: Service, said: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
    """The last of the questions and answers that a client kept itself, understood again, oldest first.

    What an answer cited is known by its own words alone.
    """
    syllables, prompts = service.catalogue.snapshot.syllables, service.answerer.prompts
    abstentions = {prompts.text("abstain", language) for language in prompts.languages}
    turns: list[Turn] = []
    for question, answer in said[-_TURNS:]:
        try:
            query = standalone(understand(question[:MAX_QUESTION], syllables), turns)
        except BadQuestion:
            # Without a word it says nothing to what comes after.
            continue
        text = answer[:_MAX_ANSWER]
        abstained = text.strip() in abstentions
        cited = () if abstained else (text,)
        turns.append(Turn(query.text, query.understood, query.language, text, abstained, cited))
    return tuple(turns)


def _kept(answered: Answered, out: AskOut, owner: str) -> Kept:
    now = timestamp(datetime.now(UTC))
    return Kept(out.id, owner, out.conversation_id, now, turn_of(answered), out.model_dump_json())
