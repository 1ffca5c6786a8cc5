/** An article as it is read, with the cited words marked: on a page of its own, or beside an answer. */

import { el, icon, scrollWithin } from "./dom.js";
import { t } from "./i18n.js";
import { byline, original, titleOf } from "./sources.js";
import { placeOf, slice } from "./text.js";
import "./article-words.js";

const REASONS = [
  "navigation",
  "related",
  "most-read",
  "caption",
  "share",
  "repeated-title",
  "date-line",
  "byline",
  "tags",
  "comments",
  "multimedia",
  "footer",
  "boilerplate",
  "markup",
];

/** The words that the query of an address names, see `placeOf`. */
export function citedWords(query) {
  return { start: offset(query, "start"), end: offset(query, "end"), seal: query.get("words") };
}

/** A code point offset, or null. */
function offset(query, name) {
  const value = query.get(name);
  return /^\d{1,9}$/.test(value ?? "") ? Number(value) : null;
}

/**
 * What an article consists of: its `parts` in order, the `title` among them, and the first `marked` words or null.
 *
 * @param {object} article
 * @param {{start: number | null, end: number | null, seal: string | null}} cited see `placeOf`
 * @param {{level?: number, scroller?: HTMLElement}} [place] the level of its heading, and what scrolls it if not the page
 */
export function articleParts(article, cited, { level = 1, scroller } = {}) {
  const lang = article.language ?? "vi";
  const units = unitsOf(article.text, placeOf(article.text, cited));
  const body = el("div", { class: "reader-text", lang }, ...paragraphs(article.text, units));
  const marked = body.querySelector("mark");
  const title = el(`h${level}`, { class: "reader-title", lang, tabindex: "-1" }, titleOf(article));
  const words = marked && article.text.slice(...units);
  const head = el(
    "header",
    { class: "reader-head" },
    title,
    byline(article, original({ url: article.url, cited_text: words ?? undefined })),
    jump(cited, marked, scroller),
  );
  return { title, marked, parts: [head, body, captions(article, lang), removed(article, lang, level + 1)] };
}

/** Scroll to marked words, and put the focus there. */
export function goTo(mark, scroller) {
  if (scroller) scrollWithin(scroller, mark);
  else mark.scrollIntoView({ block: "center" });
  mark.focus({ preventScroll: true });
}

/** The way to the cited words; a word of warning where the article has none at that place. */
function jump(cited, marked, scroller) {
  if (marked)
    return el(
      "p",
      null,
      el("button", { type: "button", onclick: () => goTo(marked, scroller) }, icon("quote"), t("reader.jump")),
    );
  return cited.start !== null && el("p", { class: "callout warn" }, t("reader.moved"));
}

/** Offsets in code points -> in the UTF-16 units of `text`. */
function unitsOf(text, place) {
  return place && [place.start, place.end].map((offset) => slice(text, 0, offset).length);
}

/** A paragraph a line; the words of `[from, to)` in `mark`, one in each paragraph they touch. */
function paragraphs(text, range) {
  const [from, to] = range ?? [0, 0];
  let at = 0;
  return text
    .split("\n")
    .map((line) => {
      const start = at;
      at += line.length + 1;
      return line.trim() && el("p", null, ...marked(line, from - start, to - start));
    })
    .filter(Boolean);
}

function marked(line, from, to) {
  const [start, end] = [from, to].map((place) => Math.min(Math.max(place, 0), line.length));
  if (!line.slice(start, end).trim()) return [line];
  return [line.slice(0, start), el("mark", { tabindex: "-1" }, line.slice(start, end)), line.slice(end)].filter(
    (part) => part !== "",
  );
}

function captions({ captions: words }, lang) {
  if (!words.length) return null;
  return extra(
    t("reader.captions", { count: words.length }),
    el("ul", { class: "bulleted", lang }, ...words.map((text) => el("li", null, text))),
  );
}

/** What extraction took out, by the reason it had. */
function removed({ removed: parts }, lang, level) {
  if (!parts.length) return null;
  const by = new Map();
  for (const { reason, text } of parts) by.set(reason, [...(by.get(reason) ?? []), text]);
  return extra(
    t("reader.removed", { count: parts.length }),
    el("p", { class: "hint" }, t("reader.removed.hint")),
    ...[...by].flatMap(([reason, texts]) => [
      el(`h${level}`, null, REASONS.includes(reason) ? t(`removed.${reason}`) : reason),
      el("ul", { class: "bulleted", lang }, ...texts.map((text) => el("li", null, text))),
    ]),
  );
}

function extra(summary, ...content) {
  return el("details", { class: "extra" }, el("summary", null, summary), ...content);
}
