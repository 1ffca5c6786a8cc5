/** Several articles at once: chosen in the list, then edited or removed together. */

import { Problem, request } from "../shared/api.js";
import { confirmed, openDialog } from "../shared/dialogs.js";
import { announce, el, fill, icon, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { titleOf } from "../shared/sources.js";
import { reason } from "./reasons.js";
import "./archive-words.js";
import { trouble } from "../shared/states.js";

const AT_ONCE = 50;

export class Choosing {
  /** @param {() => void} changed called when articles were edited or removed */
  constructor(changed) {
    this.changed = changed;
    this.chosen = new Map(); // id -> article
    this.boxes = new Map(); // id -> checkbox
    this.on = false;
    this.button = el(
      "button",
      { type: "button", class: "quiet", onclick: () => this.turn(!this.on) },
      icon("check"),
      t("choose.begin"),
    );
    this.count = el("p", { role: "status" });
    this.actions = ["edit", "remove"].map((name) =>
      el(
        "button",
        { type: "button", class: name === "remove" ? "danger" : null, onclick: () => this[name]() },
        t(`choose.${name}`),
      ),
    );
    this.bar = el(
      "div",
      { class: "chosen", role: "group", "aria-label": t("choose.title"), hidden: true },
      this.count,
      el("button", { type: "button", class: "quiet", onclick: () => this.all() }, t("choose.all")),
      ...this.actions,
      el("button", { type: "button", class: "quiet", onclick: () => this.turn(false) }, t("choose.end")),
    );
    this.draw();
  }

  /** The box before an article in the list. */
  box(article) {
    const box = el("input", {
      type: "checkbox",
      class: "choose",
      "aria-label": t("choose.this", { title: titleOf(article) }),
      checked: this.chosen.has(article.id),
      hidden: !this.on,
      onchange: () => {
        if (box.checked) this.chosen.set(article.id, article);
        else this.chosen.delete(article.id);
        this.draw();
      },
    });
    box.article = article;
    this.boxes.set(article.id, box);
    return box;
  }

  /** Another list: nothing of it is chosen. */
  forget() {
    this.chosen.clear();
    this.boxes.clear();
    this.draw();
  }

  /** @private */
  turn(on) {
    this.on = on;
    this.chosen.clear();
    for (const box of this.boxes.values()) Object.assign(box, { hidden: !on, checked: false });
    this.draw();
    if (on) this.boxes.values().next().value?.focus();
    else this.button.focus();
  }

  /** @private */
  all() {
    for (const box of this.boxes.values()) {
      box.checked = true;
      this.chosen.set(box.article.id, box.article);
    }
    this.draw();
  }

  /** @private */
  draw() {
    this.bar.hidden = !this.on;
    this.button.setAttribute("aria-pressed", String(this.on));
    this.count.textContent = t("choose.count", { count: this.chosen.size });
    for (const action of this.actions) action.disabled = !this.chosen.size;
  }

  /** @private */
  async remove() {
    const count = this.chosen.size;
    if (!(await confirmed(t("choose.remove.title", { count }), t("choose.remove.text"), t("choose.remove")))) return;
    await this.send(async () => {
      let removed = 0;
      for (const ids of batches([...this.chosen.keys()])) {
        const query = new URLSearchParams(ids.map((id) => ["id", id]));
        removed += (await request(`/v1/articles?${query}`, { method: "DELETE" })).removed;
      }
      return t("choose.removed", { count: removed });
    });
  }

  /** @private */
  async edit() {
    const articles = [...this.chosen.values()];
    const done = await openDialog(t("choose.edit.title", { count: articles.length }), (close) => [
      form(articles, close),
    ]);
    if (done) this.finished(t("choose.edited", { count: done.edited }));
  }

  /** @private */
  async send(action) {
    try {
      this.finished(await action());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      toast(`${error.what} ${error.mend}`);
    }
  }

  /** @private */
  finished(text) {
    this.turn(false);
    toast(text);
    this.changed();
  }
}

/** As many at once as the service takes, and an address holds. */
function* batches(ids) {
  for (let at = 0; at < ids.length; at += AT_ONCE) yield ids.slice(at, at + AT_ONCE);
}

/** What is put right in all of them; a field that is left empty changes nothing. */
function form(articles, close) {
  const one = articles.length === 1 ? articles[0] : null;
  const before = {
    title: one?.title ?? "",
    source: same(articles, "source"),
    published_at: same(articles, "published_at").slice(0, 10),
  };
  const fields = {
    ...(one && { title: field("title", { value: before.title }) }),
    source: field("source", { value: before.source }),
    published_at: field("published_at", { value: before.published_at, type: "date" }),
  };
  const outcome = el("div", { tabindex: "-1" });
  const save = async (event) => {
    event.preventDefault();
    const given = Object.entries(fields).map(([name, { input }]) => [name, input.value.trim()]);
    const changes = given.filter(([name, value]) => value && value !== before[name]);
    if (!changes.length) return close(null);
    try {
      let edited = 0;
      for (const ids of batches(articles.map(({ id }) => id))) {
        const body = { ids, ...Object.fromEntries(changes) };
        edited += (await request("/v1/articles", { method: "PATCH", body })).edited;
      }
      close({ edited });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(outcome, error.status === 422 ? reason(error.detail) : trouble(error));
      announce(outcome.textContent);
      outcome.focus();
    }
  };
  return el(
    "form",
    { class: "stack", onsubmit: save },
    el("p", { class: "hint" }, t("choose.edit.hint")),
    ...Object.values(fields).map(({ element }) => element),
    outcome,
    el(
      "div",
      { class: "dialog-foot" },
      el("button", { type: "button", onclick: () => close() }, t("dialog.cancel")),
      el("button", { type: "submit", class: "primary" }, t("edit.save")),
    ),
  );
}

/** What all of them have. */
function same(articles, name) {
  const values = new Set(articles.map((article) => article[name] ?? ""));
  return values.size === 1 ? [...values][0] : "";
}

function field(name, attributes) {
  const input = el("input", { name, autocomplete: "off", ...attributes });
  const label = t(name === "title" ? "paste.title.label" : `paste.${name}`);
  return { input, element: el("label", { class: "field" }, el("span", null, label), input) };
}
