/** An article's title, source and date put right by hand. */

import { Problem, request } from "../shared/api.js";
import { announce, el, fill, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { reason } from "./reasons.js";
import "./changing-words.js";
import { trouble } from "../shared/states.js";

/** `changed(article)` is called with the article as it is then. */
export function editForm(article, changed) {
  const outcome = el("div", { tabindex: "-1" });
  const day = (article.published_at ?? "").slice(0, 10);
  const fields = {
    title: field(article, "title", { value: article.title ?? "", autocomplete: "off" }),
    source: field(article, "source", { value: article.source ?? "", autocomplete: "off" }),
    published_at: field(article, "published_at", { value: day, type: "date" }),
  };
  const before = { title: article.title ?? "", source: article.source ?? "", published_at: day };
  const save = async (event) => {
    event.preventDefault();
    const given = Object.entries(fields).map(([name, { value }]) => [name, value.trim()]);
    // An emptied field goes back to what the article states; an inferred date that is right can be confirmed.
    const changes = given.filter(([name, value]) => value !== before[name]).map(([name, value]) => [name, value || null]);
    if (!changes.length && article.date_inferred) changes.push(["published_at", day]);
    if (changes.length) await send(Object.fromEntries(changes));
  };
  const send = async (body) => {
    try {
      changed(await request(`/v1/articles/${encodeURIComponent(article.id)}`, { method: "PATCH", body }));
      toast(t("edit.saved"));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      fill(outcome, error.status === 422 ? reason(error.detail) : trouble(error));
      announce(outcome.textContent);
      outcome.focus();
    }
  };
  return el(
    "details",
    { class: "extra" },
    el("summary", null, t("edit.title")),
    el(
      "form",
      { class: "stack", onsubmit: save },
      el("p", { class: "hint" }, t("edit.hint")),
      ...Object.values(fields).map(({ parentElement }) => parentElement),
      el("div", null, el("button", { type: "submit", class: "primary" }, t("edit.save"))),
      outcome,
    ),
  );
}

function field({ edited }, name, attributes) {
  const control = el("input", { id: `edit-${name}`, name, ...attributes });
  const label = t(name === "title" ? "paste.title.label" : `paste.${name}`);
  const words = edited.includes(name) ? t("edit.by-hand", { label }) : label;
  el("div", { class: "field" }, el("label", { class: "label", for: control.id }, words), control);
  return control;
}
