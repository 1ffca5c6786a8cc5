"""The command line as `main` runs it, in this process. A small model stands in for the bundled one: no words here
depend on which passages it finds."""

import json
import os
from pathlib import Path

import pytest

from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import opened
from rag.settings import read_settings
from tests.support.canned import Canned
from tests.support.commands import Ran, Run, runner
from tests.support.http import canned_state
from tests.support.loopback import served_in
from tests.support.sample import SAMPLE
from tests.support.service import save_small_model
from tests.support.shapes import FACT

WORDS = "Sáng nay chợ nổi họp sớm hơn mọi khi . Bến phà mở lại sau ba ngày mưa lớn"
MARKET = {"id": "cho", "title": "Chợ nổi", "text": "Sáng nay chợ nổi họp sớm hơn mọi khi.", "source": "Báo Sông"}
FERRY = {"id": "pha", "text": "Bến phà mở lại sau ba ngày mưa lớn.", "published_at": "2026-03-04"}


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_model(tmp_path_factory.mktemp("small"), WORDS)


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_model(tmp_path_factory.mktemp("other"), WORDS, seed=2)


@pytest.fixture
def run(tmp_path: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `hoidap` in a folder of its own, with its data in `data`."""
    return runner(tmp_path, monkeypatch, capsys, 200, embedding_model=str(small_model), threads="1", reader="none")


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


# --- ingest ----------------------------------------------------------------------------------------------


def test_a_broken_line_is_reported_and_the_rest_goes_in(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tin.jsonl"
    file.write_text(lines(MARKET) + '{"id": "hong", "text": \n' + lines(FERRY), encoding="utf-8")

    ran = run("ingest", file)

    assert ran.code == 1
    assert ran.out.splitlines() == ["added  cho", "added  pha"]
    assert "tin.jsonl, line 2: not valid JSON" in ran.err
    assert "Articles: 2 added, 0 updated, 0 unchanged, 1 refused" in ran.err


def test_a_second_time_changes_only_what_changed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tin.jsonl"
    file.write_text(lines(MARKET, FERRY), encoding="utf-8")
    assert run("ingest", file).code == 0

    again = run("ingest", file)
    assert (again.code, again.out.splitlines()) == (0, ["unchanged  cho", "unchanged  pha"])

    file.write_text(lines(MARKET, {**FERRY, "text": "Bến phà đóng cửa."}), encoding="utf-8")
    changed = run("ingest", file)
    assert changed.out.splitlines() == ["unchanged  cho", "updated  pha"]
    assert "Bến phà đóng cửa." in run("show", "pha").out


def test_folders_files_and_what_cannot_be_read(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "bài vở"
    (folder / "sâu").mkdir(parents=True)
    (folder / "sâu" / "a.json").write_text(json.dumps(MARKET), encoding="utf-8")
    (folder / ".ẩn.json").write_text(json.dumps(FERRY), encoding="utf-8")
    (folder / "rỗng.txt").write_text("", encoding="utf-8")
    (folder / "ảnh.png").write_bytes(b"\x89PNG")
    binary = tmp_path / "nhị phân.txt"
    binary.write_bytes(b"\x00\x01\x02\xff\xfe\x00" * 50)
    (tmp_path / "b.json").write_text(json.dumps(FERRY), encoding="utf-8")

    ran = run("ingest", folder, "b.json", "không có.txt", binary, "b.docx")

    assert ran.code == 1
    assert ran.out.splitlines() == ["added  cho", "added  pha"]
    refused = [line for line in ran.err.splitlines() if line.startswith("refused")]
    assert len(refused) == 4
    for name in ("rỗng.txt", "không có.txt", "nhị phân.txt", "b.docx"):
        assert sum(name in line for line in refused) == 1


def test_a_file_name_that_is_no_text_is_still_reported(run: Run, tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/b\xe0i.txt")
    Path(odd).write_text("", encoding="utf-8")

    ran = run("ingest", tmp_path)

    assert ran.code == 1
    assert "1 refused" in ran.err


@pytest.mark.parametrize(
    "given", [json.dumps(MARKET), lines(MARKET), json.dumps([MARKET]), json.dumps({"articles": [MARKET]})]
)
def test_standard_input(run: Run, given: str) -> None:
    ran = run("ingest", "-", stdin=given.encode())

    assert (ran.code, ran.out) == (0, "added  cho\n")


def test_nothing_on_standard_input(run: Run) -> None:
    ran = run("ingest", "-", stdin=b"")

    assert ran.code == 1
    assert "refused  standard input" in ran.err


# --- What needs no model ---------------------------------------------------------------------------------


@pytest.fixture
def filled(run: Run) -> Run:
    assert run("ingest", "-", stdin=lines(MARKET, FERRY).encode()).code == 0
    return run


def test_briefings_run_matches_what_came_in(filled: Run) -> None:
    topic = filled("topics", "add", "Bến phà mở lại").out.split()[0]
    later = {**FERRY, "id": "pha-2", "text": f"{FERRY['text']} Vé không đổi."}
    assert filled("ingest", "-", stdin=lines(later).encode()).code == 0

    assert filled("topics", "list").out.split()[:3] == [topic, "0", "new"]
    assert filled("briefings", "run").out == "0 issues made\n"
    assert filled("topics", "list").out.split()[:3] == [topic, "1", "new"]


def test_articles_by_words_days_and_sources(filled: Run) -> None:
    def ids(*words: str) -> list[str]:
        return [article["id"] for article in json.loads(filled("articles", "--json", *words).out)["articles"]]

    assert ids("--query", "ben pha") == ["pha"]
    assert ids("--query", "bến phá") == []
    assert ids("--from", "2026-03-04", "--to", "2026-03-04") == ["pha"]
    assert ids("--source", "Báo Sông") == ["cho"]
    assert ids("--entity", "person:ai đó") == []
    assert ids("--story", "0") == []
    assert "Bến phà mở lại" in filled("articles", "--query", "bến phà").out
    assert filled("articles", "--query", "?!").code == 2
    assert filled("articles", "--from", "2026-03-05", "--to", "2026-03-04").code == 2
    assert filled("articles", "--from", "hôm qua").code == 2
    assert filled("articles", "--entity", "ai đó").code == 2
    assert filled("articles", "--order", "relevance").code == 2
    assert filled("articles", "--story", "-1").code == 2
    assert filled("articles", "--story", str(2**63)).code == 2


def test_entities(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tin.jsonl"
    file.write_text(
        lines({**MARKET, "text": "Ở Hà Nội có chợ."}, {**FERRY, "text": "Hà Nội có phà."}), encoding="utf-8"
    )
    assert run("ingest", file).code == 0
    assert run("entities").out.split(maxsplit=2) == ["2", "city:hanoi", "Hà Nội  2026-03-04 to 2026-03-04\n"]
    assert json.loads(run("entities", "--json", "--kind", "person").out)["total"] == 0
    assert json.loads(run("entities", "--json", "--query", "noi").out)["total"] == 1
    assert run("entities", "--after", "đâu").code == 2


def test_articles(filled: Run) -> None:
    listed = filled("articles")
    assert [line.split()[:2] for line in listed.out.splitlines()] == [["cho", "-"], ["pha", "2026-03-04"]]
    assert "2 of 2 articles" in listed.err

    page = json.loads(filled("articles", "--json", "--limit", "1").out)
    assert (page["total"], page["next"], [article["id"] for article in page["articles"]]) == (2, "cho", ["cho"])
    assert json.loads(filled("articles", "--json", "--after", "cho").out)["articles"][0]["id"] == "pha"


def test_show(filled: Run) -> None:
    shown = filled("show", "cho").out
    assert "Báo Sông" in shown
    assert shown.endswith("Chợ nổi\n\nSáng nay chợ nổi họp sớm hơn mọi khi.\n")
    assert json.loads(filled("show", "--raw", "cho").out) == MARKET
    assert json.loads(filled("show", "--json", "cho").out)["text"] == MARKET["text"]
    missing = filled("show", "xyz")
    assert missing.code == 1
    assert "'xyz'" in missing.err


def test_show_what_was_removed_from_a_page(run: Run) -> None:
    page = next((SAMPLE / "pages").glob("01-*"))
    article_id = run("ingest", page).out.split()[1]

    removed = run("show", "--removed", article_id).out

    assert "Đọc nhiều" in removed
    assert "nhà máy rộng 6,2 ha" not in removed
    assert run("show", "--raw", article_id).out.strip() == page.read_text(encoding="utf-8").strip()


def test_half_a_character_in_the_raw_input_can_be_shown(run: Run) -> None:
    assert run("ingest", "-", stdin=b'{"id": "nua", "text": "Con thuy\\ud800n."}').code == 0

    assert run("show", "nua").code == 0
    assert run("show", "--raw", "nua").code == 0
    assert run("show", "--json", "nua").code == 0


def test_remove(filled: Run) -> None:
    removed = filled("remove", "cho", "xyz")

    assert (removed.code, removed.out.splitlines()) == (1, ["removed  cho", "not found  xyz"])
    assert filled("remove", "pha").code == 0
    assert json.loads(filled("articles", "--json").out)["total"] == 0


# --- ask and search --------------------------------------------------------------------------------------


def test_ask_prints_json_as_http_answers(filled: Run) -> None:
    asked = json.loads(filled("ask", "--json", "Bến", "phà", "mở", "lại", "khi", "nào?").out)
    assert set(asked) == {
        "id",
        "conversation_id",
        "generator",
        "query",
        "answer",
        "passages",
        "timings_ms",
        "checks",
        "trouble",
        "kept",
    }
    assert asked["query"]["text"] == "Bến phà mở lại khi nào?"
    assert {hit["article_id"] for hit in asked["passages"]} == {"cho", "pha"}


def test_search_takes_filters(filled: Run) -> None:
    found = json.loads(filled("search", "--json", "--k", "1", "bến phà mở lại").out)
    assert [hit["article_id"] for hit in found["hits"]] == ["pha"]
    found = json.loads(filled("search", "--json", "--source", "Báo Sông", "bến phà").out)
    assert [hit["article_id"] for hit in found["hits"]] == ["cho"]
    dates = ("--from", "2026-03-04", "--to", "2026-03-04")
    assert [hit["article_id"] for hit in json.loads(filled("search", "--json", *dates, "chợ nổi").out)["hits"]] == [
        "pha"
    ]
    nothing = filled("search", "--from", "2027-01-01", "chợ nổi")
    assert (nothing.code, nothing.out) == (0, "No article matches.\n")


def test_output_is_the_same_with_a_server(filled: Run, tmp_path: Path) -> None:
    commands = [
        ("ask", "Bến phà mở lại khi nào?"),
        ("ask", "--json", "--k", "1", "--from", "2026-03-04", "Bến phà mở lại khi nào?"),
        ("ask", "?!"),
        ("search", "bến phà"),
        ("search", "--json", "--source", "Báo Sông", "bến phà"),
        ("timeline", "bến phà"),
        ("stories",),
        ("stories", "0"),
        ("topics", "list", "--json"),
        ("topics", "news", "none"),
        ("briefings", "list"),
        ("export", "none", "-o", "none.md"),
    ]
    alone = [filled(*command) for command in commands]
    data = tmp_path / "data"
    with (
        opened(read_settings({"data": data}), lambda _: None) as service,
        served_in(data, build_app(State.of(service))),
    ):
        asked = [filled(*command) for command in commands]
    for command, one, other in zip(commands, alone, asked, strict=True):
        assert _shared(one) == _shared(other), command
        assert ("Checking the indexes" in one.err, "Checking the indexes" in other.err) == (True, False)


def _shared(ran: Ran) -> tuple[int, object, list[str]]:
    """What is printed, but for what no two answers share, and for what a server logs."""
    said = [line for line in ran.err.splitlines() if line.startswith("hoidap: ")]
    if not ran.out.startswith("{"):
        return ran.code, ran.out, said
    printed = json.loads(ran.out)
    return ran.code, {name: printed[name] for name in printed.keys() - {"id", "timings_ms"}}, said


def test_a_server_with_other_settings_is_not_asked(filled: Run, tmp_path: Path, small_model: Path) -> None:
    asked = Canned(lambda _: [FACT])
    state = canned_state(asked, embedding_model=str(small_model), reader="none", dense_weight=0.25)
    with served_in(tmp_path / "data", build_app(state)):
        same = filled("--dense-weight", "0.25", "ask", "Bến phà mở lại khi nào?")
        other = filled("--dense-weight", "0.75", "ask", "Bến phà mở lại khi nào?")
    assert len(asked.asked) == 1
    assert "77 m" in same.out
    assert "The server that runs on data answers with another dense_weight; the index is opened here" in other.err
    assert "Confidence" in other.out
    assert "77 m" not in other.out


@pytest.mark.parametrize("question", ["?!", "a" * 2001])
def test_a_question_that_cannot_be_taken(filled: Run, question: str) -> None:
    ran = filled("ask", question)

    assert ran.code == 2
    assert ran.err.splitlines()[-1].startswith("hoidap: The question")


# --- rebuild and the model -------------------------------------------------------------------------------


def test_another_model_is_refused_until_everything_is_embedded_again(
    filled: Run, other_model: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIDAP_EMBEDDING_MODEL", str(other_model))
    for command in (("ask", "Bến phà?"), ("ingest", "-"), ("rebuild",)):
        refused = filled(*command, stdin=lines({**FERRY, "id": "moi"}).encode())
        assert refused.code == 78, command
        assert str(small_model) in refused.err
        assert "hoidap rebuild --embed" in refused.err

    rebuilt = filled("rebuild", "--embed")

    assert (rebuilt.code, rebuilt.out) == (0, "The indexes hold 2 chunks\n")
    found = json.loads(filled("search", "--json", "--k", "1", "bến phà mở lại").out)
    assert [hit["article_id"] for hit in found["hits"]] == ["pha"]


def test_rebuild_and_doctor(filled: Run, tmp_path: Path) -> None:
    assert filled("rebuild").out == "The indexes hold 2 chunks\n"
    healthy = filled("doctor")
    assert healthy.code == 0
    assert healthy.out.endswith("All is well\n")

    newest = sorted((tmp_path / "data" / "generations").glob("gen-*"))[-1]
    vectors = newest / "vectors.f32"
    vectors.write_bytes(vectors.read_bytes()[:-8])
    sick = filled("doctor")
    assert sick.code == 1
    assert "vectors.f32" in sick.out
    assert "All is well" not in sick.out

    # The damage costs nobody an answer, and is mended on the way.
    assert json.loads(filled("search", "--json", "bến phà mở lại").out)["hits"][0]["article_id"] == "pha"
    assert filled("doctor").code == 0


def test_doctor_of_a_milvus_that_is_not_there(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    unset = filled("doctor", "--engine")
    assert unset.code == 78
    assert "HOIDAP_MILVUS is not set" in " ".join(unset.err.split())
    # Nothing listens on port 9, which is reserved.
    for address in ("http://ana:geheim-9f3@127.0.0.1:9", "http://ana:geheim-9f3@", "geheim-9f3"):
        monkeypatch.setenv("HOIDAP_MILVUS", address)
        for command in (("doctor",), ("doctor", "--engine"), ("search", "phà")):
            ran = filled(*command)
            assert ran.code == 74
            assert "Milvus" in ran.err
            assert "geheim" not in ran.out + ran.err


# --- Settings and failures -------------------------------------------------------------------------------


def test_flags_before_variables_before_the_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hoidap.toml").write_text('data = "from-file"\n', encoding="utf-8")
    assert run("articles").code == 0
    assert (tmp_path / "from-file" / "hoidap.sqlite3").is_file()
    monkeypatch.setenv("HOIDAP_DATA", "from-variable")
    assert run("articles").code == 0
    assert (tmp_path / "from-variable" / "hoidap.sqlite3").is_file()
    assert not (tmp_path / "from-flag").exists()
    assert run("--data", "from-flag", "articles").code == 0
    assert (tmp_path / "from-flag" / "hoidap.sqlite3").is_file()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--port", "99999", "articles"), "99999"),
        (("--embedding-model", "", "articles"), "embedding_model"),
        (("--dense-weight", "2", "articles"), "dense_weight = 2.0"),
        (("ask", "--k", "0", "Phà?"), "k = 0"),
        (("--embedding-model", "./khong-co", "ask", "Phà?"), "./khong-co"),
        (("--embedding-model", "/khong/co", "ingest", "-"), "/khong/co"),
    ],
)
def test_settings_that_cannot_be(run: Run, arguments: tuple[str, ...], named: str) -> None:
    ran = run(*arguments)

    assert ran.code == 78
    assert named in ran.err


@pytest.mark.parametrize(
    ("content", "named"), [("data = ", "hoidap.toml"), ("prot = 8000", "prot"), ('port = "x"', "'x'"), ("k = 99", "99")]
)
def test_a_settings_file_that_cannot_be(run: Run, tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "hoidap.toml").write_text(content, encoding="utf-8")

    ran = run("articles")

    assert ran.code == 78
    assert named in ran.err


def test_a_data_folder_that_is_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")

    ran = run("articles")

    assert ran.code == 74
    assert "data" in ran.err


def test_a_database_that_is_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hoidap.sqlite3").write_bytes(b"not a database" * 500)

    ran = run("articles")

    assert ran.code == 74
    assert "hoidap: " in ran.err


def test_help_names_every_setting_and_command(run: Run) -> None:
    ran = run("--help")

    assert ran.code == 0
    for name in ("--data", "--embedding-model", "--queue", "ingest", "ask", "serve", "doctor", "rebuild"):
        assert name in ran.out


def test_unknown_commands_and_missing_arguments(run: Run) -> None:
    assert run("asked").code == 2
    assert run("ask").code == 2
    assert run("articles", "--limit", "0").code == 2
