"""The shape of answer that a question asks for: a fact, a reason, a list, an overview and so on."""

from index.language.cues import Cue
from index.language.dates.mentions import mentions
from index.language.text import folded_tokens, has_marks, tokens
from index.language.words import word_set
from rag.records.search import AnswerKind

# Before the question itself: a greeting, "cho tôi hỏi".
_COURTESY = Cue(
    r"^(?:(?:dạ |xin |kính |em )?chào\b(?: (?:bạn|ad|admin|anh|chị|em|mọi người|các bạn))?|xin phép|hello|hi|hey"
    r"|good (?:morning|afternoon|evening)|(?:xin |vui lòng |làm ơn |hãy |bạn |ad )*(?:cho|giúp) (?:tôi|mình|em)"
    r"(?: xin)?(?: hỏi| biết)?|(?:ad|bạn|mọi người) ơi|(?:tôi|mình|em)(?: đang)?(?: muốn)? (?:hỏi|biết)"
    r"|please|can you|could you"
    r"|здравствуйте|привет|добрый день|пожалуйста|подскажите)\b[\s,.!:ạ]*|^(?:你好|您好|请问|请"
    r"|こんにちは)[，。！、,\s]*"
)
# Messages that hold no other words: about the archive itself, small talk, and what the service is. Folded.
_ARCHIVE = word_set(
    "tin tuc ban bai bao viet so luong moi nhat gan day noi bat nong dang chu y quan trong hom nay nhung cac co gi"
    " nao la"
    " bao nhieu may trong kho o he thong luu tat ca tong cong danh sach nguon vua duoc dua dien ra xem doc liet ke"
    " diem"
    " ngay thang nam tuan nay truoc qua vao khong vay a the ad em minh toi hien tai chua den ve tu"
    " what which is s are the there any new latest newest most recent news article articles story stories headlines"
    " in"
    " today do you have how many sources newspapers archive show me list all on of this month week"
    " какие какая есть последние последняя свежие новые новости новость статьи статей сегодня что нового у вас тебя"
    " сколько источники в архиве на за"
) | set(
    "今天日本周月最新近有什么哪些的是多少篇几你您们这里库新闻文章报道消息吗ニュース記事はがを何ですどなんいくつありまか教えてくだしの"
)
_ARCHIVE_NOUN = Cue(
    r"\b(?:tin|bài|nguồn|báo|gì mới|news|articles?|headlines|stories|what(?: is|'s) new|новост[ьи]|стат(?:ьи|ей)"
    r"|что нового)\b|新闻|文章|报道|消息|ニュース|記事"
)
_CHAT = word_set(
    "xin chao cam on ban ad em anh chi nhieu nhe nha a lam rat tam biet hay qua tot tuyet voi la ai co the giup ho"
    " tro"
    " mn duoc gi cho toi minh tra loi nhung cac cau hoi nao ten biet viec vay day ok hoi dap moi nguoi oi"
    " hello hi hey thanks thank you very much so a lot for the bye goodbye who are what can do your name how help"
    " me i"
    " ask good morning afternoon evening great"
    " здравствуйте привет спасибо большое пока кто ты вы что умеешь умеете можешь можете как тебя вас зовут помощь"
) | set("你您是谁好能做什么会叫名字谢再见多あなたはの誰何ができますかりがとうございこんにち前")
_CHAT_NOUN = Cue(
    r"\b(?:chào|cảm ơn|cám ơn|tạm biệt|bạn|ad|ok|hello|hi|hey|thanks?|you|bye|goodbye|help|спасибо|пока|здравствуйте"
    r"|привет|ты|вы|тебя|вас|помощь)\b|你|您|谢谢|再见|あなた|ありがとう|何ができ"
)
# Asked of a language model: to translate, to write.
OUT_OF_REACH = Cue(
    r"^(?:phiên )?dịch (?:sang|ra|giúp|hộ|cho|đoạn|câu|bài|tất cả|toàn bộ)\b|^(?:viết"
    r"|soạn)\b[\w ]{0,20}\b(?:e-?mail|thư|thơ|văn|code)\b"
    r"|^translate\b|^write\b[\w ]{0,12}\b(?:e-?mail|letter|poem|essay|code)\b|^перевед"
    r"|^напиши\b[\w ]{0,12}\b(?:письмо|стих)"
    r"|^把?.{0,12}翻译成|^翻译|翻訳して|^写(?:一)?[封首篇]"
)
_SOURCE = Cue(
    r"^(?:.{2,40} (?:đưa|đăng|viết)|(?:báo|tờ|trang|đài) .{2,40} có)(?: những| các)? (?:tin|bài|bài báo) (?:gì"
    r"|nào)\b[^?]{0,12}\?*$"
    r"|^what (?:did|does|has) .{2,40} report(?:ed)?\s*\?*$"
)
_CUES: tuple[tuple[AnswerKind, Cue], ...] = (
    ("archive", _SOURCE),
    ("chat", OUT_OF_REACH),
    (
        "comparison",
        Cue(
            r"\bso sánh\b|(?<!những )\bkhác (?:gì|thế nào|ra sao|như thế nào|nhau (?:gì|thế nào|ra sao"
            r"|như thế nào))\b"
            r"|\bđiểm (?:giống|khác)\b|\bvà\b[^?]* (?:nói|tuyên bố|có (?:ý kiến|quan điểm)) gì\b|\bai nói gì\b"
            r"|\bcompare\b|\bversus\b|\bvs\b|\bdifferences? between\b|\bhow do(?:es)? .+ differ\b"
            r"|\bсравни\w*|\bчем отлича\w*|\bв ч[её]м (?:разница|отличи\w*)|比较|对比|(?:什么|何)(?:不同|区别)"
            r"|違いは|比較"
        ),
    ),
    (
        "timeline",
        Cue(
            r"\bdiễn biến\b|\b(?:các|những|cột) mốc\b|\bmốc thời gian\b|\bdòng thời gian\b"
            r"|\bqua (?:các|từng) (?:năm|tháng|quý|giai đoạn)\b"
            r"|\btimeline\b|\bchronolog\w*|\bsequence of events\b|\bover the years\b|\bmilestones\b"
            r"|\bхронолог\w*|\bпо годам\b|\bход событий\b|时间线|来龙去脉|历年|经过如何|経緯|推移|時系列|年表"
        ),
    ),
    (
        "overview",
        Cue(
            r"^(?:bản |hãy )?(?:tóm tắt|tóm lược|tổng hợp|tổng quan|toàn cảnh|điểm lại)\b|\b(?:tin|tin tức|bài"
            r"|bài báo)"
            r"(?: (?:gì|nào|mới|nhất|nổi bật))* (?:về|liên quan)\b|^(?:nói|kể|thông tin)(?: \S+)? về\b"
            r"|\bcó gì (?:mới|đáng chú ý)\b"
            r"|^(?:tình hình|quan hệ|hợp tác|tiến độ)\b[^?]* (?:thế nào|ra sao|đến đâu)\b|\bhợp tác (?:những )?gì\b"
            r"|\b(?:hợp tác|phản ứng|xử lý|hỗ trợ|thiệt hại|kết cục|kết thúc|giọng điệu) (?:như )?(?:thế nào"
            r"|ra sao)\b"
            r"|\bcác (?:nước|bên)\b[^?]* (?:thế nào|ra sao)\s*\?*$|\bchuyện gì\b[^?]* xảy ra\b"
            r"|\btranh cãi\b[^?]* gì\b|\bbị (?:điều tra|cáo buộc|tố)\b[^?]* gì\b"
            r"|\b(?:gì|thế nào|ra sao|đến đâu)\b[^?]* (?:và|rồi)\b[^?]* (?:gì|thế nào|ra sao|ở đâu)\s*\?*$"
            r"|^summar\w+|\boverview\b|^what happened (?:with|to|in)\b|^tell me about\b|\b(?:news|updates) (?:on"
            r"|about|from)\b"
            r"|\bwhat is (?:going on|happening)\b|\b(?:relations|cooperation) (?:between|with)\b|^why and how\b"
            r"|\bрасскажи\w*|\bобзор\b|\bчто (?:происходит|известно)\b|\bновости (?:о|об|про|из)\b"
            r"|\bотношения(?: между| с)\b"
            r"|概述|总结|综述|怎么回事|进展如何|关系(?!到|的)|如何反应|概要|まとめ|について(?:教えて.*)?[。？?]*$"
            r"|状況は"
        ),
    ),
    (
        "list",
        Cue(
            r"\b(?:liệt kê|kể tên|danh sách)\b|^nêu (?:các|những|tên)\b|\b(?:gồm|những) (?:ai|gì)\b"
            r"|\b(?:những|các|hai|ba|bốn|năm|\d+)(?: (?!thế|khi|lúc)[^\s,?]+){1,3} (?:nào|gì)\b"
            r"|^list\b|^name (?:the|all|some|two|three)\b|\b(?:what|which)(?: \w+)? \w+[^\Ws]s (?:are|were|have)\b"
            r"|\bwhat are (?:the|some)\b|\bперечисли\w*|\bназовите\b|\bкакие\b|哪些|列出|列举|挙げて|一覧"
        ),
    ),
    (
        "why",
        Cue(
            r"\b(?:vì|tại|do|làm) (?:sao|đâu)\b|\b(?:lý do|nguyên nhân|bằng cách|làm cách)\b|\bthế nào\b|\bra sao\b"
            r"|\bwhy\b|\b(?:reason|cause)s?\b|\bhow (?:is|are|was|were|do|does|did|can|could|will|would|has|have"
            r"|to)\b"
            r"|\b(?:почему|зачем|каким образом|причин\w*)\b|(?:^|, )как (?!назыв|зовут|часто|долго|далеко|много)"
            r"|为什么|为何|原因|怎么|怎样|如何|なぜ|どうして|どのように|理由"
        ),
    ),
    # Any question word; then the names of figures and dates, which ask without one ("Giá vắc-xin").
    (
        "fact",
        Cue(
            r"\b(?:gì|nào|ai|bao (?:nhiêu|lâu|giờ|xa)|mấy|(?:ở|từ|đến|tới|tại) đâu|sao|phải không|đúng không"
            r"|có .+ không)\b"
            r"|\b(?:không|chưa)\s*\?*$|^(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should)\b"
            r"|\b(?:what|which|who|whom|whose|when|where|how)\b"
            r"|\b(?:что|чего|чему|кто|кого|кому|кем|когда|где|куда|откуда|(?:на)?сколько|как\w{0,3}|ли|чем|ч[её]м)\b"
            r"|什么|谁|哪|何|多[少大长高久远]|几|吗|是否|誰|どこ|いつ|いくら|いくつ|ど[のれ]|か[。？?]*$"
        ),
    ),
    (
        "fact",
        Cue(
            r"\b(?:giá(?! trị)|học phí|chi phí|kim ngạch|doanh thu|lợi nhuận|sản lượng|số (?:lượng|người|ca|tiền)"
            r"|tổng (?:số|vốn|mức)"
            r"|vốn (?:đầu tư|của)|tỷ (?:lệ|giá)|mức (?:lương|phạt|án|thuế)|dân số|diện tích|công suất|thời (?:hạn"
            r"|gian|điểm)"
            r"|hạn (?:nộp|chót)|ngày (?:sinh|khởi công|khai mạc|thành lập)|địa (?:chỉ|điểm))\b"
            r"|\b(?:price|cost|number|population|deadline|date|capacity|turnover)\b"
            r"|\b(?:цена|стоимость|число|население|срок|дата|товарооборот)\b|价格|人口|金额|截止|価格|値段|締め切り"
        ),
    ),
)
# With a question mark, a text of more words than this asks, whatever its words.
_TOPIC_WORDS = 6


def shape_asked(question: str) -> AnswerKind:
    """The shape of answer asked for: of the first cue that the question holds, precise ones before broad ones.

    A text that asks nothing is the name of a topic, of which an overview is wanted.
    """
    bare = not any(map(has_marks, tokens(question)))
    asked = without_courtesy(question)
    words = set(folded_tokens(_undated(asked)))
    if not asked or (words <= _CHAT and _CHAT_NOUN.search(question, bare=bare)):
        return "chat"
    if _ARCHIVE_NOUN.search(asked, bare=bare) and words <= _ARCHIVE:
        return "archive"
    kind = next((kind for kind, cue in _CUES if cue.search(asked, bare=bare)), None)
    if kind is None:
        kind = "fact" if asked.endswith(("?", "？")) and len(words) > _TOPIC_WORDS else "overview"
    return kind


def without_courtesy(question: str) -> str:
    """The question without a greeting and a "may I ask" before it; empty where it is nothing else."""
    bare = not any(map(has_marks, tokens(question)))
    while (match := _COURTESY.search(question, bare=bare)) and match.end():
        question = question[match.end() :]
    return question.strip()


def _undated(question: str) -> str:
    for mention in reversed(mentions(question, None)):
        question = f"{question[: mention.start]} {question[mention.end :]}"
    return question
