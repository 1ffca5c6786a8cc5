"""The patterns of prompt injection, and the points that each carries.

Words are compared with their diacritics or bare. Every pattern has a bounded reach.
"""

import re

from index.language.text import fold, has_marks, tokens

# --- Vocabulary ----------------------------------------------------------------------------------------

_IGNORE = (
    "bỏ qua|phớt lờ|lờ đi|quên|quên hết|quên đi|quên sạch|không (?:cần )?(?:tuân theo|làm theo|tuân thủ)|"
    "vô hiệu hóa|hủy bỏ|xóa bỏ|xóa hết|gạt bỏ|gạt hết|gạt sang một bên|bỏ hết|bỏ ngoài tai|"
    "đừng (?:làm theo|tuân theo|nghe theo|để ý)|ghi đè|"
    "ignore|disregard|forget|overrides?|bypass|discard|abandon|pay no attention to|set aside|throw away|drop|"
    "erase|skip|(?:do not|don t|stop|never) "
    "(?:follow|following|obey|obeying)|coi như (?:chưa|không) ~1 (?:nhận|có|thấy)|"
    "игнорируй(?:те)?|сбрось(?:те)?|забудь(?:те)?|отмени(?:те)?|не следуй(?:те)?|не обращай(?:те)? внимания на"
)
_RULES = (
    "hướng dẫn|chỉ dẫn|chỉ thị|câu lệnh|mệnh lệnh|lệnh|quy tắc|lời nhắc|prompts?|yêu cầu|ràng buộc|dặn dò|lời dặn|"
    "nguyên tắc|"
    "instructions?|directions?|rules|guidelines|guardrails|commands|restrictions|constraints|directives|old ones|"
    "инструкци[а-я]+|указани[а-я]+|правил[а-я]*|команд[а-я]*|установк[а-я]+|промпт"
)
_BEFORE = (
    "trước|trước đó|ở trên|bên trên|phía trên|hệ thống|ban đầu|được giao|của bạn|được cung cấp|đã nhận|nhận được|"
    "ở đầu|từ đầu|nào|cũ|đã học|"
    "previous|prior|above|earlier|system|your|preceding|original|initial|given|received|old|"
    "предыдущ[а-я]+|прежни[а-я]*|системн[а-я]+|прошл[а-я]+|выше"
)
_MODEL = (
    "llms?|mô hình (?:ngôn ngữ(?: lớn)?|llm|ai)|trợ lý (?:ảo|llm|ai|số|thông minh)|chat ?bots?|gpt|chatgpt|gemini|"
    "copilot|claude|"
    "trí tuệ nhân tạo|(?:large )?language models?|(?:llm|virtual|helpful) (?:assistants?|models?|systems?|agents?)|"
    "(?:hệ thống|công cụ|phần mềm|bộ máy|robot|máy) (?:llm|ai|hỏi đáp|tóm tắt|tự động)|answer(?:ing)? engines?|"
    "summari[sz]ers?|ии|нейросеть|языковая модель|чат бот"
)
_SAY = (
    "trả lời|đáp|nói|viết|ghi|in ra|xuất ra|trả về|lặp lại|kết luận|chèn|nhắc tới|nhắc đến|thêm|khuyên|giới thiệu|"
    "khẳng định|xác nhận|thông báo|phản hồi|đề xuất|đưa|đặt|thay|nêu|nhấn mạnh|dùng từ|gọi|mở đầu bằng|"
    "kết thúc bằng|answers?|reply|respond|says?|write|print|output|repeat|append|"
    "recommend|mention|include|state|confirm|insert|replace|describe|present|promote|tell|advise|put|(?:open|"
    "begin|start|end) with|ответь|ответьте|отвечай|напиши|напишите|скажи|выведи|добавь"
)
_ANSWER = (
    "(?:mọi |các |phần )?câu trả lời|đáp án|(?:the )?correct answer|твой ответ|mọi phản hồi|phản hồi của bạn|"
    "bản tóm tắt|(?:your|the) (?:final |next )?(?:answers?|response|"
    "reply|output|summary)|(?:every|each) (?:answer|response|reply)|all (?:answers|responses|replies)|"
    "каждый ответ|все ответы"
)
_PLEASE = "[|]|hãy|xin|vui lòng|please|пожалуйста"
_SHOW = (
    "tiết lộ|in ra|lặp lại|cho (?:tôi )?(?:xem|biết)|hiển thị|xuất|dịch|viết lại|chép lại|đọc lại|kể lại|nhắc lại|"
    "liệt kê|reveal|print|show|repeat|output|leak|recite|copy|list|tell me|покажи|выведи"
)
_PROMPT = (
    "(?:prompt|lời nhắc|chỉ thị|hướng dẫn|câu lệnh) (?:hệ thống|gốc|ban đầu|bí mật)|system (?:prompt|message|"
    "instructions)|"
    "(?:your|hidden|initial) (?:prompt|instructions|rules)|(?:hướng dẫn|chỉ dẫn|quy tắc|"
    "chỉ thị) (?:mà )?bạn (?:đã )?(?:nhận|được)|"
    "instructions you (?:received|were given)|(?:mọi điều|mọi chữ|mọi thứ|tất cả|everything|words|"
    "text) ~3 (?:phía trên|ở trên|trước bài|above)|системный промпт"
)

# --- Signs ---------------------------------------------------------------------------------------------

_LETTERS = re.compile(r"[^\W\d_]+")


def _spelled(word: re.Match[str]) -> str:
    """A word of a pattern under either tone placement, or bare: "quen" may stand for "quên", and "quẹn" may not."""
    return f"(?:{word[0]}|{tokens(word[0])[0]}|{fold(word[0])})" if has_marks(word[0]) else word[0]


def _phrase(pattern: str) -> re.Pattern[str]:
    """A pattern over words one space apart, bars between clauses; `~3` stands for up to three words between."""
    gaps = re.sub(r" ~(\d)", r"(?: [^ ]{1,40}){0,\1}?", _LETTERS.sub(_spelled, pattern))
    return re.compile(f" (?:{gaps})(?= )")


SIGNS = tuple(
    (points, _phrase(pattern))
    for points, pattern in (
        # Forget what you were told.
        (3, f"(?:{_IGNORE}) ~4 (?:{_RULES}) ~2 (?:{_BEFORE})|(?:{_IGNORE}) ~3 (?:{_BEFORE}) ~2 (?:{_RULES})"),
        (1, f"(?:{_IGNORE}) (?:mọi|tất cả|toàn bộ|hết|all|any|every|все) ~2 (?:{_RULES})"),
        (1, f"(?:{_PLEASE}|phải|must) (?:{_IGNORE}) ~5 (?:{_RULES})"),
        (
            3,
            "(?:forget|ignore|disregard) ~1 (?:everything|all|what) ~1 (?:you (?:were|have been|know|read)|above|"
            "before)|"
            "(?:quên|bỏ qua) (?:hết |đi )?(?:mọi|những|tất cả) (?:gì|điều|thứ|nội dung) ~1 (?:ở trên|phía trên|"
            "được dạy|đã học|trước đó)",
        ),
        (
            2,
            f"(?:{_RULES}) ~5 (?:không còn hiệu lực|hết hiệu lực|vô hiệu|ưu tiên cao nhất|no longer apply|"
            f"are void|revoked|highest priority)",
        ),
        (
            2,
            "(?:làm theo|tuân theo|nghe theo|follow|obey) (?:the |this |những |các )?(?:câu|dòng|chỉ thị|đoạn|"
            "line|sentence)",
        ),
        (2, "(?:hướng dẫn|chỉ thị|lời dặn|câu lệnh) (?:ở trên|phía trên)"),
        (2, "(?:retrieved|retrieval|given) context|(?:nhiệm vụ|yêu cầu) (?:thật|thực sự)|(?:real|actual) task"),
        (1, f"(?:nhiệm vụ|yêu cầu|chỉ thị|quy tắc|câu lệnh|task|rule|instruction) ~3 [|] (?:{_SAY})"),
        (3, "stop what you (?:are|were) doing|what were you told|не обращай(?:те)? внимания"),
        (
            2,
            "(?:hướng dẫn|chỉ thị|nhiệm vụ|quy tắc|yêu cầu) mới (?:cho|của|dành|là|[|])|new (?:instructions?|task|"
            "rules)",
        ),
        # You, the model.
        (1, _MODEL),
        (
            3,
            "(?:(?:[|]|kính|thân) gửi(?: tới| đến)?|dear|hey|(?:to|for) (?:any|all|every|automated)|attention|"
            "nhắn|lưu ý (?:cho|với|dành cho)|ghi chú cho|thông báo cho|[|] dành cho|"
            "hướng dẫn cho|(?:chỉ thị|quy tắc|nhiệm vụ) (?:mới )?cho|(?:note|message|reminder|"
            "instructions?) (?:to|for)|внимание)"
            f"(?: [|])? (?:mọi |các |những |all |any |the |every |automated )?(?:{_MODEL})|"
            f"(?:{_MODEL}) (?:thân mến|yêu quý|ơi)",
        ),
        (2, "[|] (?:system|user|human|developer) [|]"),
        (
            3,
            f"(?:bạn là|bạn đang là|với tư cách|you are|you re|ты|если ты) ~2 (?:{_MODEL}|языковая модель|ассистент)",
        ),
        (2, "(?:bạn ~1 tên là|bạn ~6 một trợ lý|your name is|you are my|let s play)"),
        (2, f"(?:{_MODEL}) (?:xin |hãy )?(?:lưu ý|chú ý|take note)|[|] ~2 dành (?:riêng )?cho (?:máy|bot|robot)"),
        (2, f"(?:yêu cầu|buộc|muốn|cần|require|want) (?:bạn|you) (?:phải |chỉ |to )?(?:{_SAY})"),
        (2, "(?:bạn là|bạn đang là) (?:một )?trợ lý|you are (?:now )?(?:an?|the) ~1 assistant"),
        (
            2,
            "không (?:có |còn )?(?:bị )?(?:giới hạn|luật lệ|quy tắc|ràng buộc)|unrestricted|(?:without|"
            "no) (?:restrictions|rules)|"
            "без ограничений",
        ),
        (
            2,
            f"(?:{_MODEL}) (?:(?:nào|đang|sẽ|khi|lúc|that|which|who|is|are) ){{0,4}}(?:đọc|tóm tắt|xử lý|trích dẫn|"
            "read|reads|reading|index|indexing|crawling|parsing|seeing|summari[sz]es?|summari[sz]ing|process|"
            "processes|processing) "
            "(?:the |this |đến |tới )?(?:bài|trang|văn bản|đây|tin|tài liệu|đoạn|câu|dòng|article|page|text|"
            "document|site|this)",
        ),
        (1, f"(?:{_MODEL}|trợ lý|the assistant) ~4 (?:hãy|please|vui lòng|xin|should|must|bắt buộc)"),
        (
            2,
            "(?:từ bây giờ|kể từ giờ|từ giờ|từ nay|kể từ bây giờ|from now on|from this point(?: on)?|"
            "с этого момента|теперь) ~1 (?:bạn|mọi câu|you|ты)",
        ),
        (
            3,
            "(?:hãy|bạn) (?:đóng vai|vào vai|giả vờ|tưởng tượng bạn là|xử sự như|hành xử như)|behave as|"
            "[|] act as (?:an?|if)|pretend (?:to be|you are)|"
            "imagine you are|you are now|ты теперь|притворись",
        ),
        (
            2,
            "(?:từ|from) (?:the |our )?(?:quản trị viên|nhà phát triển|developers?|administrator|system|"
            "openai) (?:hệ thống )?[|]",
        ),
        # What to say.
        (
            2,
            f"(?:chỉ|chỉ được|chỉ cần|only|just|только) (?:{_SAY}) ~1 (?:[|]|bằng|đúng|một|chữ|câu|with|the|this|"
            f"word|словом|llm)|"
            f"(?:whose|your) only (?:word|answer|reply)|(?:{_SAY}) ~5 (?:nguyên văn|đúng (?:một|chữ|câu)|only|"
            f"exactly|verbatim|только|одним словом)",
        ),
        (
            2,
            f"(?:hãy|vui lòng|please|пожалуйста) (?:{_SAY})|[|] (?:answer|reply|respond|say|write|print|output|"
            f"append)|(?:luôn|always) (?:{_SAY})|ответь|ответьте|отвечай|напиши|напишите|скажи|выведи|добавь",
        ),
        (1, f"(?:[|]|bắt buộc phải|phải|must|should|and|và|rồi|then|xin) (?:{_SAY})|[|] (?:hãy|please|vui lòng)"),
        (1, "and nothing else|nothing more|không (?:thêm )?gì (?:khác|thêm)|и ничего больше"),
        (1, f"(?:{_SAY}|câu trả lời|answer|to) (?:với |cho )?(?:người dùng|mọi câu hỏi|the user|users)"),
        (
            2,
            f"(?:{_ANSWER}) ~4 (?:phải|đều|chỉ|luôn|must|should|has to)|"
            f"(?:kèm|vào|trong|bắt đầu|kết thúc|đầu|cuối|cuối mỗi|mở đầu|in|to|with|as|end|begin|"
            f"start) (?:{_ANSWER})",
        ),
        (1, f"{_ANSWER}|вместо ответа"),
        (
            1,
            "(?:khi|nếu) (?:được|người dùng|bạn đọc|ai đó|có người) ~1 hỏi|when asked|(?:when|if) (?:the|a|"
            "any) user|tell the user|người hỏi|to users",
        ),
        (
            2,
            "[|] người dùng (?:hỏi|yêu cầu|nói)(?: tiếp| thêm)? [|]|(?:khi|lúc|trước khi) (?:tóm tắt bài|"
            "trả lời (?:[|]|người dùng|câu hỏi))|(?:khi|when) (?:tạo|viết|generating|writing) (?:bản tóm tắt|"
            "câu trả lời|(?:a|the|your) (?:summary|answer|reply))|"
            "(?:when|before) (?:summari[sz]ing|answering|you (?:answer|summari[sz]e))",
        ),
        (2, r"(?:trích dẫn|dẫn nguồn|gắn|cite|use|dùng|đánh số|kèm|marker) ~4 [|] \d{1,3} [|]"),
        # What no reader is asked for.
        (2, f"(?:{_SHOW}) ~4 (?:{_PROMPT})"),
        (2, f"(?:{_PLEASE}) (?:{_SHOW}) ~4 (?:{_PROMPT})"),
        (
            4,
            "(?:giải mã|decode|đọc ngược) ~6 (?:làm theo|thực hiện|tuân theo|follow|execute|obey|run)|"
            "(?:làm theo|thực hiện|thi hành|follow|execute|obey) ~6 (?:base64|rot13|mã hóa|đảo ngược|encoded|"
            "reversed)",
        ),
        (
            2,
            "system override|chế độ nhà phát triển|(?:developer|dan|god|jailbreak) mode|xác nhận bằng cách nói|"
            "confirm by saying",
        ),
        (
            2,
            "(?:call|gọi|invoke|chạy|run) (?:the )?(?:hàm|công cụ|tool|function)|(?:gửi|send) ~3 (?:hội thoại|"
            "cuộc trò chuyện|conversation|"
            "chat history|user s question|câu hỏi của người dùng) ~2 (?:tới|đến|to)",
        ),
        (
            3,
            "[|] ~1 (?:hết|kết thúc|end of) (?:the )?(?:bài báo|bài viết|tài liệu|dữ liệu|đoạn trích|ngữ cảnh|"
            "article|document|"
            "context|data|passages?) [|]",
        ),
    )
)
# A sentence without any of these is not searched, bare of diacritics: it names no model, no order, no answer.
CUES = (
    *("llm", "bot ", "gpt", "gemini", "copilot", "claude", "model", "mo hinh", "tro ly", "assistant", "agent"),
    *("nhan tao", "he thong", "cong cu", "nguoi dung", "user", "instruction", "rule", "prompt", "huong dan"),
    *("chi thi", "quy tac", "lenh", "chi dan", "yeu cau", "direction", "guideline", "command", "restrict"),
    *("tra loi", "phan hoi", "tom tat", "answer", "response", "reply", "respond", "output", "summar", "dong vai"),
    *("vao vai", "gia vo", "act as", "pretend", "you are", "tu bay gio", "tu gio", "tu nay", "from now", "giai ma"),
    *("decode", "nguoc", "override", "mode", "loi nhac", "trich dan", "phan mem", "robot", "system", "human"),
    *("developer", "loi dan", "nguyen tac", "directive", "context", "open with", "che do", "danh cho", "ten la"),
    *("s play", "tat ca", "dap an", "what you", "were you", "stop", "nguoi hoi", "xu su", "behave", "base64"),
    *("imagine", "tuong tuong", "everything", "task", "nhiem vu", "rang buoc", "only", "bai bao", "bai viet"),
    *("tai lieu", "ket thuc", "end of"),
)
CYRILLIC = re.compile("[а-я]")
TOLD = _phrase(
    "chuyên gia|cảnh báo|kẻ gian|kẻ xấu|tin tặc|hackers?|kẻ tấn công|tấn công|nhà nghiên cứu|nhóm nghiên cứu|"
    "thủ đoạn|ví dụ|"
    "chèn (?:câu )?lệnh|lỗ hổng|thử nghiệm|an ninh mạng|bảo mật|prompt injection|jailbreak|experts?|warn|warns|"
    "warned|"
    "warning|attackers?|researchers?|vulnerability|эксперты|хакеры|злоумышленники"
)

# Over the letters as they stand: chat templates, forged ends of the data, what only a browser would act on.
MARKUP = re.compile(
    r"<\|[a-z_ ]{2,30}\|>|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>|</?(?:system|img|svg|script)\b"
    r"|</?(?:system|assistant|user|instructions?|articles?|passages?|context|documents?|data|untrusted|tool\w{0,12}|"
    r"function\w{0,12}|think|sources?|script|img|iframe|svg|object|embed|form|meta|link|style|a|base|body|input|"
    r"video|"
    r"button|details)\b[^<>]{0,200}>"
    r"|\[/(?:system|assistant|user|instructions?|articles?|passages?|context|documents?|data|sources?)\]"
    r"|[*=#~_-]{3,}\s{0,3}(?:hết|kết thúc|end|system)\b"
    r"|[\"']role[\"']\s{0,3}:\s{0,3}[\"']"
    r"|#{2,6}\s{0,3}(?:system|instructions?|assistant|user|human|response|hệ thống|chỉ thị|hướng dẫn)\b"
    r"|!\[[^\]\n]{0,200}\][(\[]|\]\(\s{0,3}(?:https?:|javascript:|data:|//|#)|\bjavascript:\S|"
    r"\bdata:[a-z]{2,12}/[a-z+.-]{2,20}[;,]"
    r"|\bon(?:error|load|click|toggle|mouseover)\s{0,3}="
)
MARKUP_CUES = ("<", "[", "#", "**", "--", "==", "~~", "__", "role", "script:", "data:", "=")
TURN = re.compile(r"\W{0,5}assistant\W{0,4}:")
# Over the letters without spaces or diacritics.
UNSPACED = re.compile(
    "(?:boqua|photlo|quenhet)(?:moi|cac|tatca|toanbo|nhung|het)?(?:huongdan|chidan|chithi|caulenh|loinhac|quytac)"
    "(?:otren|truoc|hethong|cuaban)"
    "|(?:ignore|disregard|forget)(?:all|any|every)?(?:of)?(?:the|your)?(?:previous|prior|above|system|earlier)"
    "(?:instruction|prompt|rule)"
)
UNSPACED_CUES = ("boqua", "photlo", "quenhet", "ignore", "disregard", "forget")
TOLD_CJK = re.compile("专家|專家|警告|攻击|黑客|専門家|攻撃")
CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
UNSPACED_CJK = re.compile(
    "(?:忽略|無視|无视|忘记|忘記|不要理会|不要遵守)[^。]{0,12}?(?:指令|指示|提示|规则|規則|要求|命令)"
    "|(?:指令|指示|提示|规则|規則|ルール|命令)[^。]{0,6}?(?:忽略|无视|無視|忘れ|無効|无效|无需)"
    "|(?:只|仅|僅|一律|直接|始终)(?:能|需|要|可)?(?:回答|回复|输出|輸出|回覆)|(?:必须|必須)(?:输出|輸出)|你(?:只能|必须|必須|要)(?:说|答|回答)"
    "|とだけ(?:答え|回答|出力|返答|返し)|必ず[^。]{0,16}出力|と出力すること"
    "|(?:llm|ai|助手|模型|アシスタント)[^。]{0,6}(?:请|請|へ|は)[^。]{0,20}(?:回答|输出|出力|总结|要約|答え)"
    "|(?:你现在是|你是|あなたは)[^。]{0,10}(?:llm|助手|模型|アシスタント)|系统提示词|系統提示詞|システムプロンプト"
)
