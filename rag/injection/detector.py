"""Detection of indirect prompt injection: sentences of an article that address a language model.

A sentence is examined as it is, with look-alike letters replaced, reversed, decoded, and without its spaces. Each form
is matched against weighted patterns (`rag.injection.signs`), in time linear in the sentence's length.
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from index.language.text import fold
from rag.injection.signs import (
    CJK,
    CUES,
    CYRILLIC,
    MARKUP,
    MARKUP_CUES,
    SIGNS,
    TOLD,
    TOLD_CJK,
    TURN,
    UNSPACED,
    UNSPACED_CJK,
    UNSPACED_CUES,
)

# A sentence is hostile from this many points on. No one sign has them all but what only attacks have.
_HOSTILE = 4
# Whoever encodes an order wants it unseen: fewer points are enough.
_HOSTILE_IF_ENCODED = 2
# Whoever tells of such orders is no attacker, unless a whole attack is there: so many points more.
_TOLD_POINTS = 3

# --- Letters -------------------------------------------------------------------------------------------

# What no reader sees (format characters, fillers, variation selectors), and marks that join with no letter.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20f0\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
# Tag characters are ASCII that no font shows. News has them in the flags of England, Scotland and Wales only.
_HIDDEN = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007e]{3}")
# Letters that look like Latin ones and have no compatibility mapping to them.
_LOOK = "авсԁеһіјкмнорԛѕтуѵԝхгпӏαβεηικνορτυχγɑɡıłøᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢօհոսց"
_LATIN = "abcdehijkmhopqstyvwxrnlabenikvoptuxyagiloabcdefghijklmnoprstuvwyzohnug"
_LOOKALIKES = str.maketrans(_LOOK, _LATIN)
_LOOKALIKE = re.compile(f"[{_LOOK}]")
_DIGIT_WITHIN = re.compile(r"[a-z][013457@$]+[a-z]")
_LEET = str.maketrans("013457@$", "oieastas")
# In Vietnamese "ai" is "who".
_ARTIFICIAL = re.compile(r"\b(?:AI|A\.I\b\.?)(?!\w)")
_MARK = re.compile(r"[^\w\s]+|\n")


def visible_text(text: str) -> str:
    """The text in NFKC without invisible characters."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def clause_words(text: str) -> str:
    """The lower-case words of a text, separated by single spaces; bars delimit clauses, the first and the last too."""
    text = _MARK.sub(" | ", _ARTIFICIAL.sub(" llm ", text)).lower().replace("_", " ")
    return f" | {' '.join(text.split())} | "


# --- Readings ------------------------------------------------------------------------------------------

# Shorter runs hold no order.
_MIN_RUN = 20
_BASE64 = re.compile(rf"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{{{_MIN_RUN},8000}}")
_HEX = re.compile(rf"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{{2}}){{{_MIN_RUN},4000}}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def addressed_to_model(sentence: str) -> bool:
    """Whether a sentence addresses a language model: an instruction, a forged chat turn, or active markup.

    Such sentences are neither quoted nor shown to a model. It is one layer of defence: of payloads that the patterns
    were not made on, about a third pass.
    """
    if _HIDDEN.search(sentence):
        return True
    text = visible_text(sentence)
    plain = fold(text.lower()).translate(_LOOKALIKES) if _LOOKALIKE.search(text.lower()) else text
    return (
        _hostile(text)
        or (plain is not text and _hostile(plain))
        or any(_hostile(decoded, _HOSTILE_IF_ENCODED) for decoded in _decoded(text))
    )


def _hostile(text: str, enough: int = _HOSTILE) -> bool:
    lowered = text.lower()
    if TURN.match(lowered) or (_any_in(MARKUP_CUES, lowered) and MARKUP.search(lowered)):
        return True
    words = clause_words(text)
    bare = fold(words)
    points = 0
    if _any_in(CUES, bare) or CYRILLIC.search(bare):
        points = sum(points for points, sign in SIGNS if sign.search(words))
    if points < enough and _joined(bare.replace(" ", "").replace("|", "")):
        points = enough
    return points >= enough and (points >= enough + _TOLD_POINTS or not (TOLD.search(words) or TOLD_CJK.search(words)))


def _joined(letters: str) -> bool:
    """Whether letters without spaces hold an instruction: spaced out, reversed, with digits for letters, or Chinese."""
    readings = [letters, letters[::-1]]
    if _DIGIT_WITHIN.search(letters):
        readings.append(letters.translate(_LEET))
    return any(_any_in(UNSPACED_CUES, reading) and UNSPACED.search(reading) for reading in readings) or (
        CJK.search(letters) is not None and UNSPACED_CJK.search(letters) is not None
    )


def _any_in(cues: Iterable[str], text: str) -> bool:
    return any(map(text.__contains__, cues))


def _decoded(text: str) -> Iterator[str]:
    unescaped = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), unquote(html.unescape(text)))
    if unescaped != text:
        yield unescaped
    if any(len(run) >= _MIN_RUN for run in text.split()):
        for found in _BASE64.finditer(text):
            yield from _from_base64(found[0])
        for found in _HEX.finditer(text):
            yield from _from_utf8(bytes.fromhex(found[0]))
    if text.isascii():
        yield codecs.encode(text, "rot13")


def _from_base64(run: str) -> Iterator[str]:
    run = run.replace("-", "+").replace("_", "/")
    try:
        yield from _from_utf8(base64.b64decode(run + "=" * (-len(run) % 4)))
    except binascii.Error:
        return


def _from_utf8(raw: bytes) -> Iterator[str]:
    try:
        yield raw.decode()
    except UnicodeDecodeError:
        return
