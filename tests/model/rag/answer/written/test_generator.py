"""The generator that has a language model write, against a scripted endpoint over real HTTP."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, repeat
from json import JSONDecoder

import pytest
from pydantic import SecretStr

from prompts import Prompts
from rag.answer.checking.support import SupportChecker
from rag.answer.extractive import Extractive
from rag.answer.written.generator import Written
from rag.answer.written.translating import Translator
from rag.answering import Answerer
from rag.models.endpoint import Endpoint
from rag.question.rewriting import ModelRewriter
from rag.records.answers import Answered, Checks, Citation, Delta, Stage, Working
from rag.records.search import Found, Request, Turn
from rag.service.wiring import Service
from tests.support.encoders import draft
from tests.support.llm_server import MODEL, Body, Raw, Reply, Script, scripted
from tests.support.service import empty_beside

KEY = "sk-bi-mat-4417"
LENGTH = "Cầu Vàm Sậy dài 1.240 mét đã thông xe sáng 4/5/2025."
COST = "Công trình tốn 310 tỷ đồng, do kỹ sư Đỗ Văn Khiêm chỉ huy."
MARKET = "Nhờ cầu Vàm Sậy dài rộng, ghe hàng tới chợ nổi Vàm Đước nhanh hơn 40 phút."
ARTICLES = {"cau": ("Cầu Vàm Sậy thông xe", f"{LENGTH} {COST}"), "cho": ("Chợ nổi Vàm Đước họp lại", MARKET)}
LIES = "Cầu Vàm Sậy dài 1.340 mét [1]. Cầu Vàm Sậy do kỹ sư Lê Thái Hoà chỉ huy [1]."
QUESTION = "Cầu Vàm Sậy dài bao nhiêu mét?"


@pytest.fixture(scope="module")
def service(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with empty_beside(sample_service, tmp_path_factory.mktemp("written")) as service:
        drafts = [draft(name, text, title=title) for name, (title, text) in ARTICLES.items()]
        assert [outcome.status for outcome in service.ingester.ingest(drafts)] == ["added", "added"]
        service.catalogue.refresh()
        yield service


def written(service: Service, url: str, *, timeout: float = 10, max_tokens: int = 400) -> Written:
    return Written(
        "openai",
        Endpoint(url, MODEL, SecretStr(KEY), timeout),
        prompts=service.answerer.prompts,
        checker=SupportChecker(service.encoder),
        extractive=Extractive.load(Prompts()),
        max_tokens=max_tokens,
    )


def answering(service: Service, url: str, *, timeout: float = 10, max_tokens: int = 400) -> Answerer:
    generator = written(service, url, timeout=timeout, max_tokens=max_tokens)
    generators = {**service.answerer.generators, "openai": generator}
    rewriters = {"openai": ModelRewriter(generator.model, generator.prompts)}
    return replace(service.answerer, generators=generators, generator="openai", rewriters=rewriters)


def asked(service: Service, script: Script, request: Request | None = None, timeout: float = 10) -> Answered:
    with scripted(script) as server:
        return answering(service, server.url, timeout=timeout).ask(request or Request(QUESTION, 5))


def number_of(body: Body, words: str) -> int:
    """The number under which the model was given the passage with these words."""
    passages = JSONDecoder().raw_decode(body["messages"][-1]["content"])[0]["passages"]
    return next(int(passage["number"]) for passage in passages if words in passage["text"])


def said(*sentences: str) -> Callable[[Body], Reply]:
    """A model that says sentences of the articles, each cited rightly, in pieces of a few characters."""

    def script(body: Body) -> Reply:
        text = " ".join(f"{sentence} [{number_of(body, sentence)}]" for sentence in sentences)
        return Reply([text[at : at + 5] for at in range(0, len(text), 5)])

    return script


def cited(answered: Answered) -> list[tuple[int, str, list[str]]]:
    return [
        (citation.index, citation.text, [source.cited_text for source in citation.sources])
        for citation in answered.answer.citations
    ]


# --- What it writes ------------------------------------------------------------------------------------


def test_a_truthful_answer_is_cited_and_its_passages_numbered_anew(service: Service) -> None:
    bodies: list[Body] = []

    def script(body: Body) -> Reply:
        bodies.append(body)
        return said(MARKET, LENGTH)(body)

    answered = asked(service, script)

    # The second passage is told first.
    assert number_of(bodies[0], MARKET) == 2
    assert answered.answer.text == f"{MARKET} [1] {LENGTH} [2]"
    assert cited(answered) == [(1, MARKET, [MARKET]), (2, LENGTH, [LENGTH])]
    assert [source.article_id for item in answered.answer.citations for source in item.sources] == ["cho", "cau"]
    assert (answered.generator, answered.checks) == ("openai", Checks(written=2))
    assert (answered.trouble, answered.answer.note) == (None, None)


def test_the_model_reads_the_task_and_numbered_passages_as_data(service: Service) -> None:
    with scripted(said(LENGTH)) as server:
        answering(service, server.url).ask(Request(QUESTION, 5))

    (received,) = server.requests
    system, user = received.body["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "tiếng Việt" in system["content"]
    assert "NO_ANSWER" in system["content"]
    assert "{" not in system["content"]
    data, end = JSONDecoder().raw_decode(user["content"])
    assert user["content"][end:].strip().startswith("Bây giờ hãy trả lời")
    assert data["question"] == QUESTION
    assert [(passage["number"], passage["title"]) for passage in data["passages"]] == [
        (1, "Cầu Vàm Sậy thông xe"),
        (2, "Chợ nổi Vàm Đước họp lại"),
    ]
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in json.dumps(received.body)


def test_a_wrong_marker_is_mended_and_a_false_sentence_dropped(service: Service) -> None:
    def script(body: Body) -> Reply:
        wrong = number_of(body, MARKET)
        return Reply([f"{LENGTH} [{wrong}] {LIES} {COST} [99]"])

    answered = asked(service, script)

    assert answered.answer.text == f"{LENGTH} [1] {COST} [1]"
    assert answered.checks == Checks(written=4, repaired=2, dropped=2)


def test_sentences_leave_while_the_model_still_writes(service: Service) -> None:
    def script(body: Body) -> Reply:
        number = number_of(body, LENGTH)
        return Reply([f"{LENGTH} [{number}] Công trình tốn", 1.5, f" {COST.partition('tốn ')[2]} [{number}]"])

    with scripted(script) as server:
        events = []
        times = []
        for event in answering(service, server.url).events(Request(QUESTION, 5)):
            events.append(event)
            times.append(time.monotonic())

    assert [type(event) for event in events[:3]] == [Stage, Found, Stage]
    told = [(event, at) for event, at in zip(events, times, strict=True) if isinstance(event, Delta | Citation)]
    assert [type(event) for event, _ in told] == [Delta, Citation, Delta, Citation]
    assert told[2][1] - told[0][1] > 1
    answered = events[-1]
    assert isinstance(answered, Answered)
    assert "".join(event.text for event in events if isinstance(event, Delta)) == answered.answer.text
    assert [event for event, _ in told if isinstance(event, Citation)] == list(answered.answer.citations)
    # In the silence it shows that it lives.
    assert any(isinstance(event, Working) for event in events[events.index(told[1][0]) : events.index(told[2][0])])


def test_an_asker_who_leaves_stops_the_model(service: Service) -> None:
    def script(body: Body) -> Reply:
        return Reply([f"{LENGTH} [{number_of(body, LENGTH)}] Công trình tốn", 60.0])

    with scripted(script) as server:
        events = answering(service, server.url, timeout=120).events(Request(QUESTION, 5))
        assert any(isinstance(event, Delta) for event in events)
        events.close()
        assert server.disconnected.wait(5)


def test_the_answer_is_in_the_language_asked_for(service: Service) -> None:
    english = "The Vàm Sậy bridge is 1,240 metres long and opened to traffic on the morning of 4 May 2025."
    systems: list[str] = []

    def script(body: Body) -> Reply:
        systems.append(body["messages"][0]["content"])
        return Reply([f"{english} [{number_of(body, LENGTH)}]"])

    answered = asked(service, script, Request(QUESTION, 5, language="en"))

    assert "Write in English" in systems[0]
    assert (answered.answer.text, answered.answer.language) == (f"{english} [1]", "en")
    assert cited(answered) == [(1, english, [LENGTH])]


@pytest.mark.parametrize("before", ["", LIES], ids=["at once", "after lies"])
def test_a_model_that_sees_no_answer_abstains(service: Service, before: str) -> None:
    answered = asked(service, [Reply([f"{before} NO_ANSWER"])])

    assert answered.answer.abstained
    assert answered.answer.text == Prompts().text("abstain", "vi")
    assert (answered.generator, answered.trouble, answered.answer.citations) == ("openai", None, ())


def test_a_hopeless_question_does_not_reach_the_model(service: Service) -> None:
    with scripted([Reply([LENGTH])]) as server:
        answered = answering(service, server.url).ask(Request("Công thức nấu phở bò?", 5))

    assert server.requests == []
    assert answered.answer.abstained
    assert answered.generator == "openai"


@pytest.mark.parametrize(
    "reply", [Reply([LIES]), Reply(repeat("Cầu Vàm Sậy dài 1.340 mét [1]. "))], ids=["lies", "the same for ever"]
)
def test_an_answer_with_nothing_left_abstains(service: Service, reply: Reply) -> None:
    answered = asked(service, [reply])

    assert answered.answer.abstained
    assert (answered.generator, answered.trouble) == ("openai", None)
    assert answered.checks is not None
    assert answered.checks.written == answered.checks.dropped > 0


# --- What goes wrong -----------------------------------------------------------------------------------

FAILURES: dict[str, Reply] = {
    "500": Reply(status=500, body="{}"),
    "the key refused": Reply(status=401, body=json.dumps({"error": {"message": f"bad key {KEY}"}})),
    "silent for too long": Reply([20.0]),
    "broken JSON": Reply([Raw("data: {broken\n\n")]),
    "no chat": Reply(body="<html>"),
    "cut": Reply(["Cầu Vàm"], cut=True),
    "truncated": Reply(["Cầu Vàm Sậy dài"], finish="length"),
    "filtered": Reply(["Cầu Vàm Sậy dài"], finish="content_filter"),
    "endless": Reply(repeat("la " * 500)),
    "a word": Reply([]),
    "thoughts only": Reply([f"<think>{LENGTH} [1]"]),
    "code only": Reply([f"```\n{LENGTH} [1]\n```"]),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_the_extractive_answer_comes_where_the_model_has_none(service: Service, failure: str) -> None:
    answered = asked(service, [FAILURES[failure]], timeout=1)

    assert_replaced(service, answered)


def test_the_extractive_answer_comes_where_nothing_listens(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"

    assert_replaced(service, answering(service, url).ask(Request(QUESTION, 5)))


def assert_replaced(service: Service, answered: Answered) -> None:
    extractive = service.answerer.ask(Request(QUESTION, 5))
    assert (answered.generator, extractive.generator) == ("extractive", "extractive")
    assert (answered.answer.text, answered.answer.citations) == (extractive.answer.text, extractive.answer.citations)
    assert LENGTH in answered.answer.text
    assert answered.trouble
    assert answered.answer.note == Prompts().text("fallback", "vi")
    assert KEY not in repr(answered)


@pytest.mark.parametrize(
    "broken",
    [
        Reply([" Công trình tốn 310"], cut=True),
        Reply([" Công trình tốn 310"], finish="length"),
        Reply([" Công trình tốn 310", 20.0]),
        Reply([" Công trình tốn 310", Raw("data: {broken\n\n")]),
        Reply([" Công trình tốn 310"], finish=None, done=False),
    ],
    ids=["cut", "truncated", "silent", "broken", "no end"],
)
def test_what_was_said_stays_where_the_model_breaks_off(service: Service, broken: Reply) -> None:
    def script(body: Body) -> Reply:
        return replace(broken, play=[f"{LENGTH} [{number_of(body, LENGTH)}]", *broken.play])

    answered = asked(service, script, timeout=1)

    # Nothing of the half sentence leaves.
    assert answered.answer.text == f"{LENGTH} [1]"
    assert answered.generator == "openai"
    assert answered.trouble
    assert answered.answer.note == Prompts().text("incomplete", "vi")


def test_a_model_that_repeats_itself_is_stopped(service: Service) -> None:
    def script(body: Body) -> Reply:
        return Reply(repeat(f"{LENGTH} [{number_of(body, LENGTH)}] "))

    with scripted(script) as server:
        answered = answering(service, server.url, max_tokens=30_000).ask(Request(QUESTION, 5))
        assert server.disconnected.wait(5)

    assert answered.answer.text == f"{LENGTH} [1]"
    assert answered.checks == Checks(written=1)
    assert answered.trouble is None


def test_a_model_that_does_not_end_is_stopped_after_eight_sentences(service: Service) -> None:
    lies = (f"Cầu Vàm Sậy dài {number} mét [1]. " for number in count(2000))
    with scripted([Reply(lies)]) as server:
        answered = answering(service, server.url, max_tokens=30_000).ask(Request(QUESTION, 5))
        assert server.disconnected.wait(5)

    assert answered.checks == Checks(written=8, dropped=8)


def test_the_task_told_to_the_model_does_not_leave(service: Service) -> None:
    def script(body: Body) -> Reply:
        lines = [line.strip("- ") for line in body["messages"][0]["content"].splitlines() if line.strip()]
        told = [f"{line} [{number_of(body, LENGTH)}]\n" for line in lines[:3]]
        return Reply([*told, f"{LENGTH} [1]"])

    answered = asked(service, script)

    assert answered.answer.text == f"{LENGTH} [1]"


# --- Questions that hang on what was said before -------------------------------------------------------

BEFORE = Turn(QUESTION, QUESTION, "vi", f"{LENGTH} [1]", abstained=False, cited=(LENGTH,))
WHOLE = "Cầu Vàm Sậy thông xe khi nào?"


def test_a_follow_up_is_answered_as_it_was_worded(service: Service) -> None:
    def script(body: Body) -> Reply:
        rewrites = body["messages"][-1]["content"].startswith('{"history"')
        return Reply([WHOLE]) if rewrites else said(LENGTH)(body)

    answered = asked(service, script, Request("Thông xe khi nào?", 5, history=(BEFORE,)))

    assert answered.query.understood == WHOLE
    assert answered.answer.text == f"{LENGTH} [1]"


# --- Shapes, translations, answers said otherwise ------------------------------------------------------

ENGLISH = "The Vàm Sậy bridge is 1,240 metres long and opened to traffic on the morning of 4 May 2025."


def test_the_model_is_told_the_shape_and_its_list_has_a_line_a_sentence(service: Service) -> None:
    systems: list[str] = []

    def script(body: Body) -> Reply:
        systems.append(body["messages"][0]["content"])
        return said(LENGTH, COST)(body)

    answered = asked(service, script, Request("Liệt kê các thông tin về cầu Vàm Sậy", 5))

    assert Prompts().text("shape-list", "vi") in systems[0]
    assert (answered.answer.kind, answered.answer.text) == ("list", f"{LENGTH} [1]\n{COST} [1]")
    assert [item.article_id for item in answered.answer.items] == ["cau", "cau"]


def translating(answer: str, translations: str) -> Callable[[Body], Reply]:
    """A model that answers, and then translates what was cited as told."""

    def script(body: Body) -> Reply:
        data = JSONDecoder().raw_decode(body["messages"][-1]["content"])[0]
        return Reply([translations if "texts" in data else f"{answer} [{number_of(body, LENGTH)}]"])

    return script


def translations(service: Service, written_as: str) -> list[str | None]:
    with scripted(translating(ENGLISH, written_as)) as server:
        answered = translator_beside(service, server.url).ask(Request(QUESTION, 5, language="en"))
    assert cited(answered) == [(1, ENGLISH, [LENGTH])]
    sources = [source for citation in answered.answer.citations for source in citation.sources]
    return [source.translation.text if source.translation else None for source in sources]


def translator_beside(service: Service, url: str) -> Answerer:
    answerer = answering(service, url)
    generator = written(service, url)
    translator = Translator(generator.model, generator.prompts, generator.checker, generator.max_tokens)
    return replace(answerer, translators={"openai": translator})


def test_what_is_cited_in_another_language_has_its_translation_beside_it(service: Service) -> None:
    assert translations(service, f"[1] {ENGLISH}\n") == [ENGLISH]


@pytest.mark.parametrize(
    "written_as",
    [
        "[1] The Vàm Sậy bridge is 1,340 metres long and opened to traffic on the morning of 4 May 2025.",
        f"[2] {ENGLISH}",
        ENGLISH,
        f"[1] {LENGTH}",
        f"[1] {ENGLISH} Ignore what the article says.",
        "NO",
    ],
    ids=["another figure", "another number", "no number", "no translation", "more than was said", "nothing"],
)
def test_a_translation_that_does_not_hold_is_left_out(service: Service, written_as: str) -> None:
    assert translations(service, written_as) == [None]


def test_a_model_that_fails_to_translate_takes_nothing_from_the_answer(service: Service) -> None:
    def script(body: Body) -> Reply:
        data = JSONDecoder().raw_decode(body["messages"][-1]["content"])[0]
        return Reply(status=500, body="{}") if "texts" in data else Reply([f"{ENGLISH} [{number_of(body, LENGTH)}]"])

    with scripted(script) as server:
        answered = translator_beside(service, server.url).ask(Request(QUESTION, 5, language="en"))
    assert cited(answered) == [(1, ENGLISH, [LENGTH])]
    assert answered.trouble is None


def test_words_in_the_readers_language_are_not_translated(service: Service) -> None:
    with scripted(said(LENGTH)) as server:
        translator_beside(service, server.url).ask(Request(QUESTION, 5))
    assert len(server.requests) == 1


def test_the_last_answer_is_written_otherwise_from_its_articles(service: Service) -> None:
    sent: list[str] = []

    def script(body: Body) -> Reply:
        sent.append(body["messages"][-1]["content"])
        return Reply([f"{ENGLISH} [{number_of(body, LENGTH)}]"])

    again = asked(service, script, Request("Dịch sang tiếng Anh", 5, history=(BEFORE,)))

    data, end = JSONDecoder().raw_decode(sent[0])
    assert (data["question"], data["request"], data["answer"]) == (QUESTION, "Dịch sang tiếng Anh", f"{LENGTH} [1]")
    assert "request" in sent[0][end:]
    assert cited(again) == [(1, ENGLISH, [LENGTH])]
    assert (again.query.text, again.query.understood, again.answer.note) == ("Dịch sang tiếng Anh", QUESTION, None)


def test_without_a_model_the_last_answer_comes_in_the_articles_words_and_says_what_is_missing(service: Service) -> None:
    first = service.answerer.ask(Request(QUESTION, 5))
    again = service.answerer.ask(Request("Dịch sang tiếng Anh", 5, history=(BEFORE,)))

    assert cited(again) == cited(first)
    assert again.answer.note == Prompts().text("revision-beyond", "vi")
    assert first.answer.note is None
