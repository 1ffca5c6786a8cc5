"""Words marked in a text, and what changed between two texts."""

from hypothesis import given
from hypothesis import strategies as st

from eval.report.marks import changes, segments


def test_overlapping_spans_become_segments_with_every_label() -> None:
    assert segments([(0, 4, "1"), (2, 6, "2"), (8, 9, "1")], 20) == [
        (0, 2, ["1"]),
        (2, 4, ["1", "2"]),
        (4, 6, ["2"]),
        (8, 9, ["1"]),
    ]


def test_spans_that_leave_the_text_are_clipped_or_dropped() -> None:
    assert segments([(-3, 2, "1"), (4, 99, "2"), (7, 9, "3"), (3, 3, "4")], 5) == [(0, 2, ["1"]), (4, 5, ["2"])]


def test_changes_are_word_by_word() -> None:
    assert changes("Cầu dài 300 mét.", "Cầu mới dài 310 mét.") == [
        ("=", "Cầu "),
        ("+", "mới "),
        ("=", "dài "),
        ("-", "300 "),
        ("+", "310 "),
        ("=", "mét."),
    ]


@given(st.text("ab .\n", max_size=30), st.text("ab .\n", max_size=30))
def test_changes_lead_to_the_second_text(before: str, after: str) -> None:
    assert "".join(text for sign, text in changes(before, after) if sign != "-") == after


def test_texts_too_long_to_compare_are_replaced_whole() -> None:
    before, after = "a " * 2001, "b"
    assert changes(before, after) == [("-", before), ("+", after)]
