"""Every setting, read once: flags, then `HOIDAP_*` variables, then `hoidap.toml`, then the defaults below."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from typing_extensions import override

from rag.errors import SettingsError

BUNDLED = "bundled"


class Settings(BaseSettings):
    """What can be set. Each field is also a flag: `data` is `HOIDAP_DATA`, `--data`, and `data` in the file."""

    model_config = SettingsConfigDict(
        env_prefix="HOIDAP_", env_ignore_empty=True, toml_file="hoidap.toml", extra="forbid"
    )

    data: Path = Field(Path("data"), description="Folder of the database, the indexes and the unpacked model.")
    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that the server listens on; 0 takes a free one.")
    embedding_model: str = Field(
        BUNDLED, min_length=1, description="A sentence-transformers folder or hub name, or `bundled`."
    )
    precision: Literal["auto", "bf16", "int8", "fp32"] = Field(
        "auto", description="Arithmetic of the embedding model; `auto` takes the fastest that the processor has."
    )
    threads: int = Field(os.cpu_count() or 1, ge=1, le=1024, description="Threads of the embedding model.")
    chunk_tokens: int = Field(256, ge=64, le=8192, description="Most tokens of a chunk, its title included.")
    k: int = Field(10, ge=1, le=50, description="Passages that an answer is chosen from, unless a request says.")
    dense_weight: float = Field(0.5, ge=0, le=1, description="Weight of the dense against the lexical score.")
    context_tokens: int = Field(6000, ge=256, description="Most tokens of passages that a generator reads.")
    queue: int = Field(64, ge=1, le=10_000, description="Requests in progress before the next is answered 429.")
    body_megabytes: int = Field(32, ge=1, le=1024, description="Largest request body.")

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


def read_settings(flags: dict[str, Any]) -> Settings:
    """The settings, with these flags on top. SettingsError names each value that may not stand."""
    try:
        return Settings(**flags)
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, found['loc']))} = {found['input']!r}: {found['msg']}" for found in error.errors()
        ]
        raise SettingsError("These settings cannot be used: " + "; ".join(problems)) from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"hoidap.toml cannot be read: {error}") from error
