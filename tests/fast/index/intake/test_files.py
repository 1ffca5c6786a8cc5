import json
import os
import unicodedata
from pathlib import Path

import pytest

import index.intake.files
from index.intake.files import Refusal, discover, draft_from_record, read_drafts, read_text
from index.records import Draft, Removed
from index.storage.errors import Refused

TEXT = "Sáng 3/6, thành phố Thủy Triều khánh thành cây cầu dài 820 mét nối hai bờ sông Lam Trà."
MORE = "Công trình được xây trong 26 tháng với kinh phí 940 tỷ đồng, sớm hơn kế hoạch hai tháng."
TITLE = "Cây cầu mới qua sông Lam Trà đã thông xe"
PAGE = f"{TITLE}\n\n{TEXT}\n\n{MORE}\n"
MARKUP = f"<html><body><h1>{TITLE}</h1><p>{TEXT}</p><p>{MORE}</p></body></html>"


def one(path: Path) -> Draft:
    (draft,) = read_drafts(path)
    assert isinstance(draft, Draft)
    return draft


def refused(path: Path) -> str:
    (refusal,) = read_drafts(path)
    assert isinstance(refusal, Refusal)
    assert refusal.origin == str(path)
    return refusal.reason


def test_discover_walks_folders_in_order_and_takes_files_as_given(tmp_path: Path) -> None:
    for name in ("b/2.html", "b/1.txt", "a.md", "c.jsonl", ".hidden.txt", ".git/x.txt", "picture.png", "d.HTM"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PAGE, encoding="utf-8")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    missing, odd = tmp_path / "missing.txt", tmp_path / "picture.png"
    found = list(discover([tmp_path, missing, odd]))
    names = ["a.md", "b/1.txt", "b/2.html", "c.jsonl", "d.HTM"]
    assert found == [*(tmp_path / name for name in names), missing, odd]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("p.txt", PAGE, "text/plain"),
        ("p.html", MARKUP, "text/html"),
        ("p.txt", MARKUP, "text/html"),
        ("p.md", f"# {TITLE}\n\n{TEXT}\n\n{MORE}", "text/markdown"),
        ("p.json", json.dumps({"title": TITLE, "text": f"{TEXT}\n\n{MORE}"}), "application/json"),
    ],
)
def test_each_kind_of_file_gives_the_same_article(tmp_path: Path, name: str, content: str, media_type: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    draft = one(path)
    assert (draft.article.metadata.title, draft.article.text) == (TITLE, f"{TEXT}\n\n{MORE}")
    assert (draft.raw.media_type, draft.raw.origin) == (media_type, str(path))
    if media_type != "application/json":
        assert draft.raw.content == content


def test_a_file_keeps_its_id_when_its_text_changes(tmp_path: Path) -> None:
    path = tmp_path / "tin.txt"
    path.write_text(PAGE, encoding="utf-8")
    before = one(path).article.id
    assert before.startswith("cay-cau-moi-qua-song-lam-tra-da-thong-xe-")
    path.write_text(PAGE + "\nMột đoạn mới được thêm vào cuối bài báo này hôm nay.\n", encoding="utf-8")
    assert one(path).article.id == before
    other = tmp_path / "khac.txt"
    other.write_text(PAGE, encoding="utf-8")
    assert one(other).article.id != before


def test_an_untitled_file_lends_its_name_to_the_id(tmp_path: Path) -> None:
    path = tmp_path / "Đường phố.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert one(path).article.id.startswith("duong-pho-")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "p.txt"
    path.write_bytes(PAGE.encode(encoding))
    assert one(path).article.text == f"{TEXT}\n\n{MORE}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_lines_of_json_in_any_width(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "p.jsonl"
    lines = [json.dumps({"title": TITLE, "text": text}, ensure_ascii=False) for text in (TEXT, MORE)]
    path.write_bytes("\r\n".join([*lines, "{", ""]).encode(encoding))
    *drafts, wrong = read_drafts(path)
    assert [draft.article.text for draft in drafts if isinstance(draft, Draft)] == [TEXT, MORE]
    assert isinstance(wrong, Refusal)
    assert wrong.origin == f"{path}, line 3"


def test_a_wide_line_too_long_is_refused_and_the_next_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.intake.files, "LONGEST_LINE", 200)
    path = tmp_path / "p.jsonl"
    path.write_bytes(f'{{"text": "{TEXT * 9}"}}\n{json.dumps({"text": MORE}, ensure_ascii=False)}'.encode("utf-16"))
    wrong, draft = read_drafts(path)
    assert isinstance(wrong, Refusal)
    assert "line is longer" in wrong.reason
    assert isinstance(draft, Draft)
    assert draft.article.text == MORE


def test_records_in_a_legacy_encoding_are_put_right() -> None:
    shown = {"title": "V¹n S¬n më chî", "text": "X· V¹n S¬n më ®­êng vµo chî, dµi 126 mÐt.", "source": "B¸o V¹n S¬n"}
    draft = draft_from_record(shown, "-")
    assert draft.article.text == "Xã Vạn Sơn mở đường vào chợ, dài 126 mét."
    assert (draft.article.metadata.title, draft.article.metadata.source) == ("Vạn Sơn mở chợ", "Báo Vạn Sơn")
    assert json.loads(draft.raw.content) == shown


def windows_1258(text: str) -> bytes:
    """Letters with their own code stay; of the others the tone mark follows its letter."""
    parts = []
    for letter in text:
        try:
            parts.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in base if mark in "\u0300\u0301\u0303\u0309\u0323")
            parts.append(unicodedata.normalize("NFC", base.replace(tone, "")).encode("cp1258") + tone.encode("cp1258"))
    return b"".join(parts)


def test_windows_1258(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_bytes(windows_1258(PAGE))
    assert one(path).article.text == f"{TEXT}\n\n{MORE}"


def test_a_declared_charset(tmp_path: Path) -> None:
    path = tmp_path / "p.html"
    path.write_bytes(windows_1258(MARKUP.replace("<html>", '<html><meta charset="windows-1258">')))
    assert one(path).article.text == f"{TEXT}\n\n{MORE}"


def test_a_few_broken_bytes_do_not_lose_the_file(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_bytes((PAGE * 3).encode()[:-40] + "ế".encode()[:1])
    assert TEXT in one(path).article.text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"%PDF-1.7 ...", "PDF"),
        ("a.txt", b"PK\x03\x04....", "ZIP"),
        ("a.html", b"\x89PNG\r\n\x1a\n", "PNG"),
        ("a.txt", b"abc\x00def", "zero bytes"),
        ("a.txt", "Söµ ¸®­¬ ¶·¹ »¼½ ¾¿ÇÖ".encode("latin-1") * 5, "TCVN3"),
        ("a.txt", b"", "no article text"),
        ("a.html", b"<html><body><nav>Menu</nav></body></html>", "no article text"),
        ("a.docx", b"x", ".docx"),
        ("a", b"x", "'a'"),
        ("a.json", b"{", "line 1"),
        ("a.json", b"3", "no article"),
        ("a.json", b"[" * 100_000, "not usable JSON"),
        ("a.md", f"---\nurl: ftp://a/b\n---\n{TEXT}".encode(), "ftp://a/b"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert words in refused(path)


def test_what_is_no_readable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be read" in refused(tmp_path / "missing.txt")
    assert "folder" in refused(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    assert "no regular file" in refused(tmp_path / "pipe.txt")
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)
    assert "cannot be read" in refused(loop)
    monkeypatch.setattr(index.intake.files, "LARGEST_FILE", 10)
    path = tmp_path / "large.txt"
    path.write_text(PAGE, encoding="utf-8")
    assert "more than 10" in refused(path)


@pytest.mark.parametrize("wrapped", [False, True])
def test_json_of_many_articles(tmp_path: Path, wrapped: bool) -> None:
    path = tmp_path / "many.json"
    items = [{"id": "a", "text": TEXT}, {"text": 3}, "x", {"id": "b", "html": MARKUP}]
    path.write_text(json.dumps({"articles": items} if wrapped else items))
    first, second, third, fourth = read_drafts(path)
    assert isinstance(first, Draft)
    assert isinstance(fourth, Draft)
    assert (first.article.id, fourth.article.metadata.title) == ("a", TITLE)
    assert isinstance(second, Refusal)
    assert (second.origin, "`text` is 3" in second.reason) == (f"{path}, article 2", True)
    assert third == Refusal(f"{path}, article 3", "'x' is no article; write an object with `text` or `html`")


def test_json_lines_go_on_after_a_broken_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.intake.files, "LONGEST_LINE", 300)
    path = tmp_path / "many.jsonl"
    record = json.dumps({"id": "a", "text": TEXT}, ensure_ascii=False)
    long = json.dumps({"id": "b", "text": "x " * 500})
    last = json.dumps({"id": "c", "text": TEXT}, ensure_ascii=False)
    path.write_text(f"\ufeff{record}\n\n{{broken\n{long}\n[1]\n{last}", encoding="utf-8")
    got = list(read_drafts(path))
    assert [item.article.id for item in got if isinstance(item, Draft)] == ["a", "c"]
    assert [item.origin for item in got if isinstance(item, Refusal)] == [f"{path}, line {n}" for n in (3, 4, 5)]


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (PAGE.encode(), 1),
        (MARKUP.encode(), 1),
        (json.dumps({"text": TEXT}).encode(), 1),
        (json.dumps([{"text": TEXT}, {"text": MORE}]).encode(), 2),
        (f"{json.dumps({'text': TEXT})}\n{json.dumps({'text': MORE})}\n".encode(), 2),
    ],
)
def test_standard_input_is_told_by_its_content(data: bytes, count: int) -> None:
    got = list(read_text(data, "standard input"))
    assert len(got) == count
    assert all(isinstance(item, Draft) and item.article.text.startswith((TEXT, MORE)) for item in got)


def test_standard_input_that_is_binary_is_refused() -> None:
    (refusal,) = read_text(b"%PDF-1.4", "standard input")
    assert isinstance(refusal, Refusal)


def test_a_record_says_everything() -> None:
    record = {
        "id": "cau-1",
        "title": " Cầu  mới ",
        "text": f"{TEXT}  \r\n\r\n{MORE}\x07\ud800\n",
        "url": "https://tt.example/a?b=c",
        "source": "Báo Thủy Triều",
        "published_at": "3/6/2025",
        "language": "vi-VN",
        "unknown": [1],
    }
    article = draft_from_record(record, "http").article
    assert article.text == f"{TEXT}\n\n{MORE}\ufffd"
    assert (article.id, article.metadata.title, article.metadata.url) == (
        "cau-1",
        "Cầu mới",
        "https://tt.example/a?b=c",
    )
    assert (article.metadata.source, article.metadata.published_at, article.language) == (
        "Báo Thủy Triều",
        "2025-06-03",
        "vi",
    )


def test_a_text_is_taken_as_it_is() -> None:
    text = f"Đọc nhiều\n\n- {TITLE}\n{TEXT}"
    draft = draft_from_record({"text": unicodedata.normalize("NFD", text)}, "http")
    assert draft.article.text == text
    assert draft.removed == ()


def test_a_record_goes_before_its_page() -> None:
    page = MARKUP.replace("<body>", '<head><meta property="og:site_name" content="A"></head><body>')
    article = draft_from_record({"html": page, "title": "B", "published_at": "2025-06-03"}, "http").article
    assert (article.metadata.title, article.metadata.source, article.metadata.published_at) == ("B", "A", "2025-06-03")


def test_ids_come_from_the_url_and_else_from_the_words() -> None:
    url = "https://tt.example/a"
    by_url = draft_from_record({"url": url, "title": TITLE, "text": TEXT}, "http").article.id
    assert draft_from_record({"url": url, "title": TITLE, "text": MORE}, "http").article.id == by_url
    by_words = draft_from_record({"title": TITLE, "text": TEXT}, "http").article.id
    assert draft_from_record({"title": TITLE, "text": TEXT}, "file").article.id == by_words
    assert draft_from_record({"title": TITLE, "text": MORE}, "http").article.id != by_words
    assert draft_from_record({"text": "Москва и Ханой подписали соглашение."}, "http").article.id.startswith("article-")
    assert draft_from_record({"id": 7, "text": TEXT}, "http").article.id == "7"


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({}, "either `text` or `html`"),
        ({"text": TEXT, "html": MARKUP}, "either `text` or `html`"),
        ({"text": "  \n"}, "no article text"),
        ({"html": "<nav>x</nav>"}, "no article text"),
        ({"text": 3}, "`text` is 3"),
        ({"text": TEXT, "title": ["x"]}, "`title` is ['x']"),
        ({"text": TEXT, "id": "a b"}, "'a b'"),
        ({"text": TEXT, "id": "a/b"}, "'a/b'"),
        ({"text": TEXT, "id": "x" * 201}, "200 characters"),
        ({"text": TEXT, "id": True}, "`id` is True"),
        ({"text": TEXT, "url": "javascript:alert(1)"}, "javascript:alert(1)"),
        ({"text": TEXT, "url": "https://[x"}, "https://[x"),
        ({"text": TEXT, "url": "https://a b/"}, "https://a b/"),
        ({"text": TEXT, "published_at": ["2025-10-21"]}, "['2025-10-21']"),
        ({"text": TEXT, "published_at": True}, "True"),
        ({"text": TEXT, "language": "tiếng Việt"}, "tiếng Việt"),
    ],
)
def test_a_wrong_record_is_refused_with_value_and_mend(record: dict[str, object], words: str) -> None:
    with pytest.raises(Refused) as error:
        draft_from_record(record, "http")
    assert words in str(error.value)
    assert "; " in str(error.value)


@pytest.mark.parametrize("stated", ["yesterday", "2025-02-30", "21/10/25", "6/3/2025 9:15:00 AM", -5, float("nan")])
def test_a_date_that_cannot_be_read_is_left_out_and_shown(stated: str | float) -> None:
    draft = draft_from_record({"text": TEXT, "published_at": stated}, "http")
    assert draft.article.metadata.published_at is None
    assert draft.removed == (Removed(str(stated), "date-line"),)


# 1761010200 seconds after 1970 began it was 01:30 in Greenwich on 21 October 2025.
@pytest.mark.parametrize("stated", [1761010200, 1761010200.7, 1761010200000, "1761010200"])
def test_seconds_since_1970_are_a_date(stated: str | float) -> None:
    draft = draft_from_record({"text": TEXT, "published_at": stated}, "http")
    assert draft.article.metadata.published_at == "2025-10-21T08:30:00+07:00"


def test_the_page_of_a_record_gives_the_date_that_the_record_does_not() -> None:
    page = f'<html><head><meta name="pubdate" content="10/21/2025 8:30:00 PM"></head><body><p>{TEXT}</p><p>{MORE}</p>'
    draft = draft_from_record({"html": page, "published_at": "hôm nọ"}, "http")
    assert draft.article.metadata.published_at == "2025-10-21T20:30:00+07:00"
    assert Removed("hôm nọ", "date-line") in draft.removed
