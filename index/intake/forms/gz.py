"""A gzipped file -> its bytes, within a limit."""

import gzip
import zlib
from io import BytesIO

from index.intake.forms.packages import MOST_UNPACKED
from index.storage.errors import Refused


def gunzip(data: bytes) -> bytes:
    """What is packed in `data`. Raises `Refused` where it is damaged or unpacks to too much."""
    try:
        with gzip.open(BytesIO(data)) as stream:
            content = stream.read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused("the gzip file is damaged, or cut off; pack it again") from error
    if len(content) > MOST_UNPACKED:
        raise Refused(f"the gzip file unpacks to more than {MOST_UNPACKED:,} bytes; split it")
    return content
