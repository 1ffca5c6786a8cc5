"""What number words are worth in Vietnamese and English, the scales of Russian, and Chinese numerals."""

from index.language.words import word_set


def _words(line: str) -> list[str]:
    return line.split()


_TO_NINE = range(1, 10)
VIETNAMESE_UNITS = dict(zip(_words("một hai ba bốn năm sáu bảy tám chín"), _TO_NINE, strict=True)) | {
    "không": 0,
    "bẩy": 7,
}
ENGLISH_UNITS = dict(zip(_words("one two three four five six seven eight nine"), _TO_NINE, strict=True))
UNITS = VIETNAMESE_UNITS | ENGLISH_UNITS
TEENS = dict(
    zip(
        _words("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
        range(10, 20),
        strict=True,
    )
)
TENS = dict(zip(_words("twenty thirty forty fifty sixty seventy eighty ninety"), range(20, 100, 10), strict=True)) | {
    "mười": 10
}
SHORT_TENS = {"mốt": 1, "lăm": 5, "nhăm": 5}
# "Hai mươi năm" is twenty years; five after tens is "lăm".
AFTER_TENS = {word: value for word, value in UNITS.items() if word not in ("năm", "không")} | SHORT_TENS | {"tư": 4}
HUNDRED = ("trăm", "hundred")
LINKS = ("linh", "lẻ", "and")

_RUSSIAN = {"тысяч": 10**3, "миллион": 10**6, "миллиард": 10**9, "триллион": 10**12}
SCALES = {
    "chục": 10,
    **dict.fromkeys(HUNDRED, 100),
    # After digits, words typed without diacritics are as clear.
    **dict.fromkeys(_words("nghìn ngàn nghin ngan thousand тыс"), 10**3),
    "vạn": 10**4,
    **dict.fromkeys(_words("triệu trieu million mn млн"), 10**6),
    **dict.fromkeys(_words("tỷ tỉ ty ti billion bn млрд"), 10**9),
    **dict.fromkeys(_words("trillion трлн"), 10**12),
    **{stem + ending: value for stem, value in _RUSSIAN.items() for ending in ("", "а", "и", "у", "ов")},
}
# "Tỷ lệ", "tỷ phú", "triệu chứng" are words of their own.
_AFTER_BILLION = word_set("lệ số giá trọng phú suất mỉ le so gia trong phu suat")
_AFTER_MILLION = word_set("chứng tập phú hồi chung tap phu hoi")
OTHER_WORDS = dict.fromkeys(_words("tỷ tỉ ty ti"), _AFTER_BILLION) | dict.fromkeys(("triệu", "trieu"), _AFTER_MILLION)
ONE_AND_A_HALF = ("полтора", "полторы")

# Before these, and units of money, a single number word is a number: "ba người".
CLASSIFIERS = word_set(
    "người con chiếc cái ngày tháng năm tuần giờ phút lần vụ ca nước tỉnh huyện xã tàu xe nhà căn ngôi tấn tạ kg "
    "km mét đô học nạn trẻ cầu trận hộ quốc trường bệnh chuyến cuộc đợt đội loại nhóm phiên tầng"
)
# What may follow digits without a blank, beside units of money.
ATTACHED = word_set("km kg cm mm ha m")
BEFORE_DATES = word_set("ngày tháng năm quý mùng mồng thứ")
# "Vài triệu", "hàng tỷ" say no number.
VAGUE = word_set("vài mấy hàng chục trăm nghìn ngàn")

CJK_DIGITS = {
    sign: value for value, signs in enumerate(_words("〇零 一 二两兩 三 四 五 六 七 八 九")) for sign in signs
}
CJK_SMALL = {"十": 10, "百": 100, "千": 1000}
CJK_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
CJK_SCALES = CJK_SMALL | CJK_LARGE
CJK_NUMERALS = "".join([*CJK_DIGITS, *CJK_SCALES])
CJK_DATES = frozenset("年月日号號時时")
BEGINNINGS = frozenset([*UNITS, *TEENS, *TENS, *SCALES, *ONE_AND_A_HALF, "nửa", "half", "a"])
