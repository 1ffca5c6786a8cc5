import unicodedata

import pytest

from prompts import FALLBACK, languages, template


def test_each_language_has_words_of_its_own() -> None:
    assert languages() == {"vi", "en", "ru", "zh", "ja"}
    said = {language: template("abstain", language) for language in languages()}
    assert len(set(said.values())) == 5
    for text in said.values():
        assert text
        assert text == unicodedata.normalize("NFC", text).strip()


def test_each_language_says_that_articles_disagree() -> None:
    for name, filled in (("disagreement", True), ("disagreement-undated", False)):
        said = {template(name, language) for language in languages()}
        assert len(said) == 5
        assert all(("{date}" in text) is filled for text in said)


def test_other_languages_get_english() -> None:
    assert FALLBACK == "en"
    assert template("abstain", "ko") == template("abstain", "en")
    assert template("abstain", "../vi") == template("abstain", "en")


def test_an_unknown_template() -> None:
    with pytest.raises(KeyError, match="greeting"):
        template("greeting", "vi")
