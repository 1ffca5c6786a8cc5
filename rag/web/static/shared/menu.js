/** A button with a short menu: arrows go through it, a letter goes to what begins with it, Escape comes back. */

import { el, fill, icon, placeBeside } from "./dom.js";

let made = 0;

/**
 * @typedef {{drawing: string, text: string, href?: string, onclick?: () => void}} Item a link where it has `href`
 *
 * @param {{label: string, drawing: string, text?: string}} button `label` is its name where it shows no `text`
 * @param {() => Array<Item | false | null>} items asked for each time the menu opens
 */
export function menuButton({ label, drawing, text }, items) {
  const id = `menu-${++made}`;
  const menu = el("div", { id, class: "menu", role: "menu", popover: "auto", "aria-label": text ?? label });
  const button = el(
    "button",
    {
      type: "button",
      class: text ? "quiet" : "quiet icon-only",
      popovertarget: id,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": text ? null : label,
      title: text ? null : label,
    },
    icon(drawing),
    text,
  );
  menu.addEventListener("beforetoggle", ({ newState }) => {
    if (newState === "open") fill(menu, ...items().filter(Boolean).map((item) => entry(item, menu)));
  });
  menu.addEventListener("toggle", ({ newState }) => {
    button.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "open") return;
    placeBeside(menu, button);
    menu.firstElementChild?.focus();
  });
  menu.addEventListener("keydown", (event) => pressed(event, menu));
  return el("span", { class: "with-menu" }, button, menu);
}

function entry({ drawing, text, href, onclick }, menu) {
  const props = { role: "menuitem", tabindex: "-1", class: "menu-item" };
  const chosen = () => {
    menu.hidePopover();
    onclick?.();
  };
  const content = [icon(drawing), el("span", null, text)];
  if (href) return el("a", { ...props, href, download: "", onclick: chosen }, ...content);
  return el("button", { ...props, type: "button", onclick: chosen }, ...content);
}

function pressed(event, menu) {
  const entries = [...menu.children];
  const at = entries.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 };
  const to = event.key in moves ? moves[event.key] : beginning(entries, at, event.key);
  if (event.key === "Tab") menu.hidePopover();
  if (to === null) return;
  event.preventDefault();
  entries.at(to % entries.length).focus();
}

/** The next entry that begins with a letter, or null. */
function beginning(entries, at, key) {
  if (key.length !== 1) return null;
  const found = entries.map((_, i) => (at + 1 + i) % entries.length);
  return found.find((i) => entries[i].textContent.toLowerCase().startsWith(key.toLowerCase())) ?? null;
}
