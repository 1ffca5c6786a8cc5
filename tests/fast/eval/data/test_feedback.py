"""Rated answers become cases: store -> list -> suite. What nobody said to be right is in none."""

import json
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from click.testing import CliRunner, Result

from eval.data.feedback import LeftOut, exported, feedback
from eval.data.lists import read_cases
from eval.data.suites import Options, read_suite
from eval.records import Case, GoldQuote
from index.storage.errors import Refused
from rag.records.answers import Feedback
from rag.records.search import Turn
from rag.service.conversations import FILE, Conversations, StoredTurn, opened_conversations, timestamp
from tests.support.eval_files import NEWS, lines_file
from tests.support.topics import HOUR, MONDAY, QUESTION, bridge, opened_desk_over

NOW = timestamp(datetime(2026, 3, 1, tzinfo=UTC))
WIND, COLD = ("n1", "Gió thổi mạnh."), ("n1", "Trời rét.")
RICE = ("n2", "Lúa chín vàng.")


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    with opened_conversations(tmp_path / "data" / FILE) as opened:
        yield opened


def answer(
    conversations: Conversations, name: str, question: str, *cited: tuple[str, str], conversation: str = "c"
) -> None:
    """Keep an answer with one sentence for each cited text; without any it abstained."""
    citations = [
        {"index": number, "start": 0, "end": 1, "text": text, "sources": [{"article_id": article, "cited_text": text}]}
        for number, (article, text) in enumerate(cited, start=1)
    ]
    text = " ".join(f"{text} [{number}]" for number, (_, text) in enumerate(cited, start=1)) or "Không rõ."
    record = {"id": name, "answer": {"text": text, "abstained": not cited, "citations": citations}, "passages": []}
    turn = Turn(question, question, "vi", text, not cited, tuple(text for _, text in cited))
    conversations.add(StoredTurn(name, "", conversation, NOW, turn, json.dumps(record, ensure_ascii=False)))


def rate(conversations: Conversations, name: str, rating: Literal["up", "down"], better: str | None = None) -> None:
    assert conversations.feedback("", Feedback(name, NOW, rating, "Riêng tư.", better))


def only(conversations: Conversations) -> Case | LeftOut:
    [found] = exported(conversations)
    return found


def case(name: str, question: str, *quotes: tuple[str, str], answers: tuple[str, ...] = ()) -> Case:
    articles = tuple(dict.fromkeys(article for article, _ in quotes))
    group = articles[0] if articles else name
    gold = tuple(GoldQuote(*quote) for quote in quotes)
    return Case(name, question, "vi", "feedback", group, answers, articles, gold)


# --- What is gold ----------------------------------------------------------------------------------------


def test_up(conversations: Conversations) -> None:
    """Two sentences of one article, one of another, and one that is cited twice."""
    answer(conversations, "a", "Trời thế nào?", WIND, RICE, COLD, WIND)
    rate(conversations, "a", "up")
    assert only(conversations) == case("a", "Trời thế nào?", WIND, RICE, COLD)


def test_up_with_a_better_answer(conversations: Conversations) -> None:
    answer(conversations, "a", "Trời thế nào?", WIND)
    rate(conversations, "a", "up", " Gió mạnh\n")
    assert only(conversations) == case("a", "Trời thế nào?", WIND, answers=("Gió mạnh",))


def test_down_with_a_better_answer(conversations: Conversations) -> None:
    """The cited article may be a wrong one, so that no article is gold."""
    answer(conversations, "a", "Lúa thế nào?", WIND)
    rate(conversations, "a", "down", "Chín vàng")
    assert only(conversations) == case("a", "Lúa thế nào?", answers=("Chín vàng",))


@pytest.mark.parametrize("better", [None, "", " … \n"])
def test_down_alone(conversations: Conversations, better: str | None) -> None:
    answer(conversations, "a", "Lúa thế nào?", WIND)
    rate(conversations, "a", "down", better)
    assert only(conversations) == LeftOut("a", "rated down, and nobody wrote what is right")


def test_abstained_rightly(conversations: Conversations) -> None:
    answer(conversations, "a", "Tàu chạy mấy giờ?")
    rate(conversations, "a", "up")
    assert only(conversations) == replace(case("a", "Tàu chạy mấy giờ?"), answerable=False)


@pytest.mark.parametrize("rating", ["up", "down"])
def test_abstained_where_a_reader_knows_the_answer(conversations: Conversations, rating: Literal["up", "down"]) -> None:
    answer(conversations, "a", "Tàu chạy mấy giờ?")
    rate(conversations, "a", rating, "Sáu giờ")
    assert only(conversations) == case("a", "Tàu chạy mấy giờ?", answers=("Sáu giờ",))


def test_abstained_wrongly(conversations: Conversations) -> None:
    answer(conversations, "a", "Tàu chạy mấy giờ?")
    rate(conversations, "a", "down")
    assert only(conversations) == LeftOut("a", "abstained and rated down, and nobody wrote what the answer is")


@pytest.mark.parametrize("record", ["", "{}", '{"answer": {"citations": [{"sources": [{}]}]}}'])
def test_a_record_of_another_form(conversations: Conversations, record: str) -> None:
    answer(conversations, "a", "Trời thế nào?", WIND)
    item = conversations.answer("a")
    assert item is not None
    conversations.add(replace(item, answer_id="b", record=record))
    rate(conversations, "b", "up")
    assert only(conversations) == LeftOut("b", "rated up, but what it cited cannot be read from what was kept")


def test_history_is_what_was_asked_before(conversations: Conversations) -> None:
    answer(conversations, "a", unicodedata.normalize("NFD", "Trời thế nào?"), WIND)
    answer(conversations, "x", "Chuyện khác?", WIND, conversation="other")
    answer(conversations, "b", "Còn lúa?", RICE)
    answer(conversations, "c", "Còn tàu?")
    rate(conversations, "b", "up")
    assert only(conversations) == replace(case("b", "Còn lúa?", RICE), history=("Trời thế nào?",))


def test_what_is_not_rated_is_not_exported(conversations: Conversations) -> None:
    answer(conversations, "a", "Trời thế nào?", WIND)
    assert list(exported(conversations)) == []


# --- The command -----------------------------------------------------------------------------------------

Run = Callable[[str], Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command on the conversations in `data`."""
    monkeypatch.setenv("COLUMNS", "500")
    monkeypatch.chdir(tmp_path)
    return lambda target: CliRunner().invoke(
        feedback, ["-o", target], obj={"data": tmp_path / "data"}, catch_exceptions=True
    )


def test_a_round_trip(conversations: Conversations, run: Run, tmp_path: Path) -> None:
    answer(conversations, "a", "Trời thế nào?", WIND, COLD)
    answer(conversations, "b", "Còn lúa?", RICE)
    answer(conversations, "c", "Còn “tàu”?\u2028")
    answer(conversations, "d", "Còn cá?", WIND)
    rate(conversations, "a", "up")
    rate(conversations, "b", "up", "Chín vàng")
    rate(conversations, "c", "up")
    rate(conversations, "d", "down")
    articles = lines_file(tmp_path / "tin.jsonl", NEWS)

    done = run("ratings.jsonl")

    assert (done.exit_code, done.stdout) == (0, "ratings.jsonl\n")
    assert done.stderr == "1 left out: rated down, and nobody wrote what is right\n3 questions\n"
    expected = [
        case("a", "Trời thế nào?", WIND, COLD),
        replace(case("b", "Còn lúa?", RICE, answers=("Chín vàng",)), history=("Trời thế nào?",)),
        replace(case("c", "Còn “tàu”?"), history=("Trời thế nào?", "Còn lúa?"), answerable=False),
    ]
    suite = read_suite("ratings.jsonl", Options(articles=(str(articles),)))
    assert [trial.case for trial in suite.trials] == expected
    assert suite.answers
    for item in expected:
        texts = {str(record["id"]): str(record["body"]) for record in NEWS}
        assert all(quote.text in texts[quote.article_id] for quote in item.quotes)


def test_a_corrected_answer_makes_the_round_trip(conversations: Conversations, run: Run) -> None:
    answer(conversations, "a", "Lúa thế nào?", WIND)
    rate(conversations, "a", "down", "Chín vàng")
    assert run("r.jsonl").exit_code == 0
    assert list(read_cases(Path("r.jsonl"))) == [case("a", "Lúa thế nào?", answers=("Chín vàng",))]


def test_an_overview_of_an_issue_answers_its_topics_question(
    conversations: Conversations, run: Run, tmp_path: Path
) -> None:
    """What was asked before it, in conversations or by other topics, does not come with it."""
    opens = "Cầu phao Hạc Trì mở lại cho xe máy từ sáng thứ hai, theo sở giao thông của tỉnh Trung Giang."
    answer(conversations, "a", "Trời thế nào?", WIND)
    rate(conversations, "a", "up")
    with opened_desk_over(tmp_path / "data") as desk:
        briefing = desk.briefing(desk.topic(QUESTION))
        desk.take(bridge("a1", opens))
        desk.topics.briefings.make_due(MONDAY + HOUR)
        (issue,) = desk.topics.issues.issues("", briefing.id, 9)
        name = issue.answer_id(issue.topics[0])
        assert desk.topics.issues.rate(Feedback(name, NOW, "up", None, None))

    assert run("r.jsonl").exit_code == 0
    assert list(read_cases(Path("r.jsonl"))) == [
        case("a", "Trời thế nào?", WIND),
        case(name, QUESTION, ("a1", opens)),
    ]


def test_the_list_is_private_and_replaced(conversations: Conversations, run: Run, tmp_path: Path) -> None:
    answer(conversations, "a", "Trời thế nào?", WIND)
    rate(conversations, "a", "up")
    for left in ("r.jsonl", "r.jsonl.tmp"):
        (tmp_path / left).write_text("cũ\n" * 100)
        (tmp_path / left).chmod(0o644)
    assert run("r.jsonl").exit_code == 0
    written = tmp_path / "r.jsonl"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert not (tmp_path / "r.jsonl.tmp").exists()
    assert len(written.read_bytes().splitlines()) == 1
    assert "Riêng tư" not in written.read_text(encoding="utf-8")


def test_nothing_to_write(conversations: Conversations, run: Run, tmp_path: Path) -> None:
    answer(conversations, "a", "Trời thế nào?", WIND)
    rate(conversations, "a", "down")
    done = run("r.jsonl")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nothing was written" in done.stderr
    assert not (tmp_path / "r.jsonl").exists()


def test_what_cannot_be_done_is_told(run: Run, tmp_path: Path) -> None:
    done = run("r.jsonl")
    assert isinstance(done.exception, Refused)
    assert f"{FILE} is not there" in str(done.exception)
    assert not (tmp_path / "data").exists()
    done = run("r.json")
    assert done.exit_code == 2
    assert "end its name in .jsonl" in done.stderr
