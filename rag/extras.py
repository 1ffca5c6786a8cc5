"""The packages that some users do without, and the command that installs each: `pip install 'hoidap[NAME]'`."""

from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import SettingsError

# The extra of every package that is imported only where it is needed.
EXTRA_OF = {
    "accelerate": "gguf",
    "gguf": "gguf",
    "ir_measures": "eval",
    "mammoth": "forms",
    "mcp": "mcp",
    "mcp_types": "mcp",
    "openai": "llm",
    "opentelemetry.exporter": "traces",
    "opentelemetry.sdk": "traces",
    "psycopg": "cluster",
    "psycopg_pool": "cluster",
    "pyarrow": "bulk",
    "pymilvus": "cluster",
    "pypdfium2": "forms",
    "ray": "ray",
    "sklearn": "eval",
    "slack_bolt": "slack",
    "slack_sdk": "slack",
    "striprtf": "forms",
    "warcio": "forms",
}


@contextmanager
def needing_extra() -> Iterator[None]:
    """Say which command installs the extra that an import within the block misses, by SettingsError."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = error.name or ""
        for package, extra in EXTRA_OF.items():
            if f"{missing}.".startswith(f"{package}."):
                detail = f"{package} is not installed, and this needs it: pip install 'hoidap[{extra}]'."
                raise SettingsError(detail) from error
        raise
