"""Templates: the service's own words, and its prompts to a language model, as `prompts/<language>/<name>.txt`.

A user's folder of the same layout overrides any of them. `{name}` is a placeholder. Evaluation runs record the SHA-256
of each template.
"""

import re
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

FALLBACK = "en"


class PromptError(ValueError):
    """A user's folder of templates cannot be used; the message says which file and why."""


class Prompts:
    """All templates, those of a user's folder before our own."""

    def __init__(self, folder: Path | None = None) -> None:
        """PromptError where `folder` holds a template of an unknown name, or one that cannot be read or filled."""
        self._texts = dict(_shipped())
        self.languages = frozenset(language for language, name in self._texts if name == "abstain")
        if folder is not None:
            self._texts |= self._overrides(folder)

    def text(self, name: str, language: str) -> str:
        """A template in a language, or in English where that language has none. KeyError for an unknown name."""
        found = self._texts.get((language, name)) or self._texts.get((FALLBACK, name))
        if found is None:
            raise KeyError(f"there is no template {name!r}")
        return found

    def filled(self, name: str, language: str, /, **values: str) -> str:
        """A template with its placeholders filled; its lines that hold one without a value are left out."""
        lines = self.text(name, language).splitlines()
        known = [line for line in lines if all(values.get(field) for field in _FIELD.findall(line))]
        return "\n".join(_FIELD.sub(lambda field: values[field[1]], line) for line in known)

    def spoken(self, language: str) -> str:
        """The language itself where there are templates in it, else English; ISO 639-1 codes."""
        return language if language in self.languages else FALLBACK

    def hashes(self) -> dict[str, str]:
        """The SHA-256 of every template, in hexadecimal, by its file name."""
        return {
            f"{language}/{name}.txt": sha256(text.encode()).hexdigest()
            for (language, name), text in sorted(self._texts.items())
        }

    def _overrides(self, folder: Path) -> dict[tuple[str, str], str]:
        if not folder.is_dir():
            raise PromptError(f"{folder} is no folder; name one with templates in it, such as vi/answer.txt")
        return {_key(file, folder): self._override(file, folder) for file in sorted(folder.rglob("*.txt"))}

    def _override(self, file: Path, folder: Path) -> str:
        ours = self._texts.get(_key(file, folder))
        if ours is None:
            raise PromptError(f"{file} replaces no template; those that can be replaced: {', '.join(self.hashes())}")
        try:
            text = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise PromptError(f"{file} cannot be read ({error}); it must be text in UTF-8") from error
        missing = [field for field in _FIELDS if field in ours and field not in text]
        if not text or missing:
            raise PromptError(f"{file} lacks {' and '.join(missing) or 'any text'}; put it in")
        return text


# What a template is filled with; one that replaces it must have a place for the same.
_FIELDS = (
    *("{date}", "{language}", "{none}", "{count}", "{day}", "{first}", "{last}", "{sources}", "{country}"),
    *("{titles}", "{shape}", "{name}", "{other}"),
)
_FIELD = re.compile(r"\{([a-z]+)\}")


def _key(file: Path, folder: Path) -> tuple[str, str]:
    return str(file.parent.relative_to(folder)), file.stem


@cache
def _shipped() -> dict[tuple[str, str], str]:
    return {
        (folder.name, Path(entry.name).stem): entry.read_text(encoding="utf-8").strip()
        for folder in files(__name__).iterdir()
        if folder.joinpath("abstain.txt").is_file()
        for entry in folder.iterdir()
        if entry.name.endswith(".txt")
    }
