"""A library reads a stranger's file in a process of its own, which may take so long, so much memory, and crash.

    run_apart("pdf_pages", data)  ->  python -m index.intake.forms.isolated pdf_pages  ->  pdf_pages.convert(data)

pdfium is written in C++ and is not safe for threads; the others are Python, and may run long on a hostile file.
"""

import json
import os
import resource
import subprocess
import sys
from importlib import import_module

from index.storage.errors import Refused

SECONDS = 30
_MOST_MEMORY = 2 * 1024**3
_LARGEST_RESULT = 400 * 1024 * 1024
LONGEST_WAIT = 2 * SECONDS  # on a busy machine the processor's time is less than the time that passes


def run_apart(converter: str, data: bytes) -> object:
    """What `convert(data)` of the module `converter` of this package gives, which JSON must be able to say.

    Raises `Refused`: that of the converter, or one that says that it crashed, or took too much time or memory.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own module, and a name of our own)
            [sys.executable, "-m", "index.intake.forms.isolated", converter],
            input=data,
            capture_output=True,
            check=False,
            timeout=LONGEST_WAIT,
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(f"the file takes longer than {SECONDS} seconds to read; split it, or save it again") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise Refused(_why(done.returncode)) from error
    if "refused" in answer:
        raise Refused(answer["refused"])
    return answer["value"]


def missing_extra(package: str) -> str:
    """The reason to refuse a file whose reader is not installed."""
    return f"{package} is not installed, and this file needs it: pip install 'hoidap[forms]'"


def _why(code: int) -> str:
    if code in {-9, -24}:  # killed, or its time was up
        return f"the file takes more than {SECONDS} seconds or too much memory to read; split it, or save it again"
    return "the file is so damaged that its reader stopped; save it again with another program"


def _main(converter: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        answer = {"value": import_module(f"index.intake.forms.{converter}").convert(data)}
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except ModuleNotFoundError as error:
        answer = {"refused": missing_extra(error.name or "a package")}
    except MemoryError:
        answer = {"refused": "the file takes too much memory to read; split it, or save it again"}
    except RecursionError:
        answer = {"refused": "the parts of the file are nested too deep; save it again with another program"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main(sys.argv[1])
