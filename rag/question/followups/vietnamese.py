"""How follow-up questions are worded in Vietnamese."""

from index.language.cues import Cue
from index.language.text import fold
from index.language.words import STOP_WORDS, word_set
from rag.question.followups.cues import Cues

_THIS = r"(?:này|đó|ấy|nói trên|kể trên)"
VIETNAMESE = Cues(
    asks=Cue(
        r"\b(?:(?:có )?phải là|là bao nhiêu|bao nhiêu|bao lâu|bao xa|(?:từ |vào )?bao giờ|(?:từ |vào )?(?:khi|lúc"
        r"|hôm) nào"
        r"|(?:vào )?(?:ngày|tháng|năm|quý) (?:nào|mấy)|(?:ở|từ|đến|tới|tại|nhờ|vì|do) đâu|(?:nằm |đặt )?ở chỗ nào"
        r"|(?:vì|tại|do|làm) sao|vì lý do gì|là (?:như )?thế nào|như thế nào|thế nào|như nào|ra sao|thì sao"
        r"|bằng cách nào|(?:có )?phải không|đúng không|là gì|là ai|(?:những )?ai(?! cập)|gì|nào|mấy|đâu|sao)\b"
        r"|\b(?:không|chưa|nhỉ|hả|vậy|ạ)(?=\s*[?.!]*$)"
    ),
    leads=Cue(
        r"^(?:(?:thế còn|vậy còn|rồi còn|thế thì|vậy thì|thế(?! (?:giới|vận|hệ|kỷ|chiến|mạnh|lực))|vậy|còn|rồi|và|à|dạ"
        r"|ok|ừ)(?: là| thì)?[\s,]+)+"
    ),
    about=Cue(
        r"^(?P<lead>(?:(?:thế|vậy|rồi|và|à|ừ|dạ|ok)[\s,]+)*(?:còn(?: về| đối với)?|thế(?! (?:giới|vận|hệ|kỷ|chiến))|vậy"
        r"|đối với|riêng|với|về|và)\s+)?(?P<x>[^?!]+?)(?P<tail>\s+(?:(?:thì |(?<!ra )(?<!làm )(?<!vì )(?<!tại ))sao"
        r"|thì (?:thế nào|như thế nào|ra sao))"
        r"(?: vậy| ạ| nhỉ| hả)?|\s+thì)?\s*[?.!]*$"
    ),
    more=Cue(
        r"^(?:(?:thế|vậy|rồi)\s+)?(?:(?:xin |hãy |bạn |làm ơn |cho (?:tôi|mình|em) (?:biết|hỏi) )*)?"
        r"(?:(?:còn )?(?:có )?(?:gì|ai|điều gì|thông tin gì) (?:nữa|khác|thêm)(?: không| ko)?|còn nữa không|(?:nói"
        r"|kể|cho biết|giải thích"
        r"|trình bày|mô tả)(?: rõ| kỹ| thêm| tiếp| cụ thể| chi tiết)+(?: hơn| nữa| đi| xem| về (?:chuyện|việc|vụ"
        r"|điều) (?:này|đó))*"
        r"|(?:cụ thể|chi tiết|rõ|kỹ)(?: là)?(?: hơn| thêm)*(?: đi| nữa| xem| được không)*|thêm (?:thông tin"
        r"|chi tiết)(?: đi| nữa)?"
        r"|tiếp(?: đi| tục(?: đi)?)?|nữa đi|còn gì nữa)\s*[?.!]*$"
    ),
    points=(
        ("man", Cue(rf"\b(?:(?:ông|anh|chú|cậu|thầy) (?:{_THIS[3:-1]}|ta)|ổng)\b")),
        ("woman", Cue(rf"\b(?:(?:bà|cô|chị) (?:{_THIS[3:-1]}|ta)|bả)\b")),
        ("country", Cue(rf"\b(?:nước|quốc gia|đất nước) {_THIS}")),
        ("city", Cue(rf"\b(?:(?:ở|tại|từ|đến|tới|sang) (?:đó|đấy)|(?:thành phố|tỉnh|địa phương|nơi|chỗ) {_THIS})")),
        ("date", Cue(r"\b(?:khi|lúc|hồi|năm|tháng|ngày|thời điểm|thời gian|giai đoạn) (?:đó|ấy)\b")),
        (
            "organisation",
            Cue(
                r"\b(?:công ty|cty|doanh nghiệp|tập đoàn|hãng|ngân hàng|quỹ|viện|trường|bệnh viện|cơ quan|tổ chức"
                r"|đơn vị)"
                rf" {_THIS}"
            ),
        ),
        (
            "people",
            Cue(r"\b(?:bọn |chính )?họ\b(?! (?:của|hàng|tên|nguyễn|trần|lê|phạm|hoàng|phan|vũ|võ|đặng|bùi|đỗ|hồ))"),
        ),
        ("thing", Cue(r"\b(?:nó|(?:điều|việc|chuyện|cái) (?:này|đó|ấy)|vậy là sao)\b")),
    ),
    noun=Cue(r"(?:(?P<n2>\b[^\d\s,.?!]+ [^\d\s,.?!]+)|(?P<n1>\b[^\d\s,.?!]+)) (?:này|đó|ấy|nói trên|kể trên)\b"),
    attributes=Cue(
        r"^(?:mức |tổng )?(?:giá(?: cả| bán| thành| tiền)?|chi phí|kinh phí|vốn(?: đầu tư)?|lương|học phí|thời gian"
        r"|thời hạn|hạn nộp"
        r"|địa điểm|nơi nào|lý do|nguyên nhân|kết quả|mục tiêu|điều kiện|yêu cầu|số lượng|công suất|quy mô|đối tác"
        r"|tác dụng|hiệu quả|rủi ro"
        r"|tiến độ|thủ tục|nội dung|mục đích)$"
    ),
    self_standing=Cue(
        r"\b(?:giá (?:vàng|xăng|dầu|điện|gạo|cà phê|usd|đô|bạc|lúa|heo|đất|nhà)|thời tiết|tỷ giá|lãi suất"
        r"|chứng khoán|tin tức|thế nào là"
        r"|tin (?:gì|mới|nóng|nào)|bóng đá|xổ số|lạm phát|thế giới|lương (?:cơ sở|tối thiểu|hưu)|bạn là ai"
        r"|bạn (?:có thể|làm được)|xin chào|cảm ơn)\b"
    ),
    prepositions=Cue(r"(?:^|\s)(?P<p>với|cho|ở|tại|từ|sang|đến|tới|bên|phía|về|của|trong|vào|so với|do)\s+$"),
    copulas=Cue(
        r"(?:[\s,]+(?:là|nằm|đặt|tốn|mất|hết|đạt|vào|từ|ở|tại|đến|tới|có|của|trong|cho|về|vì|do|được|bằng|cỡ|khoảng"
        r"|chừng|hồi))+$"
    ),
    # Folded, for questions are often typed without diacritics; and what a question asks or begins with.
    function=frozenset(map(fold, STOP_WORDS["vi"]))
    | word_set("a ai ban cuoi dau gi gio ha hoi it lam luc may minh nao nhi nua roi sao the u vay xin"),
    few=4,
)
