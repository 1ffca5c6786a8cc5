import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.intake.extract import REASONS, Extraction, extract_markdown, extract_plain, site_boilerplate
from index.intake.extract.lines import page_lines
from index.records import Metadata

LEAD = "Sáng 3/6, thành phố Thủy Triều khánh thành cây cầu dài 820 mét nối hai bờ sông Lam Trà."
BODY = "Công trình được xây trong 26 tháng với kinh phí 940 tỷ đồng, sớm hơn kế hoạch hai tháng."
MORE = "Theo Ban quản lý dự án, mỗi ngày cầu có thể phục vụ khoảng 30.000 lượt xe qua lại."
LAST = "Người dân hai phường ven sông không còn phải đi đò mỗi khi trời mưa lớn nữa."
TITLE = "Thành phố Thủy Triều có thêm cây cầu qua sông Lam Trà"
OTHER = "Chợ đêm Thủy Triều mở cửa trở lại sau ba tháng"
SECOND = "Học sinh trường Lam Trà giành giải nhất cuộc thi robot"


def page(*lines: str, gap: str = "\n\n") -> str:
    return gap.join(lines)


def paragraphs(extraction: Extraction) -> list[str]:
    return extraction.text.split("\n\n")


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n", "\r\n\r\n", " \t\n \n"])
def test_an_article_alone_is_left_as_it_is(gap: str) -> None:
    found = extract_plain(page(TITLE, LEAD, BODY, "Một cây cầu, hai bờ vui", MORE, LAST, gap=gap))
    assert found.metadata.title == TITLE
    assert paragraphs(found) == [LEAD, BODY, "Một cây cầu, hai bờ vui", MORE, LAST]
    assert found.removed == ()
    assert (found.metadata.published_at, found.metadata.source, found.captions) == (None, None, ())


def test_without_a_title_the_first_paragraph_stays() -> None:
    found = extract_plain(page(LEAD, BODY))
    assert found.metadata.title is None
    assert paragraphs(found) == [LEAD, BODY]


def test_a_title_may_be_a_question() -> None:
    title = "Vì sao cây cầu qua sông Lam Trà được xây nhanh đến như vậy?"
    found = extract_plain(page("Trang nhất / Xã hội", title, LEAD, BODY))
    assert found.metadata.title == title
    assert paragraphs(found) == [LEAD, BODY]


def test_everything_before_the_body_goes() -> None:
    found = extract_plain(
        page(
            "-->",
            "Trang chủ Xã hội Giao thông",
            "Thứ ba, 03/06/2025 | 09:15 GMT+7",
            "Theo dõi Báo Thủy Triều trên Google News",
            "Chương trình mục tiêu phát triển đô thị ven sông",
            TITLE,
            "A- A A+ Lưu tin Nghe bài viết 3:05",
            LEAD,
            TITLE,
            BODY,
        )
    )
    assert found.metadata.title == TITLE
    assert found.metadata.published_at == "2025-06-03T09:15:00+07:00"
    assert found.metadata.source == "Báo Thủy Triều"
    assert paragraphs(found) == [LEAD, BODY]
    assert [removed.reason for removed in found.removed] == [
        "markup",
        "navigation",
        "date-line",
        "share",
        "navigation",
        "share",
        "repeated-title",
    ]


def test_a_date_of_the_story_is_not_the_publication_date() -> None:
    title = "Giá vàng hôm nay 3/6/2025 tăng phiên thứ tư"
    found = extract_plain(page(title, "Ngày 2/6/2025, giá vàng miếng tại Thủy Triều tăng thêm 300.000 đồng.", BODY))
    assert found.metadata.title == title
    assert found.metadata.published_at is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Hà Nội | 03/06/2025 09:15", "2025-06-03T09:15:00+07:00"),
        ("Ngày đăng: 3-6-2025", "2025-06-03"),
        ("Trần Lam - 03/06/2025 09:15", "2025-06-03T09:15:00+07:00"),
        ("2 giờ trước", None),
    ],
)
def test_date_lines_under_the_title(line: str, expected: str | None) -> None:
    found = extract_plain(page(TITLE, line, LEAD, BODY))
    assert (found.metadata.title, found.metadata.published_at) == (TITLE, expected)
    assert paragraphs(found) == [LEAD, BODY]
    assert [removed.reason for removed in found.removed] == ["date-line"]


def test_bulleted_headlines_go_and_lists_of_the_article_stay() -> None:
    box = [f"- {OTHER}", f"- {SECOND}", "- Vì sao cá cơm năm nay được mùa lớn?"]
    listed = ["Cầu có ba phần:", "- Phần cầu chính dài 420 mét", "- Phần cầu dẫn dài 400 mét"]
    ended = ["- Xe máy được đi ở hai làn ngoài cùng;", "- Xe tải nặng phải đi đường vòng phía bắc."]
    found = extract_plain(page(LEAD, *box, BODY, *listed, MORE, *ended, LAST, gap="\n"))
    assert paragraphs(found) == [LEAD, BODY, *listed, MORE, *ended, LAST]
    assert {removed.reason for removed in found.removed} == {"related"}
    assert len(found.removed) == 3


def test_interview_questions_with_a_dash_stay() -> None:
    talk = ["- Thưa ông, cầu mới có thu phí người đi xe máy không?", "- Không, xe máy và xe đạp đều được miễn phí."]
    assert paragraphs(extract_plain(page(LEAD, *talk, BODY))) == [LEAD, *talk, BODY]


def test_doubled_headlines_go_with_their_teasers() -> None:
    teaser = "Khu chợ đêm Thủy Triều có 120 gian hàng và mở cửa từ 18 giờ mỗi ngày."
    second = "Đội có năm em học sinh lớp 8 của trường."
    box = f"{OTHER} {OTHER}\n{teaser}\n{SECOND} {SECOND}\n{second}"
    text = f"{TITLE}\n\n{LEAD}\n{box}\n\n{BODY}\n\n{MORE}"
    found = extract_plain(text)
    assert paragraphs(found) == [LEAD, BODY, MORE]
    assert [removed.reason for removed in found.removed] == ["related"] * 4


def test_a_paragraph_after_a_doubled_headline_stays_where_a_blank_line_parts_them() -> None:
    found = extract_plain(page(TITLE, LEAD, f"{OTHER} {OTHER}", BODY, MORE))
    assert paragraphs(found) == [LEAD, BODY, MORE]


def test_sections_after_the_body_go_by_their_headings() -> None:
    teaser = "Khu chợ đêm có 120 gian hàng và mở cửa từ 18 giờ mỗi ngày trong tuần."
    found = extract_plain(
        page(
            *(TITLE, LEAD, BODY, LAST, "Trần Lam Giang"),
            *("TIN BÀI LIÊN QUAN", OTHER, OTHER, teaser),
            *("Đọc nhiều", SECOND, teaser),
            *("Bình luận (2)", "Bài viết rất hay, cảm ơn tác giả đã chia sẻ với bạn đọc."),
            "© 2025 Báo Thủy Triều. Giữ bản quyền.",
        )
    )
    assert paragraphs(found) == [LEAD, BODY, LAST]
    assert found.metadata.source == "Báo Thủy Triều"
    reasons = [removed.reason for removed in found.removed]
    assert reasons == ["byline", *["related"] * 4, *["most-read"] * 3, *["comments"] * 2, "footer"]


def test_the_article_goes_on_after_a_box_in_its_middle() -> None:
    found = extract_plain(page(TITLE, LEAD, BODY, "Tin liên quan", OTHER, SECOND, MORE, LAST))
    assert paragraphs(found) == [LEAD, BODY, MORE, LAST]


def test_subheadings_after_a_box_stay_where_the_author_signs_below() -> None:
    body = [BODY, "Tăng thêm xe buýt", MORE, "Làm thêm đường dẫn", LAST]
    found = extract_plain(
        page(TITLE, LEAD, LEAD.replace("820", "900"), "Đọc thêm", OTHER, *body, "HÀ MY", "Tin khác", SECOND)
    )
    assert paragraphs(found) == [LEAD, LEAD.replace("820", "900"), *body]


def test_teasers_after_a_short_article_go() -> None:
    teasers = [
        OTHER,
        "Khu chợ có 120 gian hàng và mở cửa từ 18 giờ.",
        SECOND,
        "Đội có năm em học sinh lớp 8 của trường.",
    ]
    assert paragraphs(extract_plain(page(TITLE, LEAD, BODY, "Tin liên quan", *teasers))) == [LEAD, BODY]


def test_times_and_verses_in_the_body_stay() -> None:
    lines = ["19h30", MORE, "Sông Lam nước chảy đôi dòng", "Cầu qua hai bến mà lòng một nơi", LAST]
    assert paragraphs(extract_plain(page(TITLE, LEAD, *lines, gap="\n"))) == [LEAD, *lines]


def test_the_site_at_the_head_of_the_page_is_the_source() -> None:
    assert (
        extract_plain(page("Báo Lam Trà điện tử", TITLE, f"(LT) - {LEAD}", BODY)).metadata.source
        == "Báo Lam Trà điện tử"
    )


def test_pointers_go() -> None:
    found = extract_plain(page(TITLE, LEAD, f"Xem thêm: {OTHER}", BODY, f">>> {SECOND}", MORE))
    assert paragraphs(found) == [LEAD, BODY, MORE]


@pytest.mark.parametrize(
    "caption",
    [
        "Cầu Lam Trà nhìn từ trên cao. Ảnh: Hà My/TTXVN",
        "Cầu Lam Trà nhìn từ trên cao (Ảnh: HM).",
        "Cầu Lam Trà nhìn từ trên cao - Ảnh: HÀ MY",
        "Cầu Lam Trà nhìn từ trên cao. (Ảnh minh họa)",
        "Ảnh 2: Cầu Lam Trà nhìn từ trên cao",
    ],
)
def test_captions_are_kept_apart(caption: str) -> None:
    found = extract_plain(page(TITLE, LEAD, caption, caption, BODY))
    assert paragraphs(found) == [LEAD, BODY]
    assert found.captions == (caption,)


def test_captions_under_file_names_and_repeated_titles() -> None:
    named, repeated = "cau-lam-tra.jpg\nCầu Lam Trà về đêm", f"{TITLE}\nNgười dân đi bộ qua cầu sáng nay."
    found = extract_plain(page(TITLE, LEAD, named, BODY, repeated, MORE))
    assert paragraphs(found) == [LEAD, BODY, MORE]
    assert found.captions == ("Cầu Lam Trà về đêm", "Người dân đi bộ qua cầu sáng nay.")


def test_a_credit_on_its_own_line_takes_the_line_above() -> None:
    found = extract_plain(page(TITLE, LEAD, "Cầu Lam Trà về đêm", "Ảnh: Hà My", BODY))
    assert paragraphs(found) == [LEAD, BODY]
    assert found.captions == ("Cầu Lam Trà về đêm Ảnh: Hà My",)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ảnh hưởng của cây cầu tới giao thông đường thủy là không đáng kể, theo đánh giá ban đầu.",
        "Ban tổ chức chọn 40 tấm cho triển lãm. Ảnh: gồm cả tư liệu cũ. Người dân đóng góp thêm nhiều tấm quý.",
        "Ông nói thêm về nguồn: ngân sách thành phố chi 600 tỷ đồng, phần còn lại do tỉnh bạn góp.",
        "Địa chỉ: số 5 đường Bờ Sông, nơi đặt văn phòng tiếp nhận ý kiến của người dân hai phường.",
        "Theo dõi trên thực địa, đoàn kiểm tra nhận thấy mặt cầu êm thuận và thoát nước rất tốt.",
        "Chia sẻ tại buổi lễ, ông Lam cho biết thành phố sẽ xây thêm hai cây cầu nữa trong năm tới.",
    ],
)
def test_sentences_that_only_begin_like_boilerplate_stay(sentence: str) -> None:
    assert paragraphs(extract_plain(page(TITLE, LEAD, sentence, BODY))) == [LEAD, sentence, BODY]


@pytest.mark.parametrize(
    ("sign", "source"),
    [
        ("VNHN", "VNHN"),
        ("Theo Hà My (TTXVN/Vietnam+)", "TTXVN/Vietnam+"),
        ("Nguồn: Dân trí", "Dân trí"),
        ("Theo Hà My", None),
        ("PV", None),
        ("Bài, ảnh: Hà My", None),
    ],
)
def test_signatures(sign: str, source: str | None) -> None:
    found = extract_plain(page(TITLE, LEAD, BODY, sign, "Từ khóa: cầu, sông"))
    assert paragraphs(found) == [LEAD, BODY]
    assert found.metadata.source == source
    assert [removed.reason for removed in found.removed] == ["byline", "tags"]


def test_the_site_in_the_title_is_the_source() -> None:
    found = extract_plain(page(f"{TITLE} | Thủy Triều Online", LEAD, BODY))
    assert (found.metadata.title, found.metadata.source) == (TITLE, "Thủy Triều Online")


def test_a_table_is_one_paragraph() -> None:
    found = extract_plain(page(TITLE, LEAD, "Lượt xe mỗi ngày", "Năm | Lượt", "2024 | 21.000", "2025 | 30.000", BODY))
    assert paragraphs(found) == [LEAD, "Lượt xe mỗi ngày\nNăm | Lượt\n2024 | 21.000\n2025 | 30.000", BODY]


def test_unicode_is_put_right() -> None:
    messy = unicodedata.normalize("NFD", page(TITLE, LEAD, BODY)).replace(" ", "\u00a0").replace("cầu", "c\u200bầu")
    found = extract_plain(messy)
    assert (found.metadata.title, paragraphs(found)) == (TITLE, [LEAD, BODY])


@pytest.mark.parametrize("text", ["", " \n\t\n", "-->", "null", "Trang chủ"])
def test_a_page_without_an_article_gives_no_text(text: str) -> None:
    assert extract_plain(text).text == ""


def test_a_short_notice_is_an_article() -> None:
    assert extract_plain("Hôm nay cầu Lam Trà đóng cửa.").text == "Hôm nay cầu Lam Trà đóng cửa."


def test_boilerplate_lines_of_a_site() -> None:
    slogan = "Tiếng nói của người dân hai bờ sông Lam Trà"
    pages = [page(slogan, f"Tin số {n} của ngày hôm nay ở đây", LEAD.replace("820", str(n)), LAST) for n in range(3)]
    copies = [pages[0]] * 3
    assert site_boilerplate(copies) == frozenset()
    found = site_boilerplate(pages)
    assert slogan in found
    assert slogan in site_boilerplate(pages, min_pages=2)
    assert site_boilerplate(pages[:2]) == frozenset()
    kept = extract_plain(page(TITLE, LEAD, slogan, BODY), boilerplate=frozenset({slogan}))
    assert paragraphs(kept) == [LEAD, BODY]
    assert [(removed.text, removed.reason) for removed in kept.removed] == [(slogan, "boilerplate")]


def test_markdown_with_front_matter() -> None:
    found = extract_markdown(
        f'---\ntitle: "{TITLE}"\nurl: https://tt.example/a\nsource: Báo TT\ndate: 3/6/2025\nid: cau-1\n---\n\n'
        f"{LEAD}\n\n{BODY}"
    )
    assert found == Extraction(
        text=f"{LEAD}\n\n{BODY}",
        metadata=Metadata(TITLE, "https://tt.example/a", "Báo TT", "2025-06-03"),
        id="cau-1",
    )


def test_markdown_takes_its_heading_as_the_title() -> None:
    found = extract_markdown(f"# {TITLE}\n\n{LEAD}\n\n---\n\n{BODY}")
    assert (found.metadata.title, found.text) == (TITLE, f"{LEAD}\n\n---\n\n{BODY}")


_LINES = [LEAD, TITLE, OTHER, "Đọc nhiều", f"- {OTHER}", "", "Ảnh: X", "3/6/2025", "Trần Lam", f"{OTHER} {OTHER}", "|"]


@given(st.text(max_size=400) | st.lists(st.sampled_from(_LINES), max_size=14).map("\n".join))
def test_every_line_is_the_title_or_kept_or_removed_with_a_reason(text: str) -> None:
    found = extract_plain(text)
    kept = [line for line in found.text.split("\n") if line]
    assert len(kept) + len(found.removed) + (found.metadata.title is not None) == len(page_lines(text))
    assert {removed.reason for removed in found.removed} <= REASONS
    assert unicodedata.is_normalized("NFC", found.text)


@pytest.mark.parametrize(
    "unit", ["(Ảnh: ", "- Một tiêu đề bài báo dài\n", "1/1/2020 ", "a { b : c\n", "chia sẻ ", "| "]
)
def test_a_long_page_takes_no_time_to_speak_of(unit: str) -> None:
    """A second as it is; work that grew with the square of the length would take minutes."""
    started = time.process_time()

    extract_plain(unit * (300_000 // len(unit)))

    assert time.process_time() - started < 20
