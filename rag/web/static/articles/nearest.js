/** A second way to find: the passages whose meaning is nearest, whether or not they hold the words. */

import { request } from "../shared/api.js";
import { announce, el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { loadInto } from "../shared/loading.js";
import { byline, titleOf } from "../shared/sources.js";
import { distinctArticles, slice, wordsAddress } from "../shared/text.js";
import "./archive-words.js";

const HITS = 50;
const SHOWN = 12; // articles
const OPENING = 260; // characters of a passage

/** A button, and what it finds; days and sources of `query` hold here too. */
export function nearest(words, query, signal) {
  const found = el("div", { tabindex: "-1" });
  const body = {
    query: words,
    k: HITS,
    filters: {
      published_from: query.get("published_from") || null,
      published_to: query.get("published_to") || null,
      sources: query.filters.filter(([name]) => name === "source").map(([, value]) => value),
    },
  };
  const load = () => request("/v1/search", { body, signal });
  const find = async () => {
    button.remove();
    await loadInto(found, load, ({ hits }) => show(found, distinctArticles(hits, SHOWN)));
    found.focus({ preventScroll: true });
  };
  const button = el("button", { type: "button", onclick: find }, icon("search"), t("near.find"));
  return el(
    "section",
    { class: "section", "aria-labelledby": "near-title" },
    el("h2", { id: "near-title", class: "section-title" }, t("near.title")),
    el("p", { class: "hint" }, t("near.hint")),
    el("div", null, button),
    found,
  );
}

function show(found, hits) {
  const rows = hits.map((hit) =>
    el(
      "li",
      { class: "row" },
      el(
        "div",
        { class: "row-words" },
        el("a", { class: "row-title", href: wordsAddress(hit) }, el("bdi", null, titleOf(hit))),
        byline(hit),
        el("p", { class: "row-passage" }, opening(hit.text)),
      ),
    ),
  );
  fill(found, rows.length ? el("ul", { class: "rows" }, ...rows) : el("p", { class: "empty" }, t("near.none")));
  announce(t("paged.more.told", { count: rows.length }));
}

function opening(text) {
  if (Array.from(text).length <= OPENING) return text;
  return `${slice(text, 0, OPENING).replace(/\s+\S*$/, "")} …`;
}
