"""The commands `hoidap keys add`, `list` and `revoke`. They open the keys' database alone, never the model."""

import json

import click

from index.language.showing import checked_name
from rag.cli.common import say, settings_of
from rag.http.access.callers import SCOPES, Scope
from rag.http.access.keys import MOST_OF_A_NAME, Key, opened_keys
from rag.service.data_folder import where


@click.group()
def keys() -> None:
    """Make, list and revoke the keys that requests need."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="ask, ingest (put articles in, remove them), or admin (everything); give it again for more.",
)
@click.option("--per-minute", type=click.IntRange(1, 100_000), help="Requests a minute.  [default: the settings']")
@click.pass_context
def add(context: click.Context, name: str, scopes: tuple[Scope, ...], per_minute: int | None) -> None:
    """Make a key for NAME, and print it: this once."""
    try:
        name = checked_name(name, MOST_OF_A_NAME)
    except ValueError as error:
        raise click.BadParameter(str(error), context, param_hint="NAME") from error
    with opened_keys(where(settings_of(context), "keys")) as opened:
        key, text = opened.add(name, scopes, per_minute)
    click.echo(text)
    say(f"This is the key {key.id} for {key.name}. Keep it safe: it is not kept here, and cannot be shown again.")
    say(f"Send it as `Authorization: Bearer ...`; `hoidap keys revoke {key.id}` ends it at once.")


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def list_keys(context: click.Context, as_json: bool) -> None:
    """List the keys, oldest first, without their secrets."""
    with opened_keys(where(settings_of(context), "keys")) as opened:
        found = opened.list()
    if as_json:
        click.echo(json.dumps([_out(key) for key in found], ensure_ascii=False, indent=2))
        return
    for key in found:
        ended = f"revoked {key.revoked_at[:10]}" if key.revoked_at else ""
        rate = f"{key.per_minute}/min" if key.per_minute else "-"
        click.echo(f"{key.id}  {key.created_at[:10]}  {_scopes(key):<16}  {rate:<10}  {key.name}  {ended}".rstrip())
    say(f"{sum(key.revoked_at is None for key in found)} keys, {len(found)} with those revoked")


@keys.command()
@click.argument("key_id", metavar="ID")
@click.pass_context
def revoke(context: click.Context, key_id: str) -> None:
    """End a key by its id, also in a server that runs."""
    with opened_keys(where(settings_of(context), "keys")) as opened:
        revoked = opened.revoke(key_id)
        found = next((key for key in opened.list() if key.id == key_id), None)
    if found is None:
        say(f"hoidap: there is no key {_short(key_id)!r}; `hoidap keys list` lists them by id")
    elif not revoked:
        say(f"hoidap: the key {found.id} for {found.name} was revoked already, at {found.revoked_at}")
    else:
        click.echo(f"revoked  {found.id}  {found.name}")
        return
    context.exit(1)


def _out(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "per_minute": key.per_minute,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }


def _scopes(key: Key) -> str:
    return ",".join(sorted(key.scopes))


def _short(key_id: str) -> str:
    # Who gives the whole key by mistake should not find its secret in a log.
    return key_id if len(key_id) <= 8 else f"{key_id[:8]}..."
