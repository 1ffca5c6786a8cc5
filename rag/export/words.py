"""What an exported answer says in the service's own words, in Vietnamese and in English."""

from dataclasses import dataclass
from datetime import date

from rag.contract.conversations import ExportLanguage


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a language; `{}` takes what is filled in, and `day` is how a day is written (`strftime`)."""

    day: str
    asked: str
    understood: str
    not_found: str
    nearest: str
    undated: str
    inferred: str
    withdrawn: str
    edited: str
    removed: str
    partial: str
    page: str
    also: str
    place: str

    def written(self, day: date | str) -> str:
        """A day, given as one or in ISO 8601, as it is written; as it is where it is no day."""
        try:
            return (date.fromisoformat(day[:10]) if isinstance(day, str) else day).strftime(self.day)
        except ValueError:
            return str(day)


WORDS: dict[ExportLanguage, Words] = {
    "vi": Words(
        day="%d/%m/%Y",
        asked="Hỏi Đáp, hỏi ngày {}",
        understood="Hiểu là: {}",
        not_found="Không tìm thấy câu trả lời",
        nearest="Những bài gần nhất",
        undated="không ghi ngày",
        inferred="ngày suy ra từ nội dung bài",
        withdrawn="trang gốc đã bị gỡ, ghi nhận ngày {}",
        edited="bài đã đổi, không còn những lời này",
        removed="bài không còn trong kho",
        partial="bài chỉ nói một phần",
        page="tr. {}",
        also="cũng đăng ở {}",
        place="Chỗ trích trên trang gốc",
    ),
    "en": Words(
        day="%Y-%m-%d",
        asked="Hỏi Đáp, asked on {}",
        understood="Understood as: {}",
        not_found="No answer was found",
        nearest="The nearest articles",
        undated="undated",
        inferred="date inferred from the text",
        withdrawn="original page withdrawn, seen {}",
        edited="the article has changed and no longer has these words",
        removed="the article is no longer stored",
        partial="the article says it in part",
        page="p. {}",
        also="also in {}",
        place="The words on the original page",
    ),
}
