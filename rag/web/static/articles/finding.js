/** Finding passages: hits grouped by article, with the words that were looked for in bold. */

import { request } from "../shared/api.js";
import { trouble, waiting } from "./parts.js";
import { announce, el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { byline, titleOf } from "../shared/sources.js";
import { remember, remembered } from "../shared/storage.js";
import { wordsAddress } from "../shared/text.js";

const HITS = 50;
const FIRST = 10; // articles; the others are a button away
const SHOWN = 260; // characters of a passage
const BEFORE = 60; // of them before the first word that was looked for
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
// They stand in every article, so their absence or presence says nothing.
const COMMON = new Set(
  "va cua la co cho o voi cac nhung mot trong ve tai tu den khi bao nhieu gi nao ai the of in and to a is".split(" "),
);

/** Without tone marks and capitals, as people type in a hurry. */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

/** The words of a query that say what it is about; all of them where none does. */
export function wanted(query) {
  const words = [...new Set([...query.matchAll(WORD)].map(([word]) => folded(word)))];
  const telling = words.filter((word) => !COMMON.has(word));
  return new Set(telling.length ? telling : words);
}

/** Hits -> one an article, its best passage first, in their order. */
export function grouped(hits) {
  const articles = new Map();
  for (const hit of hits) {
    if (articles.has(hit.article_id)) articles.get(hit.article_id).others += 1;
    else articles.set(hit.article_id, { best: hit, others: 0 });
  }
  return [...articles.values()];
}

/** The part of a passage where most of `words` stand, in pieces: `[text, whether it is one of them]`. */
export function excerpt(passage, words) {
  const text = passage.normalize("NFC");
  const hits = [...text.matchAll(WORD)].filter(([word]) => words.has(folded(word)));
  const from = begin(text, hits);
  const to = from + SHOWN >= text.length ? text.length : Math.max(text.lastIndexOf(" ", from + SHOWN), from + BEFORE);
  const pieces = [[from > 0 ? "… " : "", false]];
  let done = from;
  for (const { 0: word, index } of hits) {
    if (index < from || index + word.length > to) continue;
    pieces.push([text.slice(done, index), false], [word, true]);
    done = index + word.length;
  }
  pieces.push([text.slice(done, to) + (to < text.length ? " …" : ""), false]);
  return pieces.filter(([piece]) => piece);
}

/** Where an excerpt begins: a little before the hit with the most others behind it. */
function begin(text, hits) {
  let best = 0;
  let most = 0;
  for (let first = 0, last = 0; first < hits.length; first += 1) {
    while (last < hits.length && hits[last].index < hits[first].index + SHOWN - BEFORE) last += 1;
    if (last - first > most) [best, most] = [hits[first].index, last - first];
  }
  return best <= BEFORE ? 0 : text.indexOf(" ", best - BEFORE) + 1;
}

/** The form and what it found. `shown(true)` is called when results take the place of the list. */
export function finder({ shown, signal }) {
  const results = el("section", { "aria-labelledby": "found-title", hidden: true });
  const input = el("input", {
    id: "find",
    type: "search",
    name: "query",
    maxlength: 1000,
    autocomplete: "off",
    enterkeyhint: "search",
    "aria-describedby": "find-hint",
  });
  const find = () => found(input.value.trim(), results, shown, signal);
  const form = el(
    "form",
    {
      class: "find",
      role: "search",
      onsubmit: (event) => {
        event.preventDefault();
        find();
      },
    },
    el("label", { class: "label", for: "find" }, t("find.label")),
    el(
      "div",
      { class: "find-line" },
      input,
      el("button", { type: "submit", class: "primary" }, icon("search"), t("find.go")),
    ),
    el("p", { id: "find-hint", class: "hint" }, t("find.hint")),
  );
  input.addEventListener("input", () => input.value === "" && find());
  const resume = () => {
    input.value = remembered("find", "", globalThis.sessionStorage);
    if (input.value) find();
  };
  return { element: el("div", null, form, results), resume };
}

let turns = 0;

async function found(query, results, shown, signal) {
  const turn = ++turns;
  remember("find", query || null, globalThis.sessionStorage);
  results.hidden = !query;
  shown(Boolean(query));
  if (!query) return;
  fill(results, heading(query), waiting());
  try {
    const { hits } = await request("/v1/search", { body: { query, k: HITS }, signal });
    if (turn !== turns) return;
    show(query, hits, results);
  } catch (error) {
    if (error.name !== "AbortError" && turn === turns)
      fill(
        results,
        heading(query),
        trouble(error, () => found(query, results, shown, signal)),
      );
  }
}

const heading = (query) => el("h2", { id: "found-title" }, t("find.title", { query }));

function show(query, hits, results) {
  const articles = grouped(hits);
  const words = wanted(query);
  const text = t(articles.length ? "find.count" : "find.none", { count: articles.length });
  const rows = el("ul", { class: "rows" }, ...articles.slice(0, FIRST).map((article) => row(article, words)));
  const others = articles.slice(FIRST).map((article) => row(article, words));
  const unsure = articles.length > 0 && rare(words, hits) && el("p", { class: "callout warn" }, t("find.unsure"));
  fill(
    results,
    heading(query),
    el("p", { class: "hint" }, text),
    unsure,
    rows,
    others.length > 0 && more(rows, others),
  );
  announce(unsure ? `${text} ${t("find.unsure")}` : text);
}

function more(rows, others) {
  const foot = el("div", { class: "rows-foot" });
  const show = () => {
    foot.remove();
    rows.append(...others);
    others[0].querySelector("a").focus();
    announce(t("articles.more.told", { count: others.length }));
  };
  return fill(foot, el("button", { type: "button", onclick: show }, t("find.more", { count: others.length })));
}

/** Whether less than half of the words stand in what was found: it is near in meaning at best. */
function rare(words, hits) {
  const there = new Set(hits.flatMap((hit) => folded(`${hit.title ?? ""} ${hit.text}`).match(WORD) ?? []));
  return [...words].filter((word) => there.has(word)).length * 2 < words.size;
}

function row({ best, others }, words) {
  const more = others > 0 && el("span", null, t("find.others", { count: others }));
  const passage = excerpt(best.text, words).map(([text, hit]) => (hit ? el("b", null, text) : text));
  return el(
    "li",
    { class: "row" },
    el(
      "div",
      { class: "row-words" },
      el(
        "a",
        { class: "row-title", href: wordsAddress(best) },
        titleOf(best),
      ),
      byline(best, more),
      el("p", { class: "row-passage" }, ...passage),
    ),
  );
}
