"""The page at `/`: files of this package, as they are, with headers that let it load nothing else."""

from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response
from starlette.exceptions import HTTPException

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)


def _read(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, tuple[bytes, str]]]:
    for file in folder.iterdir():
        if file.is_dir():
            yield from _read(file, f"{prefix}{file.name}/")
        elif kind := _TYPES.get(PurePath(file.name).suffix):
            yield prefix + file.name, (file.read_bytes(), kind)


# The whole table of names, as chat/answer.js: nothing that a request says becomes a path.
_FILES = dict(_read(files("rag.web").joinpath("static")))
_TAGS = {name: f'"{sha256(body).hexdigest()[:32]}"' for name, (body, _) in _FILES.items()}

router = APIRouter(include_in_schema=False)

IfNoneMatch = Annotated[str, Header()]


@router.get("/")
async def page(if_none_match: IfNoneMatch = "") -> Response:
    """The page."""
    return _served("index.html", if_none_match)


@router.get("/static/{name:path}")
async def static(name: str, if_none_match: IfNoneMatch = "") -> Response:
    """A file of the page."""
    if name not in _FILES:
        raise HTTPException(404, "The page has no file of this name.")
    return _served(name, if_none_match)


def _served(name: str, if_none_match: str) -> Response:
    body, kind = _FILES[name]
    headers = {
        # Kept, but asked for each time: a new version shows at once, and all its files belong together.
        "Cache-Control": "no-cache",
        "ETag": _TAGS[name],
        "Content-Security-Policy": POLICY,
    }
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if _TAGS[name] in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=kind)
