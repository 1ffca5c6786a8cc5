/** An answer: its words with their markers, what is to be known about it, and its sources. */

import { marker } from "./card.js";
import { el, icon } from "../shared/dom.js";
import { percent, shortDate, t } from "../shared/i18n.js";
import { generatorName } from "../shared/options.js";
import { citedSources, nearestArticles } from "../shared/sources.js";
import { isGone, pieces, slice, spanPieces } from "../shared/text.js";

const SURE = 0.75;
const LIKELY = 0.5;

/**
 * The words of an answer, drawn as they come in: what is drawn already stays, and with it the focus and an open card.
 */
export class AnswerText {
  constructor() {
    this.element = el("div", { class: "answer-text" });
    this.drawn = [];
  }

  /**
   * @param {string} text
   * @param {Array<object>} citations
   * @param {Array<object>} passages
   * @param {string | null} language
   * @param {[number, number] | null} short where the words that answer stand in the text
   */
  draw(text, citations, passages, language, short = null) {
    if (language) this.element.lang = language;
    const wanted = short ? marked(text, citations, short) : pieces(text, citations);
    const keys = wanted.map(({ kind, text: words, word, citation }) => `${kind} ${Boolean(citation)} ${word} ${words}`);
    const same = keys.findIndex((key, i) => key !== this.drawn[i]?.key);
    const keep = same < 0 ? keys.length : same;
    for (const { node } of this.drawn.splice(keep)) node.remove();
    for (let i = keep; i < wanted.length; i++) {
      const node = pieceNode(wanted[i], passages);
      this.drawn.push({ key: keys[i], node });
      this.element.append(node);
    }
  }
}

function marked(text, citations, [start, end]) {
  const length = Array.from(text).length;
  return [
    ...pieces(slice(text, 0, start), citations),
    { kind: "mark", text: slice(text, start, end) },
    ...spanPieces(text, citations, end, length),
  ];
}

/** One of `pieces` as it is drawn. */
export function pieceNode({ kind, text, word, citation }, passages) {
  if (kind === "break") return el("span", { class: "break" });
  if (kind === "mark") return el("mark", null, text);
  if (kind === "text") return el("span", null, text);
  const mark = citation ? marker(citation, passages) : el("span", { class: "marker pending" }, text);
  return el("span", { class: "with-marker" }, word, mark);
}

/** The words that answer, before the sentence that they are from. */
export function shortWords({ short, language }) {
  return short && el("p", { class: "short", lang: language }, el("strong", null, short.text));
}

/** What stands above an answer: that it abstains, that articles disagree, that something went otherwise than asked. */
export function notices({ answer, trouble, generator, kept }) {
  const gone = goneFrom(answer);
  return [
    gone && callout("warn", "warn", t("answer.as-of", { day: shortDate(gone.as_of) }), t("answer.changed")),
    kept === false && callout("warn", "warn", t("answer.unkept"), t("answer.unkept-why")),
    answer.outcome === "none" && callout("none", "none", t("answer.abstained"), answer.text),
    answer.outcome === "related" && callout("near", "near", t("answer.related"), answer.lead),
    answer.disagreement && callout("warn", "warn", t("answer.disagreement"), answer.note),
    !answer.disagreement && answer.note && callout("info", "info", t("answer.note"), answer.note),
    trouble && callout("warn", "warn", t("answer.trouble", { generator: generatorName(generator) }), trouble),
  ].filter(Boolean);
}

/** A box with a title; `kind` is "info", "none", "near", "warn" or "danger". */
export function callout(kind, drawing, title, ...content) {
  return el(
    "div",
    { class: `callout ${kind}` },
    el("p", { class: "callout-title" }, icon(drawing), title),
    ...content.map((part) => (typeof part === "string" ? el("p", null, part) : part)),
  );
}

/** How the question was understood, where that is not what was typed. */
export function understood(query) {
  if (!query) return null;
  const other = query.understood !== query.text;
  const period = periodWords(query.understood_period);
  if (!other && !period) return null;
  return el(
    "p",
    { class: "understood byline" },
    other && el("span", null, `${t("query.understood")} `, el("q", null, query.understood)),
    period && el("span", null, `${t("query.period")} ${period}`),
  );
}

function periodWords(period) {
  if (!period) return "";
  const { first, last, newest } = period;
  if (newest && !first && !last) return t("query.newest");
  if (first && first === last) return shortDate(first);
  if (!last) return t("query.from", { first: shortDate(first) });
  if (!first) return t("query.to", { last: shortDate(last) });
  return t("query.between", { first: shortDate(first), last: shortDate(last) });
}

/** A source whose words no article has any more. */
const goneFrom = ({ citations }) => citations.flatMap(({ sources }) => sources).find(isGone);

/**
 * How sure the answer is, in words and as a share; of what the service says of itself and its articles, and of what
 * articles said once, nothing.
 */
export function confidence({ answer }) {
  if (answer.abstained || answer.kind === "chat" || answer.kind === "archive" || goneFrom(answer)) return null;
  const level = answer.confidence >= SURE ? "high" : answer.confidence >= LIKELY ? "middle" : "low";
  return el(
    "p",
    { class: `confidence ${level}` },
    el("span", { class: "bars", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    t(`confidence.${level}`, { share: percent(answer.confidence) }),
  );
}

/** The sources under an answer that does not name them at its lines; under one that cites nothing, the nearest articles. */
export function sourcesSection({ answer, passages }) {
  const named = answer.items.length && (answer.kind === "overview" || answer.kind === "archive");
  if (answer.citations.length) return named ? null : section(t("answer.sources"), citedSources(answer.citations));
  return answer.abstained && passages.length ? section(t("answer.nearest"), nearestArticles(passages)) : null;
}

function section(title, list) {
  return el("div", { class: "sources-section" }, el("h3", null, title), list);
}
