"""Both clients say the same of the same service."""

import json
from collections.abc import Iterator, Sequence

import pytest
from pydantic import ValidationError

from rag.client.in_process import InProcess
from rag.client.over_http import OverHttp
from rag.client.protocol import Client
from rag.contract.answers import AskOut
from rag.contract.archive import BrowsePage
from rag.contract.articles import FileBegun, FileDone, FileOutcome
from rag.contract.conversations import ConversationEdit
from rag.contract.questions import AskBody, ExchangeBody, FeedbackBody, FilterBody, SearchBody
from rag.errors import BadQuestion, ServiceError
from rag.http.app import build_app
from rag.http.state import State
from rag.service.wiring import Service
from tests.support.sse import on_loopback
from tests.support.streams import beside

QUESTION = "Quỹ Musashino trao bao nhiêu suất học bổng?"


@pytest.fixture(scope="module")
def service(sample_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The sample articles, with conversations of its own."""
    with beside(sample_service, tmp_path_factory.mktemp("clients") / "data") as service:
        yield service


@pytest.fixture(scope="module")
def clients(service: Service) -> Iterator[Sequence[Client]]:
    with on_loopback(build_app(State.of(service))) as http, OverHttp(str(http.base_url), None) as over_http:
        yield InProcess(service, ""), over_http


def without_ids(answered: AskOut) -> dict[str, object]:
    return answered.model_dump(exclude={"id", "conversation_id", "timings_ms"})


def test_both_give_the_same_answer_and_tell_its_stages(clients: Sequence[Client]) -> None:
    answers = []
    for client in clients:
        stages: list[str] = []
        answers.append(client.ask(AskBody(question=QUESTION), stages.append))
        assert stages == ["search", "answer"]
        assert "140 suất" in answers[-1].answer.text
    assert without_ids(answers[0]) == without_ids(answers[1])


def test_filters_and_conversations_reach_the_service(clients: Sequence[Client]) -> None:
    for client in clients:
        asked = AskBody(question=QUESTION, filters=FilterBody(sources=["Không có"]), conversation_id="cuoc-1")
        answered = client.ask(asked)
        assert answered.answer.abstained
        assert answered.passages == []
        assert answered.conversation_id == "cuoc-1"


def test_both_search_read_and_name_the_sources(clients: Sequence[Client], service: Service) -> None:
    found = [client.search(SearchBody(query=QUESTION, k=3)) for client in clients]
    assert found[0].hits == found[1].hits
    assert found[0].hits[0].article_id == "w02-hoc-bong-musashino"
    for client in clients:
        article = client.article("w02-hoc-bong-musashino")
        assert article is not None
        assert article.text == service.store.text("w02-hoc-bong-musashino")
        assert client.article("a/b?c#d") is None
        named = client.sources()
        assert sum(source.articles for source in named.sources) <= 42
        counts = [source.articles for source in named.sources]
        assert counts == sorted(counts, reverse=True)
        assert named.first is not None
        assert named.last is not None
        assert named.first <= named.last


def test_feedback_is_kept_where_the_answer_is_known(clients: Sequence[Client], service: Service) -> None:
    for client in clients:
        answered = client.ask(AskBody(question=QUESTION))
        assert client.feedback(FeedbackBody(answer_id=answered.id, rating="up"))
        assert not client.feedback(FeedbackBody(answer_id="unknown", rating="up"))
        assert answered.id in {kept.answer_id for kept, _ in service.conversations.rated()}


def test_what_told_raises_breaks_the_answer_off(clients: Sequence[Client]) -> None:
    class Left(Exception):
        pass

    def leave(stage: str) -> None:
        raise Left(stage)

    for client in clients:
        with pytest.raises(Left, match="search"):
            client.ask(AskBody(question=QUESTION), leave)


def test_a_question_without_words_is_refused(clients: Sequence[Client]) -> None:
    in_process, over_http = clients
    with pytest.raises(BadQuestion):
        in_process.ask(AskBody(question="?!"))
    with pytest.raises(ServiceError) as refused:
        over_http.ask("?!")
    assert (refused.value.status, refused.value.kind) == (422, "question-empty")


# --- Articles and conversations --------------------------------------------------------------------------

ARTICLE = {"id": "bến-phà", "text": "Bến phà Cồn Tiên chở 1.900 lượt khách trong ngày mở lại.", "source": "Báo Cồn"}


def test_an_article_sent_in_is_found_listed_and_removed(clients: Sequence[Client]) -> None:
    for client in clients:
        before = client.overview()
        taken = client.ingest([ARTICLE, {"id": "trống"}])
        assert [(outcome.id, outcome.status) for outcome in taken.results] == [("bến-phà", "added"), (None, "refused")]
        assert client.overview().articles == before.articles + 1
        assert client.search("Bến phà Cồn Tiên chở bao nhiêu lượt khách?").hits[0].article_id == "bến-phà"
        first = client.archive.articles(BrowsePage(limit=1))
        assert first.total == before.articles + 1
        following = client.archive.articles(BrowsePage(limit=1, after=first.next))
        assert following.articles[0].id > first.articles[0].id
        assert client.archive.articles(BrowsePage(limit=1, order="newest")).total == first.total
        assert client.remove("bến-phà")
        assert not client.remove("bến-phà")
        assert client.article("bến-phà") is None


def test_a_file_is_taken_in_article_by_article(clients: Sequence[Client]) -> None:
    lines = f"{json.dumps(ARTICLE)}\n{json.dumps({'id': 'trống'})}\n".encode()
    for client in clients:
        begun, added, refused, done = client.ingest_file(lines, "tin.jsonl")
        assert isinstance(begun, FileBegun)
        assert begun.articles == 2
        assert isinstance(added, FileOutcome)
        assert (added.id, added.status, added.origin) == ("bến-phà", "added", "tin.jsonl, line 1")
        assert isinstance(refused, FileOutcome)
        assert (refused.id, refused.status, refused.origin) == (None, "refused", "tin.jsonl, line 2")
        assert done == FileDone(results=2, added=1, updated=0, unchanged=0, refused=1)
        assert client.remove("bến-phà")


def test_conversations_are_listed_read_and_deleted(clients: Sequence[Client]) -> None:
    for client in clients:
        answered = client.ask(AskBody(question=QUESTION, conversation_id="cuoc-2"))
        assert client.conversations(limit=1).conversations[0].id == "cuoc-2"
        stored = client.conversation("cuoc-2")
        assert stored is not None
        assert [turn.answered for turn in stored.turns] == [answered]
        assert client.delete_conversation("cuoc-2")
        assert not client.delete_conversation("cuoc-2")
        assert client.conversation("cuoc-2") is None


def test_a_conversation_is_edited_and_found(clients: Sequence[Client]) -> None:
    for client in clients:
        client.ask(AskBody(question=QUESTION, conversation_id="cuoc-3", origin="page"))
        listed = client.edit_conversation("cuoc-3", ConversationEdit(title="Học bổng", pinned=True))
        assert listed is not None
        assert (listed.title, listed.pinned, listed.origin) == ("Học bổng", True, "page")
        assert client.conversations(1, origin="page", q="hoc bong").conversations == [listed]
        assert client.conversations(origin="api", q="hoc bong cua toi").conversations == []
        assert client.edit_conversation("không-có", ConversationEdit(pinned=True)) is None
        assert client.delete_conversation("cuoc-3")


def test_an_answer_is_taken_along_and_shared(clients: Sequence[Client]) -> None:
    for client in clients:
        answered = client.ask(AskBody(question=QUESTION, conversation_id="cuoc-4"))
        file = client.export(answered.id, "md", "en")
        assert file is not None
        assert file.name == "quy-musashino-trao-bao-nhieu-suat-hoc-bong.md"
        assert "140 suất" in file.data.decode()
        assert client.export("không-có", "docx") is None
        share = client.share(answered.id)
        assert share is not None
        read = client.shared(share.token)
        assert read is not None
        assert read.turn.answered.answer == answered.answer
        assert [one.id for one in client.shares().shares] == [share.id]
        assert client.unshare(share.token)
        assert not client.unshare(share.token)
        assert client.shared(share.token) is None
        assert client.share("không-có") is None
        assert client.delete_conversation("cuoc-4")


def test_questions_to_go_on_with_are_answered_by_what_was_not_told(clients: Sequence[Client]) -> None:
    question = "Có gì mới về Nhật Bản?"
    for client in clients:
        answered = client.ask(AskBody(question="Nhật Bản viện trợ gì cho y tế Việt Nam?", conversation_id="cuoc-5"))
        told = client.suggestions(answered.id)
        assert told is not None
        assert client.suggestions(answered.id) == told
        assert question in told.questions
        asked = client.ask(AskBody(question=question, conversation_id="cuoc-5"))
        cited = {source.article_id for one in asked.answer.citations for source in one.sources}
        articles = [article for one in cited if (article := client.article(one))]
        assert sum("Nhật" in f"{one.title} {one.text}" for one in articles) >= 2
        again = client.suggestions(asked.id)
        assert again is not None
        assert question not in again.questions
        assert client.suggestions("không-có") is None
        assert client.delete_conversation("cuoc-5")


def test_of_a_history_that_the_client_keeps_nothing_is_stored(clients: Sequence[Client]) -> None:
    said = ExchangeBody(question="Bao nhiêu sinh viên Việt Nam đang học tại Úc?", answer="Có 37.000 sinh viên. [1]")
    for client in clients:
        before = client.conversations()
        answered = client.ask(AskBody(question="Còn Nhật Bản thì sao?", history=[said]))
        assert answered.conversation_id == ""
        assert "sinh viên" in answered.query.understood
        assert "Nhật Bản" in answered.query.understood
        assert client.conversations() == before
        assert not client.feedback(FeedbackBody(answer_id=answered.id, rating="up"))


def test_a_history_on_both_sides_is_refused() -> None:
    with pytest.raises(ValidationError, match="exclude each other"):
        AskBody(question=QUESTION, conversation_id="c", history=[])
