/** A story: all its sources side by side, day by day, and where their figures differ. */

import { storiesAddress, timelineAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { daysBetween, quotation, section } from "../shared/cited.js";
import { el, fill, icon } from "../shared/dom.js";
import { formatDate, t } from "../shared/i18n.js";
import { loadInto, nothingHere } from "../shared/loading.js";
import { original, titleOf } from "../shared/sources.js";
import { articleAddress, wordsAddress } from "../shared/text.js";
import "./words.js";

/** Answers with what is to be done when the view is left. */
export function showStory(view, id) {
  const left = new AbortController();
  const page = el("div", { class: "page wide story" });
  fill(view, page);
  const load = () => request(`/v1/stories/${encodeURIComponent(id)}`, { signal: left.signal });
  const missing = () =>
    nothingHere(page, t("story.missing"), t("story.missing.text"), storiesAddress(), t("story.all"));
  loadInto(page, load, (story) => show(page, story), missing);
  return () => left.abort();
}

function show(page, { title, first, last, articles, differences }) {
  const name = title || titleOf(articles[0]);
  document.title = `${name} – Hỏi Đáp`;
  const sources = new Set(articles.map(({ source }) => source ?? "")).size;
  fill(
    page,
    el(
      "p",
      { class: "reader-back" },
      el("a", { class: "button quiet", href: storiesAddress() }, icon("back"), t("story.all")),
    ),
    el(
      "header",
      { class: "desk-head" },
      el("p", { class: "kicker" }, t("story.kicker")),
      el("h1", { tabindex: "-1", lang: "vi" }, el("bdi", null, name)),
      el(
        "p",
        { class: "byline dots" },
        el("span", null, t("story.sources", { count: sources })),
        el("span", null, t("story.articles", { count: articles.length })),
        el("span", null, daysBetween(first, last)),
        el("a", { href: timelineAddress(name) }, t("story.timeline")),
      ),
    ),
    differing(differences),
    ...days(articles).map(([day, told]) =>
      section(day ? formatDate(day) : t("article.undated"), el("div", { class: "side-by-side" }, ...told.map(card))),
    ),
  );
}

/** Articles by their day, the first day first; those of no day last. */
function days(articles) {
  const by = new Map();
  for (const article of articles) {
    const day = (article.published_at ?? "").slice(0, 10);
    by.set(day, [...(by.get(day) ?? []), article]);
  }
  return [...by].sort(([one], [other]) => (one || "9").localeCompare(other || "9"));
}

/** One article: who says it, and how it begins. */
function card(article) {
  const { opening } = article;
  return el(
    "article",
    { class: "told" },
    el("p", { class: "told-source" }, el("bdi", null, article.source ?? t("story.unnamed"))),
    el("h3", null, el("a", { href: articleAddress(article.id), lang: "vi" }, el("bdi", null, titleOf(article)))),
    opening &&
      el(
        "blockquote",
        { lang: "vi" },
        el("a", { class: "told-words", href: wordsAddress(opening) }, opening.cited_text),
      ),
    el("p", { class: "byline" }, original(article)),
  );
}

function differing(differences) {
  if (!differences.length) return null;
  return el(
    "section",
    { class: "differing" },
    el("h2", { class: "callout-title" }, icon("warn"), t("story.differ")),
    el("p", { class: "hint" }, t("story.differ.hint")),
    ...differences.map(({ sides }) => el("div", { class: "sides" }, ...sides.map((side) => quotation(side)))),
  );
}
