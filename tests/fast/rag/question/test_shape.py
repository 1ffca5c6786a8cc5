"""What a question asks for, told by the fitted classifiers: of questions that others wrote, and unmistakable ones."""

import zlib

import pytest

from eval.studies.shapes import TEST, TRAIN, read_questions, without_diacritics
from index.language.text import fold
from rag.question.shape import SHAPES, TYPES, runs, shape_asked, type_asked
from rag.records.search import AnswerKind

ASKED = read_questions(TEST)
_UNMISTAKABLE: dict[AnswerKind, tuple[str, ...]] = {
    "fact": ("Cầu Sông Hồng dài bao nhiêu mét?", "Ai là giám đốc trung tâm?", "有多少学生？", "Сколько студентов?"),
    "why": ("Vì sao cầu chậm thông xe?", "Why is the bridge late?", "Почему мост закрыт?", "为什么桥关闭？"),
    "list": ("Liệt kê các nhà thầu", "Which companies are building the bridge?", "Какие компании строят мост?"),
    "timeline": ("Diễn biến vụ cháy chợ", "Timeline of the bridge project", "大桥项目的时间线"),
    "comparison": ("So sánh học bổng Pháp và học bổng Đức", "Compare the two bridges", "比较两座桥"),
    "overview": ("Quan hệ Việt Nam - Pháp ra sao?", "Có tin gì về cà phê không?", "Новости о кофе"),
    "archive": ("Tin mới nhất là gì?", "How many articles do you have?", "Bạn có những bài báo nào?"),
    "chat": ("Xin chào", "Cảm ơn bạn nhiều nhé!", "What can you do?", "Спасибо", "こんにちは"),
}


@pytest.mark.parametrize(
    ("kind", "question"), [(kind, asked) for kind, those in _UNMISTAKABLE.items() for asked in those]
)
def test_question_asks_for_one_shape_of_answer(kind: AnswerKind, question: str) -> None:
    assert shape_asked(question) == kind
    assert shape_asked(fold(question)) == kind


def test_nine_in_ten_questions_of_others_are_told() -> None:
    for questions in (ASKED, without_diacritics(ASKED)):
        told = [shape_asked(one["question"]) == one["shape"] for one in questions]
        assert sum(told) >= 0.9 * len(told)


def test_the_answer_types_of_their_facts_are_told() -> None:
    facts = [one for one in ASKED if one["shape"] == "fact"]

    assert sum(type_asked(one["question"]) == one["type"] for one in facts) >= 0.8 * len(facts)
    assert type_asked("Vì sao giá vé tàu tăng?") == "other"


def test_no_question_is_both_learnt_and_tested() -> None:
    learnt = read_questions(TRAIN)

    assert not {one["question"] for one in learnt} & {one["question"] for one in ASKED}
    assert {one["shape"] for one in learnt} == set(SHAPES)
    assert {one["type"] for one in learnt} == set(TYPES)


def test_runs_are_of_words_figures_alike_and_characters_of_chinese() -> None:
    found = {"^", "giá", "0", "$", "^_giá", "giá_0", "0_$", "^_giá_0", "giá_0_$", "^_giá_0_$", "^*0", "giá*$"}

    assert runs("Giá 2024") == runs("GIÁ 7") == sorted(zlib.crc32(run.encode()) for run in found)
    assert len(runs("几点？")) == len(runs("a b ?"))


@pytest.mark.parametrize("question", ["", "?", "\ud800", "a" * 2000, "\N{COMBINING ACUTE ACCENT}"])
def test_any_text_has_a_shape(question: str) -> None:
    assert shape_asked(question) in SHAPES
