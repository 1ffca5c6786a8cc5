/** Words of articles, and articles, in lists: each leads to where it stands. */

import { entityAddress, storyAddress } from "./addresses.js";
import { el } from "./dom.js";
import { age, number, shortDate, t } from "./i18n.js";
import { byline, changedNote, copiesLine, original, titleOf, translationNote } from "./sources.js";
import { articleAddress, isGone, wordsAddress } from "./text.js";

/** Words of an article, as they stand there, with a link to them. */
export function quotation(source, ...more) {
  const title = el("bdi", null, titleOf(source));
  return el(
    "figure",
    { class: "quotation" },
    el("blockquote", { lang: "vi" }, el("p", null, source.cited_text)),
    translationNote(source),
    el(
      "figcaption",
      null,
      isGone(source) ? title : el("a", { href: wordsAddress(source), lang: "vi" }, title),
      byline(source, original(source)),
      changedNote(source),
      copiesLine(source.copies),
      ...more,
    ),
  );
}

/** An article's title, which leads to it, and its byline. */
export function headline(article, level = "h3", ...more) {
  return el(
    "article",
    { class: "headline" },
    el(level, null, el("a", { href: articleAddress(article.id), lang: "vi" }, el("bdi", null, titleOf(article)))),
    shortByline(article),
    ...more,
  );
}

/** Newspaper and day, no more: where many articles stand together. */
export function shortByline({ source, published_at: published }) {
  return el(
    "p",
    { class: "byline dots" },
    source && el("bdi", null, source),
    published
      ? el("time", { datetime: published, title: age(published) }, shortDate(published))
      : el("span", null, t("article.undated")),
  );
}

/** A story: its title, how many articles of how many sources, and of which days. */
export function storyCard(story, level = "h3") {
  const { id, title, articles, sources, first, last, newest } = story;
  return el(
    "article",
    { class: "headline story-card" },
    el(
      level,
      null,
      el("a", { href: storyAddress(id), lang: "vi" }, el("bdi", null, title || titleOf(newest[0] ?? {}))),
    ),
    el(
      "p",
      { class: "byline dots" },
      el("strong", null, t("story.sources", { count: sources })),
      el("span", null, t("story.articles", { count: articles })),
      el("span", null, daysBetween(first, last)),
    ),
  );
}

/** "3/5/2026", or "3/5/2026 – 7/5/2026". */
export function daysBetween(first, last) {
  if (!first) return t("article.undated");
  const [from, to] = [shortDate(first), shortDate(last ?? first)];
  return from === to ? from : `${from} – ${to}`;
}

/** A name that articles have, with how many. */
export function entityLink(entity, ...more) {
  return el(
    "a",
    { class: "entity", href: entityAddress(entity) },
    el("bdi", null, entity.name),
    el("span", { class: "count" }, number(entity.articles)),
    ...more,
  );
}

/** A section under a rule; nothing where it has no content. */
export function section(title, ...content) {
  const shown = content.filter(Boolean);
  if (!shown.length) return null;
  return el("section", { class: "section" }, el("h2", { class: "section-title" }, title), ...shown);
}
