/** An article written or pasted into a form. What it may hold is the server's to say; here are only hints. */

import { Problem, request } from "../shared/api.js";
import { announce, el, fill, icon, webAddress } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { reason } from "./reasons.js";
import { session } from "../shared/session.js";
import { articleAddress } from "../shared/text.js";
import { trouble } from "../shared/states.js";

const OFFERED = ["vi", "en", "ru", "zh"];
const BYTES_OF_A_CHARACTER = 3;
const MOST_CHARACTERS = 30_000_000 / BYTES_OF_A_CHARACTER;

/** `changed()` is called when an article was taken in. */
export function pasteForm(changed) {
  const fields = {
    text: field("text", el("textarea", { name: "text", rows: 8, required: true }), t("paste.text.hint")),
    title: field("title", el("input", { name: "title", autocomplete: "off" })),
    source: field("source", el("input", { name: "source", autocomplete: "off" })),
    published_at: field("published_at", el("input", { name: "published_at", type: "date" })),
    url: field(
      "url",
      el("input", { name: "url", type: "url", inputmode: "url", autocomplete: "off", placeholder: "https://" }),
    ),
    language: field("language", el("select", { name: "language" }, ...languages())),
  };
  const outcome = el("div", { class: "paste-outcome", tabindex: "-1" });
  const send = el("button", { type: "submit", class: "primary" }, t("paste.send"));
  const submit = async (event) => {
    event.preventDefault();
    if (send.ariaDisabled === "true" || !checked(fields)) return;
    send.ariaDisabled = "true";
    announce(t("paste.sending"));
    await sent(form, outcome, changed);
    send.ariaDisabled = null;
  };
  const form = el(
    "form",
    { class: "paste stack", novalidate: true, "aria-labelledby": "paste-heading", onsubmit: submit },
    el("h2", { id: "paste-heading" }, t("paste.title")),
    ...["text", "title"].map((name) => fields[name].element),
    el(
      "div",
      { class: "paste-pairs" },
      ...["source", "published_at", "url", "language"].map((name) => fields[name].element),
    ),
    el("div", null, send),
    outcome,
  );
  return form;
}

function languages() {
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "language" });
  const codes = session().languages.length ? session().languages : OFFERED;
  return [
    el("option", { value: "" }, t("paste.language.any")),
    ...codes.map((code) => el("option", { value: code }, names.of(code))),
  ];
}

/** A labelled control with a place for a hint and for what is wrong with it. */
function field(name, control, hint = "") {
  const wrong = el("p", { id: `paste-${name}-wrong`, class: "wrong" });
  const words = t(name === "title" ? "paste.title.label" : `paste.${name}`);
  const label = control.required ? words : t("paste.optional", { label: words });
  control.id = `paste-${name}`;
  control.setAttribute("aria-describedby", `paste-${name}-hint ${wrong.id}`);
  const element = el(
    "div",
    { class: "field" },
    el("label", { class: "label", for: control.id }, label),
    control,
    el("p", { id: `paste-${name}-hint`, class: "hint", hidden: !hint }, hint),
    wrong,
  );
  return { element, control, wrong };
}

/** Say what is wrong with the fields, and go to the first. Whether nothing is. */
function checked(fields) {
  const url = fields.url.control.value.trim();
  const found = {
    text: fields.text.control.value.trim()
      ? fields.text.control.value.length > MOST_CHARACTERS && "paste.text.long"
      : "paste.text.missing",
    url: url && !webAddress(url) && "paste.url.wrong",
    published_at: fields.published_at.control.validity.badInput && "paste.published_at.wrong",
  };
  for (const [name, key] of Object.entries(found)) {
    fields[name].wrong.textContent = key ? t(key) : "";
    fields[name].control.setAttribute("aria-invalid", String(Boolean(key)));
  }
  const first = Object.keys(found).find((name) => found[name]);
  if (first) {
    fields[first].control.focus();
    announce(t(found[first]));
  }
  return !first;
}

async function sent(form, outcome, changed) {
  const filled = [...new FormData(form)].filter(([, value]) => value.trim());
  try {
    const { results } = await request("/v1/articles", { body: Object.fromEntries(filled) });
    show(results[0], outcome);
    if (results[0].status === "refused") return;
    form.reset();
    changed();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    fill(outcome, trouble(error));
  }
}

function show({ id, status, reason: why }, outcome) {
  if (status === "refused") {
    fill(
      outcome,
      el(
        "div",
        { class: "callout danger" },
        el("p", { class: "callout-title" }, icon("warn"), t("paste.refused")),
        reason(why),
      ),
    );
  } else {
    const link = el("a", { href: articleAddress(id) }, t("paste.open"));
    fill(
      outcome,
      el(
        "div",
        { class: "callout" },
        el("p", { class: "callout-title" }, icon("check"), t(`paste.${status}`)),
        el("p", null, link),
      ),
    );
  }
  announce(outcome.textContent);
  outcome.focus();
}
