from dataclasses import replace

import pytest

from rag.answer.broad.confidence import Features, confidence, features
from rag.records.search import Query
from tests.support.broad import passage

QUERY = Query("Cầu mới", "Cầu mới", "vi")
FAR = replace(passage("Cầu thông xe.", "a"), dense=0.25, lexical=0.3)
NEAR = replace(passage("Cầu mới thông xe.", "b"), dense=0.4, lexical=0.1)


def test_it_rests_on_the_best_cosine_and_the_best_lexical_score() -> None:
    assert features(QUERY, [FAR, NEAR]) == Features(dense=0.4, lexical=0.3, other_language=0)

    # 19.27 * 0.4 + 9.07 * 0.3 - 8.58 = 1.849, of which the logistic function is 0.864.
    assert confidence(QUERY, [FAR, NEAR]) == pytest.approx(0.864, abs=0.001)
    # 19.27 * 0.25 + 9.07 * 0.3 - 8.58 = -1.0415.
    assert confidence(QUERY, [FAR]) == pytest.approx(0.261, abs=0.001)
    # Other languages: 3.56 more, 2.5185.
    assert confidence(replace(QUERY, language="en"), [FAR]) == pytest.approx(0.925, abs=0.001)
    assert confidence(QUERY, []) == 0
