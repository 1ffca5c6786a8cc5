/** Which articles may be used: days and newspapers. They hold for every question until they are taken away. */

import { Problem, request } from "../shared/api.js";
import { openDialog } from "../shared/dialogs.js";
import { el, fill, icon } from "../shared/dom.js";
import { number, shortDate, t } from "../shared/i18n.js";

const NONE = { from: "", to: "", sources: [] };
let chosen = NONE;

/** As the service takes them. */
export function filterBody() {
  return { published_from: chosen.from || null, published_to: chosen.to || null, sources: chosen.sources };
}

/** The button that opens them, and a chip for each that is set. */
export function filterBar() {
  const bar = el("div", { class: "filters" });
  draw(bar);
  return bar;
}

function set(bar, filters) {
  chosen = filters;
  draw(bar);
  bar.querySelector("button").focus();
}

function draw(bar) {
  const open = el(
    "button",
    { type: "button", class: "quiet", "aria-haspopup": "dialog", onclick: () => openFilters(bar) },
    icon("filter"),
    t("filters.title"),
  );
  fill(bar, open, ...chips().map(([text, without]) => chip(bar, text, without)));
}

function chips() {
  const { from, to, sources } = chosen;
  return [
    from && [t("filters.from-day", { day: shortDate(from) }), { ...chosen, from: "" }],
    to && [t("filters.to-day", { day: shortDate(to) }), { ...chosen, to: "" }],
    ...sources.map((name) => [name, { ...chosen, sources: sources.filter((other) => other !== name) }]),
  ].filter(Boolean);
}

function chip(bar, text, without) {
  const label = t("filters.remove", { name: text });
  return el(
    "button",
    { type: "button", class: "chip", "aria-label": label, title: label, onclick: () => set(bar, without) },
    el("bdi", null, text),
    icon("close"),
  );
}

async function openFilters(bar) {
  const known = await sources();
  const wanted = await openDialog(t("filters.title"), (close) => [form(known, close)]);
  if (wanted) set(bar, wanted);
}

/** The newspapers there are, or the Problem of asking. */
async function sources() {
  try {
    return await request("/v1/sources");
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function form(known, close) {
  const failed = known instanceof Problem;
  const { first, last } = failed ? {} : known;
  const dated = (name, value) =>
    el("input", { type: "date", name, value, min: first, max: name === "from" ? last : null });
  const from = dated("from", chosen.from);
  const to = dated("to", chosen.to);
  const boxes = failed ? [] : known.sources.map(sourceBox);
  const wrong = el("p", { class: "wrong", role: "alert" });
  const submit = (event) => {
    event.preventDefault();
    if (from.value && to.value && from.value > to.value) {
      wrong.textContent = t("filters.order");
      to.focus();
      return;
    }
    const names = boxes
      .map((box) => box.querySelector("input"))
      .filter((input) => input.checked)
      .map((input) => input.value);
    close({ from: from.value, to: to.value, sources: failed ? chosen.sources : names });
  };
  return el(
    "form",
    { class: "stack", novalidate: true, onsubmit: submit },
    el(
      "fieldset",
      { class: "days" },
      el("legend", null, t("filters.days")),
      el("label", { class: "field" }, el("span", null, t("filters.from")), from),
      el("label", { class: "field" }, el("span", null, t("filters.to")), to),
    ),
    wrong,
    failed
      ? el("p", { class: "wrong" }, `${known.what} ${known.mend}`)
      : el("fieldset", null, el("legend", null, t("filters.sources")), el("div", { class: "boxes" }, ...boxes)),
    el(
      "div",
      { class: "dialog-foot" },
      el("button", { type: "button", onclick: () => close(NONE) }, t("filters.clear")),
      el("button", { type: "submit", class: "primary" }, t("filters.apply")),
    ),
  );
}

function sourceBox({ name, articles }) {
  return el(
    "label",
    { class: "choice" },
    el("input", { type: "checkbox", name: "source", value: name, checked: chosen.sources.includes(name) }),
    el("bdi", null, name),
    el("span", { class: "hint" }, number(articles)),
  );
}
