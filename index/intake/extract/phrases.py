"""What Vietnamese news sites write around their articles, folded (see `index.language.text.fold`).

Everything here is matched against a whole line, or the beginning of a short one; never inside a sentence.
"""

import re

from index.intake.extract.extraction import Reason


def _phrases(words: str) -> frozenset[str]:
    return frozenset(part.strip() for part in words.split("|"))


# Headings of the sections that stand beside an article or follow it.
_SECTIONS: dict[Reason, frozenset[str]] = {
    "related": _phrases(
        "tin lien quan|tin bai lien quan|bai lien quan|bai viet lien quan|cac tin lien quan|cac bai lien quan|"
        "tin tuc lien quan|noi dung lien quan|tin, bai lien quan|su kien lien quan|video lien quan|"
        "co the ban quan tam|ban co the quan tam|co the ban se thich|ban co the thich|goi y cho ban|danh cho ban|"
        "tin cung chuyen muc|cung chuyen muc|bai cung chuyen muc|bai viet cung chuyen muc|cung chuyen de|"
        "tin cung chuyen de|cung chu de|tin cung chu de|bai viet cung chu de|cung su kien|tin cung su kien|"
        "tin cung muc|bai cung muc|tin khac|cac tin khac|tin tuc khac|cac bai khac|bai khac|tin bai khac|"
        "bai viet khac|cac bai viet khac|"
        "cac tin da dua|tin da dua|cac bai da dua|tin cu hon|cac tin cu hon|tin moi hon|cac tin moi hon|"
        "xem them|doc them|doc tiep|xem tiep|moi doc them|moi ban doc xem them|moi quy vi xem them|nen xem|nen doc|"
        "dung bo lo|khong the bo lo|tin moi|tin moi nhat|moi nhat|tin moi cap nhat|moi cap nhat|bai moi|"
        "bai viet moi|bai moi nhat|tin noi bat|tin tuc noi bat|tin tieu diem|tieu diem|tin nong|tin hot|"
        "tin tuc moi nhat|bai viet moi nhat|bai tiep theo|tin tiep theo|bai viet tiep theo|bai truoc|tin trong ngay|"
        "thong tin lien quan|related news|related articles|related posts|related|read more|more news"
    ),
    "most-read": _phrases(
        "doc nhieu|doc nhieu nhat|tin doc nhieu|tin doc nhieu nhat|bai doc nhieu|bai doc nhieu nhat|xem nhieu|"
        "xem nhieu nhat|tin xem nhieu|tin xem nhieu nhat|bai xem nhieu|doc nhieu trong ngay|doc nhieu trong tuan|"
        "nhieu nguoi doc|duoc doc nhieu|duoc doc nhieu nhat|duoc quan tam|duoc quan tam nhat|quan tam nhieu|"
        "tin duoc quan tam|duoc xem nhieu nhat|binh luan nhieu|most read|most viewed|popular|trending"
    ),
    "multimedia": _phrases(
        "multimedia|media|thu vien anh|thu vien video|video noi bat|video moi|video moi nhat|tin anh|tin video|"
        "infographics|emagazine|e-magazine|podcast|anh - video|anh va video|video - anh|video/clip"
    ),
    "comments": _phrases(
        "binh luan|binh luan ban doc|y kien ban doc|y kien cua ban|y kien doc gia|ban doc binh luan|"
        "gui binh luan|viet binh luan|binh luan cua ban|nhap binh luan|phan hoi|gui phan hoi|gui y kien|comments|"
        "comment|leave a comment|de lai binh luan"
    ),
    "tags": _phrases("tags|tag|tu khoa|chu de|cac tu khoa|keywords"),
}
SECTION_OF: dict[str, Reason] = {phrase: reason for reason, phrases in _SECTIONS.items() for phrase in phrases}

_SHARE = _phrases(
    "chia se|chia se bai viet|chia se bai viet nay|chia se facebook|chia se qua email|facebook|twitter|zalo|linkedin|"
    "pinterest|messenger|telegram|email|copy link|copy|lay link|sao chep lien ket|sao chep|da sao chep|in bai viet|"
    "in bai|in trang|in|ban in|luu bai|luu bai viet|luu|thich|like|share|tweet|nghe doc bai|nghe bai viet|nghe bao|"
    "nghe audio|nghe|doc bai viet|co chu|kich thuoc chu|chu to|chu nho|a a|aa|a- a a+|a- a+|a+ a-|theo doi|"
    "theo doi chung toi|google news|gui email|gui bai viet|gui mail|quan tam|bao loi|gop y|thich trang|xem tren|"
    "doc bao in|tuong phan|giong nu|giong nam|nu mien bac|nam mien bac|nu mien nam|nam mien nam|toc do doc|"
    "tang tac gia|link bai goc|link goc|qr code|print|save|luu tin|gui tin|gui cho ban be|tin nhan|a|a+|a-|"
    "tang co chu|giam co chu|co chu mac dinh|mac dinh|in tin|bookmark|sao chep link|viber|mail|luot xem|luot doc"
)
_SHARE_PATTERN = re.compile(
    r"(?:theo doi|follow|doc tin|cap nhat tin) .{2,60} (?:tren|qua)(?: (?:google ?news|google|facebook|zalo"
    r"|youtube|tiktok|app)"
    r".{0,20})?|(?:chia se|binh luan|thich|luu|share|luot xem|\d+ luot xem|luot doc)[ :|(]*\d*[ )]*"
    r"|(?:nghe|doc) (?:bai viet|noi dung|tin) (?:nay|bang giong doc).{0,40}"
)
# Several of them in one line, as a toolbar reads: "Chia sẻ Facebook Zalo", "A- A A+ Lưu tin 4:12".
_TOOLBAR = re.compile(
    r"(?:(?:" + "|".join(sorted(map(re.escape, _SHARE), key=len, reverse=True)) + r"|[\d.:]+)(?!\w)[\s|,:·/()]*)+"
)
_NAVIGATION = _phrases(
    "trang chu|home|menu|tim kiem|dang nhap|dang ky|dang xuat|skip to content|danh muc|chuyen muc|chuyen trang|"
    "tat ca chuyen muc|dong|mo rong|thu gon|xem tat ca|quang cao|advertisement|ads|breaking news|news|"
    "trang nhat|tin tuc|bao in|tin bai|english|trang truoc|trang sau|trang tiep|"
    "xem tiep trang sau|tieng viet|xem chi tiet|chi tiet|tai tro|len dau trang|ve dau trang|rss"
)
_PLACEHOLDERS = _phrases(
    "null|undefined|nan|[object object]|loading|loading...|xin cho trong giay lat|dang tai|dang tai du lieu|"
    "vui long cho|vui long bat javascript|your browser does not support the video tag|"
    "trinh duyet cua ban khong ho tro|0:00|00:00|0:00 / 0:00"
)
_FOOTER = re.compile(
    r"(?:(?:pho )?tong bien tap|(?:so )?giay phep(?: so| hoat dong| xuat ban)?|co quan chu quan|co quan ngon luan|"
    r"toa soan|tru so(?: chinh| toa soan)?|dia chi|dien thoai|hotline|duong day nong|e-?mail|fax"
    r"|lien he(?: quang cao| "
    r"toa soan)?|chiu trach nhiem(?: noi dung| xuat ban)?|thiet ke(?: va phat trien)? boi|phat trien boi|website|tel)"
    r"(?: ?[:.]| so \d).{0,200}"
    r"|(?:©|\(c\)|copyright|ban quyen thuoc|ghi ro nguon|all rights reserved|giay phep so"
    r"|vui long ghi ro nguon).{0,200}"
    r"|.{0,80}(?:all rights reserved|giu ban quyen)\.?"
)
_LICENCE = re.compile(r"giay phep [^.]{0,60}so:? ?\d[^.]{0,20}/(?:gp|giay phep|cbc|bttt)")
_CODE = re.compile(
    r"(?:<!--|-->|<!\[CDATA|\]\]>|/\*|\*/|[<>{}\[\]();,\s|/\\_=~*#+.-])+"
    r"|(?:var|let|const) \w+ ?=.*|function ?\w* ?\(.*|\(function.*|(?:window|document|googletag|dataLayer"
    r"|adsbygoogle|jQuery)[.\[( ].*"
    r"|\$\(.*|@media .*|[.#]?[\w-]+(?: [.#]?[\w-]+)* ?\{.*[:;].*\}?|</?[a-z][^<>]*>(?:</?[a-z][^<>]*>|\s)*"
    r"|\{\{.*\}\}",
    re.IGNORECASE,
)
_HOMES = tuple(home + mark for home in ("trang chu", "trang nhat", "home") for mark in (" ", ">", "/", "|", "»", "›"))
# The longest line that any of these may be matched against.
LONGEST = 300


def standing_reason(text: str, folded: str) -> Reason | None:
    """Why a line cannot be part of an article wherever it stands; None for all others. Both in NFC."""
    if len(text) > LONGEST:
        return None
    bare = folded.strip(" .:…|>»›-–•*")
    if bare in _PLACEHOLDERS or _CODE.fullmatch(text):
        return "markup"
    if bare in _SHARE or _SHARE_PATTERN.fullmatch(bare) or _is_toolbar(folded):
        return "share"
    if bare in _NAVIGATION or is_breadcrumb(text, folded):
        return "navigation"
    return None


def _is_toolbar(folded: str) -> bool:
    return len(folded) <= 120 and re.search("[a-z]", folded) is not None and _TOOLBAR.fullmatch(folded) is not None


def is_footer(text: str, folded: str) -> bool:
    """The site's own lines at the end of its pages. An article may hold the like (an address), so only there."""
    return len(text) <= 2 * LONGEST and (_FOOTER.fullmatch(folded) or _LICENCE.search(folded)) is not None


def is_breadcrumb(text: str, folded: str) -> bool:
    """`Trang chủ Kinh tế Doanh nghiệp`, `Thời sự > Chính trị`, `Trang nhất / Kinh tế`."""
    if len(text) > 120:
        return False
    if folded.startswith(_HOMES) or re.fullmatch(r"(?:xem tiep )?trang \d{1,2}(?: ?/ ?\d{1,2})?", folded):
        return True
    parts = [part for part in re.split(r"[<>»›«‹]+", text) if part.strip()]
    return len(parts) > 1 and all(len(part.split()) <= 5 for part in parts)


def section_reason(text: str, folded: str) -> Reason | None:
    """What a section heading announces; None for a line that is none."""
    if len(text) > 60:
        return None
    bare = re.sub(r"\s*\(\d+\)$|^[\d\W_]+|[\W_]+$", "", folded)
    return SECTION_OF.get(bare)


# Outlets that `Theo ...` and `Nguồn: ...` name in two or more words like a person's name.
OUTLETS = _phrases(
    "ttxvn|thong tan xa viet nam|vietnam+|vietnamplus|vgp|vov|vtv|vnexpress|tuoi tre|tuoi tre online|thanh nien|"
    "dan tri|"
    "lao dong|nguoi lao dong|nhan dan|tien phong|vietnamnet|zing|znews|bao chinh phu|quan doi nhan dan|"
    "cong an nhan dan|"
    "dai doan ket|ha noi moi|sai gon giai phong|phu nu viet nam|phap luat|nong nghiep|suc khoe va doi song|"
    "suc khoe & doi song|reuters|afp|ap|bbc|cnn|tan hoa xa|xinhua|tass|ria novosti|sputnik|kyodo|yonhap|bloomberg|"
    "the guardian|new york times|guardian|cafef|vneconomy|vietnam news|tin tuc|bao tin tuc|the gioi va viet nam"
)
