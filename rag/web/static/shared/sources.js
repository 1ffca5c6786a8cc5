/** Articles as a reader knows them: title, newspaper, day, age. */

import { el, outward, webAddress } from "./dom.js";
import { age, formatDate, shortDate, t } from "./i18n.js";
import { articleAddress, atWords, citedArticles, distinctArticles, isGone, wordsAddress } from "./text.js";

const NEAREST = 4;

/** What an article is called: its title, without one its first words; every door calls it so. */
export const titleOf = ({ named }) => named || t("article.untitled");

/** A link to an article's own page, at the words that are cited; null where it has no address of the web's. */
export function original(found) {
  const address = webAddress(found.url);
  if (!address) return null;
  const note = el("span", { class: "unseen" }, ` (${t("article.new-tab")})`);
  const words = isGone(found) ? undefined : found.cited_text;
  const link = outward(atWords(address, words), t("article.original"), note);
  link.dataset.address = address; // without the words, for paper
  return el("span", { class: "original" }, link);
}

/** Newspaper · day · age, and more; what is not known is left out, but a missing date is said. */
export function byline({ source, published_at: published, date_inferred: inferred, withdrawn_at: gone, page }, ...more) {
  return el(
    "p",
    { class: "byline dots" },
    source && el("bdi", null, source),
    published ? el("time", { datetime: published }, formatDate(published)) : el("span", null, t("article.undated")),
    inferred && el("span", { title: t("article.inferred.why") }, t("article.inferred")),
    page && el("span", null, t("article.page", { page })),
    gone && el("span", { class: "warn" }, t("article.withdrawn", { day: formatDate(gone) })),
    published && el("span", { class: "age" }, age(published)),
    ...more,
  );
}

/** That an article has changed since the day of the answer that has this source; null where it has not. */
export function changedNote({ changed, as_of: day }) {
  return changed && el("p", { class: "changed" }, t(`citation.${changed}`, { day: shortDate(day) }));
}

/** "Also in ...", with a link each; null without copies. */
export function copiesLine(copies) {
  if (!copies?.length) return null;
  const links = copies.flatMap((copy, i) => [
    i > 0 && ", ",
    el("a", { href: articleAddress(copy.article_id) }, el("bdi", null, copy.source || titleOf(copy))),
  ]);
  return el("p", { class: "copies" }, `${t("article.copies")} `, ...links);
}

/** The numbered articles that an answer cites. */
export function citedSources(citations) {
  return el(
    "ol",
    { class: "sources" },
    ...citedArticles(citations).map(({ index, source }) =>
      el("li", { "data-number": index }, entry(source, wordsAddress(source), source.copies, index)),
    ),
  );
}

/** The articles nearest to a question that none answers. */
export function nearestArticles(passages) {
  const nearest = distinctArticles(passages, NEAREST);
  return el(
    "ul",
    { class: "sources nearest" },
    ...nearest.map((hit) =>
      el("li", null, entry(hit, wordsAddress(hit), hit.copies)),
    ),
  );
}

/** An article with its byline; the title leads to `address`. */
export function entry(article, address, copies, number) {
  return el(
    "div",
    { class: "source" },
    number && el("span", { class: "source-number", "aria-hidden": "true" }, number),
    el(
      "div",
      { class: "source-text" },
      el("a", { class: "source-title", href: address, lang: "vi" }, el("bdi", null, titleOf(article))),
      byline(article, original(article)),
      changedNote(article),
      copiesLine(copies),
    ),
  );
}
