"""Letters as HTML and as plain text. What articles say is escaped, on one line, and without invisible characters."""

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from index.language.text import one_line
from rag.delivery.letter import Letter, web_link
from rag.delivery.words import ALL, words


def _shown(value: object) -> object:
    """What an expression of a template gives, before it is escaped."""
    return one_line(value) if isinstance(value, str) else value


_TEMPLATES = Environment(
    loader=PackageLoader("rag.delivery"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["web_link"] = web_link


def as_html(letter: Letter, home: str, leave: str) -> str:
    """A letter as a page for mail programs; `home` is the service's address, `leave` that to unsubscribe at."""
    return _TEMPLATES.get_template("letter.html").render(
        letter=letter, words=words(letter.language), home=home.rstrip("/"), leave=leave
    )


def as_text(letter: Letter, home: str, leave: str) -> str:
    """A letter as plain text."""
    return _TEMPLATES.get_template("letter.txt").render(
        letter=letter, words=words(letter.language), home=home.rstrip("/"), leave=leave
    )


def leaving_page(name: str | None, language: str, *, left: bool) -> str:
    """The page that asks whether to leave the briefing of this name, or says that it is `left`; None: there is none."""
    spoken = sorted(ALL.values(), key=lambda each: each is not words(language))
    return _TEMPLATES.get_template("leaving.html").render(name=name, spoken=spoken, left=left)
