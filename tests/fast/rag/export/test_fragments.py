"""Links to words on a page: what a browser looks for there, read back as the specification says."""

from urllib.parse import unquote

import pytest

from rag.export.fragments import words_address

PAGE = "https://bao.example/tin"


def looked_for(address: str) -> list[str]:
    """The start, and the end where there is one, of a directive without prefix and suffix."""
    directive = address.partition("#")[2].partition(":~:")[2]
    assert directive.startswith("text=")
    parts = directive.removeprefix("text=").split(",")
    assert not any(part.startswith("-") or part.endswith("-") for part in parts)
    assert not set("&#") & set(directive)
    return [unquote(part) for part in parts]


@pytest.mark.parametrize(
    "words",
    ["Cầu dài 77 m.", "Việt - Lào, và & cả; “ngoặc” 50% [x]?", "-a-", "a,b", "#:~:text=khác", "Tin 😀"],
)
def test_short_words_are_looked_for_as_they_are(words: str) -> None:
    address = words_address(PAGE, words)
    assert address is not None
    assert address.startswith(f"{PAGE}#:~:text=")
    assert looked_for(address) == [words]


def test_the_characters_of_the_directive_are_encoded() -> None:
    assert words_address(PAGE, "a, b - c & d") == f"{PAGE}#:~:text=a%2C%20b%20%2D%20c%20%26%20d"


def test_long_words_and_several_lines_are_looked_for_by_their_ends() -> None:
    long = " ".join(f"từ{number}" for number in range(100))
    both = ["từ0 từ1 từ2 từ3 từ4 từ5", "từ94 từ95 từ96 từ97 từ98 từ99"]
    assert looked_for(words_address(PAGE, long) or "") == both
    assert looked_for(words_address(PAGE, "Cầu mở.\n\nXe  chạy hai chiều.\n") or "") == [
        "Cầu mở.",
        "Xe chạy hai chiều.",
    ]
    # One that has hardly a space has no words to begin and to end with.
    assert looked_for(words_address(PAGE, "桥" * 400) or "") == ["桥" * 400]


def test_a_page_keeps_its_own_fragment_and_loses_anothers_directive() -> None:
    assert words_address(f"{PAGE}?a=b#phan-2", "Cầu") == f"{PAGE}?a=b#phan-2:~:text=C%E1%BA%A7u"
    assert words_address(f"{PAGE}#:~:text=xa", "Cầu") == f"{PAGE}#:~:text=C%E1%BA%A7u"


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "ftp://a/b", "https://a b", "urn:x"], ids=str)
def test_what_is_no_page_of_the_web_has_no_link(url: str | None) -> None:
    assert words_address(url, "Cầu") is None
    assert words_address(PAGE, " \n") is None
