from dataclasses import replace
from typing import Any

import pytest

from eval.records import Excerpt
from eval.scores import score_case
from eval.scores.citations import citation_scores, resolves
from eval.scores.texts import bare, markers
from index.records import Metadata
from rag.records.answers import Answer, Checks, Citation, Source
from tests.support.eval_results import BRIDGE, EXCERPTS, abstained, answer, quoting, result

LENGTH = "Cầu Rạch Miễu dài 17,6 km."
OPENED = "Ông Nam mở cầu sáng 3/5."
FARE = "Vé xe con là 15 nghìn đồng."
GOOD = answer((LENGTH, [("cau", LENGTH)]), ("Tàu Bình Minh chở 120 khách.", [("tau", "Tàu Bình Minh chở 120 khách.")]))


def recall_and_precision(said: Answer) -> tuple[float, float]:
    scores = citation_scores(result(said=said))
    return scores["citation_recall"], scores["citation_precision"]


# --- Markers -------------------------------------------------------------------------------------------


def test_markers_stand_outside_of_what_is_cited() -> None:
    said = Answer("Theo [7] dài. [1] Rồi [2][x][3]", "answered", 1, "vi", (Citation(1, 0, 13, "Theo [7] dài.", ()),))
    # "Theo [7] dài." has 13 characters, so [1] is at 14; [2] at 22 and [3] at 28.
    assert markers(said) == [(1, (14, 17)), (2, (22, 25)), (3, (28, 31))]
    assert bare(said) == "Theo [7] dài.     Rồi    [x]   "


# --- Resolving -----------------------------------------------------------------------------------------


def changed(**fields: Any) -> Answer:
    """The good answer with other fields in its first citation."""
    first, *others = GOOD.citations
    return replace(GOOD, citations=(replace(first, **fields), *others))


def source(**fields: Any) -> Answer:
    """The good answer with other fields in its first source."""
    return changed(sources=(replace(GOOD.citations[0].sources[0], **fields),))


def test_a_good_answer_resolves() -> None:
    assert GOOD.text == f"{LENGTH} [1] Tàu Bình Minh chở 120 khách. [2]"
    assert resolves(GOOD, EXCERPTS)
    assert citation_scores(result(said=GOOD)) == {"citations_resolve": 1, "citation_recall": 1, "citation_precision": 1}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(replace(GOOD, text=GOOD.text.replace("[2]", "[3]")), id="a marker without a citation"),
        pytest.param(replace(GOOD, text=GOOD.text + " [3]"), id="a further marker"),
        pytest.param(replace(GOOD, text=GOOD.text.replace(" [2]", "")), id="a citation without a marker"),
        pytest.param(replace(GOOD, text=f"{LENGTH} [2] Tàu Bình Minh chở 120 khách. [1]"), id="markers swapped"),
        pytest.param(replace(GOOD, citations=()), id="no citations"),
        pytest.param(changed(index=2), id="a wrong index"),
        pytest.param(changed(start=1), id="a span that is not the text"),
        pytest.param(changed(text="Cầu"), id="a text that is not the span"),
        pytest.param(changed(start=5, end=5, text=""), id="an empty span"),
        pytest.param(changed(start=-40, end=-35, text=GOOD.text[-40:-35]), id="a span from behind"),
        pytest.param(changed(sources=()), id="no source"),
        pytest.param(source(cited_text=""), id="no words"),
        pytest.param(source(cited_text="Cầu Rạch Miễu dài 17,5 km."), id="other words"),
        pytest.param(source(start_char=1), id="a wrong start"),
        pytest.param(source(end_char=27), id="a wrong end"),
        pytest.param(source(start_char=-len(BRIDGE)), id="a negative start"),
        pytest.param(source(article_id="tau"), id="another article"),
        pytest.param(source(article_id="kho"), id="an article that was not retrieved"),
        pytest.param(source(start_char=9, end_char=9, cited_text=""), id="an empty source"),
    ],
)
def test_what_does_not_resolve(broken: Answer) -> None:
    assert not resolves(broken, EXCERPTS)
    assert citation_scores(result(said=broken))["citations_resolve"] == 0


def test_a_citation_resolves_within_a_passage_from_the_middle_of_its_article() -> None:
    start = BRIDGE.index(OPENED)
    middle = Excerpt("cau", 9, Metadata(), OPENED, start, start + len(OPENED), 0.5)

    assert resolves(quoting("cau", OPENED), (middle,))
    assert not resolves(quoting("cau", LENGTH), (middle,))
    assert not resolves(quoting("cau", BRIDGE), (middle,))
    assert not resolves(quoting("cau", OPENED), ())


def test_an_article_may_hold_what_looks_like_a_marker() -> None:
    text = "Theo số liệu [7] thì cầu dài."
    cited = Source("wiki", 1, Metadata(), text, 0, len(text), 1, "full")
    said = Answer(f"{text} [1]", "answered", 1, "vi", (Citation(1, 0, len(text), text, (cited,)),))
    excerpt = Excerpt("wiki", 1, Metadata(), text, 0, len(text), 1)

    assert resolves(said, (excerpt,))


# --- Recall and precision ------------------------------------------------------------------------------


def test_an_answer_that_was_not_given_is_not_eligible() -> None:
    assert citation_scores(result()) == {}
    assert citation_scores(result(said=abstained())) == {}
    assert not any(name.startswith("citation") for name in score_case(result(said=abstained())))


def test_a_sentence_that_its_citation_does_not_bear_out() -> None:
    said = answer((LENGTH, [("cau", LENGTH)]), ("Tàu chở 130 khách.", [("tau", "Tàu Bình Minh chở 120 khách.")]))
    # One of two sentences is supported; of its two citations the other's is of no use.
    assert recall_and_precision(said) == (0.5, 0.5)


def test_a_sentence_without_a_citation_counts_against_recall_only() -> None:
    said = replace(GOOD, text=f"{GOOD.text} Trời nắng. Gió nhẹ.")
    # Two of four sentences; both citations are needed.
    assert recall_and_precision(said) == (0.5, 1)


def test_no_citation_at_all() -> None:
    assert recall_and_precision(Answer("The bridge is 17.6 km long.", "answered", 1, "en")) == (0, 0)


def test_two_citations_that_only_together_support_are_both_needed() -> None:
    said = answer(("Ông Nam mở cầu dài 17,6 km.", [("cau", OPENED), ("tau", "120")]))
    # Without 17,6 anywhere: neither the sentence nor a citation stands.
    assert recall_and_precision(said) == (0, 0)

    # A passage is one citation, so the two halves come from two.
    both = answer(
        (
            "Tàu Bình Minh chở 120 khách, vé xe con 15 nghìn đồng.",
            [("tau", "Tàu Bình Minh chở 120 khách."), ("cau", FARE)],
        )
    )
    assert [citation.index for citation in both.citations] == [1, 2]
    assert recall_and_precision(both) == (1, 1)


def test_a_citation_that_adds_nothing_is_irrelevant() -> None:
    said = answer((FARE, [("cau", FARE), ("tau", "Tàu cập bến lúc 6 giờ.")]))
    # The first supports the sentence alone. The second does not, and without it the first still does.
    assert recall_and_precision(said) == (1, 0.5)


def test_two_citations_that_each_support_alone_both_count() -> None:
    said = answer(("Tàu cập bến.", [("tau", "Tàu cập bến lúc 6 giờ.")]))
    first = said.citations[0]
    doubled = replace(said, text="Tàu cập bến. [1][2]", citations=(first, replace(first, index=2)))
    assert recall_and_precision(doubled) == (1, 1)


def test_a_statement_of_two_sentences_is_two_sentences_with_one_citation_each() -> None:
    said = answer((f"{LENGTH} Trời nắng.", [("cau", LENGTH)]))
    # The citation stands behind both sentences, and bears out the first.
    assert recall_and_precision(said) == (0.5, 0.5)


def test_two_quotes_of_one_passage_are_one_citation() -> None:
    said = answer(("Ông Nam mở cầu Rạch Miễu dài 17,6 km.", [("cau", LENGTH), ("cau", OPENED)]))
    assert recall_and_precision(said) == (1, 1)


def test_words_cannot_tell_across_languages() -> None:
    said = answer(("The bridge that was opened by Mister Nam is very long.", [("cau", OPENED)]))
    assert citation_scores(result(said=said)) == {"citations_resolve": 1}


# --- What a model wrote ----------------------------------------------------------------------------------


def test_what_was_left_out_counts_even_where_nothing_is_left() -> None:
    # Of 8 sentences 2 were left out and 1 was given another passage.
    some = citation_scores(replace(result(said=GOOD), checks=Checks(8, 1, 2)))
    assert (some["unsupported_written"], some["repaired"], some["citation_recall"]) == (0.25, 0.125, 1)

    none = citation_scores(replace(result(said=abstained()), checks=Checks(3, 0, 3)))
    assert none == {"unsupported_written": 1, "repaired": 0}
    assert citation_scores(replace(result(said=abstained()), checks=Checks())) == {}
