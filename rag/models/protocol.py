"""What a language model is to those that use one."""

from collections.abc import Generator, Sequence
from typing import Protocol

from rag.records import ChatMessage


class LanguageModel(Protocol):
    """A model that goes on writing after messages."""

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> Generator[str, None, None]:
        """Pieces of text as they come, empty ones as a sign of life; closing the iterator stops the model.

        ModelFailed where it gives nothing, breaks off or is cut off.
        """
