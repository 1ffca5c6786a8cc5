"""The words the service itself says: templates by language, `prompts/<language>/<name>.txt`, and their one loader."""

from functools import cache
from importlib.resources import files

FALLBACK = "en"


@cache
def languages() -> frozenset[str]:
    """The languages that there are templates in, as ISO 639-1 codes."""
    return frozenset(entry.name for entry in files(__name__).iterdir() if entry.joinpath("abstain.txt").is_file())


@cache
def template(name: str, language: str) -> str:
    """A template in a language, or in English where that language has none. KeyError for an unknown name."""
    entry = files(__name__).joinpath(language if language in languages() else FALLBACK, f"{name}.txt")
    if not entry.is_file():
        raise KeyError(f"there is no template {name!r}")
    return entry.read_text(encoding="utf-8").strip()
