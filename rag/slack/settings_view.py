"""The windows of the bot: a channel's settings, and what should have been answered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from rag.slack.elements import Block, crop
from rag.slack.memory import ChannelSettings
from rag.slack.words import Language, Words

SETTINGS, BETTER = "settings", "better"

# Slack's limits: options of a menu, and characters of an option's text and of its value.
_OPTIONS, _LABEL, _VALUE = 100, 75, 150
_MAX_BETTER = 2000
_LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Place:
    """What a window is about; it travels with it. `answer` is an answer's id, `thread` where that stands."""

    channel: str
    language: Language
    answer: str = ""
    thread: str | None = None

    def metadata(self) -> str:
        """As Slack keeps it with the window."""
        return json.dumps([self.channel, self.language, self.answer, self.thread])

    @classmethod
    def of(cls, view: dict[str, Any]) -> "Place":
        """Of a window that was sent."""
        return cls(*json.loads(view["private_metadata"]))


def loading_view(place: Place, words: Words) -> Block:
    """What stands there until the sources are known."""
    text = {"type": "section", "text": {"type": "plain_text", "text": words.loading}}
    return _view(SETTINGS, place, words.settings_title, [text], words, submit=None)


def settings_view(place: Place, now: ChannelSettings, known: Sequence[str], words: Words) -> Block:
    """A channel's settings; sources that are set stay, though no article is of them any more."""
    names = list(dict.fromkeys(name for name in (*now.sources, *known) if 0 < len(name) <= _VALUE))[:_OPTIONS]
    chosen = [_option(name, name) for name in names if name in now.sources]
    languages = [_option(*pair) for pair in zip(words.languages, _LANGUAGES, strict=True)]
    quiet = _option(words.quiet_option, "quiet")
    sources = {
        "type": "multi_static_select",
        "action_id": "value",
        "placeholder": _plain(words.sources_hint),
        "options": [_option(name, name) for name in names],
    }
    language = {
        "type": "static_select",
        "action_id": "value",
        "options": languages,
        "initial_option": languages[_LANGUAGES.index(now.language)],
    }
    silence = {"type": "checkboxes", "action_id": "value", "options": [quiet]}
    blocks = [
        _input("language", words.language_label, language),
        _input("quiet", words.quiet_label, silence | ({"initial_options": [quiet]} if now.quiet else {})),
    ]
    if names:
        chosen_too = {"initial_options": chosen} if chosen else {}
        blocks.insert(0, _input("sources", words.sources_label, sources | chosen_too, hint=words.sources_hint))
    return _view(SETTINGS, place, words.settings_title, blocks, words, submit=words.save)


def settings_in(view: dict[str, Any]) -> ChannelSettings:
    """The settings in a window that was sent."""
    values = view["state"]["values"]
    sources = values.get("sources", {}).get("value", {}).get("selected_options") or []
    language = values["language"]["value"].get("selected_option") or {"value": "auto"}
    return ChannelSettings(
        tuple(option["value"] for option in sources),
        language["value"],
        bool(values["quiet"]["value"].get("selected_options")),
    )


def better_view(place: Place, words: Words) -> Block:
    """What should have been answered."""
    line = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": _MAX_BETTER}
    block = _input("better", words.better_label, line, hint=words.better_hint)
    return _view(BETTER, place, words.better_title, [block], words, submit=words.send)


def better_in(view: dict[str, Any]) -> str | None:
    """What should have been answered, in a window that was sent."""
    return (view["state"]["values"]["better"]["value"].get("value") or "").strip()[:_MAX_BETTER] or None


def _view(kind: str, place: Place, title: str, blocks: list[Block], words: Words, submit: str | None) -> Block:
    view = {
        "type": "modal",
        "callback_id": kind,
        "private_metadata": place.metadata(),
        "title": _plain(title),
        "close": _plain(words.cancel),
        "blocks": blocks,
    }
    return {**view, "submit": _plain(submit)} if submit else view


def _input(name: str, label: str, element: Block, hint: str | None = None) -> Block:
    block: Block = {"type": "input", "block_id": name, "optional": True, "label": _plain(label), "element": element}
    return {**block, "hint": _plain(hint)} if hint else block


def _option(text: str, value: str) -> Block:
    return {"text": _plain(crop(text, _LABEL)), "value": value}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
