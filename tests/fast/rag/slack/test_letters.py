"""Letters in a Slack of the tests' own."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typing_extensions import override

from rag.delivery.channels import SlackChannel
from rag.delivery.letter import Change, Cited, Letter, Section
from rag.delivery.outbox import Delivery
from rag.delivery.transport import Parcel, TryLater, Undeliverable, Unknown
from rag.slack.letters import SlackLetters, letter_messages
from tests.support.clock import FakeClock
from tests.support.letters import BRIDGE, FERRY, HOME, letter, section
from tests.support.slack_blocks import blocks_error, shown
from tests.support.slack_server import Slack, running_slack
from tests.support.slack_workspace import ANH, BOT_TOKEN, DIRECT, NEWS, OTHER

LONG = letter(*[section(Cited(f"Câu {n} " + "dài lắm " * 100, f"Bài {n}"), "Tóm tắt. ") for n in range(40)])


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running_slack() as found:
        yield found


class Told:
    """A parcel for a channel, and what its sending noted."""

    def __init__(self, channel: str = NEWS, shown: Letter | None = None, progress: str | None = None) -> None:
        self.marks = 0
        self.on_mark: Callable[[], None] = lambda: None
        self.progress = progress
        self._channel, self._shown = channel, shown or letter()

    def parcel(self) -> Parcel:
        delivery = Delivery("d1", "i1", SlackChannel(self._channel), 1, 0, self.progress, "h")
        return Parcel(delivery, self._shown, mark=self._mark, progressed=self._progressed)

    def _mark(self) -> None:
        self.marks += 1
        self.on_mark()

    def _progressed(self, progress: str) -> None:
        self.progress = progress


def send(slack: Slack, told: Told) -> None:
    SlackLetters(BOT_TOKEN, f"{slack.url}/api/", HOME, FakeClock()).send(told.parcel())


@pytest.mark.parametrize(("channel", "place"), [(NEWS, NEWS), (ANH, DIRECT)])
def test_a_letter_arrives(slack: Slack, channel: str, place: str) -> None:
    told = Told(channel)
    send(slack, told)

    (posted,) = slack.posted.values()
    assert posted.channel == place
    for words in ("Cầu và phà", "Cầu Rạch Dừa có tổng vốn 1.200 tỉ đồng.", "Báo Ven Sông, 03/05/2026"):
        assert words in posted.shown
    links = [
        e["url"] for b in posted.blocks if b["type"] == "rich_text" for e in b["elements"][0]["elements"] if "url" in e
    ]
    assert links == ["https://bao.example/cau-rach-dua", "https://hoidap.example/#/articles/cau-rach-dua"]
    assert told.marks == 1


def test_changes_show_both_sides() -> None:
    changed = letter(section(BRIDGE, "", Change("date", BRIDGE, FERRY), Change("withdrawn", FERRY)))

    (message,) = letter_messages(changed, None)
    said = shown(list(message.blocks))
    assert "Đã thay đổi: Ngày được đổi" in said
    assert "Đã thay đổi: Bài bị gỡ" in said
    assert said.count(FERRY.words) == 2


def test_changes_alone_have_no_counts() -> None:
    (message,) = letter_messages(letter(Section("Cầu", 0, 0, (), (Change("withdrawn", BRIDGE),))), None)
    assert "tin mới" not in shown(list(message.blocks))


def test_each_overview_has_buttons_of_its_own(slack: Slack) -> None:
    changed = Section("Cầu", 0, 0, (), (Change("withdrawn", BRIDGE),))
    rated = [replace(section(cited), answer_id=f"i1-t{number}") for number, cited in enumerate((BRIDGE, FERRY))]
    send(slack, Told(shown=letter(*rated, changed)))

    (posted,) = slack.posted.values()
    pressed = [block["elements"] for block in posted.blocks if block["type"] == "actions"]
    assert [[(each["action_id"], each["value"]) for each in row] for row in pressed] == [
        [("feedback_up", "i1-t0"), ("feedback_down", "i1-t0")],
        [("feedback_up", "i1-t1"), ("feedback_down", "i1-t1")],
    ]
    bridge, ferry, rest = posted.shown.split("[👍 Đúng] [👎 Chưa đúng]")
    assert BRIDGE.words in bridge
    assert FERRY.words in ferry
    assert "Bài bị gỡ" in rest


def test_what_strangers_wrote_stays_text() -> None:
    hostile = Cited("<!channel> *đậm* <https://x.example|bấm>", "Tít <@U0ANH>\u202e", None, None, "javascript:alert(1)")

    (message,) = letter_messages(letter(section(hostile), name="<!here> tin"), HOME)
    assert blocks_error(list(message.blocks)) is None
    assert "<" not in message.text
    assert all(block["type"] in {"divider", "rich_text"} for block in message.blocks)
    assert "javascript" not in str(message.blocks)


def test_a_long_letter_takes_several_messages_in_a_thread(slack: Slack) -> None:
    told = Told(shown=LONG)
    send(slack, told)

    first, *others = slack.posted.values()
    assert len(others) >= 2
    assert {posted.thread for posted in others} == {first.ts}
    assert told.marks == 1 + len(others)
    said = "\n".join(posted.shown for posted in slack.posted.values())
    assert all(said.count(f"Câu {n} ") == 1 for n in range(40))


def test_a_long_letter_goes_on_where_it_stopped(slack: Slack) -> None:
    told, whole = Told(shown=LONG), len(letter_messages(LONG, HOME))
    told.on_mark = lambda: slack.limit("chat.postMessage", told.marks == 2)
    with pytest.raises(TryLater):
        send(slack, told)
    assert len(slack.posted) == 1
    send(slack, told)

    assert len(slack.posted) == whole
    (first,) = [each for each in slack.posted.values() if each.thread is None]
    assert {each.thread for each in slack.posted.values()} == {None, first.ts}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("channel_not_found", Undeliverable),
        ("is_archived", Undeliverable),
        ("invalid_auth", Undeliverable),
        ("service_unavailable", TryLater),
        ("fatal_error", Unknown),
        ("internal_error", Unknown),
    ],
)
def test_refusals(slack: Slack, error: str, kind: type[Exception]) -> None:
    slack.fail("chat.postMessage", error)

    with pytest.raises(kind, match="Slack"):
        send(slack, Told())


def test_a_channel_that_the_bot_is_not_in(slack: Slack) -> None:
    with pytest.raises(Undeliverable, match="not_in_channel"):
        send(slack, Told(OTHER))


def test_rate_limits_are_kept(slack: Slack) -> None:
    slack.limit("chat.postMessage", 1, retry_after=30)

    with pytest.raises(TryLater) as caught:
        send(slack, Told())
    assert caught.value.seconds == 30
    assert len(slack.calls("chat.postMessage")) == 1


def test_nobody_listens() -> None:
    with pytest.raises(TryLater, match="cannot be reached"):
        SlackLetters(BOT_TOKEN, "http://127.0.0.1:9/api/", HOME, FakeClock()).send(Told().parcel())


@pytest.mark.parametrize("status", [None, 502])
def test_a_connection_that_breaks_after_the_request_is_not_tried_again(status: int | None) -> None:
    asked = []

    class Breaking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            if status is None:
                self.connection.close()
            else:
                self.send_error(status)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Breaking) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/api/"
        with pytest.raises(Unknown, match="may have arrived"):
            SlackLetters(BOT_TOKEN, url, HOME, FakeClock()).send(Told().parcel())
        server.shutdown()
        thread.join()
    assert len(asked) == 1
