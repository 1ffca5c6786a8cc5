from dataclasses import replace

import pytest

from rag.answer.broad.confidence import Features, confidence, features
from rag.records.search import Query
from tests.support.broad import passage

QUERY = Query("Cầu mới", "Cầu mới", "vi")
IN_LAOS = Query("Cầu mới ở Lào", "Cầu mới ở Lào", "vi")
FAR = replace(passage("Cầu thông xe.", "a"), dense=0.25, lexical=0.3)
NEAR = replace(passage("Cầu mới thông xe.", "b"), dense=0.4, lexical=0.1)


def test_it_rests_on_the_best_cosine_the_best_lexical_score_and_the_countries() -> None:
    assert features(QUERY, [FAR, NEAR]) == Features(dense=0.4, lexical=0.3, other_language=0, other_countries=0)

    # 18.37 * 0.4 + 8.84 * 0.3 - 8.02 = 1.98, of which the logistic function is 0.879.
    assert confidence(QUERY, [FAR, NEAR]) == pytest.approx(0.879, abs=0.001)
    # 18.37 * 0.25 + 8.84 * 0.3 - 8.02 = -0.7755.
    assert confidence(QUERY, [FAR]) == pytest.approx(0.315, abs=0.001)
    # Other languages: 3.46 more, 2.6845.
    assert confidence(replace(QUERY, language="en"), [FAR]) == pytest.approx(0.936, abs=0.001)
    # A country that nobody tells of: 6.10 less than 1.98, -4.12.
    assert confidence(IN_LAOS, [FAR, NEAR]) == pytest.approx(0.016, abs=0.001)
    assert confidence(QUERY, []) == 0


@pytest.mark.parametrize(
    ("told", "others"),
    [
        ("Cầu mới thông xe.", True),
        ("Cầu mới ở Cuba thông xe.", True),
        ("Cầu mới ở Lào thông xe.", False),
        ("Cầu mới nối Cuba với Lào.", False),
    ],
)
def test_passages_of_other_countries(told: str, others: bool) -> None:
    assert features(IN_LAOS, [FAR, passage(told, "b")]).other_countries == others
    assert features(QUERY, [passage(told, "b")]).other_countries == 0
