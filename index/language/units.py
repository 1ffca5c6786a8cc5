"""Units of measure, and what news counts (people, projects, countries), in Vietnamese and English; not money.

Units are told apart rather than converted: 5 km is not 5,000 m here. Everyone counted is a `person`, so that "1.200 kỹ
sư" can be said again as "1.200 người".
"""

import re

_FORMS = {
    "age": "tuổi|years? old|year-olds?",
    "year": "năm|years?|年",
    "month": "tháng|months?",
    "week": "tuần|weeks?",
    "day": "ngày|days?",
    "hour": "giờ|tiếng|hours?",
    "minute": "phút|minutes?",
    "m2": "m2|m²|mét vuông|square met(?:re|er)s?",
    "km": "km|ki-lô-mét|cây số|kilomet(?:re|er)s?",
    "m": "m|mét|met(?:re|er)s?",
    "ha": "ha|héc-ta|hecta|hectares?",
    "kg": "kg|ki-lô-gam|kilograms?",
    "tonne": "tấn|tonnes?|tons?",
    "litre": "lít|lit(?:re|er)s?",
    "mw": "mw|megawatts?",
    "kw": "kw",
    "kv": "kv",
    "gw": "gw",
    "times": "lần|times|-fold",
    "dose": "liều|doses?",
    "scholarship": "suất|học bổng|(?:full |partial |master's |phd |doctoral )?scholarships?",
    "project": "dự án|projects?",
    "company": "doanh nghiệp|công ty|compan(?:y|ies)|enterprises?|firms?|businesses",
    "country": "nước(?! (?:tinh|sạch|biển))|quốc gia|countries|country|nations?",
    "household": "hộ|hộ dân|households?",
    "case": "ca|vụ|trường hợp|cases?",
    "flight": "chuyến|flights?",
    "person": (
        "người|bác sĩ|bệnh nhân|binh sĩ|cán bộ|chuyên gia|công dân|công nhân|du học sinh|đại biểu|điều dưỡng|giảng viên"
        "|giáo viên|hành khách|học sinh|học viên|khách(?! sạn)|kỹ sư|lao động|lưu học sinh|nạn nhân|nghiên cứu sinh"
        "|nghiên cứu viên|nhà nghiên cứu|nhân sự|nhân viên|sinh viên|thí sinh|tình nguyện viên|trẻ em|trẻ|ứng viên"
        "|people|persons?|students?|engineers?|lecturers?|trainees?|patients?|experts?|workers?|volunteers?|doctors?"
        "|nurses?|children|researchers?|participants?|delegates?|residents?|specialists?|candidates?|graduates?"
        "|teachers?|members? of staff|employees?|officials?|technicians?"
    ),
}
_UNIT = re.compile(f"(?:{'|'.join(f'(?P<{unit}>{forms})' for unit, forms in _FORMS.items())})(?![^\\W\\d_])")
UNITS = frozenset(_FORMS)
# Times and ages, and how often: they say too little of what they measure to tell one figure from another.
TIMES = frozenset(["age", "year", "month", "week", "day", "hour", "minute", "times"])


def unit_at(text: str, place: int = 0) -> str:
    """The unit, one of `UNITS`, that stands at a place of a text in lower case; empty where none does."""
    found = _UNIT.match(text, place)
    return (found and found.lastgroup) or ""
