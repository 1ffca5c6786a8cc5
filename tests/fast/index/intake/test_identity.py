import pytest

from index.intake.identity import by_file, by_url, by_words, canonical_url, readable_id


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://bao.example/a.html?utm_source=zalo&utm_medium=x", "https://bao.example/a.html"),
        ("https://bao.example/a.html?fbclid=Iw&gclid=1&zarsrc=30&gidzl=q", "https://bao.example/a.html"),
        ("https://bao.example/a.html#comment", "https://bao.example/a.html"),
        ("https://bao.example/tin?p=311&utm_id=2", "https://bao.example/tin?p=311"),
        ("https://bao.example/tin?b=2&fbclid=x&a=1&d", "https://bao.example/tin?b=2&a=1&d"),
        ("https://Bao.Example/Tin", "https://bao.example/Tin"),
        ("https://bao.example/#!/tin/41", "https://bao.example/#!/tin/41"),
        ("https://bao.example/tin?muc=", "https://bao.example/tin?muc="),
        ("https://bao.example/tin?cid=41&source=7", "https://bao.example/tin?cid=41&source=7"),
    ],
)
def test_an_address_without_the_way_to_it(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.bao.example/tin/", "https://bao.example/tin"),
        ("https://bao.example/tin?id=4&utm_source=x", "http://bao.example/tin?id=4#top"),
        ("https://bao.example/tin-tức", "https://bao.example/tin-t%E1%BB%A9c"),
        ("https://bao.example/tin?b=2&a=1", "https://bao.example:443/tin?a=1&b=2"),
    ],
)
def test_one_article_at_two_addresses(one: str, other: str) -> None:
    assert by_url(one) == by_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://bao.example/tin?id=4", "https://bao.example/tin?id=5"),
        ("https://bao.example/tin", "https://m.bao.example/tin"),
        ("https://bao.example/tin", "https://bao.example/TIN"),
    ],
)
def test_two_articles(one: str, other: str) -> None:
    assert by_url(one) != by_url(other)


def test_what_has_no_address() -> None:
    assert by_file("Báo Mẫu", "tin.txt") == by_file("BÁO MẪU", "tin.txt") != by_file(None, "tin.txt")
    assert by_words("một") == by_words("một") != by_words("hai")


def test_an_id_is_of_the_first_headline_and_the_identity() -> None:
    # printf 'url:https://bao.example/chay' | sha256sum
    assert readable_id("Cháy chợ: 12 gian!", "url:https://bao.example/chay") == "chay-cho-12-gian-1d12b70e"
    assert readable_id("", "x").startswith("article-")
