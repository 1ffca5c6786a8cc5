"""What Slack takes for blocks and views, after its public reference: the checks of the loopback Slack."""

import json
from collections.abc import Callable, Iterator
from typing import Any

Block = dict[str, Any]

_ELEMENTS = {"text", "link", "user"}
_RICH = {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}


def blocks_error(blocks: Any) -> str | None:
    """The error that Slack answers to these blocks of a message with."""
    if not isinstance(blocks, list) or len(blocks) > 50 or not all(map(_is_block, blocks)):
        return "invalid_blocks"
    # Undocumented; met at about 13,200 characters.
    return "msg_blocks_too_long" if len(json.dumps(blocks, ensure_ascii=False)) > 13_200 else None


def view_error(view: Any) -> str | None:
    """The error that Slack answers to a view with."""
    right = (
        isinstance(view, dict)
        and view.get("type") == "modal"
        and _plain(view.get("title"), 24)
        and all(_plain(view[name], 24) for name in ("submit", "close") if name in view)
        and len(view.get("private_metadata", "")) <= 3000
        and 0 < len(view.get("callback_id", "x")) <= 255
        and 0 < len(view.get("blocks", [])) <= 100
        and all(map(_is_block, view["blocks"]))
        and ("submit" in view or not any(block["type"] == "input" for block in view["blocks"]))
    )
    return None if right else "invalid_arguments"


def texts(blocks: list[Block]) -> Iterator[Block]:
    """Every element of rich text."""
    for block in blocks:
        if block["type"] == "rich_text":
            for inner in block["elements"]:
                yield from inner["elements"]


def shown(blocks: list[Block]) -> str:
    """What people read in the blocks."""
    said = []
    for block in blocks:
        match block["type"]:
            case "rich_text":
                said.append("".join(element.get("text") or f"@{element['user_id']}" for element in texts([block])))
            case "context":
                said.append("".join(element["text"] for element in block["elements"]))
            case "section":
                said.append(block["text"]["text"])
            case "actions":
                said.append(" ".join(f"[{element['text']['text']}]" for element in block["elements"]))
    return "\n".join(said)


def _is_block(block: Any) -> bool:
    check = _CHECKS.get(block.get("type")) if isinstance(block, dict) else None
    return check is not None and len(block.get("block_id", "")) <= 255 and check(block)


def _is_rich(block: Block) -> bool:
    inner = block.get("elements", [])
    return bool(inner) and all(
        part.get("type") in _RICH and bool(part.get("elements")) and all(map(_is_element, part["elements"]))
        for part in inner
    )


def _is_element(element: Block) -> bool:
    match element.get("type"):
        case "text":
            return isinstance(element.get("text"), str) and element["text"] != ""
        case "link":
            return isinstance(element.get("url"), str) and 0 < len(element["url"]) <= 3000
        case "user":
            return bool(element.get("user_id"))
    return False


def _is_actions(block: Block) -> bool:
    elements = block.get("elements", [])
    return 0 < len(elements) <= 25 and all(
        element.get("type") == "button"
        and _plain(element.get("text"), 75)
        and len(element.get("value", "")) <= 2000
        and 0 < len(element.get("action_id", "")) <= 255
        for element in elements
    )


def _is_context(block: Block) -> bool:
    elements = block.get("elements", [])
    return 0 < len(elements) <= 10 and all(_plain(element, 3000) for element in elements)


def _is_input(block: Block) -> bool:
    element = block.get("element", {})
    options = element.get("options", [])
    match element.get("type"):
        case "plain_text_input":
            right = element.get("max_length", 1) <= 3000
        case "multi_static_select" | "static_select":
            right = 0 < len(options) <= 100 and _plain(element.get("placeholder", _SAID), 150)
        case "checkboxes":
            right = 0 < len(options) <= 10
        case _:
            right = False
    first = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else [])
    return (
        right
        and _plain(block.get("label"), 2000)
        and _plain(block.get("hint", _SAID), 2000)
        and all(_plain(option.get("text"), 75) and 0 < len(option.get("value", "")) <= 150 for option in options)
        and ("initial_options" not in element or bool(first))
        and all(option in options for option in first)
    )


def _plain(text: Any, limit: int) -> bool:
    return isinstance(text, dict) and text.get("type") == "plain_text" and 0 < len(text.get("text", "")) <= limit


_SAID: Block = {"type": "plain_text", "text": "-"}
_CHECKS: dict[Any, Callable[[Block], bool]] = {
    "rich_text": _is_rich,
    "actions": _is_actions,
    "context": _is_context,
    "input": _is_input,
    "divider": lambda _: True,
    "section": lambda block: _plain(block.get("text"), 3000),
}
