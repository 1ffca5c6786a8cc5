"""The child of the test of Ray: embeds the shards of a folder by two actors, and says which moment it is.

python -m tests.support.bulk_on_ray FOLDER
"""

import sys
from functools import partial
from pathlib import Path

from index.bulk.on_ray import LOCAL, worked_on_ray
from index.bulk.shards import prepared
from index.bulk.steps import embedding
from tests.support.bulk import SlowEncoder

WORKERS = 2


def main(folder: Path) -> None:
    left = [shard for shard in prepared(folder) if not shard.is_embedded()]
    for chunks in worked_on_ray(left, partial(embedding, SlowEncoder), LOCAL, WORKERS):
        sys.stdout.write(f"{chunks}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
