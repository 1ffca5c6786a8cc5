"""Pictures of the bot's messages for its guide, and a transcript of everything it said to Slack meanwhile.

    python -m tests.support.slack_pictures DATA_WITH_THE_SAMPLE FOLDER CHROMIUM

The messages are real: of the bot, over the real service, at the Slack of `tests.support.slack_server`. How they look is
our own drawing of Block Kit.
"""

import sys
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from rag.client.in_process import opened_in_process
from rag.settings import Settings
from rag.slack.memory import ChannelSettings
from tests.support.slack_bot import bot
from tests.support.slack_server import Slack, running_slack
from tests.support.slack_workspace import ANH, BINH, BOT, DIRECT, NEWS, Posted

_NAMES = {ANH: ("An", "#2f7d5d"), BINH: ("Bình", "#a0552d"), BOT: ("Hỏi Đáp", "#0b4f6c")}
_THUMB = '<path d="M2 7h3v7H2zM5 7l3-6c2 0 2 2 1 5h5l-1 8H5z" fill="#f2c14e" stroke="#8a6412"{}/>'
_SIGNS = {
    "👍": _THUMB.format(""),
    "👎": _THUMB.format(' transform="rotate(180 8 8)"'),
    "🔍": '<circle cx="6.5" cy="6.5" r="4.5" stroke="#456" stroke-width="2"/><path d="M10 10l5 5" stroke="#456" '
    'stroke-width="2"/>',
}
_STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1d1c1d;font:14px/1.46 "DejaVu Sans","Noto Sans",sans-serif;width:680px}
main{padding:14px 20px 18px}
h1{font-size:14px;margin:0;padding:11px 20px;border-bottom:1px solid #ddd}
h1 small{font-weight:400;color:#616061}
.message{display:flex;gap:10px;margin:0 0 12px}
.face{width:36px;height:36px;border-radius:8px;color:#fff;font-weight:700;display:grid;place-items:center;flex:none}
.name{font-weight:700}.app{background:#ddd;border-radius:3px;font-size:10px;padding:1px 4px;vertical-align:2px}
.only{color:#616061;font-size:12px}.said{white-space:pre-wrap;overflow-wrap:anywhere}
.said div{margin:2px 0 6px}a{color:#1264a3;text-decoration:none}
blockquote{margin:4px 0;padding:0 10px;border-left:4px solid #ddd}
hr{border:0;border-top:1px solid #ddd;margin:8px 0}.context{color:#616061;font-size:13px}
.user{background:#e8f5fa;color:#1264a3;border-radius:3px;padding:0 2px}
button{font:700 13px "DejaVu Sans",sans-serif;background:#fff;border:1px solid #bbb;border-radius:6px}
button{padding:5px 12px;margin:4px 8px 0 0}
.status{color:#616061;font-style:italic;margin:0 0 8px 46px}
.modal{width:520px;margin:18px auto;border:1px solid #bbb;border-radius:10px;box-shadow:0 6px 24px #0003}
.modal h2{font-size:18px;margin:0;padding:14px 20px;border-bottom:1px solid #ddd}.modal form{padding:14px 20px}
label{display:block;font-weight:700;margin-top:10px}.hint{color:#616061;font-size:13px}
.field{border:1px solid #868686;border-radius:5px;padding:7px 10px;margin-top:4px}
.chip{background:#e8f5fa;color:#1264a3;border-radius:4px;padding:1px 6px;margin-right:6px}
.modal footer{padding:10px 20px 14px;text-align:right}.go{background:#0b7a55;color:#fff;border-color:#0b7a55}
"""


def main(data: str, folder: str, chromium: str) -> None:
    """Draw every picture."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as own,
        running_slack() as slack,
        opened_in_process(Settings(data=Path(data), threads=1), lambda _: None, "slack") as client,
        bot(slack, client, Path(own)) as memory,
    ):
        memory.set_settings(NEWS, ChannelSettings(("Hãng tin Lạc Việt", "Báo Sông Hậu")))
        settings = _modal(_settings(slack))
        memory.set_settings(NEWS, ChannelSettings())
        pages = {"settings": settings, **_pages(slack)}
    (out / "transcript.txt").write_text(slack.transcript() + "\n", encoding="utf-8")
    with sync_playwright() as playwright:
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-lcd-text",
        ]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport={"width": 680, "height": 200})
        for name, body in pages.items():
            page.set_content(f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>{body}")
            page.locator("body").screenshot(path=out / f"{name}.png")
        browser.close()


def _pages(slack: Slack) -> dict[str, str]:
    """What happens in the run, and what of it is drawn."""
    asked = slack.mention("Bao nhiêu sinh viên Việt Nam đang học tại Úc?")
    slack.answer(asked["ts"])
    sent = next(e for e in slack.entries if e.kind == "envelope" and e.data["payload"].get("event") == asked)
    slack.event(asked, sent.data["payload"]["event_id"], retry=1)
    slack.say("Còn Nhật Bản thì sao?", NEWS, asked["ts"], BINH)
    slack.answer(asked["ts"], 2)
    slack.limit("chat.postMessage", 1, retry_after=2)
    unknown = slack.mention("Giá vé tàu từ Hà Nội lên Mặt Trăng là bao nhiêu?", user=BINH)
    slack.until(lambda: slack.in_thread(unknown["ts"]))
    slack.disconnect()
    slack.connected(2)
    slack.answer(unknown["ts"])
    slack.command("Quỹ Musashino trao bao nhiêu suất học bổng?")
    private = slack.until(slack.whispered)[0]
    slack.press(private, "share")
    shared = slack.until(lambda: [p for p in slack.posted.values() if p.user == BOT and p.shown.startswith("@")])[0]
    slack.press(shared, "feedback_up", BINH)
    pane = slack.open_pane()
    slack.until(lambda: slack.calls("assistant.threads.setSuggestedPrompts"))
    prompts = slack.calls("assistant.threads.setSuggestedPrompts")[0].data
    question = slack.say("Quỹ Musashino trao bao nhiêu suất học bổng?", DIRECT, pane)
    slack.answer(pane)
    status = f'<div class="status">{escape(slack.statuses[0])}</div>'
    return {
        "answer": _channel("Luồng", [slack.posted[asked["ts"]], *slack.in_thread(asked["ts"])[:1]]),
        "abstention": _channel("Luồng", [slack.posted[unknown["ts"]], *slack.in_thread(unknown["ts"])]),
        "private": _channel("Kênh", [private]),
        "assistant": _pane(slack, pane, prompts, question["ts"], status),
    }


def _settings(slack: Slack) -> dict[str, Any]:
    slack.command("settings")
    return slack.until(lambda: next((view for view in slack.views.values() if "submit" in view), None))


def _channel(title: str, messages: list[Posted]) -> str:
    body = "".join(map(_message, messages))
    return f"<h1>{title} <small># tin-tức</small></h1><main>{body}</main>"


def _pane(slack: Slack, pane: str, prompts: dict[str, Any], question: str, status: str) -> str:
    greeting, answer = slack.in_thread(pane)
    buttons = "".join(f"<button>{escape(prompt['title'])}</button><br>" for prompt in prompts["prompts"])
    asked = _message(slack.posted[question])
    title = escape(slack.calls("assistant.threads.setTitle")[0].data["title"])
    body = f"{_message(greeting)}<p><b>{escape(prompts['title'])}</b><br>{buttons}</p>{asked}{status}{_message(answer)}"
    return f"<h1>Trợ lý Hỏi Đáp <small>{title}</small></h1><main>{body}</main>"


def _drawn(text: str) -> str:
    """Text as HTML; the signs that no font here has as drawings."""
    html = escape(text)
    for sign, drawing in _SIGNS.items():
        html = html.replace(sign, f'<svg width="15" height="15" viewBox="0 0 16 16" fill="none">{drawing}</svg>')
    return html


def _message(posted: Posted) -> str:
    name, colour = _NAMES[posted.user]
    app = ' <span class="app">APP</span>' if posted.user == BOT else ""
    only = '<div class="only">Chỉ bạn thấy tin nhắn này</div>' if posted.ephemeral else ""
    written = escape(posted.text).replace(f"&lt;@{BOT}&gt;", '<span class="user">@Hỏi Đáp</span>')
    said = "".join(map(_block, posted.blocks)) or f"<div>{written}</div>"
    return (
        f'<div class="message"><div class="face" style="background:{colour}">{name[0]}</div>'
        f'<div>{only}<div class="name">{name}{app}</div><div class="said">{said}</div></div></div>'
    )


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "rich_text":
            inner = [(part["type"], "".join(map(_element, part["elements"]))) for part in block["elements"]]
            return "".join(
                f"<blockquote>{said}</blockquote>" if kind == "rich_text_quote" else f"<div>{said}</div>"
                for kind, said in inner
            )
        case "context":
            return "".join(f'<div class="context">{escape(each["text"])}</div>' for each in block["elements"])
        case "actions":
            return "".join(f"<button>{_drawn(each['text']['text'])}</button>" for each in block["elements"])
    return "<hr>"


def _element(element: dict[str, Any]) -> str:
    if element["type"] == "user":
        return f'<span class="user">@{_NAMES[element["user_id"]][0]}</span>'
    said = _drawn(element["text"])
    if element["type"] == "link":
        return f'<a href="{escape(element["url"])}">{said}</a>'
    return f"<b>{said}</b>" if element.get("style", {}).get("bold") else said


def _modal(view: dict[str, Any]) -> str:
    fields = "".join(map(_field, view["blocks"]))
    buttons = f"<button>{view['close']['text']}</button><button class=go>{view['submit']['text']}</button>"
    title = escape(view["title"]["text"])
    return f'<main><div class="modal"><h2>{title}</h2><form>{fields}</form><footer>{buttons}</footer></div></main>'


def _field(block: dict[str, Any]) -> str:
    element = block["element"]
    options = [escape(option["text"]["text"]) for option in element["options"]]
    match element["type"]:
        case "multi_static_select":
            chosen = [escape(option["text"]["text"]) for option in element["initial_options"]]
            shown = "".join(f'<span class="chip">{option} ×</span>' for option in chosen)
            inside = f'<div class="field">{shown} ▾</div>'
        case "static_select":
            inside = f'<div class="field">{escape(element["initial_option"]["text"]["text"])} ▾</div>'
        case _:
            inside = "".join(f"<div>☐ {option}</div>" for option in options)
    hint = f'<div class="hint">{escape(block["hint"]["text"])}</div>' if "hint" in block else ""
    return f"<label>{escape(block['label']['text'])}</label>{inside}{hint}"


if __name__ == "__main__":
    main(*sys.argv[1:4])
