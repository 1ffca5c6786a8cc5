"""Whether an answer holds what a right one does, and nothing that a right one does not: regular expressions.

What is to be there is sought in the answer and in what it cites, what is not to be there in the answer alone, of the
first citations only. Case is ignored, and so are Unicode forms, Markdown's marks, citation markers and odd spaces.
"""

import re
import unicodedata
from collections.abc import Sequence

from eval.records import Patterns, Result
from rag.records.answers import Answer

# So many citations of an answer are looked at: the first say what was asked.
LOOKED_AT, LOOKED_AT_OF_OVERVIEWS = 3, 8
# The share of its facts that makes an overview right.
ENOUGH = 0.6
_UNSEEN = re.compile(r"[*`]+|__+|\[\d+\]|[\u200b\u2060\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
# That the articles do not say, in the words of an answer: who does not, the denial, and what they do not do.
_DENIALS = (
    r"\b(bài|kho|nguồn|tài liệu)\b[^.!?\n]{0,60}\b(không|chưa)\b[^.!?\n]{0,25}"
    r"\b(nói|nêu|cho biết|đề cập|nhắc|ghi|có (thông tin|bài|dữ liệu|số liệu))",
    r"\b(không|chưa) (tìm )?(có|thấy) (bài|tin|thông tin|dữ liệu|số liệu)\b",
    r"\b(không|chưa) (một )?bài( báo| viết)? nào\b",
    r"\b(articles?|archive|sources?)\b[^.!?\n]{0,40}\b(do|does|did)(n't| not)\b[^.!?\n]{0,25}"
    r"\b(say|state|mention|tell|report|give|contain)",
    r"\b(none of the (articles|sources)\b|no (article|information|source)\b)",
    r"стать[^.!?\n]{0,40}не (говор|сообща|указ|упомин)",
    r"(文章|报道)[^。！？\n]{0,20}(没有|未)",
    r"記事[^。！？\n]{0,30}(ない|いません|ません)",
)
_DENIES = re.compile("|".join(_DENIALS), re.IGNORECASE)


def pattern_scores(result: Result) -> dict[str, float]:
    """`right`, and of overviews `facts`, the share of what is to be there; nothing where the case has no patterns."""
    answer, patterns = result.answer, result.gold.patterns
    if answer is None or patterns is None:
        return {}
    said, everything = _looked_at(answer, patterns)
    share = _share(patterns.has, everything)
    if patterns.expect == "decline":
        corrected = bool(patterns.has) and share == 1
        return {"right": float(answer.abstained or corrected or bool(_DENIES.search(said)))}
    silent = answer.abstained and patterns.expect != "chat"
    wrong = silent or (bool(patterns.lacks) and _share(patterns.lacks, said) > 0)
    if patterns.expect == "overview":
        facts = 0.0 if silent else share
        return {"right": float(not wrong and facts >= ENOUGH - 1e-9), "facts": facts}
    return {"right": float(not wrong and share == 1)}


def _looked_at(answer: Answer, patterns: Patterns) -> tuple[str, str]:
    """The answer up to the first citation that does not count, and the same with the words that it cites."""
    most = LOOKED_AT_OF_OVERVIEWS if patterns.expect in ("overview", "chat") else LOOKED_AT
    further = answer.citations[most:]
    said = _plain(answer.text[: further[0].start] if further else answer.text)
    cited = (source.cited_text for citation in answer.citations[:most] for source in citation.sources)
    return said, "\n".join((said, *map(_plain, cited)))


def _share(patterns: Sequence[str], text: str) -> float:
    found = [re.search(pattern, text, re.IGNORECASE) is not None for pattern in patterns]
    return sum(found) / len(found) if found else 1.0


def _plain(text: str) -> str:
    return _SPACES.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text))).strip()
