"""Follow-up questions, without a language model: each is put into the context of the question before it.

    "Nói rõ hơn"       asks for more: the last question again, without what was quoted
    "Hạn nộp khi nào?" anything else: may go on from the last question, which is then its context

Whether it does is not told by its words: both ways are searched, and `rag.passages.following` chooses.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.language.cues import Cue
from index.language.detection import detect_language
from index.language.entities import entities
from index.language.gazetteer import VIETNAM
from index.language.text import folded_tokens, has_marks, tokens
from rag.question.shape import shape_asked
from rag.records.search import Query, Turn

_MORE = Cue(
    r"^(?:(?:thế|vậy|rồi|bạn|xin|hãy|làm ơn|cho (?:tôi|mình|em)(?: biết| hỏi)?) )*"
    r"(?:(?:còn )?(?:có )?(?:gì|ai|điều gì|thông tin gì) (?:nữa|khác|thêm)(?: không| ko)?|còn nữa không"
    r"|(?:nói|kể|cho biết|giải thích|trình bày|mô tả)(?: rõ| kỹ| thêm| tiếp| cụ thể| chi tiết)+"
    r"|(?:cụ thể|chi tiết|rõ|kỹ)(?: là)?(?: hơn| thêm)*|thêm (?:thông tin|chi tiết)|tiếp(?: tục)?|nữa)"
    r"(?: hơn| nữa| đi| xem| được không| về (?:chuyện|việc|vụ|điều) (?:này|đó))*\s*[?.!]*$"
    r"|^(?:(?:and|please|can you|could you)[\s,]+)*(?:tell me more|more(?: details?| information)?|(?:in )?more detail"
    r"|(?:what|anything|who) else|go on|continue|elaborate|explain(?: more)?|say more|details)"
    r"(?: please| about (?:it|this|that)| in detail)*\s*[?.!]*$"
    r"|^(?:расскажи(?:те)?|поясни(?:те)?)? ?(?:по)?(?:подробнее|больше|ещё|еще)(?: об этом| что-нибудь)?\s*[?.!]*$"
    r"|^(?:что|кто) (?:ещё|еще)\s*[?.!]*$"
    r"|^(?:请)?(?:详细|具体|再|继续)?(?:说说|讲讲|介绍)(?:一下|详细|更多)*[。？?]*$|^(?:还有(?:什么|呢|吗)*|更多|继续)[。？?]*$"
    r"|^もっと(?:詳しく|教えて)?(?:ください)?[。？?]*$|^(?:詳しく|他に(?:は|も|何か)*|続けて)(?:教えて|ください)*[。？?]*$"
)


# "Còn Nhật Bản thì sao?", the group `x`: the same question about something else.
_ABOUT = Cue(
    r"^(?:(?:thế|vậy|rồi|và|ok)[\s,]+)*(?:(?:thế |vậy )?(?:còn|với|đối với|riêng)\s+(?P<x1>[^?!]+?)"
    r"(?:\s+thì(?: (?:sao|thế nào|như thế nào|ra sao))?)?|(?P<x2>[^?!]+?)\s+thì sao)\s*[?.!]*$"
    r"|^(?:(?:and|so|but)\s+)?(?:what|how) about\s+(?P<x3>[^?!]+?)\s*\?*$|^and\s+(?P<x4>[^?!]+?)\s*\?*$"
    r"|^(?:а|и|а как насч[её]т)\s+(?P<x5>[^?!]+?)\s*\?*$|^(?:那么?)?(?P<x6>[^？?]+?)(?:呢|怎么样)[？?]*$"
    r"|^(?:では、?)?(?P<x7>[^？?]+?)(?:は|はどうですか|はどう)[？?]*$"
)


def in_context(query: Query, history: Sequence[Turn]) -> Query:
    """The query with its `context`; the same object where nothing was asked before.

    `history` is oldest first. A query that asks for more becomes the last question, with what was `shown` before; one
    that only names something else becomes the last question with that name.
    """
    turns = with_topic(history)
    if not turns:
        return query
    bare = not any(map(has_marks, tokens(query.text)))
    if _MORE.search(query.understood, bare=bare) or _MORE.search(query.text, bare=bare):
        shown = tuple(words for turn in history for words in turn.cited)
        return replace(query, understood=turns[-1].understood, shown=shown)
    questions = _matter(turns)
    about = _ABOUT.search(query.understood, bare=bare)
    if about is not None:
        start, end = about.span(about.lastgroup or 0)
        for before in reversed(questions):
            if (renamed := _renamed(query.understood[start:end], before, query)) is not None:
                return replace(query, understood=renamed, language=detect_language(renamed))
    return replace(query, context=" ".join(questions))


def _matter(turns: Sequence[Turn]) -> list[str]:
    """The last question that stood alone, and the last that went on from it."""
    questions: list[str] = []
    for turn in turns:
        context = " ".join(questions)
        if context and turn.understood.startswith(f"{context} "):
            questions = [questions[0], turn.understood[len(context) + 1 :]]
        else:
            questions = [turn.understood]
    return questions


def _renamed(phrase: str, before: str, query: Query) -> str | None:
    """The question before with the one name or date of the phrase in the place of its own of that kind.

    None where that is not clear: the phrase says more, or there are several.
    """
    new = entities(phrase, query.asked_on)
    if len(new) != 1:
        return None
    rest = folded_tokens(f"{phrase[: new[0].start]} {phrase[new[0].end :]}")
    known = entities(before, query.asked_on)
    old = [one for one in known if one.kind == new[0].kind and one.key not in (new[0].key, VIETNAM)]
    if len(set(rest) - set(folded_tokens(before))) > 1 or len({one.key for one in old}) != 1:
        return None
    name = new[0].name.title() if new[0].kind != "date" and phrase == phrase.lower() else new[0].name
    for one in reversed(old):
        before = before[: one.start] + name + before[one.end :]
    return before[:1].upper() + before[1:]


def with_topic(history: Sequence[Turn]) -> list[Turn]:
    """The turns that are about something in the articles, in their order."""
    return [turn for before, turn in enumerate(history) if _has_topic(turn, answered=before > 0)]


def _has_topic(turn: Turn, *, answered: bool) -> bool:
    shape = shape_asked(turn.understood, answered=answered)
    return bool(tokens(turn.understood)) and shape not in ("chat", "archive", "revision")
