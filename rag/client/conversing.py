"""A question within a conversation: the turns before go in, and the answer is stored."""

import logging
from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from index.language.text import tokens
from index.storage.errors import StorageFull
from rag.client.protocol import AnswerEvent
from rag.contract.answers import AskOut, ask_out, event_out
from rag.contract.questions import READ_CHARACTERS, READ_EXCHANGES, AskBody, request_of
from rag.errors import BadQuestion
from rag.question.followups import in_context
from rag.question.understanding import understand
from rag.records.answers import Answered, Working, turn_of
from rag.records.search import MAX_QUESTION, Origin, Turn
from rag.service.conversations import StoredTurn, timestamp
from rag.service.wiring import Service

_log = logging.getLogger(__name__)

# Words of a question that hardly stands alone.
_SHORT = 6


def converse(service: Service, body: AskBody, owner: str) -> Generator[AnswerEvent, None, None]:
    """The answer as it is made; the last event is the whole of it, which is on the disk by then.

    Where the disk is full it says that it is not `kept`. Where the body brings a `history`, nothing is stored, and the
    answer names no conversation.
    """
    history: tuple[Turn, ...] = ()
    conversation = ""
    if body.history is not None:
        history = recalled(service, [(exchange.question, exchange.answer) for exchange in body.history])
    else:
        conversation = body.conversation_id or uuid4().hex
        if body.conversation_id:
            history = tuple(service.conversations.history(owner, conversation, READ_EXCHANGES))
    for event in service.answerer.events(request_of(body, service.settings.k, history)):
        match event:
            case Answered():
                out = ask_out(event, uuid4().hex, conversation)
                if body.history is None:
                    out.kept = _kept(service, event, out, owner, continues=bool(history), origin=body.origin)
                yield out
            case Working():
                yield event
            case _:
                yield event_out(event)


def recalled(service: Service, said: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
    """The last turns of a conversation that its client keeps, from pairs of question and answer, oldest first.

    Each question is understood again. Which words of articles an answer cited is not known: it stands for them itself.
    """
    syllables, prompts = service.catalogue.snapshot.syllables, service.answerer.prompts
    not_said = tuple(prompts.text(name, language) for name in ("abstain", "related") for language in prompts.languages)
    turns: list[Turn] = []
    for question, answer in said[-READ_EXCHANGES:]:
        try:
            query = in_context(understand(question[:MAX_QUESTION], syllables), turns)
        except BadQuestion:
            # Without a word it says nothing to what comes after.
            continue
        text = answer[:READ_CHARACTERS]
        abstained = text.strip().startswith(not_said)
        cited = () if abstained else (text,)
        # Whether it went on from the turn before is not searched for again: a short one did.
        understood = query.whole if len(tokens(query.understood)) <= _SHORT else query.understood
        turns.append(Turn(query.text, understood, query.language, text, abstained, cited))
    return tuple(turns)


def _kept(
    service: Service, answered: Answered, out: AskOut, owner: str, *, continues: bool, origin: Origin
) -> bool | None:
    """Store a turn: True; False where there is no room; None where its conversation was deleted meanwhile."""
    record = out.model_copy(update={"kept": True}).model_dump_json()
    now = timestamp(datetime.now(UTC))
    turn = StoredTurn(out.id, owner, out.conversation_id, now, turn_of(answered.query, answered.answer), record)
    try:
        return service.conversations.add(turn, continues=continues, origin=origin) or None
    except StorageFull as error:
        _log.warning("An answer was given and is not kept: %s", error)
        return False
