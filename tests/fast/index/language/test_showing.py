"""Text and addresses of strangers, as they may be shown."""

import pytest

from index.language.showing import checked_name, one_line, showable, web_address


def test_what_cannot_be_shown_is_left_out() -> None:
    assert showable("a\x00b\u202ec\ud800d\ufffee\n") == "abcde\n"
    assert one_line(" Chợ\n\n  nổi\u2066 ") == "Chợ nổi"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Hạc Trì", "Hạc Trì"),
        ("  Hạc \r\n Trì\t", "Hạc Trì"),
        ("Ha\u0323c Tri\u0300", "Hạc Trì"),
        ("a\u2028b", "a b"),
        ("a" * 20, "a" * 20),
        ("<b>'; DROP TABLE --", "<b>'; DROP TABLE --"),
    ],
)
def test_a_name_stands_on_one_line(given: str, kept: str) -> None:
    assert checked_name(given, 20) == kept


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "0 characters"),
        (" \t\n", "0 characters"),
        ("a" * 21, "21 characters"),
        ("a\x1b[31mb", r"U\+001B"),
        ("a\x00b", r"U\+0000"),
        ("a\u202eb", r"U\+202E"),
        ("a\ud800", r"U\+D800"),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused(name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked_name(name, 20)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://bao.example/a?b=c&d#e", "https://bao.example/a?b=c&d#e"),
        ("HTTP://báo.example/", "HTTP://báo.example/"),
        *(
            (wrong, None)
            for wrong in (None, "", "javascript:alert(1)", "data:text/html,x", "//bao.example", "https://")
        ),
        *((wrong, None) for wrong in ("https://a b", "https://a>b", "https://a\\b", "https://a\r\nX: y", "ftp://a/b")),
        *((wrong, None) for wrong in ("http://[", f"https://a/{'x' * 2000}", "file:///etc/passwd")),
    ],
    ids=str,
)
def test_only_addresses_of_the_web_are_addresses(url: str | None, address: str | None) -> None:
    assert web_address(url) == address
