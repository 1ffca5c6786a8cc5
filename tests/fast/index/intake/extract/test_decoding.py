import pytest

from index.intake.extract import decode, marked_encoding
from index.storage.errors import Refused

FRENCH = "Le prix d’un bouquet – 12 € – reste celui de l’été."
RIGHT = "Xã Vạn Sơn mở đường vào chợ, dài 126 mét."
TCVN3 = "X· V¹n S¬n më ®­êng vµo chî, dµi 126 mÐt."
WINDOWS_1258 = "XaÞ Vaòn Sõn mõÒ ðýõÌng vaÌo chõò, daÌi 126 meìt."


@pytest.mark.parametrize("label", ["iso-8859-1", "Latin1", "us-ascii", "windows-1252", "cp1252"])
@pytest.mark.parametrize(
    "form",
    [
        "<meta charset={}>",
        "<meta charset = '{}'>",
        '<META http-equiv="Content-Type" content="text/html; charset={}">',
        '<?xml version="1.0" encoding="{}"?>',
        "<!-- <meta charset=koi8-r> --><meta charset=unheard-of><meta charset='{}'>",
    ],
)
def test_labels_of_iso_8859_1_mean_windows_1252(label: str, form: str) -> None:
    page = form.format(label) + FRENCH
    assert decode(page.encode("cp1252")) == page


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("gb2312", "gb18030", "喆瑢公司租下铺位。"),
        ("shift_jis", "cp932", "①髙い店が並んだ。"),
        ("euc-kr", "cp949", "똠방각하가 왔다."),
        ("windows-1251", "cp1251", "Рынок открылся."),
        ("windows-1258", "cp1258", "Xa\u0303 Va\u0323n Sơn"),
    ],
)
def test_other_labels_mean_what_browsers_take_them_for(label: str, encoding: str, text: str) -> None:
    page = f"<meta charset={label}>{text}"
    assert decode(page.encode(encoding)) == page


def test_one_wrong_byte_costs_one_letter_under_any_label() -> None:
    page = "<meta charset=gb2312>" + "市场昨日开业。" * 9
    assert decode(page.encode("gb18030") + b"\xff") == page + "\ufffd"


@pytest.mark.parametrize("label", ["utf-8", "windows-1258", "iso-8859-1", "utf-16", "unheard-of"])
@pytest.mark.parametrize("shown", [TCVN3, WINDOWS_1258])
def test_the_bytes_go_before_a_wrong_label(label: str, shown: str) -> None:
    page = f"<meta charset={label}>{shown}"
    if label != "windows-1258" or shown != WINDOWS_1258:
        assert decode(page.encode("cp1252")) == page
    assert decode(f"<meta charset=iso-8859-1>{RIGHT}".encode()) == f"<meta charset=iso-8859-1>{RIGHT}"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_unicode_in_any_width(encoding: str) -> None:
    page = f'{{"title": "Xã Vạn Sơn", "text": "{RIGHT}"}}'
    assert decode(page.encode(encoding)) == page


def test_a_mark_of_big_endian() -> None:
    assert decode(b"\xfe\xff" + RIGHT.encode("utf-16-be")) == RIGHT
    assert decode(b"\x00\x00\xfe\xff" + RIGHT.encode("utf-32-be")) == RIGHT


@pytest.mark.parametrize("data", [b"", b"a", b"a\x00", b"abc\x00def", b"\x00" * 8, b"a\x00b\x00\x00c", b"abcdefgh"])
def test_where_zeros_do_not_tell(data: bytes) -> None:
    assert marked_encoding(data) is None


@pytest.mark.parametrize("data", [b"abc\x00def", b"\x00" * 8, b"\x01\x02\x00\x03" * 9])
def test_zeros_are_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="zero bytes"):
        decode(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"2011\x962015 v\xc3\xa0 3\x964", "2011–2015 và 3–4"),
        (b"\x93m\xc3\xb9a\x94\x85 12\xa0kg", "“mùa”… 12\xa0kg"),
        (b"t\xe1\xbb\x89nh l\x92\xc3\xa9t\xc3\xa9", "tỉnh l’été"),
        (b"gi\xc3\xa1 45\xe9000", "giá 45\ufffd000"),
        (b"gi\xc3\xa1 \xe1\xbb", "giá \ufffd"),
        (b"gi\xc3\xa1 12\xbb\x9934", "giá 12\ufffd34"),
    ],
)
def test_stray_bytes_in_utf8(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_french_of_windows_is_no_damaged_utf8() -> None:
    assert decode(FRENCH.encode("cp1252")) == FRENCH


def test_english_with_quotes_of_windows() -> None:
    assert decode(b"\x93Fair\x94 trade, 2011\x962015") == "“Fair” trade, 2011–2015"


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(Refused, match="neither UTF-8"):
        decode("Рынок открылся утром в субботу.".encode("cp1251"))
