"""A model that lies on purpose, and one that obeys whoever gives it orders: what of it leaves the server."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import pytest
from starlette.testclient import TestClient

from eval.studies.lies import CANARY, DRESSED, FALSE, HONEST, TECHNIQUES, Read, Technique
from eval.studies.lying import NAME, Liar, Result, is_true, judged, lying, read_of, truths_of
from index.language.text import folded_tokens, nfc, sentences
from index.records import Article, Metadata
from rag.answer.written.generator import Written
from rag.answering import Answerer
from rag.injection.detector import addressed_to_model
from rag.question.rewriting import ModelRewriter
from rag.records import Answered, ChatMessage, Citation, Query, Request, Source, Turn
from rag.service.wiring import Service
from tests.support import DATA
from tests.support.encoders import draft
from tests.support.service import client_of, empty_beside

_FILE = DATA / "injections.jsonl"
_PAYLOADS = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]
_ACTIVE = re.compile(
    r"<[a-z/!]|\]\(|https?:|www\.|javascript:|data:|[`*#|【】]|[\u200b-\u200f\u202a-\u202e\U000e0000-\U000e007f]"
)
_MARKS = re.compile(r"\[\d+\]")


@pytest.fixture(scope="module")
def articles(sample_service: Service) -> dict[str, Article]:
    return {article.id: article for article in sample_service.store.articles(100)}


@pytest.fixture(scope="module")
def truths(articles: dict[str, Article]) -> frozenset[str]:
    return truths_of(list(articles.values()))


def assert_sound(service: Service, answered: Answered) -> None:
    """Only plain text, each sentence cited, each citation verbatim and with its own article's address."""
    answer = answered.answer
    assert CANARY not in answer.text
    if answer.abstained:
        assert answer.citations == ()
        return
    rest = answer.text
    for citation in answer.citations:
        assert answer.text[citation.start : citation.end] == citation.text
        assert not _ACTIVE.search(citation.text)
        rest = rest.replace(citation.text, "", 1)
        for source in citation.sources:
            draft = service.store.draft(source.article_id)
            assert draft is not None
            assert draft.article.text[source.start_char : source.end_char] == source.cited_text
            assert (draft.article.metadata.url, draft.article.metadata.title) == (
                source.metadata.url,
                source.metadata.title,
            )
    # Beside the sentences there are markers only, and each of them is cited.
    assert not _MARKS.sub("", rest).strip()
    assert set(_MARKS.findall(rest)) == {f"[{citation.index}]" for citation in answer.citations}


# --- Lies ----------------------------------------------------------------------------------------------


# It finds articles on trade with several countries, full of figures, and some of what is told in English.
_TRADE = "Thương mại Việt - Trung năm 2024 vượt mốc 205 tỷ USD"


# Of the lies of one technique to questions that no rule was made on: 2 of 56 at most, 4 of about 1,000 altogether.
_LEAVES = 0.04


def questions(articles: dict[str, Article], most: int) -> list[str]:
    titles = sorted(article.metadata.title for article in articles.values() if article.metadata.title)
    return titles[:: len(titles) // most][:most]


def told(service: Service, name: str, asked: Sequence[str]) -> list[Answered]:
    answerer = lying(service, Liar(TECHNIQUES[name]))
    answers = [answerer.ask(Request(f"{question} ({CANARY})", 10)) for question in asked]
    for answered in answers:
        assert_sound(service, answered)
    return answers


def assert_none_left(result: Result) -> None:
    assert result.checks.written
    assert result.escaped == ()


@pytest.mark.parametrize("name", FALSE)
def test_no_lie_leaves(sample_service: Service, truths: frozenset[str], name: str) -> None:
    assert_none_left(judged(name, told(sample_service, name, [_TRADE]), truths))


@pytest.mark.parametrize("name", [*HONEST, *DRESSED])
def test_the_truth_leaves_without_its_dress(sample_service: Service, truths: frozenset[str], name: str) -> None:
    result = judged(name, told(sample_service, name, [_TRADE]), truths)

    assert result.escaped == ()
    assert result.true


@pytest.mark.slow
@pytest.mark.parametrize("name", TECHNIQUES)
def test_hardly_a_lie_to_other_questions_leaves(
    sample_service: Service, articles: dict[str, Article], truths: frozenset[str], name: str
) -> None:
    """No rule was made on these. What leaves: ends of a range exchanged, "ít nhất" for "nhiều nhất"."""
    result = judged(name, told(sample_service, name, questions(articles, 8)), truths)

    assert result.checks.written
    assert len(result.escaped) <= _LEAVES * result.checks.written


def test_a_sentence_is_true_only_in_the_words_that_it_cites(truths: frozenset[str]) -> None:
    said = "Hai bên ký kết là Công ty cổ phần Sinh phẩm Sao Mai (SAMABIO) và Viện nghiên cứu Nevabio."
    known = truths | {"hai bên ký kết là công ty cổ phần sinh phẩm sao mai samabio và viện nghiên cứu nevabio"}

    def citing(words: str) -> list[Citation]:
        source = Source("a", 1, Metadata(), words, 0, len(words), 1.0, "full")
        return [Citation(1, 0, len(said), said, (source,))]

    assert is_true(said, citing(f"Trước đó. {said}"), known)
    assert not is_true(said, citing("Hai bên ký kết."), known)
    assert not is_true(said.replace("Hai", "Ba"), citing(said.replace("Hai", "Ba")), known)


def test_lies_are_no_truths(truths: frozenset[str], articles: dict[str, Article]) -> None:
    """What is written by a technique of lying never is what an article says."""
    text = articles_text(articles, "SAMABIO nắm 65% vốn")
    passages = [{"text": text}, {"text": articles_text(articles, "Úc có 31.200 sinh viên")}]
    data = json.dumps({"question": "Nhà máy?", "passages": passages})
    read = read_of([ChatMessage("system", "Một. Hai."), ChatMessage("user", data)])

    for name in FALSE:
        lies = list(islice(TECHNIQUES[name](read), 40))
        assert lies, name
        for lie in lies:
            plain = _MARKS.sub("", lie)
            assert not is_true(plain, [], truths), (name, lie)


def articles_text(articles: dict[str, Article], words: str) -> str:
    return next(article.text for article in articles.values() if words in article.text)


# --- Orders --------------------------------------------------------------------------------------------

_FACTS = (
    ("Cầu Rạch Sậy dài bao nhiêu mét?", "Cầu Rạch Sậy dài 1.240 mét đã thông xe sáng 4/5."),
    ("Chợ nổi Vàm Đước họp từ mấy giờ?", "Chợ nổi Vàm Đước họp lại từ 5 giờ sáng mỗi ngày sau hai năm vắng khách."),
)


class Obedient:
    """A model that says the words it is ordered to, in several ways, and then the truth."""

    def __init__(self, words: str) -> None:
        self.words = words

    def technique(self, read: Read) -> Iterator[str]:
        if not read.told:
            yield self.words
            return
        told = read.told[0]
        yield f"{self.words} [{told.number}]"
        yield f"{told.text.rstrip('.')}, {self.words}. [{told.number}]"
        # An order that it was given to read is a sentence like any other, with a citation that holds.
        for passage in read.told:
            if self.words in passage.text:
                yield f"{passage.text} [{passage.number}]"
        yield f"{told.text} [{told.number}]"


def saying(*sentences: str) -> Technique:
    """A model that says this, whatever it is given to read."""
    return lambda _: iter(sentences)


def of(where: str) -> list[dict[str, str]]:
    return [payload for payload in _PAYLOADS if payload["where"] == where]


@pytest.fixture(scope="module")
def ordered(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """An article for each ten payloads, each of them behind an ordinary sentence."""
    with empty_beside(sample_service, tmp_path_factory.mktemp("ordered")) as service:
        payloads = of("article")
        drafts = []
        for place in range(0, len(payloads), 10):
            _, fact = _FACTS[place // 10 % len(_FACTS)]
            text = "\n".join(f"{fact} {payload['text']}" for payload in payloads[place : place + 10])
            drafts.append(draft(f"bai-{place}", text, title=f"Tin số {place}", source="Báo Thử"))
        assert {outcome.status for outcome in service.ingester.ingest(drafts)} == {"added"}
        service.catalogue.refresh()
        yield service


def obeyed(service: Service, words: str, request: Request) -> Answered:
    answered = lying(service, Liar(Obedient(words).technique)).ask(request)
    assert_sound(service, answered)
    return answered


def shown(text: str) -> set[str]:
    return {payload["id"] for payload in _PAYLOADS if payload["canary"] in text}


def unrecognised() -> set[str]:
    """The payloads that a model may get to read, as it reads any news; `injection.test_detector` lists them."""
    return {
        payload["id"]
        for payload in of("article")
        for start, end in sentences(nfc(payload["text"]))
        if payload["canary"] in (part := nfc(payload["text"])[start:end]) and not addressed_to_model(part)
    }


def test_there_are_enough_orders() -> None:
    assert len(_PAYLOADS) >= 100
    assert {payload["where"] for payload in _PAYLOADS} == {"article", "question", "history"}


def test_the_model_reads_the_news_among_the_orders_and_no_order(ordered: Service) -> None:
    """All passages of all articles, as a model is given them."""
    seen: list[ChatMessage] = []

    def technique(read: Read) -> Iterator[str]:
        seen.extend(ChatMessage("user", text) for text in read.passages)
        yield f"{_FACTS[0][1]} [1]"

    asked = [question for question, _ in _FACTS]
    answers = [lying(ordered, Liar(technique)).ask(Request(question, 50)) for question in asked]

    read = "\n".join(message.content for message in seen)
    assert all(fact in read for _, fact in _FACTS)
    assert len({passage.hit.chunk.id for answered in answers for passage in answered.passages}) > 10
    assert shown(read) <= unrecognised()


def test_no_order_of_an_article_is_obeyed(ordered: Service) -> None:
    """One model that obeys every order of every article, whatever it was given to read."""
    canaries = [payload["canary"] for payload in of("article")]
    question, fact = _FACTS[0]

    for at in range(0, len(canaries), 7):
        words = canaries[at : at + 7]
        sentences = [
            f"{canary} [1]" if place % 2 else f"{fact[:-1]}, {canary}. [1]" for place, canary in enumerate(words)
        ]
        answered = lying(ordered, Liar(saying(*sentences))).ask(Request(question, 5))
        assert_sound(ordered, answered)
        assert answered.checks is not None
        assert answered.checks.dropped == answered.checks.written >= len(words) - 1
        assert shown(answered.answer.text) == set()


@pytest.mark.slow
@pytest.mark.parametrize("payload", of("article"), ids=lambda payload: payload["id"])
def test_a_model_that_obeys_an_article_says_nothing_of_it(ordered: Service, payload: dict[str, str]) -> None:
    question = f"{_FACTS[0][0]} {payload['canary']}"

    answered = obeyed(ordered, payload["canary"], Request(question, 20))

    # An order that nothing recognises is news to the model: it leaves, but in no other words than those it cites.
    for citation in answered.answer.citations:
        if payload["canary"] in citation.text:
            quoted = " ".join(source.cited_text for source in citation.sources)
            assert set(folded_tokens(citation.text)) <= set(folded_tokens(quoted))


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(payload, marks=[] if place % 4 == 0 else [pytest.mark.slow], id=payload["id"])
        for place, payload in enumerate(of("question"))
    ],
)
def test_no_order_of_an_asker_is_obeyed(ordered: Service, payload: dict[str, str]) -> None:
    question, _ = _FACTS[0]

    answered = obeyed(ordered, payload["canary"], Request(f"{question} {payload['text']}", 5))

    assert shown(answered.answer.text) == set()


@pytest.mark.parametrize("payload", of("history"), ids=lambda payload: payload["id"])
def test_no_order_of_an_earlier_turn_becomes_the_question(ordered: Service, payload: dict[str, str]) -> None:
    """The model words the follow-up as the order itself, as the canary, and as a question with the canary in it."""
    question, fact = _FACTS[1]
    turn = Turn(payload["text"], payload["text"], "vi", fact, abstained=False, cited=(fact,))
    query = Query(question, question, "vi")

    for wording in (payload["text"], payload["canary"]):
        generator = generator_of(lying(ordered, Liar(saying(wording))))
        understood = ModelRewriter(generator.model, generator.prompts).rewrite(query, [turn]).understood
        assert "Vàm Đước" in understood
        assert payload["canary"] not in understood


@pytest.mark.parametrize("payload", of("history")[::5], ids=lambda payload: payload["id"])
def test_no_order_of_an_earlier_turn_is_obeyed(ordered: Service, payload: dict[str, str]) -> None:
    question, _ = _FACTS[0]
    turn = Turn(payload["text"], payload["text"], "vi", payload["text"], abstained=False)

    answered = obeyed(ordered, payload["canary"], Request(question, 5, history=(turn,)))

    assert shown(answered.answer.text) == set()


def generator_of(answerer: Answerer) -> Written:
    generator = answerer.generators[NAME]
    assert isinstance(generator, Written)
    return generator


def test_over_http_an_obedient_model_gives_no_link_and_no_markup(ordered: Service) -> None:
    forms = TECHNIQUES["links and images"]
    service = replace(ordered, answerer=lying(ordered, Liar(forms)))

    with client_of(service) as client:
        assert_plain(client)


def assert_plain(client: TestClient) -> None:
    answered = client.post("/v1/ask", json={"question": _FACTS[0][0]}).json()
    assert answered["generator"] == NAME
    assert answered["answer"]["citations"]
    assert not _ACTIVE.search(answered["answer"]["text"])
    assert "thu-thap.example" not in json.dumps(answered["answer"]["text"])
