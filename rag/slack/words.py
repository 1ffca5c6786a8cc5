"""What the bot itself says, in Vietnamese and in English."""

from dataclasses import dataclass
from typing import Literal

from index.language.detection import detect_language

Language = Literal["auto", "vi", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a language; `{}` takes what the caller fills in."""

    search: str
    answer: str
    sources: str
    confidence: str
    not_found: str
    nearest: str
    disagreement: str
    partial: str
    also: str
    undated: str
    inferred: str
    page: str
    understood: str
    shared_by: str
    up: str
    down: str
    share: str
    thanks: str
    not_kept: str
    unkept: str
    as_of: str
    changed: str
    removed: str
    gone: str
    cannot_share: str
    busy: str
    still_busy: str
    unreachable: str
    refused_key: str
    bad_question: str
    fault: str
    interrupted: str
    unsure: str
    help: str
    greeting: str
    prompts_title: str
    prompts: tuple[str, ...]
    better_title: str
    better_label: str
    better_hint: str
    send: str
    cancel: str
    settings_title: str
    settings_saved: str
    loading: str
    sources_label: str
    sources_hint: str
    language_label: str
    languages: tuple[str, str, str]
    quiet_label: str
    quiet_option: str
    save: str


_VI = Words(
    search="Đang tìm trong bài báo…",
    answer="Đang soạn câu trả lời…",
    sources="Nguồn",
    confidence="Độ tin cậy {}",
    not_found="Không tìm thấy câu trả lời",
    nearest="Những bài gần nhất",
    disagreement="Các bài báo nói khác nhau",
    partial="bài báo chỉ nói một phần",
    also="cũng đăng ở {}",
    undated="không ghi ngày",
    inferred="ngày suy ra từ bài",
    page="trang {}",
    understood="Hiểu là: {}",
    shared_by=" hỏi: ",
    up="👍 Đúng",
    down="👎 Chưa đúng",
    share="Chia sẻ vào kênh",
    thanks="Cảm ơn bạn, ý kiến đã được ghi lại.",
    not_kept="Câu trả lời này không còn được lưu, nên ý kiến không ghi lại được.",
    unkept="Ổ đĩa của máy chủ đã đầy nên câu trả lời này không được lưu, và câu hỏi tiếp theo sẽ không biết đến nó.",
    as_of="Trả lời ngày {}; từ đó đến nay có bài được trích đã thay đổi hoặc bị xóa.",
    changed="bài đã thay đổi sau câu trả lời này",
    removed="bài đã bị xóa sau câu trả lời này",
    gone="Câu trả lời này không còn để chia sẻ; hãy hỏi lại.",
    cannot_share="Bot chưa ở trong kênh này nên không đăng được; hãy mời bot vào bằng /invite rồi bấm lại.",
    busy="Nhiều câu hỏi đang chờ quá; xin hỏi lại sau một phút.",
    still_busy="Dịch vụ đang quá tải và chưa trả lời được; xin hỏi lại sau vài phút.",
    unreachable="Không liên lạc được với dịch vụ trả lời; xin báo người quản trị kiểm tra nó có đang chạy không.",
    refused_key="Dịch vụ không nhận khóa của bot; xin báo người quản trị kiểm tra HOIDAP_SERVICE_KEY.",
    bad_question="Câu hỏi này không trả lời được: cần có chữ và không quá dài. Xin hỏi lại ngắn gọn hơn.",
    fault="Có lỗi khi trả lời; xin hỏi lại. Nếu vẫn lỗi, xin báo người quản trị xem nhật ký.",
    interrupted="Bot bị dừng giữa chừng nên chưa trả lời được; xin hỏi lại sau ít phút.",
    unsure="Các bài báo không cho biết điều này. (Kênh này được đặt là im lặng khi không chắc; chỉ bạn thấy dòng này.)",
    help=(
        "Hãy hỏi một câu về tin tức, ví dụ: “Nhà máy vắc-xin ở Đà Nẵng có tổng vốn bao nhiêu?”. "
        "Trong luồng đã có câu trả lời, cứ hỏi tiếp mà không cần nhắc tên bot. "
        "/hoidap CÂU HỎI trả lời cho riêng bạn; /hoidap settings chọn nguồn và ngôn ngữ của kênh. "
        "Bot chỉ đọc chữ, không đọc tệp đính kèm."
    ),
    greeting="Xin chào! Tôi trả lời câu hỏi bằng nguyên văn các bài báo, kèm nguồn.",
    prompts_title="Thử hỏi:",
    prompts=(
        "Nhà máy vắc-xin ở Đà Nẵng có tổng vốn bao nhiêu?",
        "Bao nhiêu sinh viên Việt Nam đang học tại Úc?",
        "Kim ngạch thương mại Việt Nam và Nga năm 2024 là bao nhiêu?",
    ),
    better_title="Chưa đúng ở đâu?",
    better_label="Lẽ ra nên trả lời thế nào?",
    better_hint="Không bắt buộc. Ý kiến giúp đo và sửa hệ thống.",
    send="Gửi",
    cancel="Hủy",
    settings_title="Cài đặt của kênh",
    settings_saved="Đã lưu cài đặt của kênh này.",
    loading="Đang tải danh sách nguồn…",
    sources_label="Chỉ dùng các nguồn",
    sources_hint="Để trống là dùng mọi nguồn.",
    language_label="Ngôn ngữ của bot",
    languages=("Theo câu hỏi", "Tiếng Việt", "Tiếng Anh"),
    quiet_label="Khi không chắc",
    quiet_option="Im lặng trong kênh, chỉ báo riêng người hỏi",
    save="Lưu",
)

_EN = Words(
    search="Searching the articles…",
    answer="Writing the answer…",
    sources="Sources",
    confidence="Confidence {}",
    not_found="No answer found",
    nearest="The nearest articles",
    disagreement="The articles disagree",
    partial="the article says only part of it",
    also="also in {}",
    undated="no date",
    inferred="date inferred",
    page="page {}",
    understood="Understood as: {}",
    shared_by=" asked: ",
    up="👍 Right",
    down="👎 Not right",
    share="Share in the channel",
    thanks="Thank you, your opinion was noted.",
    not_kept="This answer is not kept any more, so your opinion could not be noted.",
    unkept="The server's disk is full, so this answer is not kept, and the next question will not know of it.",
    as_of="Answered on {}; articles that it cites were changed or removed since.",
    changed="the article was changed after this answer",
    removed="the article was removed after this answer",
    gone="This answer can no longer be shared; ask again.",
    cannot_share="The bot is not in this channel and cannot post; invite it with /invite, then press again.",
    busy="Too many questions are waiting; please ask again in a minute.",
    still_busy="The service is overloaded and gave no answer yet; please ask again in a few minutes.",
    unreachable="The answering service cannot be reached; please ask the administrator to see that it runs.",
    refused_key="The service refuses the bot's key; please ask the administrator to check HOIDAP_SERVICE_KEY.",
    bad_question="This question cannot be answered: it needs words, and not too many. Please ask more briefly.",
    fault="Something went wrong; please ask again. If it goes on, ask the administrator to look at the log.",
    interrupted="The bot was stopped before it had the answer; please ask again in a few minutes.",
    unsure="The articles do not say. (This channel is set to silence when unsure; only you see this.)",
    help=(
        "Ask a question about the news, such as “How much does the vaccine plant in Da Nang cost?”. "
        "In a thread that has an answer, simply go on asking without naming the bot. "
        "/hoidap QUESTION answers you alone; /hoidap settings chooses the channel's sources and language. "
        "The bot reads text only, no attached files."
    ),
    greeting="Hello! I answer questions with the exact words of news articles, and name the source.",
    prompts_title="Try asking:",
    prompts=(
        "How much does the vaccine plant in Da Nang cost?",
        "How many Vietnamese students are in Australia?",
        "What was the trade between Viet Nam and Russia in 2024?",
    ),
    better_title="What is not right?",
    better_label="What should have been answered?",
    better_hint="Optional. It helps to measure and mend the system.",
    send="Send",
    cancel="Cancel",
    settings_title="Channel settings",
    settings_saved="The settings of this channel are saved.",
    loading="Loading the list of sources…",
    sources_label="Use only these sources",
    sources_hint="Leave it empty for all sources.",
    language_label="Language of the bot",
    languages=("As the question", "Vietnamese", "English"),
    quiet_label="When unsure",
    quiet_option="Stay silent in the channel, tell only who asked",
    save="Save",
)

ALL = {"vi": _VI, "en": _EN}


def words(language: Language, question: str = "") -> Words:
    """The texts of a language; for `auto`, of that of the question: Vietnamese, or else English."""
    spoken = detect_language(question) if language == "auto" else language
    return ALL["vi" if spoken == "vi" else "en"]
