"""A page as lines, and what a single line looks like.

A syllable is a run of non-spaces: Vietnamese writes spaces between syllables, so a headline has about 8 to 20. Chinese
and Japanese have no spaces: one a character.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from index.intake.extract.tidy import tidy_text
from index.language.text import fold
from index.language.words import NEWSROOM

_STRAY_BARS = re.compile(r"^[|¦ ]+|(?<=\S) [|¦ ]*[|¦]$")
_CLOSING = " \"'”’»)]}」』）"
_STOPS = ".!?…。！？"
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_ASIDE = re.compile(r"(?<=[.!?…]) \([^()]{1,80}\)$")
_IMAGE_FILE = re.compile(r"[^\s/]{1,150}(?: ?\(\d+\))?\.(?:jpe?g|png|gif|webp|bmp|svg|mp4)", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-–—•*+●▪■♦◦·]|>{1,3}|»|›|►|▶)\s*(?=\S)")
_POINTER = re.compile(
    r"(?:>{2,}|»"
    r"|(?:mời (?:quý )?(?:độc giả|bạn đọc|bạn|vị) )?(?:xem|đọc|tìm hiểu) (?:thêm|tiếp|ngay)(?:\s\w+){0,2}\s*:|"
    r"(?:tin|bài|tin bài|bài viết) liên quan\s*:|(?:đọc|xem) bài gốc|\[(?:video|infographic|ảnh|photo|podcast)\])",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:^|[\s(\[.,\-–—|/])(?:nguồn\s+)?(?:ảnh|photo|đồ\s?h(?:ọa|oạ)|infographics?|video|clip)"
    r"(?:\s+(?:minh\s+h(?:ọa|oạ)|tư\s+liệu|chụp\s+màn\s+hình|cắt\s+từ\s+\w+|internet|nguồn))?"
    r"\s*:\s*(?:[^.!?;:]|\.(?=\S)){1,60}\.?\s*[\])]?\.?$",
    re.IGNORECASE,
)
_CREDIT_ASIDE = re.compile(r"[(\[](?:nguồn\s+)?(?:ảnh|photo|hình)\b[^()\[\]]{0,60}[)\]]\s*\.?$", re.IGNORECASE)
_CREDIT_BARE = re.compile(
    r"(?:^|[.\-–—]\s*)Ảnh\s+"
    r"(?:(?:do|của)\s.{2,40}|minh h(?:ọa|oạ)|tư liệu|internet|[A-ZĐ][\w./&-]*(?:\s[A-ZĐ][\w./&-]*){0,3})\.?$"
)
_CREDIT_ONLY = re.compile(
    r"\W*(?:nguồn\s+)?(?:ảnh|photo|video|clip|đồ họa)(?:\s+minh\s+(?:họa|hoạ)|\s+tư liệu)?\s*(?::.{0,60})?\W*",
    re.IGNORECASE,
)
_CAPTION_LABEL = re.compile(
    r"(?:trong ảnh|ảnh(?:\s(?:\d{1,2}|trên|dưới|trái|phải|minh họa|minh hoạ))?|hình\s\d{1,2}|video|clip)\s*:\s*\S",
    re.IGNORECASE,
)
_TAGS = re.compile(r"(?:tags?|từ khóa|từ khoá|chủ đề|keywords?)\s*:|(?:#[\w-]+[\s,;]*)+$", re.IGNORECASE)
_AUTHOR_LABEL = re.compile(
    r"\W*(?:bài|tin|bài viết|tin bài)(?:\s*(?:,|và|-|–|&)\s*(?:ảnh|video|clip))*\s*:", re.IGNORECASE
)
_BYLINE_LABEL = re.compile(
    rf"{_AUTHOR_LABEL.pattern}|\W*(?:ảnh\s*:|"
    r"(?:tác giả|thực hiện|biên dịch|dịch|biên tập|tổng hợp|người viết|nguồn|nguồn tin|bút danh|theo)\b\s*:?)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_]['’.]?(?:[^\W\d_]|[.'’-])*")
_NAME_JOINTS = frozenset({"-", "–", "&", "và", "/", "|"})
_DESKS = NEWSROOM | {"nhóm pv", "p.v", "pv.", "tổng hợp", "theo ttxvn", "phóng viên", "nhóm phóng viên"}
_LONGEST_CAPTION = 70


@dataclass(frozen=True)
class Line:
    """A line of a page in NFC with single spaces; `gap` where a blank line stands before it."""

    text: str
    gap: bool

    @cached_property
    def folded(self) -> str:
        """Lower case without diacritics."""
        return fold(self.text)

    @cached_property
    def syllables(self) -> int:
        """How many there are."""
        return self.text.count(" ") + 1 + len(_CJK.findall(self.text))


def page_lines(page: str) -> list[Line]:
    """The lines of `page` that hold anything."""
    lines: list[Line] = []
    gap = False
    for raw in tidy_text(page).split("\n"):
        text = _STRAY_BARS.sub("", " ".join(raw.split()))
        if text:
            lines.append(Line(text, gap))
        gap = not text
    return lines


def ends_sentence(text: str) -> bool:
    """Whether `text` ends as sentences do, quotes and brackets aside."""
    end = _ASIDE.sub("", text[-100:]).rstrip(_CLOSING)
    return end.endswith((*_STOPS, "./")) or text.endswith("/.")


def is_paragraph(line: Line) -> bool:
    """Prose: whole sentences, or so long that it can only be a paragraph that lost its full stop."""
    return line.syllables >= 26 or (line.syllables >= 9 and ends_sentence(line.text))


def is_headline(line: Line, least: int = 5) -> bool:
    """Between `least` and 30 syllables without a full stop, comma, colon or semicolon at the end, not in lower case."""
    text = line.text
    if not least <= line.syllables <= 30 or text[0].islower():
        return False
    end = text[-12:].rstrip(_CLOSING)
    return end.endswith(("...", "…")) or not end.endswith((".", ",", ";", ":"))


def bullet_content(line: Line) -> str | None:
    """What follows the dash or dot that a list item begins with; None for other lines."""
    found = _BULLET.match(line.text)
    return line.text[found.end() :] if found else None


def half_of_doubled(line: Line) -> str | None:
    """`X` where the line is `X X`, as a linked picture with its headline leaves it; None for other lines."""
    half = len(line.text) // 2
    if len(line.text) % 2 == 0 or line.text[half] != " " or line.text[:half] != line.text[half + 1 :]:
        return None
    return line.text[:half] if line.syllables >= 8 else None


def is_pointer(line: Line) -> bool:
    """A line that sends the reader to another article: `>> ...`, `Xem thêm: ...`."""
    return line.syllables <= 40 and _POINTER.match(line.text) is not None


def is_image_file(line: Line) -> bool:
    """The file name of a picture, alone."""
    return line.syllables <= 6 and _IMAGE_FILE.fullmatch(line.text) is not None


def is_table_row(line: Line) -> bool:
    """Cells with bars between them."""
    return " | " in line.text


def is_caption(line: Line) -> bool:
    """Words under a picture that say so: they end in a credit, or begin with a label."""
    text = line.text
    if line.syllables > _LONGEST_CAPTION or _AUTHOR_LABEL.match(text):
        return False
    tail = text[-100:]
    credited = _CREDIT.search(tail) or _CREDIT_ASIDE.search(tail) or _CREDIT_BARE.search(tail)
    return bool(credited) or (line.syllables <= 40 and _CAPTION_LABEL.match(text) is not None)


def is_credit_only(line: Line) -> bool:
    """A credit without a caption: `Ảnh: TTXVN`."""
    return line.syllables <= 12 and _CREDIT_ONLY.fullmatch(line.text) is not None


def is_tags(line: Line) -> bool:
    """`Tags: ...`, `#mot #hai`."""
    return len(line.text) <= 400 and _TAGS.match(line.text) is not None


def is_byline(line: Line) -> bool:
    """Who wrote it: one to three names and nothing else, a desk, or a line such as `Theo ...`, `Nguồn: ...`."""
    if line.text.lower().strip("().") in _DESKS:
        return True
    if line.syllables <= 12 and _BYLINE_LABEL.match(line.text) and not line.text.endswith((",", "…")):
        return not ends_sentence(line.text) or line.syllables <= 6
    if line.syllables > 10 or ends_sentence(line.text):
        return False
    words = [word for word in re.split(r"[\s,();|/]+", line.text) if word and word.lower() not in _NAME_JOINTS]
    names = [word for word in words if word[0].isupper() and _NAME.fullmatch(word)]
    return len(names) == len(words) and (2 <= len(words) <= 8 or (len(words) == 1 and line.text.isupper()))
