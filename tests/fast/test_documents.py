"""What the documents name is there: paths, make targets, commands and their flags, modules, settings, packages."""

import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from itertools import takewhile
from pathlib import Path

import click
import pytest

from rag.cli import cli
from rag.settings import Settings
from tests.support.canned import Canned
from tests.support.http import canned_state, http_of

ROOT = Path(__file__).parents[2]
README, README_VI = "README.md", "README.vi.md"
DOCUMENTS = [README, README_VI, "OPERATIONS.md", "CONTRIBUTING.md", "rag/slack/README.md"]
# A path of ours begins with one of our folders, or is a file beside them.
OURS = re.compile(
    r"(?:\.ci|eval|index|prompts|rag|tests)/\S*|\w+\.md|Makefile|Dockerfile|(?:pyproject|constraints)\.\w+"
)
PROGRAM = re.compile(
    r"^(?:\w+=\S* )*(?:\S+/)?hoidap(?= |$)|\S+/bin/hoidap(?= )|docker (?:run|exec) .*\bhoidap(?= [a-z])"
)


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def parted(text: str) -> tuple[list[str], list[str]]:
    """The lines of the code blocks, which are fenced or indented by four, and those of the prose."""
    code: list[str] = []
    prose: list[str] = []
    fenced = False
    for line in text.splitlines():
        if line.strip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            code.append(line)
        else:
            prose.append(line)
    return code, prose


def blocks(text: str) -> list[str]:
    """The commands of the code blocks, without comments; a backslash at the end goes on with the next line."""
    joined = "\n".join(parted(text)[0]).replace("\\\n", " ")
    return [re.sub(r"(?:^|\s+)# .*", "", line).strip() for line in joined.splitlines()]


def spans(text: str) -> list[str]:
    """What stands between backticks in the prose."""
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", "\n".join(parted(text)[1]))]


def code(document: str) -> list[str]:
    return [*blocks(read(document)), *spans(read(document))]


def paths(document: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)#]+)\)", "\n".join(parted(read(document))[1])):
        if "://" not in target:
            yield str((ROOT / document).parent.relative_to(ROOT) / target)
    for line in code(document):
        yield from (word for word in line.split() if OURS.fullmatch(word))


def command_lines(document: str) -> Iterator[list[str]]:
    """The words behind `hoidap`, up to what the shell or a sentence goes on with."""
    for line in code(document):
        found = PROGRAM.search(line)
        if found and not line.startswith("alias "):
            yield list(takewhile(lambda word: word not in ("|", "&&", ">"), line[found.end() :].split()))


def complaint(command: click.Command, words: list[str]) -> str | None:
    """Why the words are no use of the command, None where they are. A word in capitals stands for a value."""
    flags = {flag: option for option in command.params for flag in (*option.opts, *option.secondary_opts)}
    while words:
        word, *words = words
        flag = word.strip("[]").partition("=")[0]
        if flag in ("--help", "--version"):
            return None
        if flag.startswith("-") and flag != "-" and flag not in flags:
            return f"{command.name} has no flag {flag}"
        option = flags.get(flag)
        if isinstance(option, click.Option) and not option.is_flag:
            words = words[1:]
        elif option is None and isinstance(command, click.Group):
            if word.isupper():
                return None
            inner = command.get_command(click.Context(command), word)
            return complaint(inner, words) if inner else f"{command.name} has no command {word}"
    return None


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_exist(document: str) -> None:
    named = list(paths(document))

    assert named
    assert [path for path in named if not any(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_targets_of_make_exist(document: str) -> None:
    targets = re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE)
    named = [target for line in code(document) for target in re.findall(r"\bmake ([a-z][\w-]*)", line)]

    assert set(named) <= set(targets)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_and_their_flags_exist(document: str) -> None:
    lines = list(command_lines(document))

    assert lines
    assert [wrong for words in lines if (wrong := complaint(cli, words))] == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("ask QUESTION --json", None),
        ("--data news keys add --scope ask", None),
        ("ask --jsn QUESTION", "ask has no flag --jsn"),
        ("aks QUESTION", "cli has no command aks"),
        ("keys drop ID", "keys has no command drop"),
    ],
)
def test_a_wrong_command_is_noticed(words: str, wrong: str | None) -> None:
    assert complaint(cli, words.split()) == wrong


def test_the_readme_lists_every_command() -> None:
    named = {word for words in command_lines(README) for word in words[:1]}

    assert set(cli.list_commands(click.Context(cli))) <= named


@pytest.mark.parametrize("document", DOCUMENTS)
def test_studies_exist_and_take_the_flags(document: str) -> None:
    for line in code(document):
        if found := re.search(r"python -m (\S+)(.*)", line):
            assert complaint(import_module(found[1]).main, found[2].split()) is None


def test_paths_of_http_are_served() -> None:
    named = {
        path
        for document in DOCUMENTS
        for line in code(document)
        for path in re.findall(r"(?:^|[ 0])(/(?:v1/[\w/{}]+|livez|readyz|metrics|mcp)|/openapi\.json)(?=$|[ ;'])", line)
    }

    assert len(named) > 10
    with http_of(canned_state(Canned())) as client:
        # No path takes this method: those that are served say so.
        assert {path for path in named if client.put(path).status_code != 405} == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_variables_are_settings(document: str) -> None:
    named = re.findall(r"HOIDAP_([A-Z]\w*)", read(document))

    assert {name.lower() for name in named} <= set(Settings.model_fields)


@pytest.mark.parametrize("document", [README, README_VI])
def test_the_table_of_settings_tells_their_defaults(document: str) -> None:
    rows = [
        line.split("|") for line in read(document).splitlines() if re.match(r"\| `[a-z_]+`[^|]*\|[^|]*\|[^|]*\|$", line)
    ]
    told = {
        name: default
        for _, names, defaults, *_ in rows
        for name, default in zip(spans(names), spans(defaults) or [""] * 9, strict=False)
    }

    assert set(told) >= {"data", "access", "k", "dense_weight", "llm_key"}
    known = {name: "" if field.default is None else str(field.default) for name, field in Settings.model_fields.items()}
    assert told == {name: known.get(name) for name in told}


def test_both_readmes_have_the_same_sections_and_commands() -> None:
    english, vietnamese = read(README), read(README_VI)
    headings = [re.findall(r"^#+(?= )", text, re.MULTILINE) for text in (english, vietnamese)]
    commands = [[re.sub(r'"[^"]*"', '""', line) for line in blocks(text)] for text in (english, vietnamese)]

    assert headings[0] == headings[1]
    assert commands[0] == commands[1]


def test_the_map_of_packages_is_that_of_the_contracts() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = [layer.replace(".", "/") for contract in contracts for layer in contract.get("layers", [])]
    rows = re.findall(
        r"^\| `((?:eval|index|prompts|rag|tests)[\w/]*?)/?(?:\.py)?` \|", read("CONTRIBUTING.md"), re.MULTILINE
    )

    assert rows == layers[::-1]
