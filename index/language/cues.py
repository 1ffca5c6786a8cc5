"""Patterns that hold for text with its diacritics, and for text that was typed without them."""

import re
from dataclasses import dataclass
from functools import cached_property

from index.language.text import fold, lower


@dataclass(frozen=True)
class Cue:
    """A pattern in small letters, without classes written in capitals (`\\W`), so that it can be folded."""

    pattern: str

    @cached_property
    def _exact(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _bare(self) -> re.Pattern[str]:
        return re.compile(fold(self.pattern).replace("(?p<", "(?P<"))

    def search(self, text: str, *, bare: bool) -> re.Match[str] | None:
        """The first match in the text."""
        return next(iter(self.readings(text, bare=bare)), None)

    def readings(self, text: str, *, bare: bool) -> list[re.Match[str]]:
        """The first match with diacritics, and the first without."""
        exact = self._exact.search(lower(text))
        folded = self._bare.search(fold(text)) if bare else None
        return [match for match in (exact, folded) if match]

    def finditer(self, text: str, *, bare: bool) -> list[re.Match[str]]:
        """All matches in the text."""
        found = list(self._exact.finditer(lower(text)))
        return found or (list(self._bare.finditer(fold(text))) if bare else [])
