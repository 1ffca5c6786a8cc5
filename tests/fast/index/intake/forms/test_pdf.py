import pytest

from index.intake.forms.document import Document
from index.intake.forms.pdf import read_pdf
from index.storage.errors import Refused
from tests.support.forms import form, lines_of, pdf, placed, refused, written

BRIDGE = placed(
    (50, 700, 12, "The mayor opened the new bridge on Monday with 42 guests."),
    (50, 686, 12, "It cost 19 million dollars and took two years."),
)


def reason(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_pdf(data)
    return str(caught.value)


def body(*lines: tuple[int, int, int, str]) -> list[str]:
    return read_pdf(pdf(placed(*lines))).content.split("\n\n")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("cau.libreoffice.pdf", "cau"),
        ("gao.libreoffice.pdf", "gao"),
        ("tb.chromium.pdf", "tb"),
    ],
)
def test_columns_tables_and_lists_come_out_line_by_line_without_heads_and_feet(name: str, key: str) -> None:
    document = read_pdf(form(name))
    title, lines = written(key)

    assert document.metadata.title == title
    assert lines_of(document) == lines


def test_the_offsets_of_pages_stand_where_their_words_begin() -> None:
    document = read_pdf(form("gao.libreoffice.pdf"))
    first, second = document.pages

    assert first == 0
    assert document.content[second:].startswith("Ở các quán cơm, chị Hồ Ngọc Huyền")


def test_a_sentence_that_goes_over_a_page_is_one() -> None:
    document = read_pdf(form("cau.libreoffice.pdf"))
    (_, second) = document.pages

    assert document.content[:second].endswith("về cảng Hòn Mực ")
    assert document.content[second:].startswith("trong tháng 9/2024, chậm 18 ngày vì bão số 4.")


def test_a_browser_prints_the_address_below() -> None:
    document = read_pdf(form("tb.chromium.pdf"))

    assert document.metadata.url == "http://thuytrieu.example/tb.html"
    assert "1/1" not in document.content


def test_words_cut_at_line_ends_are_whole_and_figures_keep_their_hyphens() -> None:
    text = read_pdf(form("ports.chromium.pdf")).content

    for words in (
        "a 312.5-million-dollar expansion of the deep-water port",
        "although environmental organizations criticized the insufficient documentation",
        "recommended re-examining the north-eastern breakwater",
        "according to Commissioner Eleanora Whitcombe-Tran, transformed",
    ):
        assert words in text


def test_hyphens_at_line_ends_of_vietnamese_stay() -> None:
    told = "vien dan van toc da cho cay cau nay tu nam do va se con cho nua o trong tinh, theo ong Mat-xco-"

    assert f"{told}va, nam 2024-2025." in body(
        (50, 700, 12, told), (50, 686, 12, "va, nam 2024-"), (50, 672, 12, "2025.")
    )


def test_a_raised_figure_is_a_mark_and_makes_no_other_figure() -> None:
    marked = b"BT /F1 12 Tf 50 700 Td (The price rose by 12.5) Tj 5 Ts /F1 7 Tf (3) Tj 0 Ts /F1 12 Tf ( percent.) Tj ET"

    assert read_pdf(pdf(marked)).content == "The price rose by 12.5³ percent."


def test_a_minus_at_the_beginning_of_a_line_is_no_bullet() -> None:
    assert body((50, 700, 12, "-5 degrees were measured at dawn.")) == ["-5 degrees were measured at dawn."]


def test_cells_that_are_drawn_one_by_one_are_rows() -> None:
    rows = [("Year", "2023", "2024"), ("Income", "1.234", "2.345"), ("Expense", "987", "1.001")]
    cells = [(50 + 100 * at, 700 - 14 * row, 12, cell) for row, line in enumerate(rows) for at, cell in enumerate(line)]

    assert body(*cells) == ["Year | 2023 | 2024\nIncome | 1.234 | 2.345\nExpense | 987 | 1.001"]


def test_the_two_sides_of_a_letters_head_stay_apart() -> None:
    head = [
        (50, 800, 12, "WATER WORKS"),
        (330, 800, 12, "CITY OF TIDES"),
        (50, 786, 12, "No: 214"),
        (330, 786, 12, "3 June 2025"),
    ]

    assert body(*head, (50, 740, 12, "There is no water tonight.")) == [
        "WATER WORKS | CITY OF TIDES\nNo: 214 | 3 June 2025",
        "There is no water tonight.",
    ]


def test_columns_that_are_drawn_across_the_page_are_read_downwards() -> None:
    left = [f"left line {at} of words that go on" for at in range(6)]
    right = [f"right line {at} of words that go on" for at in range(6)]
    pairs = zip(left, right, strict=True)
    lines = [
        (50 + 250 * side, 700 - 14 * at, 12, words) for at, both in enumerate(pairs) for side, words in enumerate(both)
    ]

    assert " ".join(body(*lines)) == " ".join([*left, *right])


def test_a_figure_at_the_beginning_of_a_line_belongs_to_its_sentence() -> None:
    lines = ("The bridge was opened in June of the year", "2025 by 42 guests.", "2. The second one follows.")

    assert body(*((50, 700 - 14 * at, 12, line) for at, line in enumerate(lines))) == [
        "The bridge was opened in June of the year 2025 by 42 guests.",
        "2. The second one follows.",
    ]


def test_columns_that_are_drawn_crosswise_are_read_one_after_the_other() -> None:
    left = [(50, 700 - 14 * at, 12, f"left column line number {at}") for at in range(4)]
    right = [(320, 700 - 14 * at, 12, f"right column line number {at}") for at in range(4)]
    found = " ".join(
        body(*right, *left, (50, 740, 12, "A headline that runs over both of the columns of this page"))
    ).split()

    assert found.index("headline") < found.index("left") < found.index("right")
    assert [found[at + 4] for at, word in enumerate(found) if word == "left"] == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (pdf(b"q 595 0 0 842 0 0 cm /X Do Q", image=True), "scanned"),
        (pdf(b""), "no text"),
        (pdf(BRIDGE, kids=b"[" + b"3 0 R " * 1001 + b"]", count=1001), "1,001 pages"),
        (form("gao.libreoffice.pdf")[:12_000], "damaged"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 20, "damaged"),
        (pdf(b"BT /F1 1 Tf " + b"1 0 Td (a) Tj " * 101_000 + b"ET"), "letters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, words: str) -> None:
    assert words in reason(data)


@pytest.mark.parametrize(
    "data",
    [
        pdf(BRIDGE + b" /X Do"),  # a form that draws itself
        pdf(BRIDGE, count=2_000_000_000),
        pdf(BRIDGE, catalog=b"/A" + b"[" * 100_000 + b"]" * 100_000),
        pdf(BRIDGE, catalog=b"/OpenAction<</S/JavaScript/JS(while\\(1\\){})>>/AA<</WC<</S/Launch/F(/bin/sh)>>>>"),
        pdf(BRIDGE + b" 0 0 m" + b" 1 1 l 500 1 l" * 100_000 + b" S"),
        pdf(BRIDGE + b" " * 50_000_000),
    ],
)
def test_hostile_pages_give_their_text_and_nothing_more(data: bytes) -> None:
    text = "The mayor opened the new bridge on Monday with 42 guests. It cost 19 million dollars and took two years."

    assert read_pdf(data) == Document(text, pages=(0,))


def test_a_name_that_lies_is_refused_with_the_right_one() -> None:
    assert "name it with .html" in refused(b"<!DOCTYPE html><html><body><p>x</p></body></html>", "a.pdf")
    assert "name it with .docx" in refused(form("yte.libreoffice.docx"), "a.pdf")
