import pytest

from index.intake.extract import extract_html

LEAD = "Sáng 3/6, thành phố Thủy Triều khánh thành cây cầu dài 820 mét nối hai bờ sông Lam Trà."
BODY = "Công trình được xây trong 26 tháng với kinh phí 940 tỷ đồng, sớm hơn kế hoạch hai tháng."
MORE = "Theo Ban quản lý dự án, mỗi ngày cầu có thể phục vụ khoảng 30.000 lượt xe qua lại."
LAST = "Người dân hai phường ven sông không còn phải đi đò mỗi khi trời mưa lớn nữa."
TITLE = "Thành phố Thủy Triều có thêm cây cầu qua sông Lam Trà"
OTHER = "Chợ đêm Thủy Triều mở cửa trở lại sau ba tháng"
ARTICLE = f"<p>{LEAD}</p><p>{BODY}</p><p>{MORE}</p><p>{LAST}</p>"
CLEAN = [LEAD, BODY, MORE, LAST]


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><h1>{TITLE}</h1><div class='content'>{body}</div></body></html>"


def paragraphs(markup: str) -> list[str]:
    return extract_html(markup).text.split("\n\n")


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        (f"<div class='tin-lien-quan'><a>{OTHER}</a></div>", "related"),
        (f"<div type='RelatedOneNews' class='VCSortableInPreviewMode'><a>{OTHER}</a></div>", "related"),
        (f"<div class='story__relate'><a>{OTHER}</a><p>Đêm đầu có hơn 120 gian hàng ăn uống.</p></div>", "related"),
        (f"<ul class='related-posts'><li><a>{OTHER}</a></li></ul>", "related"),
        (f"<div id='box-doc-nhieu'><a>{OTHER}</a></div>", "most-read"),
        ("<div class='box-tag'>Thẻ: <a>cầu</a></div>", "tags"),
        ("<p class='p-author'>Trần Lam</p>", "byline"),
    ],
)
def test_boxes_go_by_their_names(box: str, reason: str) -> None:
    found = extract_html(page(f"<p>{LEAD}</p><p>{BODY}</p>{box}<p>{MORE}</p><p>{LAST}</p>"))
    assert found.text.split("\n\n") == CLEAN
    assert reason in [removed.reason for removed in found.removed]


def test_comments_follow_the_article_and_what_stands_in_it_is_no_comment() -> None:
    box = f"<div class='box-comment'><p>{OTHER}, tôi rất mong chờ ngày ấy.</p></div>"
    assert paragraphs(page(ARTICLE + box)) == CLEAN
    quoted = f"<div class='expert-comment'>{MORE}</div>"
    assert paragraphs(page(f"<p>{LEAD}</p><p>{BODY}</p>{quoted}<p>{LAST}</p>")) == CLEAN


def test_an_article_in_a_container_with_a_misleading_name_stays() -> None:
    assert paragraphs(page(f"<div class='related-content'>{ARTICLE}</div>")) == CLEAN


def test_an_article_inside_a_form_stays() -> None:
    assert paragraphs(f"<html><body><form id='aspnetForm'><h1>{TITLE}</h1>{ARTICLE}</form></body></html>") == CLEAN


def test_code_is_never_text() -> None:
    code = "<script>alert('Mã lệnh này không phải là câu văn.')</script><style>p { color: red }</style><!-- ghi chú -->"
    found = extract_html(page(f"<p>{LEAD}</p>{code}<p>{BODY}</p><p>{MORE}</p><p>{LAST}</p>"))
    assert found.text.split("\n\n") == CLEAN
    assert all("Mã lệnh" not in removed.text for removed in found.removed)


@pytest.mark.parametrize(
    "figure",
    [
        "<figure><img src='a.jpg'><figcaption>Cầu Lam Trà về đêm</figcaption></figure>",
        "<div class='PhotoCMS_Caption'><p>Cầu Lam Trà về đêm</p></div>",
        "<p class='Image'>Cầu Lam Trà về đêm</p>",
    ],
)
def test_captions_are_kept_apart(figure: str) -> None:
    found = extract_html(page(f"<p>{LEAD}</p><p>{BODY}</p>{figure}<p>{MORE}</p><p>{LAST}</p>"))
    assert found.text.split("\n\n") == CLEAN
    assert found.captions == ("Cầu Lam Trà về đêm",)


def test_a_lead_that_stands_apart_comes_first() -> None:
    body = f"<h1>{TITLE}</h1><h2 class='detail-sapo'>{LEAD}</h2><div>{ARTICLE.replace(LEAD, BODY)}</div>"
    markup = f"<html><body>{body}</body></html>"
    assert paragraphs(markup)[0] == LEAD


def test_metadata_that_the_page_states() -> None:
    head = (
        f"<title>{TITLE} | Báo Thủy Triều</title><meta property='og:title' content='{TITLE}'>"
        "<meta property='og:site_name' content='Báo Thủy Triều'>"
        "<link rel='canonical' href='https://thuytrieu.example/cau-lam-tra.html'>"
        "<meta property='article:published_time' content='2025-06-03T02:15:00Z'>"
    )
    found = extract_html(page(ARTICLE, head))
    assert (found.metadata.title, found.metadata.source) == (TITLE, "Báo Thủy Triều")
    assert (found.metadata.url, found.metadata.published_at) == (
        "https://thuytrieu.example/cau-lam-tra.html",
        "2025-06-03T09:15:00+07:00",
    )


def test_metadata_of_linked_data() -> None:
    head = (
        '<script type="application/ld+json">{"@graph": [{"@type": ["NewsArticle"], "headline": "'
        + TITLE
        + '", "datePublished": "2025-06-03", "publisher": {"name": "Báo Thủy Triều"}}]}</script>'
        '<script type="application/ld+json">{broken</script>'
    )
    found = extract_html(page(ARTICLE, head))
    assert (found.metadata.title, found.metadata.source, found.metadata.published_at) == (
        TITLE,
        "Báo Thủy Triều",
        "2025-06-03",
    )


def test_the_domain_is_the_last_choice_of_a_source() -> None:
    assert extract_html(page(ARTICLE), url="https://www.thuytrieu.example/a").metadata.source == "thuytrieu.example"


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("", None),
        ("<meta property='article:published_time' content='6/3/2025 9:15:00 AM'>", None),
        ("<meta property='article:modified_time' content='2025-06-04'>", None),
    ],
)
def test_no_date_is_guessed(head: str, date: str | None) -> None:
    assert extract_html(page(ARTICLE, head), url="https://tt.example/2024/05/06/cau.html").metadata.published_at == date


def test_a_visible_date_line_counts() -> None:
    assert (
        extract_html(page(f"<i>Thứ ba, 3/6/2025 09:15</i>{ARTICLE}")).metadata.published_at
        == "2025-06-03T09:15:00+07:00"
    )


@pytest.mark.parametrize("address", ["https://thuytrieu.example/", "/a.html", "javascript:alert(1)", "https://[broken"])
def test_a_canonical_address_that_names_no_article_is_left_out(address: str) -> None:
    assert extract_html(page(ARTICLE, f"<link rel='canonical' href='{address}'>")).metadata.url is None


@pytest.mark.parametrize("markup", ["", "   ", "<<<>>>", "<html></html>", "<script>x</script>"])
def test_markup_without_an_article_gives_no_text(markup: str) -> None:
    assert extract_html(markup).text == ""


# --- What the tree tells -----------------------------------------------------------------------------------


def test_a_row_of_a_table_names_its_columns() -> None:
    rows = (
        "<tr><td>Thủy Triều - Lam Trà</td><td>85.000 đồng</td></tr>"
        "<tr><td>Thủy Triều - Phố Cũ</td><td>204.000 đồng</td></tr>"
    )
    table = f"<table><caption>Giá vé</caption><tr><th>Chặng</th><th>Giá:</th></tr>{rows}</table>"
    for figure in (table, f"<figure class='wp-block-table'>{table}</figure>"):
        assert paragraphs(page(f"{ARTICLE}{figure}"))[-1].split("\n") == [
            "Giá vé",
            "Chặng: Thủy Triều - Lam Trà | Giá: 85.000 đồng",
            "Chặng: Thủy Triều - Phố Cũ | Giá: 204.000 đồng",
        ]


def test_cells_that_span_stand_in_each_of_their_rows_and_columns() -> None:
    table = (
        "<table><tr><th rowspan=2>Cỡ</th><th colspan=2>Giá tại ao</th></tr><tr><th>Tháng 2</th><th>Tháng 3</th></tr>"
        "<tr><td>20 con</td><td>238.000 đồng</td><td rowspan=2>không mua</td></tr>"
        "<tr><td>50 con</td><td>142.000 đồng</td></tr></table>"
    )
    assert paragraphs(page(f"{ARTICLE}{table}"))[-1].split("\n") == [
        "Cỡ: 20 con | Giá tại ao Tháng 2: 238.000 đồng | Giá tại ao Tháng 3: không mua",
        "Cỡ: 50 con | Giá tại ao Tháng 2: 142.000 đồng | Giá tại ao Tháng 3: không mua",
    ]


def test_paragraphs_and_lines_without_a_full_stop_are_text() -> None:
    notices = ["Mức phí là 45.000 đồng mỗi hộ", "Nộp trước ngày 15/8 tại phường"]
    marked = "".join(f"<p>{notice}</p>" for notice in notices)
    assert paragraphs(page(f"<p>{LEAD}</p>{marked}<p>{LAST}</p>")) == [LEAD, *notices, LAST]
    assert paragraphs(page("<br>".join(notices) + "<br><br>" + notices[0][:-3])) == [*notices, notices[0][:-3]]


def test_a_paragraph_that_is_a_link_is_none() -> None:
    assert paragraphs(page(f"<p>{LEAD}</p><p><a href='/x'>{OTHER}</a></p><p>{LAST}</p>")) == [LEAD, LAST]
    assert paragraphs(
        page(f"<p>{LEAD}</p><p><a href='mailto:a@b.vn'>Gửi góp ý về ban quản lý cầu</a></p><p>{LAST}</p>")
    )[1:-1]


def test_pages_in_languages_without_spaces_come_in() -> None:
    lines = ["三号线列车今天早上六点发车，全程四十六公里，沿途共设十二座车站。", "票价为九元，老人和学生半价。"]
    markup = "".join(f"<p>{line}</p>" for line in lines)
    assert paragraphs(f"<html><body><h1>三号线通车</h1><div>{markup}</div></body></html>") == lines


def test_an_article_body_in_linked_data_counts_where_the_page_shows_less() -> None:
    body = f"{LEAD}\\n{BODY}\\n{MORE}\\n{LAST}"
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{body}",}}</script>'
    assert paragraphs(page("<p>Đang tải…</p>", data)) == CLEAN
    assert paragraphs(page(ARTICLE, data.replace(LEAD, f"{TITLE}. {LEAD}"))) == CLEAN
