"""What the commands share: settings as flags, and words for the person at the terminal."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

import click
from pydantic import BaseModel, HttpUrl, ValidationError
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.status import Status
from rich.text import Text

from rag.settings import Settings, is_secret, read_settings

T = TypeVar("T")
AskedT = TypeVar("AskedT", bound=BaseModel)

to_stderr = Console(stderr=True, highlight=False)


def setting_flags(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A flag for each of these settings; for all of them where none is named."""

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        for name in reversed(names or tuple(name for name in Settings.model_fields if not is_secret(name))):
            command = _flag(name, Settings.model_fields[name])(command)
        return command

    return decorated


def _flag(name: str, field: FieldInfo) -> Callable[[Callable[..., None]], Callable[..., None]]:
    kind: Any = field.annotation
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not NoneType)
    if get_origin(kind) is Literal:
        kind = click.Choice(get_args(kind))
    elif kind is Path:
        kind = click.Path(path_type=Path)
    elif kind is HttpUrl:
        kind = str
    default = "" if field.default is None else f"  [default: {field.default}]"
    text = f"{field.description}{default}"
    return click.option(f"--{name.replace('_', '-')}", name, type=kind, help=text)


def settings_of(context: click.Context, **flags: object) -> Settings:
    """The settings under the flags of `hoidap` itself and those of the command."""
    given = {**context.obj, **{name: value for name, value in flags.items() if value is not None}}
    return read_settings({name: value for name, value in given.items() if value is not None})


def checked(kind: type[AskedT], /, **values: object) -> AskedT:
    """What is asked for or sent. UsageError, which names the value, where it cannot be."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "".join(f"{part}." for part in first["loc"])[:-1]
        raise click.UsageError(f"{where}: {first['msg']}" if where else first["msg"]) from error


def say(text: str) -> None:
    """Tell the person what is being done, or what went wrong."""
    to_stderr.print(encodable(text), markup=False)


def encodable(text: str) -> str:
    """The text with half characters spelled out: a file name need not be Unicode, nor need what JSON escapes."""
    return text.encode(errors="backslashreplace").decode()


def busy(text: str) -> Status:
    """A sign of life in the terminal, within the block."""
    # As Text: what reads markup in a str loads all emoji.
    return to_stderr.status(Text(text))


@contextmanager
def getting_ready(opening: AbstractContextManager[T]) -> Iterator[T]:
    """Enter a context that takes its time, with a sign of life in the terminal meanwhile."""
    with ExitStack() as stack:
        with busy("Getting ready"):
            opened = stack.enter_context(opening)
        yield opened


def bar() -> Progress:
    """A progress bar that goes away when it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=to_stderr, transient=True)
