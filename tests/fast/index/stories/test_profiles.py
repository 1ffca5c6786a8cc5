from datetime import date

import numpy as np

from index.records import Article, Metadata
from index.stories.profiles import Profile, profile_of


def profile(text: str, day: str | None = None, title: str | None = None) -> Profile:
    vectors = np.array([[1, 0], [0, 1]], np.float32)
    return profile_of(Article("a", text, Metadata(title, published_at=day)), vectors, None)


def test_the_vector_is_the_mean_of_the_chunks_at_length_1() -> None:
    assert np.allclose(profile("Chợ họp sớm.").vector, [0.5**0.5, 0.5**0.5])


def test_names_are_those_of_title_and_text() -> None:
    named = profile("Ông Đặng Văn Khoát gặp đoàn Nhật Bản.", title="Đoàn khách đến Hà Nội").names

    assert named == {"person:dang van khoat", "country:japan", "city:hanoi"}


def test_of_an_undated_article_days_without_a_year_are_of_its_news() -> None:
    told = profile(f"Phà lật ngày 12/5. Bến mở ngày 3/2/2011. {'Nước lên. ' * 90}Ngày 14/5 phà được kéo lên.")

    assert told.opening == {"@05-12"}
    assert told.days == {"@05-12", "@05-14"}
    assert told.published is None


def test_of_a_dated_article_days_near_its_own_are_of_its_news() -> None:
    told = profile("Phà lật hôm 12/5. Bến mở ngày 3/2/2011, tháng sau sửa.", "2026-05-14T08:00:00+07:00")

    assert told.opening == {"@05-12"}
    assert told.days == {"@05-12", "@05-14"}
    assert told.published == date(2026, 5, 14)


def test_a_dated_article_that_opens_with_no_day_opens_with_its_own() -> None:
    assert profile("Phà chạy lại.", "2026-05-14").opening == {"@05-14"}
