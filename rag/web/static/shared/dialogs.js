/** Dialogs: made when they are opened, gone when they are closed. The browser keeps the focus in and gives it back. */

import { el, icon } from "./dom.js";
import { t } from "./i18n.js";

let made = 0;

/**
 * Show a dialog, and answer with what it was closed with; null where it was closed without.
 *
 * @param {string} title
 * @param {(close: (result: unknown) => void) => Array<Node>} content
 */
export function openDialog(title, content) {
  return new Promise((resolve) => {
    const heading = `dialog-${++made}`;
    let result = null;
    const close = (given = null) => {
      result = given;
      dialog.close();
    };
    const dialog = el(
      "dialog",
      { "aria-labelledby": heading },
      el(
        "div",
        { class: "dialog-body" },
        el(
          "div",
          { class: "dialog-head" },
          el("h2", { id: heading }, title),
          closeButton(() => close()),
        ),
        ...content(close),
      ),
    );
    dialog.addEventListener("click", (event) => event.target === dialog && close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function closeButton(onclick) {
  return el(
    "button",
    { type: "button", class: "quiet icon-only", "aria-label": t("dialog.close"), onclick },
    icon("close"),
  );
}

/** Ask before something that cannot be undone. */
export async function confirmed(title, text, yes) {
  const answer = await openDialog(title, (close) => [
    el("p", null, text),
    el(
      "div",
      { class: "dialog-foot" },
      el("button", { type: "button", onclick: () => close(false) }, t("dialog.cancel")),
      el("button", { type: "button", class: "danger", onclick: () => close(true) }, yes),
    ),
  ]);
  return answer === true;
}

/** One of a few values, as radio buttons in a row. */
export function segments(label, name, options, chosen, onchange) {
  return el(
    "fieldset",
    null,
    el("legend", null, label),
    el(
      "div",
      { class: "segments" },
      ...options.map(([value, text, props]) =>
        el(
          "label",
          props,
          el("input", { type: "radio", name, value, checked: value === chosen, onchange: () => onchange(value) }),
          el("span", null, text),
        ),
      ),
    ),
  );
}
