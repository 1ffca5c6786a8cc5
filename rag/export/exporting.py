"""A turn as a file to take along."""

from index.language.text import fold
from rag.contract.conversations import Exported, ExportForm, ExportLanguage, TurnOut
from rag.export.document import document_of
from rag.export.markdown import markdown
from rag.export.word import word
from rag.export.words import WORDS

_LONGEST_NAME = 60


def exported(turn: TurnOut, form: ExportForm, language: ExportLanguage) -> Exported:
    """The answer of a turn in a form, with what the service says itself in a language; named by its question."""
    document = document_of(turn, WORDS[language])
    data = markdown(document).encode() if form == "md" else word(document)
    return Exported(f"{_named(document.question)}.{form}", data)


def _named(question: str) -> str:
    """A question as a file's name: letters, figures and dashes of ASCII, whatever it holds."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in fold(question))
    return "-".join(letters.split())[:_LONGEST_NAME].strip("-") or "hoi-dap"
