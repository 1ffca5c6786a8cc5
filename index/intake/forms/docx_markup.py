"""A Word document -> HTML, by mammoth, in a process of its own (see `isolated`)."""

from io import BytesIO
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

import mammoth

from index.storage.errors import Refused

_STYLES = "p[style-name='Title'] => h1:fresh"


def convert(data: bytes) -> str:
    """The HTML of a Word document, without its pictures. Raises `Refused` where it is damaged."""
    try:
        without_pictures = mammoth.images.img_element(lambda _: {})
        return str(mammoth.convert_to_html(BytesIO(data), style_map=_STYLES, convert_image=without_pictures).value)
    except (BadZipFile, ExpatError, KeyError, ValueError, AttributeError, TypeError, IndexError, OSError) as error:
        raise Refused("the Word document is damaged; open it in a word processor and save it again") from error
