"""Follow-up questions rewritten by a language model, so that each can be searched and answered alone.

A rewriting with a word that the conversation has not, or without a name or figure of the question, is discarded: then
the question goes with its context, as `rag.question.followups` makes it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.language.quantities import capitalised
from index.language.text import folded_tokens
from prompts import Prompts
from rag.errors import ModelFailed
from rag.injection.detector import is_forged
from rag.models.protocol import LanguageModel
from rag.question.followups import in_context
from rag.records.search import ChatMessage, Query, Turn

_MAX_TOKENS = 120
_MAX_CHARACTERS = 300
# Turns that the model reads.
_TURNS = 3
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ModelRewriter:
    """A `rag.answering.Rewriter` over a language model, with the prompt `rewrite`."""

    model: LanguageModel
    prompts: Prompts

    def rewrite(self, query: Query, history: Sequence[Turn]) -> Query:
        """The query with `understood` rewritten to stand alone, by rules if the model fails; `history` oldest first."""
        by_rules = in_context(query, history)
        if not history:
            return by_rules
        try:
            written = "".join(self.model.stream(self._messages(query, history), _MAX_TOKENS)).strip()
        except ModelFailed:
            return by_rules
        return replace(by_rules, understood=written, context="") if is_rewriting(written, query, history) else by_rules

    def _messages(self, query: Query, history: Sequence[Turn]) -> list[ChatMessage]:
        data = {
            "history": [
                {"question": turn.understood, "answer": "" if turn.abstained else turn.answer}
                for turn in history[-_TURNS:]
            ],
            "question": query.understood,
        }
        task = self.prompts.text("rewrite", query.language)
        return [ChatMessage("system", task), ChatMessage("user", json.dumps(data, ensure_ascii=False))]


def is_rewriting(written: str, query: Query, history: Sequence[Turn]) -> bool:
    """Whether a rewriting keeps the question's names and figures, and has only words of question and history."""
    if not written or len(written) > _MAX_CHARACTERS or "\n" in written or is_forged(written):
        return False
    known = set(folded_tokens(query.understood))
    for turn in history:
        known.update(folded_tokens(f"{turn.understood} {turn.answer}"))
    words = set(folded_tokens(written))
    # Behind its first word, a capital makes a name.
    asked = capitalised(query.understood.partition(" ")[2]) | set(_DIGITS.findall(query.understood))
    return asked <= words <= known
