from index.records import Chunk, Hit, Metadata
from rag.answer.budget import ContextBudget, blanked
from rag.records.search import Passage


def passages(*texts: str) -> list[Passage]:
    return [
        Passage(Hit(Chunk(number, "a", 0, len(text), text), Metadata()), 0.5, 0.5) for number, text in enumerate(texts)
    ]


def test_the_best_passages_that_fit_are_kept_in_order() -> None:
    # "hello world" is two tokens of cl100k_base.
    given = passages("hello world", "hello world", "hello world")

    assert ContextBudget(6).fit(given) == given
    assert ContextBudget(5).fit(given) == given[:2]
    assert ContextBudget(4).fit(given) == given[:2]


def test_the_first_is_kept_even_if_it_is_too_long() -> None:
    given = passages("hello world", "hello")

    assert ContextBudget(1).fit(given) == given[:1]
    assert ContextBudget(1).fit([]) == []


def test_a_later_short_one_does_not_overtake() -> None:
    given = passages("hello", "hello world " * 10, "hello")

    assert ContextBudget(3).fit(given) == given[:1]


def test_special_tokens_in_articles_are_ordinary_text() -> None:
    given = passages("hello", "<|endoftext|>", "hello")

    # As a special token it would be one; as text it is seven.
    assert ContextBudget(3).fit(given) == given[:1]


def test_sentences_shown_before_are_blanked() -> None:
    (passage,) = passages("Cầu dài 58 m. Cầu rộng 12 m.")

    assert blanked(passage, ("Cầu dài 58 m.",)).hit.chunk.text == " " * 13 + " Cầu rộng 12 m."
    assert blanked(passage) is passage
