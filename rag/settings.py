"""Every setting, read once: flags, then `HOIDAP_*` variables, then `hoidap.toml`, then the defaults below."""

import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, HttpUrl, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from typing_extensions import override

from rag.errors import SettingsError

BUNDLED = "bundled"

# What makes an answer what it is, beside `k` and `generator`, which go with each question.
_ANSWERING = (
    "embedding_model",
    "reader",
    "precision",
    "dense_weight",
    "context_tokens",
    "llm_url",
    "llm_model",
    "local_model",
    "answer_tokens",
    "prompts",
)


class Settings(BaseSettings):
    """All settings. The field `data` is `HOIDAP_DATA`, `--data` (secrets have no flag), and `data` in `hoidap.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="HOIDAP_", env_ignore_empty=True, toml_file="hoidap.toml", extra="forbid"
    )

    data: Path = Field(Path("data"), description="Folder of the database, the indexes and the unpacked model.")
    database: SecretStr | None = Field(
        None,
        description="A PostgreSQL database in which all is kept but the indexes, postgresql://USER:PASSWORD@HOST/NAME.",
    )
    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the server listens on; 0 takes a free one.")
    embedding_model: str = Field(
        BUNDLED, min_length=1, description="A sentence-transformers folder or hub name, or `bundled`."
    )
    reader: str = Field(
        "bundled",
        min_length=1,
        description="What reads passages with the question: `bundled`, `none`, or a CrossEncoder's folder or hub name.",
    )
    precision: Literal["auto", "bf16", "int8", "fp32"] = Field(
        "auto", description="Arithmetic of the embedding model; `auto` takes the fastest that the processor has."
    )
    threads: int = Field(os.cpu_count() or 1, ge=1, le=1024, description="Threads of the embedding model.")
    states_megabytes: int = Field(
        4096, ge=0, le=1_000_000, description="Most disk for what the model made of passages; 0 keeps none of it."
    )
    milvus: SecretStr | None = Field(
        None,
        description="Milvus in which the indexes lie, https://USER:PASSWORD@HOST:19530, or a .db file of milvus-lite.",
    )
    indexes: bool = Field(
        True,
        description="Whether this server follows new articles, feeds and briefings, or others on its database do.",
    )
    chunk_tokens: int = Field(256, ge=64, le=8192, description="Most tokens of a chunk, its title included.")
    vector_index: str = Field(
        "auto", min_length=1, description="How vectors are searched: `auto`, by their number, or as FAISS names it."
    )
    k: int = Field(10, ge=1, le=50, description="Passages that an answer is chosen from, unless a request says.")
    dense_weight: float = Field(0.5, ge=0, le=1, description="Weight of the dense against the lexical score.")
    context_tokens: int = Field(6000, ge=256, description="Most tokens of passages that a generator reads.")
    generator: Literal["extractive", "openai", "local"] = Field(
        "extractive", description="What answers, unless a request says: quotes, or a language model that is set up."
    )
    llm_url: HttpUrl | None = Field(
        None, description="An OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1."
    )
    llm_model: str | None = Field(None, min_length=1, description="The model's name at that endpoint.")
    llm_key: SecretStr | None = Field(None, description="The key to it.")
    llm_seconds: float = Field(60, gt=0, le=3600, description="How long a language model may take for an answer.")
    local_model: str | None = Field(
        None, min_length=1, description="A transformers causal model: a folder, a hub name, or a .gguf file."
    )
    answer_tokens: int = Field(600, ge=16, le=32_768, description="Most tokens that a language model may write.")
    prompts: Path | None = Field(None, description="A folder of templates that replace ours, such as vi/answer.txt.")
    conversation_days: int = Field(30, ge=1, le=36_500, description="How long after its last turn one is kept.")
    access: Literal["auto", "keys", "open"] = Field(
        "auto",
        description="Who may ask: anybody, or holders of `keys`; `auto` needs none on a loopback address.",
    )
    requests_per_minute: int = Field(
        120, ge=1, le=100_000, description="Requests a minute of a key that has no number of its own."
    )
    log: Literal["text", "json"] = Field("text", description="The form of the log, on standard error.")
    fetch_contact: str | None = Field(
        None, min_length=1, description="A web or mail address that sites can write to; nothing is fetched without it."
    )
    fetch_hosts: str = Field("", description="Private hosts that may be fetched, as `host` or `host:port`, by commas.")
    fetch_delay: float = Field(1.0, ge=0, le=3600, description="Pause after each request to a site, in seconds.")
    slack_bot_token: SecretStr | None = Field(None, description="The Slack app's bot token, xoxb-...")
    slack_app_token: SecretStr | None = Field(None, description="The Slack app's token for Socket Mode, xapp-...")
    public_url: HttpUrl | None = Field(
        None, description="This server's address as readers reach it, for the links in briefings and feeds."
    )
    mail_host: str | None = Field(None, min_length=1, description="The SMTP server that briefings are mailed over.")
    mail_port: int = Field(587, ge=1, le=65535, description="Its port.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to it is encrypted: after a command, from the start, or not."
    )
    mail_user: str | None = Field(None, min_length=1, description="The user to log in as, where it wants one.")
    mail_password: SecretStr | None = Field(None, description="The password.")
    mail_from: str | None = Field(
        None, min_length=1, description="The sender of briefings: an address, or Name <address>."
    )
    service_url: HttpUrl | None = Field(
        None, description="A server that commands ask, instead of the one on the data folder or the index itself."
    )
    service_key: SecretStr | None = Field(None, description="The key to it.")
    queue: int = Field(64, ge=1, le=10_000, description="Requests in progress before the next is answered 429.")
    body_megabytes: int = Field(32, ge=1, le=1024, description="Largest request body.")

    @model_validator(mode="after")
    def _generator_is_set_up(self) -> Self:
        if (self.llm_url is None) != (self.llm_model is None):
            raise ValueError("llm_url and llm_model belong together; set both")
        needed = {"openai": self.llm_url, "local": self.local_model}
        if self.generator != "extractive" and needed[self.generator] is None:
            names = {"openai": "llm_url and llm_model", "local": "local_model"}
            raise ValueError(f"the generator {self.generator!r} needs {names[self.generator]}")
        return self

    @model_validator(mode="after")
    def _somebody_indexes(self) -> Self:
        if not self.indexes and self.database is None:
            raise ValueError("indexes = false leaves the work to other processes, which share a database; set database")
        return self

    def answering(self) -> dict[str, str]:
        """The settings that every answer depends on, as text; of addresses without a user and a password."""
        return {name: _as_text(getattr(self, name)) for name in _ANSWERING}

    def answering_as_set(self) -> dict[str, str]:
        """Those that a flag, a variable or the file sets."""
        return {name: value for name, value in self.answering().items() if name in self.model_fields_set}

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags before variables before the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def _as_text(value: object) -> str:
    match value:
        case HttpUrl():
            return f"{value.scheme}://{value.host}:{value.port}{value.path or ''}"
        case Path():
            return str(value.resolve())
    return str(value)


def is_secret(name: str) -> bool:
    """Whether a setting may be shown nowhere, and stands on no command line, which every process can read."""
    return "SecretStr" in str(Settings.model_fields[name].annotation)


def _shown(found: ErrorDetails) -> str:
    name = str(found["loc"][0])
    return "..." if name in Settings.model_fields and is_secret(name) else repr(found["input"])


def read_settings(flags: dict[str, Any]) -> Settings:
    """The settings, with `flags` (values by field) before all other sources. SettingsError names each invalid value."""
    try:
        return Settings(**flags)
    except ValidationError as error:
        problems = [
            # What concerns several settings at once names them itself; their values may hold a key.
            f"{'.'.join(map(str, found['loc']))} = {_shown(found)}: {found['msg']}" if found["loc"] else found["msg"]
            for found in error.errors()
        ]
        raise SettingsError("These settings cannot be used: " + "; ".join(problems)) from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"hoidap.toml cannot be read: {error}") from error
