import pytest

from index.intake.extract import extract_markdown
from index.intake.extract.front_matter import FrontMatter, split_front_matter
from index.records import Removed

BODY = "Đò ngang bến Vạn Thủy chạy lại từ sáng nay. Mỗi lượt qua sông giá 6.000 đồng."
TITLE = "Bến đò Vạn Thủy mở lại"
# Nine times nine, twenty times over, where the names are resolved.
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefghijklmnopqrs", "bcdefghijklmnopqrst", strict=True)
)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (f"title: {TITLE}\ntags:\n  - sông\n  - đò\nsource: Báo Sông", FrontMatter(TITLE, source="Báo Sông")),
        ("title: >-\n  Bến đò Vạn Thủy\n  mở lại", FrontMatter(TITLE)),
        ("title: |\n  Bến đò\n  Vạn Thủy mở lại\nsummary: |\n  Một.\n\n  Hai.", FrontMatter(TITLE)),
        (f"author:\n  name: Lê Sa\n  title: Phóng viên\ntitle: {TITLE} # xong", FrontMatter(TITLE)),
        ("\"title\": 'Bến đò: mở lại'\n# ghi chú\n'id': \"do-1\"", FrontMatter("Bến đò: mở lại", id="do-1")),
        (
            "Tiêu đề: Bến đò\nNguồn: Báo Sông\nNgày đăng: 15/01/2026\nliên kết: https://song.example/a\nTác giả: Lê Sa",
            FrontMatter("Bến đò", "https://song.example/a", "Báo Sông", "15/01/2026"),
        ),
        (
            "tieu_de: Bến đò\npubDate: Thu, 15 Jan 2026 08:30:00 +0700",
            FrontMatter("Bến đò", date="Thu, 15 Jan 2026 08:30:00 +0700"),
        ),
        ("title: No\nid: 0123\ndate: 2026-01-15", FrontMatter("No", date="2026-01-15", id="0123")),
        ("title: 08:30\nsource: 1_000", FrontMatter("08:30", source="1_000")),
        ("title: null\nsource: ~\nurl:\nid: 'null'", FrontMatter(id="null")),
        ("title: [Bến đò, khác]\nsource: {name: Báo Sông}", FrontMatter("Bến đò", source="Báo Sông")),
        ("{title: Bến đò, date: 2026-01-15}", FrontMatter("Bến đò", date="2026-01-15")),
        ("title: Một\ntitle: Hai", FrontMatter("Một")),
        ("title: &t Đò\nsource: *t\nx: &x [*x]", FrontMatter("Đò", source="Đò")),
        ("? [a, b]\n: x\ntitle: Đò", FrontMatter("Đò")),
        ("source: !!python/object/apply:os.system [id]\ntitle: Đò", FrontMatter("Đò", source="id")),
        (f"title: Đò\n{BOMB}source: *t", FrontMatter("Đò")),
        ("published_at: sắp tới\ndate: 2026-01-15", FrontMatter(date="2026-01-15")),
        ("url: /bai/do\ntitle: Đò", FrontMatter("Đò")),
        ("url: /bai/do\nlink: https://song.example/do", FrontMatter(url="https://song.example/do")),
        ("source: https://song.example/do", FrontMatter(url="https://song.example/do")),
        ("layout: post", FrontMatter()),
        ("", FrontMatter()),
    ],
)
def test_yaml(inside: str, expected: FrontMatter) -> None:
    assert split_front_matter(f"---\n{inside}\n---\n\n{BODY}") == (expected, BODY)
    assert split_front_matter(f"---\n{inside}\n...\n{BODY}") == (expected, BODY)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("title: Giá đò: tăng nhẹ\nsource: Báo Sông\ntags: [a, b", FrontMatter("Giá đò: tăng nhẹ", source="Báo Sông")),
        ('title: "Đò" và bến\ndate: 2026-01-15', FrontMatter('"Đò" và bến', date="2026-01-15")),
        ("title: >-\n  Bến đò Vạn Thủy\n  mở lại\nx: a: b", FrontMatter(TITLE)),
        ("title:\tBến đò\ntags:\n\t- a", FrontMatter("Bến đò")),
        ("title:Bến đò\ndate:2026-01-15", FrontMatter("Bến đò", date="2026-01-15")),
        ("title: Đò\na: " + "[" * 20_000, FrontMatter("Đò")),
        ("title: Đò\n" + "k: v\n" * 50_000, FrontMatter("Đò")),
    ],
    ids=["colon", "quotes", "folded", "tabs", "no space", "deep", "huge"],
)
def test_broken_yaml_is_read_line_by_line(inside: str, expected: FrontMatter) -> None:
    assert split_front_matter(f"---\n{inside}\n---\n{BODY}") == (expected, BODY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "+++\ntitle = 'Đò'\ndate = 2026-01-18T07:00:00+07:00\n[params]\ntitle = 'x'\n+++\n",
            "2026-01-18T07:00:00+07:00",
        ),
        ("+++\ntitle = \"Đò\"\ndate = 2026-01-18\ntags = ['a']\n+++\n", "2026-01-18"),
        ("+++\ntitle = Đò\ndate = '2026-01-18'\n+++\n", "2026-01-18"),
        ('{"title": "Đò", "date": "2026-01-18", "draft": true}\n\n', "2026-01-18"),
        (';;;\n{"title": "Đò", "date": 1761010200}\n;;;\n', "1761010200"),
    ],
)
def test_toml_and_json(text: str, expected: str) -> None:
    assert split_front_matter(text + BODY) == (FrontMatter("Đò", date=expected), BODY)


@pytest.mark.parametrize(
    "text",
    [
        f"---\nMột đoạn văn giữa hai vạch.\n---\n{BODY}",
        f"---\nGiá vé: 6.000 đồng\n---\n{BODY}",
        f"---\nChị Sa: Đò chạy chưa?\nAnh Vạn: Chạy rồi.\n---\n{BODY}",
        f"---\n- một\n- hai\n---\n{BODY}",
        f"---\n# Mục một\n---\n{BODY}",
        f"---\nNguồn: Báo Sông\nMột đoạn văn nữa ở đây.\n---\n{BODY}",
        f"---\ntitle: Đò\n\n{BODY}",
        f"-----\ntitle: Đò\n---\n{BODY}",
        f"+++\nMột đoạn văn.\n+++\n{BODY}",
        f'{{"title": "Đò"}} là tên bài.\n{BODY}',
        f"{{đò}} {BODY}",
        f"{BODY}\n\n---\ntitle: Đò\n---",
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_what_is_no_front_matter_stays_text(text: str) -> None:
    assert split_front_matter(text) == (FrontMatter(), text)


def test_marks_blank_lines_and_ends_of_windows_before_it() -> None:
    found = extract_markdown(f"\ufeff\r\n\r\n---  \r\ntitle: Đò\r\ndate: 15/1/2026\r\n---\r\n{BODY}")
    assert (found.text, found.metadata.title, found.metadata.published_at) == (BODY, "Đò", "2026-01-15")


@pytest.mark.parametrize("stated", ["31/2/2026", "15/1/26"])
def test_a_doubtful_date_is_left_out_and_shown(stated: str) -> None:
    found = extract_markdown(f"---\ntitle: Đò\ndate: {stated}\n---\n{BODY}")
    assert (found.text, found.metadata.published_at, found.removed) == (BODY, None, (Removed(stated, "date-line"),))
