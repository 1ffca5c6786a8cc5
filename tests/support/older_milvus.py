"""Run the contract of the index in Milvus with the embedded edition before: milvus-lite 2.5.1, which is Milvus's C++.

    python -m tests.support.older_milvus FOLDER

makes an environment in FOLDER, once, of that edition and the client that it goes with; all else is this environment's.
"""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests.support import ROOT

# setuptools is the last with `pkg_resources`, which this edition imports.
PACKAGES = ("milvus-lite==2.5.1", "pymilvus==2.6.17", "setuptools==80.9.0")
FILES = ("tests/heavy/index/cluster/test_contract.py",)


def environment(folder: Path) -> Path:
    """The Python of the environment, which is made where it is missing."""
    python = folder / "bin" / "python"
    if not (folder / "whole").exists():
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", *PACKAGES], check=True)
        [packages] = folder.glob("lib/*/site-packages")
        # Behind its own packages; those there, too, that a `.pth` file of this environment names.
        (packages / "outer.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
        (folder / "whole").touch()
    return python


def main(folder: Path) -> int:
    # It warns of what it imports.
    quiet = ("-W", "ignore::UserWarning", "-W", "ignore::DeprecationWarning")
    command = [str(environment(folder)), "-m", "pytest", *quiet, "-n", "0", *FILES]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
