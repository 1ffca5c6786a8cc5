"""What is asked of several servers at once, through a proxy, and whether what they say is right."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import httpx
from typing_extensions import override

# Articles of each writer; they come, change and go.
_ARTICLES = 15
_PATIENCE = 60.0
_WORDS = (
    *(
        "sông",
        "núi",
        "làng",
        "chợ",
        "thuyền",
        "lúa",
        "gạo",
        "mật",
        "ong",
        "trâu",
        "bò",
        "cầu",
        "đường",
        "trường",
        "thợ",
    ),
    *("gốm", "lụa", "giấy", "tranh", "đình", "chùa", "hội", "mùa", "mưa", "nắng", "gió", "biển", "cá", "tôm", "muối"),
    *("dừa", "chè", "tiêu", "điều", "vườn", "rừng", "suối", "thác", "hang", "đảo"),
)
_FIXED = [
    ("Kho thóc Mận Hồng", "chứa", "4.107 tấn thóc"),
    ("Đập nước Lam Cốc", "cao", "61 mét"),
    ("Chợ nổi Bến Ngự", "có", "218 ghe hàng"),
    ("Xưởng gốm Trà Vân", "nung", "930 chum"),
    ("Trường làng Đồng Sậy", "dạy", "342 học trò"),
    ("Phà Hạc Trì", "chở", "75 hành khách"),
]


@dataclass
class Tally:
    """What became of what was asked, from many threads."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    def fail(self, what: str) -> None:
        with self._lock:
            self.wrong.append(what)


# --- A proxy ---------------------------------------------------------------------------------------------


@contextmanager
def proxy(addresses: Callable[[], list[str]], tally: Tally) -> Iterator[str]:
    """The address of a proxy that passes requests on by turns; another is asked where one is killed meanwhile."""
    turns = iter(range(10**12))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
            until = time.monotonic() + _PATIENCE
            while time.monotonic() < until:
                there = addresses()
                if not there:
                    time.sleep(0.05)
                    continue
                url = there[next(turns) % len(there)] + self.path
                try:
                    answer = httpx.request(self.command, url, content=body, headers=headers, timeout=_PATIENCE)
                except httpx.TransportError:
                    tally.count("cut by a kill, asked again")
                    continue
                self._answer(answer.status_code, answer.content)
                return
            self._answer(502, b"{}")

        do_GET = do_POST = do_DELETE = _pass_on  # noqa: N815 (as the library looks for them)

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


# --- Articles that come, change and go -------------------------------------------------------------------


def mark(article: str, version: int) -> str:
    """A word that stands in one version of one article."""
    return f"dấu{article.replace('-', 'x')}x{version}"


class Writer(threading.Thread):
    """Sends articles of its own, one after the other, and looks for each that was acknowledged.

    `possible` are the versions that the archive may have of each: one where the last try was acknowledged. 0 is none.
    """

    def __init__(self, client: httpx.Client, tally: Tally, seed: int, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self._client, self._tally, self._stopping = client, tally, stopping
        self._random = Random(seed)  # noqa: S311 (the same each time)
        self._version = 0
        self.possible: dict[str, set[int]] = {f"w{seed}-{number}": {0} for number in range(_ARTICLES)}

    @override
    def run(self) -> None:
        while not self._stopping.is_set():
            some = self._random.sample(sorted(self.possible), self._random.randint(1, 3))
            if self._random.random() < 0.85:
                self._put(some)
            else:
                self._remove(some[0])

    def _put(self, articles: list[str]) -> None:
        self._version += 1
        before = {article: set(self.possible[article]) for article in articles}
        for article in articles:
            self.possible[article].add(self._version)
        records = [self._record(article) for article in articles]
        answer = self._client.post("/v1/articles", json={"articles": records})
        self._tally.count(f"articles sent: {answer.status_code}")
        if answer.status_code != 200:
            return
        for article, outcome in zip(articles, answer.json()["results"], strict=True):
            if outcome["status"] not in ("added", "updated", "unchanged"):
                self._tally.fail(f"{article} was {outcome}")
            self.possible[article] = {self._version}
        for article in articles:
            self._look_for(article, before[article])

    def _record(self, article: str) -> dict[str, str]:
        # Lengths change as the archive grows, so that new collections are called for.
        words = self._random.choices(_WORDS, k=8 + self._version % 120)
        return {
            "id": article,
            "title": f"Bài {article}",
            "text": f"{mark(article, self._version)} kể chuyện. {' '.join(words).capitalize()}.",
        }

    def _remove(self, article: str) -> None:
        before = set(self.possible[article])
        self.possible[article].add(0)
        answer = self._client.delete(f"/v1/articles/{article}")
        self._tally.count(f"articles removed: {answer.status_code}")
        # Where a killed server had done it, it is no longer there when another is asked.
        if answer.status_code in (204, 404):
            self.possible[article] = {0}
            self._find_none(article, before)

    def _look_for(self, article: str, before: set[int]) -> None:
        """What was acknowledged is found at once, and its state of before is not."""
        word = mark(article, self._version)
        answer = self._client.post("/v1/search", json={"query": word, "k": 5})
        self._tally.count(f"searches: {answer.status_code}")
        if answer.status_code == 200 and not _shows(answer, article, word):
            time.sleep(3)
            again = self._client.post("/v1/search", json={"query": word, "k": 5})
            late = again.status_code == 200 and _shows(again, article, word)
            self._tally.fail(f"{article}, version {self._version}, is found {'late' if late else 'by nobody'}")
        self._find_none(article, before - {self._version})

    def _find_none(self, article: str, gone: set[int]) -> None:
        for version in sorted(gone - {0})[-1:]:
            answer = self._client.post("/v1/search", json={"query": mark(article, version), "k": 5})
            self._tally.count(f"searches: {answer.status_code}")
            if answer.status_code == 200 and _shows(answer, article, mark(article, version)):
                self._tally.fail(f"{article}, version {version}, is shown after it went")


def _shows(answer: httpx.Response, article: str, word: str) -> bool:
    return any(hit["article_id"] == article and f"{word} " in hit["text"] for hit in answer.json()["hits"])


# --- Questions -------------------------------------------------------------------------------------------


def fixed_articles() -> list[dict[str, str]]:
    """Articles that stay as they are."""
    return [
        {"id": f"fixed-{number}", "title": name, "text": f"{name} {does} {what}, theo sổ ghi của huyện năm ngoái."}
        for number, (name, does, what) in enumerate(_FIXED)
    ]


def question(number: int) -> str:
    name, does, _ = _FIXED[number]
    return f"{name} {does} bao nhiêu?"


def said(answer: dict[str, Any]) -> tuple[str, list[str]]:
    """What an answer says, and the articles that it cites."""
    told = answer["answer"]
    return told["text"], [source["article_id"] for cited in told["citations"] for source in cited["sources"]]


class Asker(threading.Thread):
    """Asks what has one right answer, over and over."""

    def __init__(self, client: httpx.Client, tally: Tally, seed: int, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self._client, self._tally, self._stopping = client, tally, stopping
        self._random = Random(seed)  # noqa: S311 (the same each time)

    @override
    def run(self) -> None:
        while not self._stopping.is_set():
            number = self._random.randrange(len(_FIXED))
            answer = self._client.post("/v1/ask", json={"question": question(number)})
            self._tally.count(f"questions: {answer.status_code}")
            if answer.status_code == 200:
                text, cited = said(answer.json())
                if _FIXED[number][2] not in text or f"fixed-{number}" not in cited:
                    self._tally.fail(f"{question(number)!r} is answered {text!r} from {cited}")
            time.sleep(0.1)


class Hasty(threading.Thread):
    """Asks as fast as it can with a key that may ask `per_minute` times; how often it was let in."""

    def __init__(self, client: httpx.Client, tally: Tally, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self._client, self._tally, self._stopping = client, tally, stopping
        self.admitted, self.seconds = 0, 0.0

    @override
    def run(self) -> None:
        begun = time.monotonic()
        while not self._stopping.is_set():
            answer = self._client.get("/v1/sources")
            self._tally.count(f"with one key's rate: {answer.status_code}")
            self.admitted += answer.status_code == 200
        self.seconds = time.monotonic() - begun
