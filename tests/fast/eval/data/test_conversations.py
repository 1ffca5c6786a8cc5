import pytest

from eval.data.conversations import conversations, elliptic
from eval.records import Case


def case(number: int, question: str, passage: str, group: str) -> Case:
    return Case(str(number), question, "vi", "squad", group, ("x",), (passage,))


CASES = [
    case(1, "Canada nằm ở đâu?", "p1", "nước"),
    case(2, "Lãnh thổ của Canada rộng bao nhiêu?", "p1", "nước"),
    case(3, "Ai xây cầu?", "p2", "cầu"),
    case(4, "Cầu dài mấy mét?", "p2", "cầu"),
]


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        ("Lãnh thổ của Canada rộng bao nhiêu?", "Canada nằm ở đâu?", "Lãnh thổ rộng bao nhiêu?"),
        ("Super Bowl 50 diễn ra ở đâu?", "Ai thắng Super Bowl 50?", "Diễn ra ở đâu?"),
        # The first word has a capital in any question: it is a name only where another one has it too.
        ("Ai xây cầu Sông Lam?", "Ai vẽ cầu?", None),
        ("Canada có gì lạ?", "Vì sao Canada lạnh?", "Có gì lạ?"),
        ("Sông Lam đâu?", "Sông Lam dài mấy mét?", None),
    ],
)
def test_the_name_that_both_hold_is_left_out(question: str, before: str, expected: str | None) -> None:
    assert elliptic(question, before) == expected


def test_a_follow_up_stands_behind_a_question_about_its_passage() -> None:
    made = conversations(CASES, "follow")

    assert [(one.id, one.history, one.question) for one in made] == [
        ("1", ("Lãnh thổ của Canada rộng bao nhiêu?",), "Nằm ở đâu?")
    ]


def test_a_change_stands_behind_a_question_about_something_else() -> None:
    made = conversations(CASES, "change")

    assert [(one.id, one.history) for one in made] == [
        ("1", ("Ai xây cầu?",)),
        ("2", ("Cầu dài mấy mét?",)),
        ("3", ("Canada nằm ở đâu?",)),
        ("4", ("Canada nằm ở đâu?",)),
    ]
    assert [one.question for one in made] == [one.question for one in CASES]


def test_without_conversations_the_cases_are_the_same() -> None:
    assert conversations(CASES, "none") == CASES
