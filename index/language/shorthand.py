"""Shorthand that is typed in chats (`ko`, `ntn`), spelled out."""

import re

from index.language.text import fold

# Small letters only ("DC" is a place, "K" a letter), and nothing that is a Vietnamese syllable itself but "ko".
_ALWAYS = {
    "bgio": "bây giờ",
    "bh": "bây giờ",
    "bn": "bao nhiêu",
    "bnhieu": "bao nhiêu",
    "cty": "công ty",
    "cx": "cũng",
    "dc": "được",
    "đc": "được",
    "hb": "học bổng",
    "hnay": "hôm nay",
    "hok": "không",
    "hqua": "hôm qua",
    "j": "gì",
    "ko": "không",
    "mik": "mình",
    "mn": "mọi người",
    "ng": "người",
    "ngta": "người ta",
    "ns": "nói",
    "ntn": "như thế nào",
    "nx": "nữa",
    "sv": "sinh viên",
    "tgian": "thời gian",
    "trc": "trước",
}
# These stand in carefully typed questions too, with other meanings ("Arsenal vs Chelsea", "vitamin k").
_WHERE_BARE = {"k": "không", "r": "rồi", "vn": "Việt Nam", "vs": "với"}
# A letter after a number is a unit ("50 k").
_WORD = re.compile(r"\b[^\W_]{2,}|(?<!\d )\b[^\W_]\b")


# Particles and forms of address at the end of a question; "vay" alone may be a loan.
_TAIL = re.compile(
    r"(?:[\s,]+(?:v|z|ad|mn|ạ|nhỉ|hả|mọi người|(?<!như )vậy|vay(?=[\s,]+(?:mn|ad|a)\b)|(?<=vay )a))+(?=\s*[?.!]*$)",
    re.IGNORECASE,
)


def spelled_out(question: str, bare: bool) -> str:
    """The question with its shorthand spelled out: without diacritics where it is `bare` of them, as the rest.

    Particles that end it ("v ạ") are left out.
    """
    question = _TAIL.sub("", question)
    table = _ALWAYS | _WHERE_BARE if bare else _ALWAYS
    words = {short: fold(full) if bare else full for short, full in table.items()}
    return _WORD.sub(lambda word: words.get(word[0], word[0]), question)
