"""Browsing counts what a reader would count."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from index.entities.browsing import Browsing, Selection
from index.entities.follower import EntityFollower
from index.entities.search import sought
from index.entities.tables import EntityTables
from index.entities.words import Kind
from index.language.text import fold
from index.records import Filters
from index.storage.database import Where
from index.store.store import Store
from rag.contract.archive import BrowsePage
from tests.support.archives import NEWS, Followed, followed
from tests.support.clock import FakeClock
from tests.support.encoders import HashEncoder, draft, ingester
from tests.support.places import EDITIONS
from tests.support.postgres import Postgres
from tests.support.stories import FERRY, FERRY_LATER, MARKET, Desk, report


@pytest.fixture(scope="module", params=EDITIONS)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    if request.param == "sqlite":
        with followed(tmp_path_factory.mktemp("browsing"), NEWS) as opened:
            yield opened
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.schema() as schema, followed(schema, NEWS) as opened:
        yield opened


def found(archive: Followed, selection: Selection) -> set[str]:
    page = archive.browsing.page(selection, "id", 100, None)
    assert archive.browsing.total(selection) == len(page)
    return {article.id for article in page}


@pytest.mark.parametrize(
    ("query", "articles"),
    [
        ("hoc bong", {"hoc-bong"}),
        ("học bổng", {"hoc-bong"}),
        ("hoc bóng", set()),
        ("nhat ban", {"hoc-bong", "khong-ngay"}),
        ("Nhật Bản chợ", {"khong-ngay"}),
        ('"khách mỗi ngày"', {"ben-tau"}),
        ('"ngày mỗi khách"', set()),
        ("tau 1.900", {"ben-tau"}),
        ("DOLAN", {"ben-tau", "hoc-bong", "khong-ngay"}),
    ],
)
def test_an_article_passes_that_holds_all_the_words(archive: Followed, query: str, articles: set[str]) -> None:
    assert found(archive, Selection(words=sought(query))) == articles


def test_words_of_several_chunks_are_of_one_article(where: Where) -> None:
    with followed(where, [draft("dai", "Con mèo ngủ. " * 60 + "Con voi đi.")]) as opened:
        assert opened.store.counts()[1] > 1
        assert found(opened, Selection(words=sought("meo voi"))) == {"dai"}


def test_filters_and_entities_narrow_together(archive: Followed) -> None:
    days = Filters("2026-05-01", "2026-05-31")
    assert found(archive, Selection(days)) == {"ben-tau", "hoc-bong"}
    dolan: tuple[Kind, str] = ("person", "marek dolan")
    assert found(archive, Selection(entities=(dolan,))) == {"ben-tau", "hoc-bong", "khong-ngay"}
    assert found(archive, Selection(entities=(dolan, ("country", "japan")))) == {"hoc-bong", "khong-ngay"}
    assert found(archive, Selection(days, sought("dài"), (dolan,))) == {"hoc-bong"}
    assert found(archive, Selection(Filters(sources=("Tin Cồn",)), entities=(dolan,))) == set()
    assert found(archive, Selection(entities=(("person", "nobody"),))) == set()


def test_articles_of_a_story(tmp_path: Path, where: Where) -> None:
    desk = Desk(tmp_path, where=where)
    with closing(EntityTables(desk.path)) as tables:
        desk.take(report("a", FERRY, source="Báo Lam"), report("b", FERRY_LATER, source="Báo Sót"), report("c", MARKET))
        desk.follow()
        while EntityFollower(desk.store, tables).follow():
            pass
        browsing, ferry = Browsing(tables), Selection(story=desk.stories.of(["a"])["a"])

        assert [article.id for article in browsing.page(ferry, "id", 100, None)] == ["a", "b"]
        facets = browsing.facets(ferry, 10)
        assert (facets.total, list(facets.sources)) == (2, [("Báo Lam", 1), ("Báo Sót", 1)])
        assert browsing.total(Selection(Filters(sources=("Báo Sót",)), story=ferry.story)) == 1
        assert browsing.total(Selection(story=0)) == 0
        assert browsing.facets(Selection(story=0), 10).entities == []
    desk.close()


@pytest.mark.parametrize("key", ["lê thị sương", "le thi suong", "Lê Thị Sương"])
def test_an_entity_is_found_without_diacritics_too(archive: Followed, key: str) -> None:
    assert found(archive, Selection(entities=(("person", key),))) == {"hoc-bong", "cho-noi"}


def test_facets_are_true_counts(archive: Followed) -> None:
    facets = archive.browsing.facets(Selection(Filters("2026-05-01", "2026-06-30")), 10)
    assert (facets.total, facets.undated) == (3, 0)
    assert list(facets.sources) == [("Báo Ven Sông", 2), ("Tin Cồn", 1)]
    assert list(facets.months) == [("2026-05", 2), ("2026-06", 1)]
    assert {(entity.kind, entity.name): entity.articles for entity in facets.entities} == {
        ("person", "Marek Dolan"): 2,
        ("person", "Lê Thị Sương"): 2,
        ("organisation", "Bộ Giao thông vận tải"): 2,
        ("country", "Nhật Bản"): 1,
    }
    assert archive.browsing.facets(Selection(), 10).undated == 1


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("id", ["ben-tau", "cho-noi", "hoc-bong", "khong-ngay"]),
        ("newest", ["cho-noi", "hoc-bong", "ben-tau", "khong-ngay"]),
        ("oldest", ["ben-tau", "hoc-bong", "cho-noi", "khong-ngay"]),
    ],
)
def test_pages_follow_each_other_in_each_order(archive: Followed, order: str, ids: list[str]) -> None:
    seen, after = [], None
    while True:
        page = archive.reading.articles(BrowsePage.model_validate({"order": order, "limit": 1, "after": after}))
        seen += [article.id for article in page.articles]
        assert page.total == 4
        if page.next is None:
            break
        after = page.next
    assert seen == ids


def test_the_best_come_first_and_pages_follow(archive: Followed) -> None:
    archive.take(draft("hai-lan", "Chợ chợ chợ chợ."))
    words = sought("cho")
    best = [article.id for article in archive.browsing.page(Selection(words=words), "relevance", 9, None)]
    assert best[0] == "hai-lan"
    assert archive.browsing.page(Selection(words=words), "relevance", 9, ("1", "")) == [
        archive.store.article(article) for article in best[1:]
    ]
    archive.store.remove(["hai-lan"])
    archive.follow()


def test_a_removed_article_is_gone_at_once(archive: Followed) -> None:
    archive.take(draft("sap-go", "Ông Marek Dolan xem voi."))
    archive.store.remove(["sap-go"])
    assert found(archive, Selection(words=sought("voi"))) == set()
    assert "sap-go" not in found(archive, Selection(entities=(("person", "marek dolan"),)))
    archive.follow()


def test_an_entitys_page(archive: Followed) -> None:
    page = archive.browsing.entity("person", "marek dolan", 5)
    assert page is not None
    assert (page.entity.articles, page.entity.first, page.entity.last) == (3, date(2026, 5, 3), date(2026, 5, 4))
    assert list(page.also) == ["Dolan"]
    assert list(page.months) == [("2026-05", 2)]
    assert {entity.name: entity.articles for entity in page.beside} == {
        "Bộ Giao thông vận tải": 2,
        "Nhật Bản": 2,
        "Lê Thị Sương": 1,
    }
    assert archive.browsing.entity("organisation", "marek dolan", 5) is None
    assert archive.browsing.entity("person", "dolan", 5) == page


def test_entities_are_listed_by_kind_and_by_words_of_their_names(archive: Followed) -> None:
    assert [one.name for one in archive.browsing.entities("person", "", 9, 0)[1]] == ["Marek Dolan", "Lê Thị Sương"]
    assert archive.browsing.entities(None, "nhat", 9, 0)[0] == 1
    assert archive.browsing.entities(None, "Jap", 9, 0)[0] == 1
    assert archive.browsing.entities(None, "uong", 9, 0)[0] == 0
    assert archive.browsing.entities(None, "%", 9, 0)[0] == 0


def test_what_is_named_more_lately(where: Where) -> None:
    early = [draft(f"c{n}", "Hà Nội mưa.", published_at="2026-03-02") for n in range(3)]
    late = [draft(f"m{n}", "Ông Marek Dolan ở Hà Nội.", published_at="2026-03-09") for n in range(3)]
    with followed(where, [*early, *late]) as opened:
        active = opened.browsing.active(date(2026, 3, 10), 5)
        assert [(one.entity.name, one.entity.articles, one.before) for one in active] == [("Marek Dolan", 3, 0)]


HOSTILE = [
    "'; DROP TABLE articles; --",
    '" OR "1"="1',
    "exact : (a) NOT b",
    "NEAR(a b, 3)",
    "a* AND b^",
    "folded:meo",
    "{exact folded} : meo",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "\u202emèo\u202c",
    "a\r\nSet-Cookie: b=c",
    "\x00mèo\x00",
    "me\u0300o",
    "＂mèo＂",
    "(((((",
    '"' * 99,
    "mèo " * 999,
    "x" * 5000,
    "İ ﬁ ß ǅ 𝒜 ก็ हिन्दी 日本語 한국어",
    "AND OR NOT",
    "1.2.3,4,,5..6",
]


@pytest.mark.parametrize("query", HOSTILE, ids=[f"hostile-{number}" for number in range(len(HOSTILE))])
def test_a_hostile_search_finds_what_holds_its_words_and_nothing_else(archive: Followed, query: str) -> None:
    wanted = sought(query)
    if wanted is None:
        return
    for article in found(archive, Selection(words=wanted)):
        text = archive.store.text(article) or ""
        assert all(word in fold(text) for phrase in wanted.phrases for word in map(fold, phrase))
    assert archive.store.counts()[0] == 4


def test_a_search_finds_itself(where: Where) -> None:
    texts = [query.replace("\x00", " ") for query in HOSTILE]
    with followed(where, [draft(f"t{n}", text) for n, text in enumerate(texts) if sought(text)]) as opened:
        for number, text in enumerate(texts):
            wanted = sought(text)
            if wanted is not None:
                assert f"t{number}" in found(opened, Selection(words=wanted)), text[:40]


def test_an_archive_of_nothing(where: Where) -> None:
    with followed(where) as opened:
        assert found(opened, Selection(words=sought("mèo"))) == set()
        facets = opened.browsing.facets(Selection(), 10)
        assert (facets.total, list(facets.entities), list(facets.months)) == (0, [], [])
        start = opened.reading.glance([], [])
        assert (start.articles, start.first, start.newest, start.active, start.today.added) == (0, None, [], [], 0)
        assert opened.reading.entities().total == 0
        assert opened.reading.entity("person", "ai") is None


def test_today_is_the_day_in_vietnam(where: Where) -> None:
    clock = FakeClock()
    clock.pass_(datetime(2026, 3, 9, 16, 59, tzinfo=UTC).timestamp())  # 23:59 in Việt Nam
    with closing(Store(where, clock)) as store, closing(EntityTables(where)) as tables:
        taker, browsing = ingester(store, HashEncoder()), Browsing(tables)
        list(taker.ingest([draft("hom-qua", "Một.", raw="1"), draft("cu", "Hai.", raw="2")]))
        clock.pass_(60)
        list(taker.ingest([draft("hom-nay", "Ba.", raw="3")]))
        clock.pass_(60)
        list(taker.ingest([draft("cu", "Hai rưỡi.", raw="4")]))
        came = browsing.today(date(2026, 3, 10), 9)
        assert (came.added, came.changed, [each.id for each in came.articles]) == (1, 1, ["cu", "hom-nay"])
        assert browsing.today(date(2026, 3, 9), 9).added == 2
        assert browsing.today(date(2026, 3, 11), 9).articles == []
