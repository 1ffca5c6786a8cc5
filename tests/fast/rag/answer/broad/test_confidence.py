from dataclasses import replace

import pytest

from rag.answer.broad.confidence import confidence
from rag.records.search import Query
from tests.support.broad import passage

FAR = replace(passage("Cầu thông xe.", "a"), dense=0.85)
NEAR = replace(passage("Cầu mới thông xe.", "b"), dense=0.9)


def test_it_rests_on_the_best_cosine() -> None:
    query = Query("Cầu mới", "Cầu mới", "vi")

    # 65.7 * 0.9 - 57.8 = 1.33, of which the logistic function is 0.791.
    assert confidence(query, [FAR, NEAR]) == pytest.approx(0.791, abs=0.001)
    # 65.7 * 0.85 - 57.8 = -1.955.
    assert confidence(query, [FAR]) == pytest.approx(0.124, abs=0.001)
    # Other languages: 4.8 more, 2.845.
    assert confidence(replace(query, language="en"), [FAR]) == pytest.approx(0.945, abs=0.001)
    assert confidence(query, []) == 0
