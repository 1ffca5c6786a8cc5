"""What the tests of the archive, of stories and of what is followed share."""

from rag.service.wiring import Service


def caught_up(service: Service) -> None:
    """What is derived from the articles follows them to the end, as it does in the background."""
    service.catalogue.refresh()
    more = True
    while more:
        turns = [follower.follow() for follower in service.followers]
        more = any(turns)
