"""The command `hoidap`. Results go to standard output, progress and complaints to standard error.

Exit codes, after sysexits.h: 0 done; 1 something was refused, not found or wrong; 2 wrong usage; 66 an input is
missing; 74 the disk; 75 try again later; 78 a setting or the model.
"""

import atexit
import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import ClassVar

import click
from typing_extensions import override

from index.storage.errors import EncoderBusy, IndexingError, ModelError, Refused, StoreError
from rag.cli.common import busy, say, setting_flags, to_stderr
from rag.errors import AnsweringError, BadQuestion, NotKept, ServiceError, SettingsError
from rag.extras import needing_extra
from rag.telemetry.logs import set_up_logs

_COMMANDS = {
    "ingest": "rag.cli.indexing:ingest",
    "add": "rag.cli.watching:add",
    "feeds": "rag.cli.feeds:feeds",
    "watch": "rag.cli.watching:watch",
    "edit": "rag.cli.indexing:edit",
    "rebuild": "rag.cli.indexing:rebuild",
    "bulk": "rag.cli.bulk:bulk",
    "ask": "rag.cli.asking:ask",
    "search": "rag.cli.asking:search",
    "timeline": "rag.cli.stories:timeline",
    "stories": "rag.cli.stories:stories",
    "export": "rag.cli.export:export",
    "serve": "rag.cli.serving:serve",
    "articles": "rag.cli.browsing:articles",
    "entities": "rag.cli.browsing:entities",
    "show": "rag.cli.articles:show",
    "remove": "rag.cli.articles:remove",
    "doctor": "rag.cli.articles:doctor",
    "topics": "rag.cli.topics:topics",
    "briefings": "rag.cli.topics:briefings",
    "keys": "rag.cli.keys:keys",
    "backup": "rag.cli.backup:backup",
    "restore": "rag.cli.backup:restore",
    "migrate": "rag.cli.moving:migrate",
    "slack": "rag.cli.slack:slack",
    "mcp": "rag.cli.mcp:mcp",
}
_EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (BadQuestion, 2),
    (NotKept, 2),
    (Refused, 66),
    (StoreError, 74),
    (EncoderBusy, 75),
    (ModelError, 78),
    (SettingsError, 78),
)
# What a server refuses has the code that the same has without one, by its HTTP status; None where it is not reached.
_EXIT_CODES_OVER_HTTP = {422: 2, 507: 74, 429: 75, 503: 75, None: 75, 401: 78, 403: 78}


class LazyGroup(click.Group):
    """Commands that are imported when they are used: the embedding model's libraries take seconds to load.

    `lazy` gives them by name as `module:attribute`, in the order in which help lists them.
    """

    lazy: ClassVar[Mapping[str, str]] = {}

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.lazy, *super().list_commands(ctx)]

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.place(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        module, _, name = place.partition(":")
        with needing_extra(), busy("Starting"):
            command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def place(self, name: str) -> str | None:
        """Where the command of a name is."""
        return self.lazy.get(name)


class _Commands(LazyGroup):
    lazy: ClassVar[Mapping[str, str]] = _COMMANDS

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *_plugged_in()]

    @override
    def place(self, name: str) -> str | None:
        return super().place(name) or _plugged_in().get(name)


def _plugged_in() -> dict[str, str]:
    """Commands of packages that this one must not import, as `eval`, which name theirs in the metadata.

    Looked up where none of ours is meant: the metadata of all packages takes a while to read.
    """
    return {point.name: point.value for point in entry_points(group="hoidap.commands")}


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@setting_flags()
@click.version_option(package_name="hoidap")
@click.pass_context
def cli(context: click.Context, /, **flags: object) -> None:
    """Hỏi Đáp: questions about Vietnamese news, answered with the exact words of the articles."""
    context.obj = flags


def main() -> None:
    """Run the command line; an error that we foresaw is one line and an exit code."""
    set_up_logs("text", to_stderr)
    # A process need not look through its memory for garbage before it gives all of it back.
    atexit.register(gc.freeze)
    try:
        cli()
    except (IndexingError, AnsweringError) as error:
        say(f"hoidap: {error}")
        sys.exit(_exit_code(error))
    except OSError as error:
        say(f"hoidap: {error}; check the disk, the folder and its permissions")
        sys.exit(74)


def _exit_code(error: Exception) -> int:
    if isinstance(error, ServiceError):
        return _EXIT_CODES_OVER_HTTP.get(error.status, 1)
    return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 1)
