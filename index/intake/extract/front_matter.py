"""What stands before a Markdown text and tells about it: YAML between `---`, TOML between `+++`, JSON.

    text -> fence -> parser, or line by line where that fails -> the fields that are known

Nothing is made of a value but its words: YAML's own types would read `No` as false and `08:30` as 510.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import yaml

from index.intake.extract.page_dates import parse_date
from index.intake.extract.tidy import tidy_line
from index.language.text import fold

# More is read line by line, since parsers of YAML take seconds for what is written to be slow.
_LONGEST_PARSED = 32_000

# Keys as `_key` makes them, in the order in which they are asked.
_TITLE = ("title", "tieude", "tuade", "tenbai", "headline")
_URL = ("url", "canonical", "canonicalurl", "link", "lienket", "duongdan", "originalurl", "sourceurl", "permalink")
_SOURCE = ("source", "publisher", "nguon", "nguontin", "toasoan", "sitename")
_DATE = (
    *("publishedat", "datepublished", "published", "publisheddate", "publishdate", "pubdate", "date"),
    *("ngaydang", "ngayxuatban", "ngay"),
)
_ID = ("id",)
# Vietnamese keys that are passed over; of English ones any word will do.
_PASSED_OVER = ("tacgia", "chuyenmuc", "danhmuc", "tukhoa", "mota", "tomtat", "nguoiviet", "ngaycapnhat")
_KNOWN = frozenset((*_TITLE, *_URL, *_SOURCE, *_DATE, *_ID, *_PASSED_OVER))
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")

_FIELD = re.compile(r"""["']?(\w[\w .-]{0,40}?)["']?[ \t]*[:=][ \t]*(.*)""")
_CONTINUED = re.compile(r"[ \t#\-\]}]|$")
_FOLDED = re.compile(r"[>|][+-]?")
_QUOTED = re.compile(r"""(["'])((?:(?!\1).)*)\1[ \t]*(?:#.*)?""")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields that are known. `date` is as it was written; a path of a site is no `url`."""

    title: str | None = None
    url: str | None = None
    source: str | None = None
    date: str | None = None
    id: str | None = None


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """What the front matter of a tidied `text` says, and the text without it.

    Text between two rules, with no key that is known and not only keys that are English words, is no front matter.
    """
    found = _json_first(text) if text.startswith("{") else _fenced(text)
    if found is None or not _tells(found[0]):
        return FrontMatter(), text
    fields, body = found
    return _read(fields), body.strip("\n")


# --- Forms -----------------------------------------------------------------------------------------------


def _fenced(text: str) -> tuple[Fields, str] | None:
    first, _, rest = text.partition("\n")
    fence = first.rstrip()
    if fence not in _PARSERS:
        return None
    parse, ends = _PARSERS[fence]
    lines = rest.split("\n")
    end = next((number for number, line in enumerate(lines) if line.rstrip() in ends), None)
    if end is None:
        return None
    inside = "\n".join(lines[:end])
    fields = parse(inside) if len(inside) <= _LONGEST_PARSED else None
    if fields is None:
        fields = _by_line(lines[:end])
    return (fields, "\n".join(lines[end + 1 :])) if fields is not None else None


def _yaml(inside: str) -> Fields | None:
    """The top of the mapping; None where it is none. Only nodes are composed: no tag makes an object.

    A comment alone is a heading of the text between two rules.
    """
    try:
        root = yaml.compose(inside, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if root is None and not inside.strip():
        return {}
    if not isinstance(root, yaml.MappingNode):
        return None
    return {key.value: _value(node) for key, node in reversed(root.value) if isinstance(key, yaml.ScalarNode)}


def _value(node: yaml.Node) -> object:
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value if isinstance(item, yaml.ScalarNode)]
    if isinstance(node, yaml.MappingNode):
        return {key.value: item.value for key, item in node.value if isinstance(item, yaml.ScalarNode)}
    return None if node.style is None and node.value in _NULL else node.value


def _toml(inside: str) -> Fields | None:
    try:
        return tomllib.loads(inside)
    except (ValueError, RecursionError):
        return None


def _json(inside: str) -> Fields | None:
    found = _json_first(inside.strip())
    return found[0] if found is not None else None


def _json_first(text: str) -> tuple[Fields, str] | None:
    """The object that `text` begins with, alone on its lines, and what follows."""
    try:
        fields, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return (fields, text[end:]) if isinstance(fields, dict) and text[end : end + 1] in {"\n", ""} else None


_PARSERS: dict[str, tuple[Callable[[str], Fields | None], frozenset[str]]] = {
    "---": (_yaml, frozenset({"---", "..."})),
    "+++": (_toml, frozenset({"+++"})),
    ";;;": (_json, frozenset({";;;"})),
}


def _by_line(lines: list[str]) -> Fields | None:
    """What can be read where a parser gave up, as at a title with a colon; None where a line is prose."""
    fields: Fields = {}
    folded: str | None = None
    for line in lines:
        if _CONTINUED.match(line):
            if folded is not None and line.strip():
                fields[folded] = f"{fields[folded]} {line.strip()}"
            continue
        field = _FIELD.fullmatch(line)
        if field is None:
            return None
        key, value = field[1], field[2].strip()
        quoted = _QUOTED.fullmatch(value)
        folded = key if _FOLDED.fullmatch(value) else None
        fields.setdefault(key, "" if folded else quoted[2] if quoted else value)
    return fields or None


# --- Fields ----------------------------------------------------------------------------------------------


def _tells(fields: Fields) -> bool:
    return any(_key(name) in _KNOWN for name in fields) or all(_NAME.fullmatch(name) for name in fields)


def _key(name: str) -> str:
    """`Ngày đăng`, `ngay_dang` and `ngayDang` are one."""
    return re.sub(r"[\W_]", "", fold(name))


def _read(fields: Fields) -> FrontMatter:
    texts = {_key(name): text for name, value in reversed(fields.items()) if (text := _text(value)) is not None}

    def all_of(keys: Iterable[str]) -> list[str]:
        return [texts[key] for key in keys if key in texts]

    dates, sources = all_of(_DATE), all_of(_SOURCE)
    named = [source for source in sources if not _SCHEME.match(source) or " " in source]
    addresses = [url for url in (*all_of(_URL), *sources) if _SCHEME.match(url) and " " not in url]
    return FrontMatter(
        title=next(iter(all_of(_TITLE)), None),
        url=next((url for url in addresses if url.lower().startswith("http")), next(iter(addresses), None)),
        source=next(iter(named), None),
        date=next((stated for stated in dates if parse_date(stated)), next(iter(dates), None)),
        id=next(iter(all_of(_ID)), None),
    )


def _text(value: object) -> str | None:
    """A value's words; the first of a list, the name in a map."""
    if isinstance(value, list):
        value = value[0] if value else None
    elif isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, date):
        return value.isoformat()
    return (
        tidy_line(str(value)) or None if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    )
