"""What people write in Slack, as plain text."""

import re
from hashlib import sha256

# <@U1|name>, <#C1|name>, <!subteam^S1|@name>, <!here>, <https://x|label>: none of them holds another.
_ENTITY = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_ESCAPED = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ESCAPE = re.compile("|".join(_ESCAPED))
# Said at the end of a api, and no question.
_THANKS = frozenset({"cảm ơn", "cám ơn", "cam on", "ok", "oke", "okay", "thanks", "thank you", "thx", "tks"})
_HELP = frozenset({"", "help", "?", "trợ giúp", "tro giup", "giúp", "hướng dẫn"})


def question_of(text: str, bot_user: str) -> str:
    """The question in a message: without the bot's own mention, with Slack's entities spelled out, on one line."""
    without = _MENTION.sub(lambda found: " " if found[1] == bot_user else found[0], text)
    spelled = _ESCAPE.sub(lambda found: _ESCAPED[found[0]], _ENTITY.sub(_spelled, without))
    return " ".join(spelled.split())


def asks_for_help(question: str) -> bool:
    """Whether nothing is asked, or how to ask is."""
    return question.casefold().strip(" .!") in _HELP or not any(map(str.isalnum, question))


def only_thanks(question: str) -> bool:
    """Whether somebody is content: that wants no answer."""
    return question.casefold().strip(" .!,:)") in _THANKS


def mentions(text: str, user: str) -> bool:
    """Whether a message mentions this user."""
    return any(found[1] == user for found in _MENTION.finditer(text))


def is_for_others(text: str, user: str) -> bool:
    """Whether a message mentions somebody, and this user not."""
    return _MENTION.search(text) is not None and not mentions(text, user)


def conversation_of(*place: str) -> str:
    """The id of the conversation at a place, such as team, channel and thread: always the same, and tells nothing."""
    return sha256("\0".join(("slack", *place)).encode()).hexdigest()[:40]


def _spelled(found: re.Match[str]) -> str:
    kind, target, label = found.groups()
    if kind == "@":
        # An id means nothing to the articles, a name may.
        return f" {label or ''} "
    if kind in {"#", "!"}:
        return f" {label.lstrip('@') if label else ''} "
    return label or target.removeprefix("mailto:")
