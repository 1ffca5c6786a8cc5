"""Detection of forged structure: what poses, in an article, as more than an article's text.

A language model is given passages as data, between delimiters; a reader sees them as text. Chat templates, forged ends
of the data, markup that a browser would act on, and characters that no font shows would be taken for something else.
What a sentence says in plain words is not judged: orders in them are data like any other, and whatever a model writes
is checked against what it cites.
"""

import html
import re
import unicodedata

# What no reader sees (format characters, fillers, variation selectors), and marks that join with no letter.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20f0\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
# Tag characters are ASCII that no font shows. News has them in the flags of England, Scotland and Wales only.
# Letters that run backwards, are signs of mathematics, or have joiners or many blanks without width between them, are
# disguised.
_HIDDEN = re.compile(
    "(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007e]{3}|[\u202d\u202e]|[\U0001d400-\U0001d7ff]{3}"
    "|[^\\W\\d_][\u200c\u200d\u2060]|(?:\u200b[^\u200b]{1,2}){8}"
)
_ROLES = "system|assistant|user|instructions?|articles?|passages?|context|documents?|data|sources?"
_MARKUP = re.compile(
    r"<\|[a-z_ ]{2,30}\|>|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>"
    rf"|</?(?:{_ROLES}|untrusted|tool\w{{0,12}}|function\w{{0,12}}|think|script|img|svg|iframe|object|embed|form|meta|link"
    r"|style|a|base|body|input|video|button|details)\b(?:[^<>]{0,200}>|$)"
    rf"|\[/(?:{_ROLES})\]"
    r"|[*=#~_-]{3,20}\s{0,3}(?:hết|kết thúc|end|system)\b"
    r"|[\"']role[\"']\s{0,3}:\s{0,3}[\"']"
    r"|#{2,6}\s{0,3}(?:system|instructions?|assistant|user|human|response|hệ thống|chỉ thị|hướng dẫn)\b"
    r"|!\[[^\]\n]{0,200}\][(\[]|\]\(\s{0,3}(?:https?:|javascript:|data:|//|#)|\bjavascript:\S"
    r"|https?://\S{1,300}\.(?:png|gif|jpe?g|svg|webp)\b|\bdata:[a-z]{2,12}/[a-z+.-]{2,20}[;,]|\bon(?:error|load|click|toggle|mouseover)\s{0,3}="
)
_TURN = re.compile(r"\W{0,5}(?:assistant|system)\W{0,4}:")


def is_forged(sentence: str) -> bool:
    """Whether a sentence holds forged structure. Such sentences are neither quoted nor shown to a model.

    Takes time linear in the sentence's length.
    """
    if _HIDDEN.search(sentence):
        return True
    lowered = _UNSEEN.sub("", unicodedata.normalize("NFKC", html.unescape(sentence))).lower()
    return bool(_TURN.match(lowered) or _MARKUP.search(lowered))
