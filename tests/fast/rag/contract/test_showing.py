"""Text and addresses of strangers, as they may be shown."""

import pytest

from rag.contract.showing import one_line, shown, web_address


def test_what_cannot_be_shown_is_left_out() -> None:
    assert shown("a\x00b\u202ec\ud800d\ufffee\n") == "abcde\n"
    assert one_line(" Chợ\n\n  nổi\u2066 ") == "Chợ nổi"


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
