"""The child of the test that kills it: follows a store, and says each step that is kept, until it is killed.

python -m tests.support.killed_follower FOLDER
"""

import sys
from pathlib import Path

from tests.support.archives import followed

if __name__ == "__main__":
    with followed(Path(sys.argv[1])) as archive:
        pass
    sys.stdout.write("done\n")
