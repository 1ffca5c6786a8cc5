"""Both clients say the same of the same service."""

from collections.abc import Iterator, Sequence

import pytest

from rag.client.in_process import InProcess
from rag.client.over_http import OverHttp
from rag.client.protocol import Client
from rag.contract.answers import AskOut
from rag.contract.questions import AskBody, FeedbackBody, FilterBody, SearchBody
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
