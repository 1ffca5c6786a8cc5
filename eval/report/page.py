"""The page: everything in one file, and nothing from outside of it.

Text of cases is strangers' data. It reaches the page escaped, as JSON, and the script shows it as text only. A policy
in the page admits its own script and style by their hashes and nothing else, so even markup that got through could
load and run nothing.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import TypeAdapter

from eval.report.cases import CaseList, case_list
from eval.report.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from eval.report.measures import meaning
from eval.report.runs import Run, against, settings_of
from eval.report.sections import CLEAR, section

_CASES = TypeAdapter(CaseList)
_FILES = resources.files("eval.report") / "template"
# In JSON these characters stand in strings only, where the escape means the same. Without them no text can end the
# element that holds it.
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def page(runs: Sequence[Run]) -> str:
    """The whole page as HTML."""
    environment = Environment(
        loader=PackageLoader("eval.report", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _file("report.css"), _file("report.js")
    settings = settings_of(runs)
    suites = dict.fromkeys(name for run in runs for name in run.suites)
    compared = [against(runs[0], run) for run in runs[1:]]
    sections = [section(name, runs, [one.measures.get(name, {}) for one in compared]) for name in suites]
    names = dict.fromkeys(line.name for one in sections for _, lines in one.groups for line in lines)
    return environment.get_template("report.html").render(
        runs=runs,
        sections=sections,
        meanings={name: words for name in names if (words := meaning(name))},
        notes=[one.note for one in compared if one.note],
        clear=CLEAR,
        settings=settings,
        differing={name: values for name, values in settings.items() if len(set(values)) > 1},
        plot={"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM},
        policy=(
            f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; "
            "form-action 'none'; require-trusted-types-for 'script'"
        ),
        style=style,
        script=script,
        cases=embedded(case_list(runs)),
    )


def embedded(cases: CaseList) -> str:
    """JSON that can stand between the tags of a script element, whatever its strings hold."""
    text = _CASES.dump_json(cases).decode()
    for character, escaped in _ESCAPED.items():
        text = text.replace(character, escaped)
    return text


def _file(name: str) -> str:
    return (_FILES / name).read_text("utf-8")


def _hash(text: str) -> str:
    """The source expression of CSP for an element with this text."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
