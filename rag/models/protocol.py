"""The protocol of a language model."""

from collections.abc import Generator, Sequence
from typing import Protocol

from rag.records.search import ChatMessage


class LanguageModel(Protocol):
    """A chat model."""

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> Generator[str, None, None]:
        """Yield the reply in pieces, at most `max_tokens` tokens; empty pieces while there is nothing to show.

        Closing the iterator stops the model. ModelFailed where the reply is empty or incomplete.
        """
