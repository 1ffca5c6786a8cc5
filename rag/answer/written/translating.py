"""Cited words translated by a language model, for readers of another language.

cited words -> one message -> lines with numbers -> supported by their original, or left out
"""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from index.derived.terms import Idf
from index.language.detection import detect_language
from index.language.sentences import sentences
from prompts import Prompts
from rag.answer.checking.support import SupportChecker
from rag.answer.quoting import passage_of
from rag.answer.written.generator import LANGUAGES
from rag.errors import ModelFailed
from rag.models.protocol import LanguageModel
from rag.records.answers import Answer, Citation, Drafted, EventsOf, Source, Translation, Working
from rag.records.search import ChatMessage

# Cited words that are translated at most, and of one of them so many characters.
_MOST, _LONGEST = 16, 1500
_LINE = re.compile(r"\[(\d{1,2})\]\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class Translator:
    """Puts a translation beside what an answer cites in another language than its reader's."""

    model: LanguageModel
    prompts: Prompts
    checker: SupportChecker
    max_tokens: int

    def translated(self, answer: Answer, language: str, idf: Idf) -> EventsOf[Answer]:
        """The answer with the translations into a language (ISO 639-1) that hold, `Working` as long as it takes.

        The same answer where nothing is to be translated, or the model fails: the original is there to be read.
        """
        foreign = {
            source.cited_text: source
            for citation in answer.citations
            for source in citation.sources
            if len(source.cited_text) <= _LONGEST and detect_language(source.cited_text) != language
        }
        wanted = list(foreign.values())[:_MOST]
        if not wanted or language not in LANGUAGES:
            return answer
        try:
            written = yield from self._written([source.cited_text for source in wanted], language)
        except ModelFailed:
            return answer
        found = filter(None, (_LINE.fullmatch(line.strip()) for line in written.splitlines()))
        lines = {line[1]: line[2] for line in found}
        held = {
            source.cited_text: Translation(language, text)
            for number, source in enumerate(wanted, start=1)
            if (text := lines.get(str(number))) and self._holds(text, source, language, idf)
        }
        return replace(answer, citations=tuple(_beside(citation, held) for citation in answer.citations))

    def _written(self, texts: Sequence[str], language: str) -> EventsOf[str]:
        data = {"texts": [{"number": number, "text": text} for number, text in enumerate(texts, start=1)]}
        task = self.prompts.text("translate", language).replace("{language}", LANGUAGES[language])
        messages = [ChatMessage("system", task), ChatMessage("user", json.dumps(data, ensure_ascii=False))]
        written = ""
        with closing(self.model.stream(messages, self.max_tokens)) as pieces:
            for piece in pieces:
                written += piece
                yield Working()
        return written

    def _holds(self, text: str, source: Source, language: str, idf: Idf) -> bool:
        """Whether each sentence of a translation is in that language and says what the original does."""
        passage = passage_of(source)
        said = [text[start:end] for start, end in sentences(text)]
        return detect_language(text) == language and all(
            self.checker.check(Drafted(sentence, (1,)), [passage], idf).quotes for sentence in said
        )


def _beside(citation: Citation, translations: Mapping[str, Translation]) -> Citation:
    sources = (replace(one, translation=translations.get(one.cited_text)) for one in citation.sources)
    return replace(citation, sources=tuple(sources))
