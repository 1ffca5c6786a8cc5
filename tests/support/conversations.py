"""Turns and ratings that the tests of conversations keep."""

from datetime import UTC, datetime, timedelta

from rag.records.answers import Feedback
from rag.records.search import Turn
from rag.service.conversations import StoredTurn, timestamp

OWNER = "newsroom"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def kept(answer: str, conversation: str = "c", minute: int = 0, question: str = "Chợ họp lúc nào?") -> StoredTurn:
    turn = Turn(question, question, "vi", f"Trả lời {answer} [1].", False, ("Chợ họp từ bốn giờ.",))
    return StoredTurn(
        answer, OWNER, conversation, timestamp(NOON + timedelta(minutes=minute)), turn, f'{{"id": "{answer}"}}'
    )


def rating(answer: str, better: str | None = None) -> Feedback:
    return Feedback(answer, timestamp(NOON), "down" if better else "up", None, better)
