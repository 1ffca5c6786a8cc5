"""Known names in five languages, and transliterations with and without hyphens."""

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import index.language.names
from index.language.gazetteer import listed, names_in, own_names
from index.language.names import joined, names
from index.language.text import nfc

TABLE = Path(index.language.names.__file__).with_name("names.tsv").read_text("utf-8").splitlines()[1:]


def keys(text: str) -> list[str]:
    return [name.key for name in names(text)]


@pytest.mark.parametrize(
    ("language", "key", "form"),
    [
        ("ru", "japan", "Япония"),
        ("ru", "who", "ВОЗ"),
        ("ru", "moscow", None),  # the table has its stem alone
        ("en", "hanoi", "Hanoi"),
        ("en", "hue", "Hue"),
        ("zh", "moscow", "莫斯科"),
        ("ja", "usa", "アメリカ合衆国"),
        ("vi", "usa", "Hoa Kỳ"),
    ],
)
def test_a_language_says_a_name_whole_and_in_its_own_form(language: str, key: str, form: str | None) -> None:
    assert own_names(language).get(key) == form
    assert names_in(language)[key] == form or form is None


def test_every_form_of_the_table_and_of_cldr_is_found() -> None:
    # The first that lists a form has it: 刚果.
    first = {name.form: name for name in reversed(listed())}
    for name in first.values():
        if name.mark not in ("~", "-"):
            # "x" begins the sentence, so that forms which may not begin one are found too.
            assert keys(f"x {name.form.replace('*', '')}") == [name.key], name


def test_the_table_is_whole() -> None:
    rows = [line.split("\t") for line in TABLE]
    assert {len(row) for row in rows} == {8}
    assert {row[1] for row in rows} == {"country", "group", "city", "organisation"}
    assert all(unicodedata.is_normalized("NFC", line) for line in TABLE)
    assert len({row[0] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("finland", "Phần Lan, Finland, Финляндии, 芬兰, 芬蘭, フィンランド"),
        ("bolivia", "Bolivia, в Боливии, 玻利维亚, ボリビア"),
        ("myanmar", "Myanmar, Miến Điện, Бирма"),
    ],
)
def test_cldr_names_countries_in_five_languages(key: str, text: str) -> None:
    assert set(keys(text)) == {key}


@pytest.mark.parametrize("text", ["沿海地区", "很多哥哥", "New Jersey", "查德"])
def test_forms_of_cldr_that_other_words_hold_are_left_out(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    ("key", "texts"),
    [
        ("moscow", ["Mátxcơva", "Mát-xcơ-va", "Mat-xcơ-va", "Matxcơva", "Moscow", "moscow", "МОСКВА", "莫斯科市"]),
        ("moscow", ["в Москве", "московский суд", "モスクワの空"]),
        ("russia", ["Tổng thống Nga Vladimir Putin", "Nga tuyên bố", "Báo Nga viết", "phía Nga."]),
        ("russia", ["the Russian army", "Russia's army", "российского президента", "俄罗斯总统", "русский язык"]),
        ("usa", ["nước Mĩ", "Mỹ áp thuế", "US troops", "the United States", "в США", "американский", "美国总统"]),
        ("uk", ["Thủ tướng Anh Theresa", "nước Anh", "British troops", "英国"]),
        ("switzerland", ["Thụy Sĩ", "Thuỵ Sĩ", "Thụy Sỹ", "thụy sĩ", "Swiss banks"]),
        ("hochiminhcity", ["TP.HCM", "TP. HCM", "TPHCM", "TP Hồ Chí Minh", "thành phố Hồ Chí Minh", "Saigon"]),
        ("saintpetersburg", ["Xanh Pê-téc-bua", "St. Petersburg", "в Санкт-Петербурге"]),
        ("indonesia", ["In-đô-nê-xi-a", "印度尼西亚", "Индонезии"]),
        ("southkorea", ["Hàn Quốc", "phía Hàn", "Южной Корее", "韩国", "South Korean"]),
        ("thailand", ["タイの首相", "Thai police"]),
        ("who", ["WHO cảnh báo", "Tổ chức Y tế thế giới"]),
    ],
)
def test_one_name_has_one_key(key: str, texts: list[str]) -> None:
    assert {text: keys(text) for text in texts} == {text: [key] for text in texts}


@pytest.mark.parametrize(
    "text",
    [
        "bà Nga",
        "Nguyễn Thanh Nga",
        "Lê Minh Đức kể",
        "Mỹ Linh hát",
        "Đức Giang",
        "Anh nói",
        "Hết. Anh nói",
        "anh ấy",
        "Ý kiến",
        "áo dài",
        "bà Ba Lan",
        "ba lan",
        "Chủ tịch Hồ Chí Minh",
        "who is he",
        "tell us",
        "turkey soup",
        "polish it",
        "タイトル",
        "кубок",
        "индивидуум",
        "китобой",
        "pha lê",
        "",
    ],
)
def test_no_known_name(text: str) -> None:
    assert keys(text) == []


def test_the_longest_wins_and_each_stands_in_its_place() -> None:
    text = "Việt Nam - Nga-Mỹ, 印度尼西亚"
    found = names(text)
    assert [(name.key, text[name.start : name.end]) for name in found] == [
        ("vietnam", "Việt Nam"),
        ("russia", "Nga"),
        ("usa", "Mỹ"),
        ("indonesia", "印度尼西亚"),
    ]
    assert [name.token for name in found[:2]] == ["@vietnam", "@russia"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ông Pu-tin tới Mát-xcơ-va", ["putin", "matxcova"]),
        ("In-đô-nê-xi-a", ["indonexia"]),
        ("Hà Nội-Huế, Covid-19, y-tế, A-b", []),
        ("Pu - tin", []),
    ],
)
def test_hyphens_are_joined(text: str, words: list[str]) -> None:
    assert joined(text) == words


PIECE = st.sampled_from(["Mát", "xcơ", "-", "va", "Nga", "Việt", "Nam", " ", ".", "İ", "タイ", "俄罗斯", "Росси", "й"])


@given(st.lists(PIECE | st.text(max_size=3), max_size=25).map("".join).map(nfc))
def test_any_text_gives_names_in_order(text: str) -> None:
    joined(text)
    end = 0
    for name in names(text):
        assert end <= name.start < name.end <= len(text)
        assert text[name.start : name.end].strip() == text[name.start : name.end]
        end = name.end


@pytest.mark.parametrize("unit", ["Mát-", "Mát-xcơ-va ", "Nga ", "Росси", "莫斯科", "A.", "x", "Tổ chức Thương mại "])
def test_long_repetitions_take_moments(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    begun = time.process_time()
    names(text)
    joined(text)
    assert time.process_time() - begun < 5
