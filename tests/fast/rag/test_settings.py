import os
from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import read_settings


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and no variables of ours."""
    for name in os.environ:
        if name.startswith("HOIDAP_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults() -> None:
    settings = read_settings({})

    assert (settings.data, settings.host, settings.port) == (Path("data"), "127.0.0.1", 8000)
    assert (settings.embedding_model, settings.precision) == ("bundled", "auto")


def test_flags_before_variables_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hoidap.toml").write_text("k = 3\nqueue = 3\nport = 3\n")
    monkeypatch.setenv("HOIDAP_QUEUE", "4")
    monkeypatch.setenv("HOIDAP_PORT", "4")

    settings = read_settings({"port": 5})

    assert (settings.k, settings.queue, settings.port) == (3, 4, 5)


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_DATA", "")
    monkeypatch.setenv("HOIDAP_PORT", "")

    assert (read_settings({}).data, read_settings({}).port) == (Path("data"), 8000)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("port", "65536", "port = '65536'"),
        ("port", "-1", "port = '-1'"),
        ("port", "http", "port = 'http'"),
        ("queue", "0", "queue = '0'"),
        ("k", "51", "k = '51'"),
        ("dense_weight", "nan", "dense_weight = 'nan'"),
        ("dense_weight", "1.1", "dense_weight = '1.1'"),
        ("precision", "fp8", "precision = 'fp8'"),
        ("chunk_tokens", "10", "chunk_tokens = '10'"),
    ],
)
def test_a_value_that_may_not_stand_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(f"HOIDAP_{name.upper()}", value)

    with pytest.raises(SettingsError, match="These settings cannot be used") as raised:
        read_settings({})
    assert message in str(raised.value)


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_K", "0")

    with pytest.raises(SettingsError) as raised:
        read_settings({"port": -5})
    assert "k = '0'" in str(raised.value)
    assert "port = -5" in str(raised.value)


@pytest.mark.parametrize("content", [b"k = ", b"\xff", b"k = 1\nk = 2"])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "hoidap.toml").write_bytes(content)

    with pytest.raises(SettingsError, match=r"hoidap\.toml"):
        read_settings({})


def test_a_misspelt_name_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "hoidap.toml").write_text("prot = 80")

    with pytest.raises(SettingsError, match="prot = 80"):
        read_settings({})


def test_what_answers_depend_on_is_told_without_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_PROMPTS", "mau")
    settings = read_settings(
        {"llm_url": "http://an:mat-khau@127.0.0.1:9/v1", "llm_model": "m", "llm_key": "bi-mat", "k": 3, "threads": 2}
    )
    made = {"llm_url": "http://127.0.0.1:9/v1", "llm_model": "m", "prompts": str(tmp_path / "mau")}
    assert settings.answering_as_set() == made
    told = settings.answering()
    assert made.items() < told.items()
    assert told["dense_weight"] == "0.5"
    assert not [value for value in told.values() if "mat" in value and value != made["prompts"]]


@pytest.mark.parametrize("name", ["database", "llm_key", "mail_password"])
def test_a_secret_of_the_wrong_kind_is_not_shown(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hoidap.toml").write_text(f'{name} = ["postgresql://ai:bí-mật@nhà/báo"]', "utf-8")
    with pytest.raises(SettingsError) as raised:
        read_settings({})
    assert name in str(raised.value)
    assert "bí-mật" not in str(raised.value)


def test_who_does_not_index_shares_a_database() -> None:
    with pytest.raises(SettingsError, match="set database"):
        read_settings({"indexes": False})
    address = "postgresql://hoidap@db/hoidap"
    assert not read_settings({"indexes": False, "database": address}).indexes
    assert read_settings({"database": address}).indexes
