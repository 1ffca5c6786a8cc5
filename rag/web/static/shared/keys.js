/** What the keyboard does beside typing: to the question, from answer to answer, to a source. */

import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN = [
  ["/", "keys.ask"],
  ["j", "keys.next"],
  ["k", "keys.previous"],
  ["o", "keys.open"],
  ["Esc", "keys.close"],
  ["?", "keys.help"],
];

/**
 * Listen until `signal` aborts; never while somebody types, and never beside a dialog or a menu.
 *
 * @param {Record<string, () => void>} does by the key
 * @param {AbortSignal} signal
 */
export function listenToKeys(does, signal) {
  const pressed = (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open], .menu:popover-open")) return;
    const act = key === "?" ? helpSheet : does[key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", pressed, { signal });
}

/** What the keys are. */
export function helpSheet() {
  return openDialog(t("keys.title"), () => [
    el(
      "dl",
      { class: "keys-list" },
      ...SHOWN.map(([key, words]) => el("div", null, el("dt", null, el("kbd", null, key)), el("dd", null, t(words)))),
    ),
  ]);
}
