"""XML from strangers: no entity is resolved, nothing is fetched, and depth and size are bounded by libxml2's limits."""

from typing import TypeAlias

from lxml import etree

from index.storage.errors import Refused

Element: TypeAlias = etree._Element


def parse_xml(data: bytes) -> Element:
    """The root of `data`. Raises `Refused` where it is not well formed or declares entities."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(f"the XML is not well formed ({str(error)[:100]}); save it again") from error
    if root is None:
        raise Refused("the XML is empty; save it again")
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise Refused("the XML declares entities, which may unpack without end; save it without them")
    return root


def local_name(element: Element) -> str:
    """An element's name without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
