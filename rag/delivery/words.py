"""What letters, and the page to leave a briefing, say of their own, in Vietnamese and in English."""

from dataclasses import dataclass
from datetime import date

from rag.delivery.letter import What


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a language; `{}` takes what the caller fills in."""

    language: str
    counts: str
    changes: str
    what: dict[What, str]
    gone: str
    undated: str
    here: str
    why: str
    leave: str
    leave_title: str
    leave_question: str
    left: str
    unknown_link: str

    def day(self, day: str | date | None) -> str:
        """A day in ISO 8601 as the language writes it."""
        if day is None:
            return self.undated
        iso = str(day)[:10]
        return "/".join(reversed(iso.split("-"))) if self.language == "vi" else iso


_VI = Words(
    language="vi",
    counts="{} tin mới, {} nguồn",
    changes="Đã thay đổi",
    what={
        "figure": "Số liệu được sửa",
        "date": "Ngày được đổi",
        "corrected": "Bài được đính chính",
        "withdrawn": "Bài bị gỡ",
    },
    gone="không còn",
    undated="không ghi ngày",
    here="đọc trong Hỏi Đáp",
    why="Bạn nhận thư này vì địa chỉ của bạn có trong bản tin “{}”.",
    leave="Ngừng nhận bản tin",
    leave_title="Ngừng nhận bản tin “{}”?",
    leave_question="Sau khi bấm nút, bản tin này không còn được gửi đến địa chỉ của bạn.",
    left="Bản tin “{}” không còn được gửi đến địa chỉ của bạn.",
    unknown_link="Liên kết này không còn hiệu lực.",
)
_EN = Words(
    language="en",
    counts="new: {}, sources: {}",
    changes="Changed",
    what={
        "figure": "A figure was corrected",
        "date": "A date was moved",
        "corrected": "An article was corrected",
        "withdrawn": "An article was withdrawn",
    },
    gone="gone",
    undated="no date",
    here="read it in Hỏi Đáp",
    why="You get this because your address is in the briefing “{}”.",
    leave="Unsubscribe",
    leave_title="Unsubscribe from “{}”?",
    leave_question="When you press the button, this briefing is no longer sent to your address.",
    left="“{}” is no longer sent to your address.",
    unknown_link="This link is no longer valid.",
)

ALL = {"vi": _VI, "en": _EN}


def words(language: str) -> Words:
    """The texts of a language: Vietnamese, or else English."""
    return ALL["vi" if language == "vi" else "en"]
