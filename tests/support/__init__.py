"""What tests share: places in the repository, small real encoders, servers on loopback."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
# Benchmark data that lives outside the repository; tests marked `shared` run where it is found.
SHARED = ROOT.parent / "shared"
