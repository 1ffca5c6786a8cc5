/** The page of a country, place, person or organisation. */

import { followButton } from "../chat/following.js";
import { shaped } from "../chat/shapes.js";
import { archiveAddress, askAddress, timelineAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { monthChart } from "../shared/chart.js";
import { daysBetween, entityLink, headline, quotation, section } from "../shared/cited.js";
import { el, fill, icon } from "../shared/dom.js";
import { formatDate, t } from "../shared/i18n.js";
import { loadInto, nothingHere } from "../shared/loading.js";
import "./words.js";

const KINDS = ["country", "city", "person", "organisation"];
const BESIDE = 7; // names of a kind
const FIGURES = 5; // shown at once
const EVENTS = 8; // of the timeline

/** Answers with what is to be done when the view is left. */
export function showEntity(view, kind, key) {
  const left = new AbortController();
  const page = el("div", { class: "page wide entity-page" });
  fill(view, page);
  const path = `/v1/entities/${encodeURIComponent(kind)}/${encodeURIComponent(key)}`;
  const missing = () =>
    nothingHere(page, t("entity.missing"), t("entity.missing.text"), archiveAddress(), t("entity.archive"));
  loadInto(
    page,
    () => request(path, { signal: left.signal }),
    (entity) => show(page, entity, left.signal),
    missing,
  );
  return () => left.abort();
}

function show(page, entity, signal) {
  const { name } = entity;
  document.title = `${name} – Hỏi Đáp`;
  fill(
    page,
    head(entity),
    el(
      "div",
      { class: "two-columns" },
      el("div", null, newest(entity), figures(entity), timeline(entity, signal)),
      el("div", { class: "rail" }, chart(entity), named(entity)),
    ),
  );
}

function head(entity) {
  const { kind, name, also, articles, first, last } = entity;
  return el(
    "header",
    { class: "desk-head" },
    el("p", { class: "kicker" }, KINDS.includes(kind) ? t(`kind.${kind}`) : kind),
    el("h1", { tabindex: "-1" }, el("bdi", null, name)),
    also.length > 0 &&
      el(
        "p",
        { class: "byline" },
        `${t("entity.also")} `,
        ...also.flatMap((other, i) => [i > 0 && ", ", el("bdi", null, other)]),
      ),
    el(
      "p",
      { class: "byline dots" },
      el("a", { href: archiveOf(entity) }, t("entity.articles", { count: articles })),
      first && el("span", null, daysBetween(first, last)),
    ),
    el("div", { class: "desk-actions" }, askForm(entity), followButton({ question: name })),
  );
}

const archiveOf = ({ kind, key }) => archiveAddress([["entity", `${kind}:${key}`]]);

/** "Ask about ...": the name stands in the question already. */
function askForm({ name }) {
  const input = el("input", {
    name: "question",
    autocomplete: "off",
    enterkeyhint: "send",
    maxlength: 1000,
    "aria-label": t("entity.ask", { name }),
    placeholder: t("entity.ask", { name }),
  });
  const submitted = (event) => {
    event.preventDefault();
    const asked = input.value.trim();
    if (!asked) return input.focus();
    const named = asked.toLocaleLowerCase("vi").includes(name.toLocaleLowerCase("vi"));
    location.hash = askAddress(named ? asked : `${name}: ${asked}`);
  };
  return el(
    "form",
    { class: "line-form", onsubmit: submitted },
    input,
    el("button", { type: "submit", class: "primary" }, icon("send"), t("entity.ask.go")),
  );
}

function chart({ months }) {
  const drawn = monthChart(t("entity.months"), months);
  return drawn && el("section", { class: "section" }, drawn);
}

function newest(entity) {
  const list = entity.newest.map((article) => el("li", null, headline(article)));
  if (!list.length) return null;
  return section(
    t("entity.newest"),
    el("ul", { class: "headlines" }, ...list),
    el(
      "p",
      { class: "section-more" },
      el("a", { href: archiveOf(entity) }, t("entity.all", { count: entity.articles })),
    ),
  );
}

/** What is named in the same articles, by kind. */
function named({ with: others }) {
  const groups = KINDS.map((kind) => [kind, others.filter((other) => other.kind === kind).slice(0, BESIDE)]);
  const shown = groups.filter(([, names]) => names.length);
  return section(
    t("entity.with"),
    ...shown.flatMap(([kind, names]) => [
      el("h3", { class: "byline" }, t(`kind.${kind}`)),
      el("ul", { class: "entities" }, ...names.map((other) => el("li", null, entityLink(other)))),
    ]),
  );
}

/** Sentences with figures, each as its article has it; the first few, the others a button away. */
function figures({ figures: said }) {
  if (!said.length) return null;
  const list = el("ol", { class: "figures" });
  const row = ({ day, source }) =>
    el(
      "li",
      null,
      day
        ? el("time", { class: "day", datetime: day }, formatDate(day))
        : el("span", { class: "day" }, t("article.undated")),
      quotation(source),
    );
  const more = () => {
    button.remove();
    const rest = said.slice(FIGURES).map(row);
    list.append(...rest);
    rest[0].querySelector("a")?.focus();
  };
  const button = el(
    "button",
    { type: "button", onclick: more },
    t("entity.figures.more", { count: said.length - FIGURES }),
  );
  fill(list, ...said.slice(0, FIGURES).map(row));
  return section(t("entity.figures"), list, said.length > FIGURES && el("p", { class: "section-more" }, button));
}

/** What happened day by day; it is sought in the articles, so it comes when all else is there. */
function timeline({ name }, signal) {
  const place = el("div", null);
  const query = new URLSearchParams({ q: name, limit: EVENTS });
  const load = () => request(`/v1/timeline?${query}`, { signal });
  loadInto(place, load, ({ answer }) => fill(place, answer.items.length > 0 && told(answer, name)));
  return place;
}

function told(answer, name) {
  return section(
    t("entity.timeline"),
    el(
      "div",
      { class: "answer-text", lang: answer.language },
      ...shaped(answer, [], (question) => (location.hash = askAddress(question))),
    ),
    el("p", { class: "section-more" }, el("a", { href: timelineAddress(name) }, t("entity.timeline.all"))),
  );
}
