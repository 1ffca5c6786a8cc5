"""What is logged meanwhile."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Literal

from rich.console import Console

from rag.telemetry.logs import set_up_logs


@contextmanager
def logging_to(
    form: Literal["text", "json"], level: int = logging.INFO, file: IO[str] | None = None
) -> Iterator[io.StringIO]:
    """All that is logged meanwhile, unless it goes to a `file`; then the root logger is as it was."""
    root, written = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level
    root.handlers.clear()
    try:
        set_up_logs(form, Console(file=file or written, width=40))
        for name in ("hoidap", "rag", "index"):
            logging.getLogger(name).setLevel(level)
        yield written
    finally:
        logging.captureWarnings(capture=False)
        root.handlers, root.level = before
        for name in ("hoidap", "rag", "index"):
            logging.getLogger(name).setLevel(logging.NOTSET)
