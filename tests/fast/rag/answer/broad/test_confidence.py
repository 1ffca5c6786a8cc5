from dataclasses import replace

import pytest

from rag.answer.broad.confidence import confidence
from rag.records import Query
from tests.support.broad import passage

FAR = replace(passage("Cầu thông xe.", "a"), dense=0.88, lexical=0.1)
NEAR = replace(passage("Cầu mới thông xe.", "b"), dense=0.92, lexical=0.3)


def test_it_rests_on_the_best_cosine_and_the_best_lexical_score() -> None:
    query = Query("Cầu mới", "Cầu mới", "vi")

    # 60.8 * 0.92 + 6.3 * 0.3 - 56.4 = 1.426, of which the logistic function is 0.806.
    assert confidence(query, [FAR, NEAR]) == pytest.approx(0.806, abs=0.001)
    # 60.8 * 0.88 + 6.3 * 0.1 - 56.4 = -2.266.
    assert confidence(query, [FAR]) == pytest.approx(0.094, abs=0.001)
    # Other languages: 6.3 more, 4.034.
    assert confidence(replace(query, language="en"), [FAR]) == pytest.approx(0.983, abs=0.001)
    assert confidence(query, []) == 0
