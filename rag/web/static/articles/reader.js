/** One article, with the cited words marked. Its text is only ever text. */

import { Problem, request } from "../shared/api.js";
import { editForm } from "./edit.js";
import { trouble, waiting } from "../shared/loading.js";
import { deleted, mayChange } from "./parts.js";
import { el, fill, icon, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { byline, original, titleOf } from "../shared/sources.js";
import { placeOf, slice } from "../shared/text.js";

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

// Where the reader came from: a conversation, or the list.
let from = "#/";
addEventListener("hashchange", ({ oldURL }) => {
  const hash = new URL(oldURL).hash || "#/";
  if (!hash.startsWith("#/a/")) from = hash;
});

/**
 * @param {HTMLElement} view
 * @param {string} id
 * @param {{start: number | null, end: number | null, seal: string | null}} cited see `placeOf`
 */
export async function showArticle(view, id, cited) {
  const left = new AbortController();
  const page = el("article", { class: "page reader" }, back(), waiting());
  fill(view, page);
  load(page, id, cited, left.signal);
  return () => left.abort();
}

async function load(page, id, cited, signal) {
  try {
    const article = await request(`/v1/articles/${encodeURIComponent(id)}`, { signal });
    show(page, article, cited);
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error instanceof Problem && error.status === 404) missing(page);
    else
      fill(
        page,
        back(),
        trouble(error, () => load(page, id, cited, signal)),
      );
  }
}

function back() {
  const key = from.startsWith("#/articles") ? "reader.back.list" : "reader.back.chat";
  return el("p", { class: "reader-back" }, el("a", { class: "button quiet", href: from }, icon("back"), t(key)));
}

function missing(page) {
  const title = el("h1", { tabindex: "-1" }, t("reader.missing.title"));
  fill(
    page,
    back(),
    title,
    el("p", { class: "hint" }, t("reader.missing.text")),
    el("p", null, el("a", { class: "button", href: "#/articles" }, t("reader.missing.list"))),
  );
  document.title = t("reader.tab", { title: title.textContent });
  title.focus();
}

function show(page, article, cited) {
  const lang = article.language ?? "vi";
  const body = el("div", { class: "reader-text", lang }, ...paragraphs(article.text, unitsOf(article.text, placeOf(article.text, cited))));
  const marked = body.querySelector("mark");
  const title = el("h1", { lang, tabindex: "-1" }, titleOf(article));
  const head = el("header", { class: "reader-head" }, title, byline(article, original(article)), jump(cited, marked));
  const edit = mayChange() && editForm(article, (changed) => show(page, changed, cited));
  fill(page, back(), head, body, captions(article, lang), removed(article, lang), edit, deletion(article));
  document.title = t("reader.tab", { title: titleOf(article) });
  if (marked) goTo(marked);
  else title.focus({ preventScroll: true });
}

/** The way to the cited words; a word of warning where the article has none at that place. */
function jump(cited, marked) {
  if (marked)
    return el(
      "p",
      null,
      el("button", { type: "button", onclick: () => goTo(marked) }, icon("quote"), t("reader.jump")),
    );
  return cited.start !== null && el("p", { class: "callout warn" }, t("reader.moved"));
}

function goTo(mark) {
  mark.scrollIntoView({ block: "center" });
  mark.focus({ preventScroll: true });
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
function removed({ removed: parts }, lang) {
  if (!parts.length) return null;
  const by = new Map();
  for (const { reason, text } of parts) by.set(reason, [...(by.get(reason) ?? []), text]);
  return extra(
    t("reader.removed", { count: parts.length }),
    el("p", { class: "hint" }, t("reader.removed.hint")),
    ...[...by].flatMap(([reason, texts]) => [
      el("h2", null, REASONS.includes(reason) ? t(`removed.${reason}`) : reason),
      el("ul", { class: "bulleted", lang }, ...texts.map((text) => el("li", null, text))),
    ]),
  );
}

function extra(summary, ...content) {
  return el("details", { class: "extra" }, el("summary", null, summary), ...content);
}

function deletion(article) {
  if (!mayChange()) return null;
  const told = el("div");
  const remove = async () => {
    try {
      if (!(await deleted(article.id, titleOf(article)))) return;
    } catch (error) {
      fill(told, trouble(error, remove));
      return;
    }
    location.hash = "#/articles";
    toast(t("articles.deleted", { title: titleOf(article) }));
  };
  return el(
    "div",
    { class: "reader-foot" },
    el("button", { type: "button", class: "danger", onclick: remove }, icon("trash"), t("articles.delete")),
    told,
  );
}
