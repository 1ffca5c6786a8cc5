from datetime import date

from rag.records.search import Request
from rag.service.wiring import Service


def test_an_overview_of_the_sample_is_cited_by_article_under_a_lead(sample_service: Service) -> None:
    question = "Tóm tắt quan hệ thương mại Việt Nam - Hoa Kỳ năm 2025"

    answer = sample_service.answerer.ask(Request(question, 10)).answer

    assert (answer.kind, answer.outcome) == ("overview", "answered")
    assert answer.lead is not None and answer.text.startswith(answer.lead + "\n")
    first = answer.items[0]
    assert first.day == date(2026, 1, 12)
    assert "153,2 tỷ USD" in answer.text[first.start : first.end]
    assert 3 <= len(answer.citations) <= 7
    assert all(answer.text[one.start : one.end] == one.sources[0].cited_text for one in answer.citations)
    days = [item.day for item in answer.items if item.day]
    assert days == sorted(days, reverse=True)


def test_a_matter_that_no_article_is_about_is_declined(sample_service: Service) -> None:
    answer = sample_service.answerer.ask(Request("Diễn biến cuộc giải cứu đội bóng nhí Thái Lan", 10)).answer

    assert (answer.kind, answer.abstained) == ("timeline", True)
