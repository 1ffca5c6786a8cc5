/** Where the issues of a briefing go: rows of a form, each a kind and where to. */

import { announce, el, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const KINDS = ["email", "slack", "webhook"];
const VALUE = { email: "address", slack: "channel", webhook: "url" }; // the field that a kind has
const EXAMPLE = { email: "ten@toasoan.vn", slack: "#kenh", webhook: "https://" };

/**
 * None is right too: issues are kept on this page. The address of a webhook is not told by the service, so that it has
 * to be written once more where the channels change.
 *
 * @param {Array<{kind: string, to: string}>} given
 */
export function channelFields(given) {
  const rows = el("div", { class: "stack" });
  const before = JSON.stringify(given.map(({ kind, to }) => [kind, to]));
  const add = (channel) => {
    const row = new Row(channel, () => {
      row.element.remove();
      button.focus();
      announce(t("briefing.channel.removed"));
    });
    shown.set(row.element, row);
    rows.append(row.element);
    return row;
  };
  const shown = new Map(); // elements -> rows
  const button = el(
    "button",
    { type: "button", onclick: () => add({ kind: "email", to: "" }).kind.focus() },
    icon("plus"),
    t("briefing.channel.add"),
  );
  for (const channel of given) add(channel);
  const all = () => [...rows.children].map((element) => shown.get(element));
  const changed = () => JSON.stringify(all().map((row) => row.now)) !== before;
  return {
    element: el(
      "fieldset",
      { class: "stack" },
      el("legend", null, t("briefing.channels")),
      el("p", { class: "hint" }, t("briefing.channels.hint")),
      rows,
      el("div", null, button),
    ),
    /** A webhook whose address has to be written again, or undefined. */
    untold: () => (changed() ? all().find((row) => row.hidden)?.value : undefined),
    /** `{channels}`, or nothing where they stay as they are. */
    value: () =>
      changed() || !given.length
        ? {
            channels: all()
              .map((row) => row.body)
              .filter(Boolean),
          }
        : {},
  };
}

class Row {
  constructor({ kind, to }, remove) {
    this.known = kind === "webhook" ? to : "";
    const options = KINDS.map((name) => el("option", { value: name, selected: name === kind }, t(`channel.${name}`)));
    this.kind = el("select", { "aria-label": t("briefing.channel.kind"), onchange: () => this.draw() }, ...options);
    this.value = el("input", { autocomplete: "off", spellcheck: "false", value: this.known ? "" : to });
    this.draw();
    this.element = el(
      "div",
      { class: "channel-row" },
      this.kind,
      this.value,
      el(
        "button",
        { type: "button", class: "quiet icon-only", "aria-label": t("briefing.channel.remove"), onclick: remove },
        icon("close"),
      ),
    );
  }

  /** Whether it stands for a webhook whose address is not known here. */
  get hidden() {
    return this.known !== "" && this.kind.value === "webhook" && !this.value.value.trim();
  }

  get now() {
    return [this.kind.value, this.hidden ? this.known : this.value.value.trim()];
  }

  get body() {
    const value = this.value.value.trim();
    return value && { kind: this.kind.value, [VALUE[this.kind.value]]: value };
  }

  /** @private */
  draw() {
    this.value.setAttribute("aria-label", t(`channel.${this.kind.value}.value`));
    this.value.placeholder = this.hidden ? this.known : EXAMPLE[this.kind.value];
  }
}
