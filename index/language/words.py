"""Vietnamese words (and those of the other languages of questions) by the part they play, one table each.

Words are in lower case with their diacritics unless a comment says otherwise; who compares folded text folds them.
"""

import re


def word_set(line: str) -> frozenset[str]:
    """The words of a line, which white space parts, as a set."""
    return frozenset(line.split())


# A class of a pattern: the capital letters, one by one. In Unicode's order capital and small letters take turns, so
# that "À-Ỹ" holds both.
CAPITAL = "[" + "".join(filter(str.isupper, map(chr, range(0x1F00)))) + "]"

# --- People ----------------------------------------------------------------------------------------------

FORMS_OF_ADDRESS = word_set("ông anh chú cậu thầy mr sir господин bà cô chị mrs ms miss madam госпожа")
# Academic, medical and honorary degrees, as they are shortened before a name: "PGS.TS", "BSCKII".
DEGREES = word_set("gs pgs ts tskh ths bs bscki bsckii cki ckii ck1 ck2 ds ks kts ls nsnd nsưt dr prof professor")
# What stands before a person's name and is no part of it.
ADDRESS = FORMS_OF_ADDRESS | DEGREES | word_set("em bé cụ bác")
# What a person is; a name need not follow.
PERSONS = ADDRESS | word_set("cháu con tên nhân tượng can cáo phạm gái trai vợ chồng mẹ cha bố")
# Offices and occupations, by their last word ("bác sĩ Lê Văn Tám"), and those of them that are a state's.
ROLES = word_set(
    "sĩ sư tướng thống trưởng đốc tịch sứ thư viên ca president minister director chairman secretary doctor"
    " ambassador президент министр директор посол"
)
ROLES_OF_STATES = word_set("tướng thống president minister президент министр")
# Ranks, the accused, and others whose name follows, by the last word.
RANKS = word_set("tá uý ký vệ hậu chúa vua vương lý vấn ngôn báo")
# Any of these before a name makes it a person's.
TITLES = PERSONS | ROLES | RANKS
# Chinese and Japanese titles, which follow the name, as a pattern.
CJK_TITLES = "先生|女士|总统|主席|部长|总理|博士|院长|总经理|首相|大統領|大臣|氏|さん|社長|会長"
# How newspapers sign what they do not sign with a name: reporters, contributors, the desk.
NEWSROOM = word_set("pv ctv bbt nv bt btv")

# --- Organisations -----------------------------------------------------------------------------------------

# The words that the names of organisations begin with.
ORGANISATION_HEADS = (
    *("bộ", "công ty", "cục", "đại học", "học viện", "hãng", "hiệp hội", "hội", "liên minh", "ngân hàng", "quỹ", "sở"),
    *("tập đoàn", "tổng công ty", "trung tâm", "ủy ban", "uỷ ban", "viện"),
)
# As well, in running text.
PLAIN_HEADS = ("doanh nghiệp", "trường", "bệnh viện", "ubnd", "đh", "bv", "cđ", "cty")
# English and Russian words that names of organisations hold somewhere, and what Chinese and Japanese names end with.
FOREIGN_HEADS = word_set(
    "university bank fund foundation institute ministry company group corporation association hospital agency council"
    " center centre университет банк фонд институт министерство компания"
)
# More that they begin with in news. Those of one syllable count with a capital only ("cán bộ" is no ministry); the
# others without one too, where the name follows at once.
MORE_HEADS = (
    *("ban", "ban quản lý", "báo", "bộ chỉ huy", "bộ tư lệnh", "chi cục", "công an", "cơ quan", "đài"),
    *("đài truyền hình", "đảng", "đoàn", "hãng hàng không", "hãng thông tấn", "hãng tin", "hđnd", "hội đồng", "kênh"),
    *("kênh truyền hình", "liên đoàn", "mạng xã hội", "mặt trận", "quốc hội", "tạp chí", "tand", "thanh tra"),
    *("thành uỷ", "tỉnh uỷ", "toà án", "tổ chức", "tổng cục", "trang", "tờ", "trường đại học", "văn phòng", "vksnd"),
)
# Behind these a foreign name is whole by itself: "tập đoàn Samsung" is Samsung.
COMPANY_HEADS = frozenset(
    ("công ty", "hãng", "hãng hàng không", "kênh", "mạng xã hội", "ngân hàng", "tập đoàn", "tổ chức")
)
# Behind these any name is: "báo Tuổi Trẻ".
PUBLISHERS = frozenset(
    ("báo", "đài", "đài truyền hình", "hãng thông tấn", "hãng tin", "kênh truyền hình", "tạp chí", "trang", "tờ")
)
# English words in the names of companies and newspapers, beside `FOREIGN_HEADS`.
COMPANY_WORDS = FOREIGN_HEADS | word_set("airlines corp news times post journal")
# One head in two ways to write it.
SAME_HEADS = {"đh": "đại học", "trường đại học": "đại học"}
# What no name ends with.
OPEN_ENDS = word_set("tp tnhh cp mtv thcs thpt ubnd trung bộ sở")
# Words of two syllables that names go on with in small letters, and words that lead to another capital.
NAME_TAILS = frozenset(("nông thôn", "vận tải", "nhân dân", "tối cao", "cổ phần", "cảnh sát"))
CONNECTED = word_set("tỉnh huyện thành phố xã thị trung ương quốc gia bang")
NAME_ENDS = word_set(
    "của với ở tại là đã sẽ đang được cho từ trong này có vừa cũng thì bị do theo về vào ra để khi nói yêu tuyên đưa"
    " phải chưa trước sau nhưng trên đến cùng mới vẫn còn lại nêu khoá qua gồm như"
)
CJK_HEADS = "公司|集团|银行|銀行|大学|研究所|基金会|財団|協会|协会|医院|病院"

# --- Stop words --------------------------------------------------------------------------------------------

# Words that hold a sentence together and tell nothing by themselves, by language (ISO 639-1); of Chinese and Japanese,
# characters. Who compares words adds what tells nothing there.
STOP_WORDS = {
    "vi": word_set(
        "là và của có các những một này đó kia được bị cho với trong ngoài tại ở từ đến tới về vào ra lên để mà thì khi"
        " vì do đã đang sẽ cũng còn lại mới hơn gần khoảng chừng nhưng theo con cùng mỗi trước sau không chưa chỉ hiện"
        " nay nhiều nó tôi bao ấy riêng nhất phải"
    ),
    "en": word_set(
        "the a an of in on at by for with from to and or that this these those it its is are was were be been has have"
        " had will would as which who whom whose their there his her he she they about not no"
    ),
    "ru": word_set(
        "и а но в во на с со к ко у о об от из за по для до при не ни же бы ли это этот эта эти тот он она оно они его"
        " ее её их им был была было были есть будет что кто как когда где почему сколько там тогда так уже ещё еще"
    ),
    "zh": frozenset(
        "的了是在有和与对从给向为把被就都也还要会能这那个们吗呢啊吧一上下中里得地到以其之第个年月日最后又再"
    ),
    "ja": frozenset("のはがをにでとへもやかねよてだたすまれらりるいんさせこそあうくしでど年月日"),
}

# --- News ----------------------------------------------------------------------------------------------------

# What an article's text opens with: place and agency, "Huế, 7/7 (TTXVN) - ", or the agency alone, "(TTXVN) - ",
# "VOV.VN - ". Match it where the text begins, or behind the place.
DATELINE = re.compile(
    r"(?:(?P<place>[^\n(]{0,40})\((?P<agency>[^()\n]{1,40})\)|(?P<sign>[A-Z][A-Z0-9+.]{1,14})(?=\s?[-–—]\s))\s*[-–—]"
)
