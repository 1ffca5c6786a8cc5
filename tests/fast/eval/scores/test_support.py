import pytest

from eval.scores.support import supported

CITED = "Sáng 3/5, ông Nam mở cầu Rạch Miễu dài 17,6 km. Nhà máy chưa trả lương cho 120 thợ."


@pytest.mark.parametrize(
    "sentence",
    [
        "Sáng 3/5, ông Nam mở cầu Rạch Miễu dài 17,6 km.",
        "Cầu Rạch Miễu dài 17,6 km",
        "CẦU RẠCH MIỄU dài 17,6 km!",
        # Of thợ, nhà, máy, nợ, lương (của is a function word) 4 of 5 are cited: 0.8.
        "Thợ của nhà máy nợ lương.",
        "120 thợ chưa lương",
        "và của",
    ],
)
def test_supported(sentence: str) -> None:
    # The last is made of function words alone, which then count.
    assert supported(sentence, [CITED, "và của"])


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Cầu Rạch Miễu dài 18 km", id="another number"),
        pytest.param("Cầu Rạch Miễu dài 17 km", id="part of a number"),
        pytest.param("Sáng 4/5, ông Nam mở cầu Rạch Miễu dài 17,6 km.", id="another date"),
        pytest.param("Sáng 3/5, ông Bình mở cầu Rạch Miễu dài 17,6 km.", id="another name"),
        pytest.param("Putin mở cầu Rạch Miễu dài 17,6 km.", id="a name at the beginning"),
        pytest.param("Ông Nam không mở cầu Rạch Miễu dài 17,6 km.", id="a denial"),
        # Of thợ, nhà, máy, nghỉ, hôm, qua ("việc" is a function word) 3 of 6 are cited: 0.5.
        pytest.param("Thợ nhà máy nghỉ việc hôm qua.", id="too many other words"),
        pytest.param("Trời nắng", id="all other words"),
        pytest.param("", id="nothing is said"),
    ],
)
def test_not_supported(sentence: str) -> None:
    assert not supported(sentence, [CITED])


def test_the_cited_texts_count_together_and_do_not_run_into_one_word() -> None:
    assert supported("Tàu chở 120 khách.", ["Tàu chở đầy", "120 khách"])
    assert not supported("Tàu chở 120 khách.", ["Tàu chở khách 12", "0"])
    assert not supported("Tàu chở 120 khách.", [])


def test_unicode_forms_and_tone_placements_are_one() -> None:
    assert supported("Hoà bình", ["ho\u0300a bi\u0300nh"])
