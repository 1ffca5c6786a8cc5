"""A day of a desk: two newspapers' feeds are watched hour by hour, and every channel gets what is new, and once."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import feedparser
import httpx
import pytest
from lxml import html
from starlette.testclient import TestClient

from index.fetching.visits import Visitor
from index.fetching.watch import Watcher
from index.records import Filters
from rag.client.over_http import OverHttp
from rag.client.protocol import Client
from rag.delivery.channels import Email, SlackChannel, Webhook
from rag.delivery.outbox import Outbox
from rag.delivery.schedule import Schedule
from rag.delivery.sender import Sender
from rag.http.access.keys import opened_keys
from rag.http.app import build_app
from rag.http.state import State
from rag.service.background import caught_up
from rag.service.delivering import transports
from rag.service.visiting import ARTICLES
from rag.service.watching import ServiceDesk
from rag.service.wiring import Service, is_local
from rag.slack.letters import SlackLetters
from rag.topics.letters import Letters
from rag.topics.records import Topic
from rag.topics.topics import Topics
from tests.support.clock import FakeClock
from tests.support.desks import item, rss
from tests.support.mail_server import Mailbox, mail_server
from tests.support.service import empty_beside
from tests.support.sites import Reply, Sites, sites
from tests.support.slack_bot import bot
from tests.support.slack_server import Slack, running_slack
from tests.support.slack_workspace import ANH, BINH, BOT_TOKEN, NEWS, Posted
from tests.support.sse import on_loopback
from tests.support.webhook_server import SECRET, Hook, webhook_server

VIETNAM = "Asia/Ho_Chi_Minh"
ZONE = ZoneInfo(VIETNAM)
DAY = date(2025, 11, 18)
HOME = "http://127.0.0.1"
VEN_BIEN, TRUNG_CHAU = "ven-bien.example", "trung-chau.example"
NAMES = {VEN_BIEN: "Báo Ven Biển", TRUNG_CHAU: "Trung Châu Online"}
HEALTH, FRUIT = "Y tế Việt - Nhật", "Trái cây sang Hàn Quốc"
MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True)
class Story:
    """An article of a newspaper: its address, title, paragraphs and time of day."""

    site: str
    path: str
    title: str
    text: str
    at: str

    @property
    def url(self) -> str:
        return f"http://{self.site}/{self.path}.html"

    @property
    def page(self) -> str:
        paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in self.text.splitlines())
        return (
            f"<html lang='vi'><head><title>{self.title}</title>"
            f"<meta property='og:site_name' content='{NAMES[self.site]}'>"
            f"<meta property='article:published_time' content='{DAY}T{self.at}:00+07:00'></head>"
            f"<body><article><h1>{self.title}</h1>{paragraphs}</article></body></html>"
        )

    @property
    def entry(self) -> str:
        return item(self.url, self.title, f"{DAY}T{self.at}:00+07:00", guid=self.path, description=self.text[:60])


HEART = Story(
    VEN_BIEN,
    "trung-tam-tim-mach",
    "Nhật Bản bàn giao trung tâm tim mạch cho Bệnh viện Vĩnh Lộc",
    """Sáng 18/11, Nhật Bản bàn giao cho Việt Nam trung tâm tim mạch 240 giường tại Bệnh viện Vĩnh Lộc.
Công trình có tổng vốn 86 triệu USD, trong đó viện trợ không hoàn lại của Nhật Bản chiếm 70 triệu USD.
Bác sĩ Đỗ Hải Lam, Giám đốc bệnh viện, cho biết trung tâm có sáu phòng mổ và hai phòng can thiệp mạch.
Theo kế hoạch hợp tác y tế giữa hai nước, 35 bác sĩ Việt Nam sẽ sang Osaka học phẫu thuật tim trong hai năm.
Đại diện phía Nhật Bản, ông Kenji Morita, nói các chuyên gia sẽ ở lại Vĩnh Lộc đến hết năm 2027.
Trước đây người bệnh tim ở vùng này phải đi hơn 200 km để được mổ.""",
    "08:05",
)
HEART_TOLD_AGAIN = Story(
    TRUNG_CHAU,
    "benh-vien-vinh-loc-nhan-trung-tam-tim",
    "Bệnh viện Vĩnh Lộc nhận trung tâm tim mạch do Nhật Bản viện trợ",
    """Bệnh viện Vĩnh Lộc vừa tiếp nhận trung tâm tim mạch do Nhật Bản viện trợ, công trình hợp tác y tế Việt - Nhật.
Trung tâm tim mạch gồm 240 giường bệnh, sáu phòng mổ và khoa phục hồi chức năng rộng 1.100 mét vuông.
Bảy ca mổ tim đầu tiên đã được xếp lịch trong tuần tới, do bác sĩ Việt Nam và Nhật Bản cùng thực hiện.
Giám đốc Bệnh viện Vĩnh Lộc Đỗ Hải Lam cho biết 35 bác sĩ Việt Nam sẽ được cử sang Osaka học mổ tim.
Ông Kenji Morita, đại diện phía Nhật Bản, mong trung tâm đào tạo bác sĩ tim mạch cho cả khu vực Trung Châu.
Bảo hiểm y tế sẽ trả chi phí mổ tim cho trẻ em dưới sáu tuổi.""",
    "08:20",
)
HEART_COPIED = replace(
    HEART_TOLD_AGAIN,
    site=VEN_BIEN,
    path="vinh-loc-nhan-trung-tam-tim",
    title="Vĩnh Lộc nhận trung tâm tim mạch Nhật Bản viện trợ",
    text=HEART_TOLD_AGAIN.text.replace("vừa tiếp nhận", "đã tiếp nhận"),
    at="11:10",
)
NURSES = Story(
    VEN_BIEN,
    "dieu-duong-sang-nhat",
    "120 điều dưỡng Việt Nam lên đường sang Nhật Bản",
    """120 điều dưỡng viên Việt Nam lên đường sang Nhật Bản làm việc tại các viện dưỡng lão vào đầu tháng 12.
Đây là khóa thứ chín của chương trình hợp tác về nhân lực y tế giữa Việt Nam và Nhật Bản.
Các học viên đã học tiếng Nhật 12 tháng tại Trường Cao đẳng Y Thạch Khê và đều đạt trình độ N3.
Mức lương khởi điểm là 210.000 yên một tháng, chưa kể phụ cấp ca đêm.
Bà Lê Thu Vân, trưởng ban tuyển chọn, cho hay 14 người sẽ làm việc ở tỉnh Nagano.
Sau bốn năm, ai thi đỗ chứng chỉ quốc gia của Nhật Bản được ở lại làm việc lâu dài.""",
    "08:35",
)
FOOTBALL = Story(
    TRUNG_CHAU,
    "chung-ket-giai-xa",
    "Đội bóng xã Hòa Mỹ vào chung kết giải mùa đông",
    """Đội bóng xã Hòa Mỹ thắng đội phường Cửa Lạch 3-1 và giành quyền vào chung kết giải mùa đông.
Tiền đạo Trần Quốc Bảo ghi hai bàn trong hiệp một.
Trận chung kết diễn ra tối thứ bảy trên sân vận động Bàu Sen.
Ban tổ chức phát 4.000 vé miễn phí cho học sinh các trường lân cận.
Huấn luyện viên Phan Đình Khoa nói cả đội sẽ nghỉ hai ngày trước trận đấu.""",
    "08:40",
)
DRAGON_FRUIT = Story(
    VEN_BIEN,
    "thanh-long-sang-han-quoc",
    "Thanh long Bàu Sen xuất khẩu sang Hàn Quốc tăng mạnh",
    """Tỉnh Trung Châu xuất khẩu 1.250 tấn thanh long sang Hàn Quốc trong mười tháng đầu năm 2025.
Giá trái cây bán sang thị trường Hàn Quốc đạt bình quân 2,4 USD một kg.
Toàn bộ số hàng được xử lý hơi nước nóng tại nhà máy Bàu Sen trước khi xếp lên tàu.
Ông Võ Minh Tường, chủ nhiệm hợp tác xã, nói Hàn Quốc mua nhiều nhất là thanh long ruột đỏ.
Hợp tác xã có 318 hộ trồng theo tiêu chuẩn VietGAP.
Năm tới, Việt Nam đề nghị Hàn Quốc mở cửa thêm cho trái bưởi da xanh.""",
    "10:15",
)
DRAGON_FRUIT_CORRECTED = replace(DRAGON_FRUIT, text=DRAGON_FRUIT.text.replace("1.250 tấn", "1.520 tấn"))
HOSPITALS = Story(
    TRUNG_CHAU,
    "nhat-ban-xay-nam-benh-vien",
    "Nhật Bản sẽ xây năm bệnh viện huyện tại Việt Nam",
    """Nhật Bản sẽ xây năm bệnh viện huyện tại miền núi Việt Nam, theo một nguồn tin ngoại giao.
Mỗi bệnh viện có 150 giường và một trạm cấp cứu bằng trực thăng.
Khoản vay ưu đãi dành cho hợp tác y tế này lên tới 400 triệu USD.
Nguồn tin nói hai nước sẽ ký thỏa thuận trong tháng 12 tại Tokyo.
Huyện Nậm Khao được chọn làm nơi khởi công đầu tiên.""",
    "10:30",
)
MANGO = Story(
    TRUNG_CHAU,
    "xoai-cat-vao-sieu-thi-seoul",
    "Xoài cát Thạch Khê vào siêu thị Seoul",
    """Lô xoài cát Thạch Khê đầu tiên, nặng 18 tấn, lên kệ tại 46 siêu thị ở Seoul từ chiều nay.
Đây là loại trái cây thứ bảy của Việt Nam được xuất khẩu chính ngạch sang Hàn Quốc.
Công ty Nông sản Hồng Lam ký hợp đồng giao 600 tấn xoài sang Hàn Quốc trong năm 2026.
Bà Park Soo-yeon, phụ trách thu mua của chuỗi siêu thị, cho biết xoài bán hết một nửa trong ba giờ.
Tỉnh Trung Châu xuất khẩu 1.520 tấn thanh long sang Hàn Quốc trong mười tháng đầu năm 2025.
Vùng trồng Thạch Khê rộng 430 ha và được phía Hàn Quốc cấp 12 mã số.""",
    "15:20",
)


@dataclass
class Newspapers:
    """Two newspapers whose feeds list the latest first."""

    web: Sites
    listed: dict[str, list[Story]] = field(default_factory=lambda: {site: [] for site in NAMES})

    def publish(self, *stories: Story) -> None:
        for story in stories:
            others = [one for one in self.listed[story.site] if one.path != story.path]
            self.listed[story.site] = [story, *others]
            self.web.put(story.url, story.page)
        self._list()

    def take_back(self, story: Story) -> None:
        self.listed[story.site].remove(story)
        self.web.put(story.url, Reply("Bài không còn", 404))
        self._list()

    def _list(self) -> None:
        for site, stories in self.listed.items():
            self.web.put(f"http://{site}/rss", Reply(rss(*[one.entry for one in stories]), type="application/rss+xml"))


@dataclass
class Desk:
    """The service, its newspapers, its channels, and the clock that all of them go by."""

    service: Service
    papers: Newspapers
    clock: FakeClock
    watcher: Watcher
    sender: Sender
    slack: Slack
    hourly: Hook
    daily: Hook
    box: Mailbox
    health: Topic
    fruit: Topic

    def hour(self) -> None:
        """An hour goes by: what came until ten minutes before its end is in the issue made at its end."""
        self.clock.pass_(HOUR - 10 * MINUTE)
        self.watch()
        self.clock.pass_(10 * MINUTE)
        self.service.topics.briefings.follow()
        self.send()

    def watch(self) -> None:
        self.service.feeds.hurry(None, self.clock.now())
        while self.watcher.run_once():
            pass
        caught_up(self.service)

    def send(self) -> None:
        while self.sender.send_next():
            pass


@contextmanager
def opened(beside: Service, data: Path) -> Iterator[Desk]:
    """A desk at 08:00 whose readers follow two topics."""
    with ExitStack() as stack:
        box, web = stack.enter_context(mail_server()), stack.enter_context(sites())
        slack = stack.enter_context(running_slack())
        hourly, daily = (stack.enter_context(webhook_server()) for _ in range(2))
        settings = {"mail_host": "localhost", "mail_port": box.port, "mail_security": "none"}
        more = {"mail_from": "tin@hoidap.example", "public_url": HOME}
        hosts = f"{hourly.authority},{daily.authority}"
        empty = stack.enter_context(empty_beside(beside, data, fetch_hosts=hosts, **settings, **more))
        clock = FakeClock()
        clock.pass_(datetime(DAY.year, DAY.month, DAY.day, 8, tzinfo=ZONE).timestamp())
        answerer = replace(empty.answerer, today=lambda: DAY)
        topics = Topics(empty.topics.database, answerer, empty.encoder, empty.stories, is_local, clock)
        _, stories, *_ = empty.followers
        service = replace(empty, answerer=answerer, topics=topics, followers=(stories, topics.follower))
        for site in NAMES:
            service.feeds.add(f"http://{site}/rss", None, clock.now())
        health = topics.add("", "Hợp tác y tế giữa Việt Nam và Nhật Bản", HEALTH, Filters())
        fruit = topics.add("", "Xuất khẩu trái cây của Việt Nam sang Hàn Quốc", FRUIT, Filters())
        at, both = Schedule("hourly", "00:00", None, VIETNAM), [health.id, fruit.id]
        topics.add_briefing("", "Từng giờ", both, at, "vi", [SlackChannel(NEWS), Webhook(hourly.url, SECRET)])
        at = Schedule("daily", "18:00", None, VIETNAM)
        topics.add_briefing("", "Trong ngày", both, at, "vi", [Email("an@bao.example"), Webhook(daily.url, SECRET)])

        visitor = Visitor(web.fetcher(), delay=0, clock=FakeClock())
        random = Random(1)  # noqa: S311
        watcher = Watcher(service.feeds, visitor, ServiceDesk(service), ARTICLES, clock=clock, random=random)
        outbox = Outbox(topics.database)
        letters = SlackLetters(BOT_TOKEN, f"{slack.url}/api/", HOME, FakeClock())
        ways = transports(service.settings, outbox, letters)
        sender = Sender(outbox, Letters(topics.issues, service.alive), ways, clock, chance=lambda: 0.5)
        yield Desk(service, Newspapers(web), clock, watcher, sender, slack, hourly, daily, box, health, fruit)


def play(desk: Desk) -> None:
    """The day, to 18:06."""
    papers = desk.papers
    papers.publish(HEART, HEART_TOLD_AGAIN)
    desk.watch()
    papers.publish(NURSES, FOOTBALL)
    desk.hour()  # to 09:00
    desk.hour()  # nothing comes
    papers.publish(DRAGON_FRUIT, HOSPITALS)
    desk.hour()  # to 11:00
    papers.take_back(HOSPITALS)
    papers.publish(HEART_COPIED)
    desk.hour()  # only a copy, and a page that was not there once
    desk.hour()  # to 13:00: it was not there twice
    papers.publish(DRAGON_FRUIT_CORRECTED)
    desk.hour()  # to 14:00
    desk.hour()
    papers.publish(MANGO)
    desk.hour()  # to 16:00
    desk.hour()
    desk.daily.statuses += [503, 500]
    desk.hour()  # to 18:00
    for _ in range(3):
        desk.clock.pass_(2 * MINUTE)
        desk.send()


@pytest.fixture(scope="module")
def desk(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk at the end of its day."""
    with opened(sample_service, tmp_path_factory.mktemp("day") / "data") as made:
        play(made)
        yield made


def issues(hook: Hook) -> dict[int, list[dict[str, Any]]]:
    """The sections of each issue that came, by its hour."""
    came = [json.loads(body)["data"] for _, body in hook.taken]
    return {datetime.fromisoformat(one["made_at"]).hour: one["sections"] for one in came}


def sentences(hook: Hook, hour: int) -> list[dict[str, Any]]:
    return [sentence for section in issues(hook)[hour] for sentence in section["sentences"]]


def cited(hook: Hook, hour: int) -> list[dict[str, Any]]:
    return [source for sentence in sentences(hook, hour) for source in sentence["cited"]]


def changes(hook: Hook, hour: int) -> list[dict[str, Any]]:
    return [change for section in issues(hook)[hour] for change in section["changes"]]


def urls(sources: list[dict[str, Any]]) -> list[str]:
    """Whose words they are, each article once."""
    return list(dict.fromkeys(source["url"] for source in sources))


def counts(hook: Hook) -> dict[int, list[tuple[str, int, int]]]:
    return {
        hour: [(one["heading"], one["notices"], one["sources"]) for one in sections]
        for hour, sections in issues(hook).items()
    }


def letters(desk: Desk) -> list[Posted]:
    """What came in Slack, without what only one person saw."""
    return [posted for posted in desk.slack.posted.values() if posted.ephemeral is None]


def test_an_issue_each_hour_in_which_something_came(desk: Desk) -> None:
    assert counts(desk.hourly) == {
        9: [(HEALTH, 2, 2)],
        11: [(HEALTH, 1, 1), (FRUIT, 1, 1)],
        13: [(HEALTH, 0, 0)],
        14: [(FRUIT, 0, 0)],
        16: [(FRUIT, 1, 1)],
    }
    assert len({name for name, _ in desk.hourly.taken}) == len(desk.hourly.taken) == 5
    assert desk.hourly.forged == 0


def test_an_event_is_told_once_and_that_of_most_newspapers_first(desk: Desk) -> None:
    *heart, last = urls(cited(desk.hourly, 9))
    assert (set(heart), last) == ({HEART.url, HEART_TOLD_AGAIN.url}, NURSES.url)
    assert urls(cited(desk.hourly, 11)) == [HOSPITALS.url, DRAGON_FRUIT.url]
    assert urls(cited(desk.hourly, 16)) == [MANGO.url]


def test_nothing_is_said_twice(desk: Desk) -> None:
    said = [one["text"] for hour in issues(desk.hourly) for one in sentences(desk.hourly, hour)]
    said += [one["now"]["words"] for hour in issues(desk.hourly) for one in changes(desk.hourly, hour) if one["now"]]
    assert len(said) == len(set(said))
    assert DRAGON_FRUIT_CORRECTED.text.splitlines()[0] in MANGO.text  # which another newspaper repeated later


def test_what_changed_is_told_with_before_and_now(desk: Desk) -> None:
    (gone,) = changes(desk.hourly, 13)
    assert (gone["what"], gone["now"]) == ("withdrawn", None)
    assert (gone["before"]["url"], gone["before"]["words"]) == (HOSPITALS.url, HOSPITALS.text.splitlines()[0])
    (corrected,) = changes(desk.hourly, 14)
    assert (corrected["what"], corrected["before"]["words"], corrected["now"]["words"]) == (
        "corrected",
        "Tỉnh Trung Châu xuất khẩu 1.250 tấn thanh long sang Hàn Quốc trong mười tháng đầu năm 2025.",
        "Tỉnh Trung Châu xuất khẩu 1.520 tấn thanh long sang Hàn Quốc trong mười tháng đầu năm 2025.",
    )
    assert not any(changes(desk.hourly, hour) for hour in (9, 11, 16))


def test_slack_shows_what_the_webhook_was_sent(desk: Desk) -> None:
    messages = letters(desk)
    assert [message.channel for message in messages] == [NEWS] * 5
    for message, hour in zip(messages, issues(desk.hourly), strict=True):
        shown = message.shown.splitlines()
        for sentence in sentences(desk.hourly, hour):
            (source,) = sentence["cited"]
            place = shown.index(sentence["text"])
            assert shown[place + 1].startswith(f"{source['title']} — {source['source']}, 18/11/2025")
        for change in changes(desk.hourly, hour):
            assert shown.count(change["before"]["words"]) == 1
            assert change["now"] is None or shown.count(change["now"]["words"]) == 1
    assert "0 tin mới" not in messages[2].shown
    assert "Đã thay đổi: Bài bị gỡ" in messages[2].shown
    assert "Đã thay đổi: Bài được đính chính" in messages[3].shown


def test_the_day_as_it_stands_in_the_evening(desk: Desk) -> None:
    assert counts(desk.daily) == {18: [(HEALTH, 2, 2), (FRUIT, 2, 2)]}
    *heart, nurses, mango, dragon_fruit = urls(cited(desk.daily, 18))
    assert set(heart) <= {HEART.url, HEART_TOLD_AGAIN.url, HEART_COPIED.url}
    assert (nurses, mango, dragon_fruit) == (NURSES.url, MANGO.url, DRAGON_FRUIT.url)
    assert changes(desk.daily, 18) == []
    said = [sentence["text"] for sentence in sentences(desk.daily, 18)]
    assert len(said) == len(set(said))
    assert "1.250" not in " ".join(said)


def test_cited_words_are_those_of_the_articles(desk: Desk) -> None:
    for source in cited(desk.daily, 18):
        place = urlsplit(urlsplit(source["page"]).fragment)
        stored = desk.service.store.article(unquote(place.path.removeprefix("/a/")))
        assert stored is not None
        start, end = (int(parse_qs(place.query)[name][0]) for name in ("start", "end"))
        assert stored.text[start:end] == source["words"]
        assert (stored.metadata.url, stored.metadata.title) == (source["url"], source["title"])
        assert (stored.metadata.source, source["day"]) == (source["source"], str(DAY))
    written = {one.url: one.text.splitlines() for one in (HEART, HEART_TOLD_AGAIN, NURSES, DRAGON_FRUIT, HOSPITALS)}
    assert all(source["words"] in written[source["url"]] for hour in (9, 11) for source in cited(desk.hourly, hour))


def test_a_webhook_that_failed_twice_has_the_issue_once(desk: Desk) -> None:
    assert len(desk.daily.taken) == 3
    assert len(set(desk.daily.taken)) == 1  # the same id, and the same bytes
    assert desk.daily.forged == 0
    with TestClient(build_app(State.of(desk.service)), HOME) as http:
        (briefing,) = [one for one in http.get("/v1/briefings").json()["briefings"] if one["name"] == "Trong ngày"]
        (issue,) = http.get(f"/v1/briefings/{briefing['id']}/issues").json()["issues"]
    standing = {one["kind"]: (one["state"], one["tries"]) for one in issue["deliveries"]}
    assert standing == {"email": ("sent", 1), "webhook": ("sent", 3)}


def test_the_mail_says_where_each_sentence_is_from(desk: Desk) -> None:
    (message,) = desk.box.messages
    assert message["Subject"] == "Trong ngày · 18/11/2025"
    parts = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    plain, page = (part.get_content() for part in parts.values() if part is not None)
    tree = html.fromstring(page)
    paragraphs = [" ".join(one.text_content().split()) for one in tree.iter("p")]
    lines = plain.splitlines()
    for sentence in sentences(desk.daily, 18):
        (source,) = sentence["cited"]
        place = lines.index(f"* {sentence['text']}")
        assert lines[place + 1 : place + 3] == [
            f"  - {source['title']} ({source['source']}, 18/11/2025)",
            f"    {source['url']}",
        ]
        place = paragraphs.index(sentence["text"])
        assert paragraphs[place + 1].startswith(f"{source['title']} — {source['source']}, 18/11/2025")
        assert source["url"] in tree.xpath("//a/@href")
    for absent in (HOSPITALS, FOOTBALL):
        assert absent.title not in plain + page
        assert absent.url not in plain + page


def test_a_feed_lists_each_event_of_its_topic_once(desk: Desk) -> None:
    titles = {}
    with TestClient(build_app(State.of(desk.service)), HOME) as http:
        for topic in (desk.health, desk.fruit):
            address = http.post(f"/v1/topics/{topic.id}/feed").json()["address"]
            read = feedparser.parse(http.get(address).content)
            assert (read.bozo, read.feed.title) == (False, topic.name)
            titles[topic.name] = [entry.title for entry in read.entries]
    assert titles == {HEALTH: [HEART.title, NURSES.title], FRUIT: [MANGO.title, DRAGON_FRUIT.title]}


@contextmanager
def readers(desk: Desk, http: httpx.Client, key: str, data: Path) -> Iterator[Client]:
    """The bot at work, for a while; its client."""
    with OverHttp(str(http.base_url), key) as client, bot(desk.slack, client, data):
        yield client


def thanked(slack: Slack, user: str, times: int) -> bool:
    said = slack.whispered(user)
    return len(said) == times and "Cảm ơn" in said[-1].shown


def test_what_readers_in_slack_think_of_an_issue_is_found(desk: Desk, tmp_path: Path) -> None:
    """The bot has a key of its own, the issue belongs to who needs none, and the bot is started anew in between."""
    slack, rated = desk.slack, desk.service.topics.issues.rated
    _, second, *_ = letters(desk)
    with opened_keys(tmp_path / "keys.sqlite3") as keys, ExitStack() as stack:
        _, key = keys.add("Slack", ["ask"])
        http = stack.enter_context(on_loopback(build_app(State.of(desk.service, keys))))
        with readers(desk, http, key, tmp_path):
            slack.press(second, "feedback_up", ANH)
            slack.until(lambda: thanked(slack, ANH, 1))
            slack.press(second, "feedback_up", BINH)
            slack.until(lambda: thanked(slack, BINH, 1))
        ((query, answer, given),) = rated()
        with readers(desk, http, key, tmp_path) as client:
            slack.press(second, "feedback_down", BINH)
            view = slack.until(lambda: next(iter(slack.views.values()), None))
            slack.until(lambda: rated()[0][2].rating == "down")
            slack.submit(view, {"better": {"value": "Tin này đã bị gỡ."}}, BINH)
            slack.until(lambda: thanked(slack, BINH, 2))
            assert client.conversations().conversations == []
        ((_, _, last),) = rated()

    (sent, _) = issues(desk.hourly)[11]
    assert query.text == desk.health.query.text
    assert [(one.text, [source.cited_text for source in one.sources]) for one in answer.citations] == [
        (one["text"], [source["words"] for source in one["cited"]]) for one in sent["sentences"]
    ]
    assert (given.rating, given.better) == ("up", None)
    assert (last.answer_id, last.rating, last.better) == (given.answer_id, "down", "Tin này đã bị gỡ.")
    assert desk.service.conversations.list("", 9) == []
