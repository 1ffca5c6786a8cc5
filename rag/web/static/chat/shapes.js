/** Answers that are more than a paragraph: lists, timelines, comparisons, overviews, replies, what comes near. */

import { pieceNode } from "./answer.js";
import { comparisonTable } from "./comparison.js";
import { el } from "../shared/dom.js";
import { shortDate, t } from "../shared/i18n.js";
import { groupOf, lines, sourceOf } from "../shared/lines.js";
import { entry } from "../shared/sources.js";
import { spanPieces, wordsAddress } from "../shared/text.js";

/** Whether an answer has a shape of its own; one without is drawn as it comes in. */
export const isShaped = ({ lead, items, outcome }) => Boolean(lead) || items.length > 0 || outcome === "related";

/**
 * The parts of an answer in their shape.
 *
 * @param {object} answer
 * @param {Array<object>} passages
 * @param {(question: string) => void} ask asks a question that a reply proposes
 */
export function shaped(answer, passages, ask) {
  const parts = [];
  const compared = []; // of a comparison, which is one table
  let group; // the lines that are being gathered, and what they have in common
  for (const { start, end, item } of lines(answer)) {
    const words = () => said(answer, start, end, passages);
    if (!item) {
      parts.push(start === 0 && answer.lead ? lead(answer, ask) : sentence(answer, words()));
      group = undefined;
    } else if (item.side !== null && answer.kind === "comparison") {
      compared.push({ side: item.side, text: bare(answer, start, end), said: words() });
    } else {
      const key = groupOf(answer, item);
      if (group?.key !== key) {
        const list = el(answer.kind === "timeline" ? "ol" : "ul", { class: `lines ${answer.kind}` });
        group = { key, list };
        parts.push(grouped(answer, item, list));
      }
      group.list.append(el("li", null, day(answer, item), el("div", null, ...words())));
    }
  }
  return compared.length ? [...parts, comparisonTable(compared)] : parts;
}

const said = ({ text, citations }, start, end, passages) =>
  spanPieces(text, citations, start, end).map((piece) => pieceNode(piece, passages));

/** The words of a line without its markers. */
const bare = ({ text, citations }, start, end) =>
  spanPieces(text, citations, start, end).map((piece) => piece.word ?? piece.text).join("");

function sentence({ outcome }, words) {
  return el(outcome === "related" ? "blockquote" : "p", null, ...words);
}

/** The service's own words; the questions in a reply can be asked. Those of an answer not found stand in its notice. */
function lead({ lead: words, outcome, kind }, ask) {
  if (outcome !== "answered") return null;
  const all = words.split("\n");
  const questions = kind === "chat" ? all.filter((line) => line.startsWith("- ")).map((line) => line.slice(2)) : [];
  const rest = questions.length ? all.filter((line) => !line.startsWith("- ")) : all;
  return el(
    "div",
    { class: "lead" },
    ...rest.map((line) => el("p", null, line)),
    questions.length > 0 &&
      el(
        "ul",
        { class: "examples" },
        ...questions.map((asked) => el("li", null, el("button", { type: "button", onclick: () => ask(asked) }, asked))),
      ),
  );
}

/** Lines under what they have in common. */
function grouped(answer, item, list) {
  const source = groupOf(answer, item) && sourceOf(answer, item);
  if (!source) return list;
  const { index } = answer.citations[item.citations[0]];
  return el("div", { class: "group" }, entry(source, wordsAddress(source), source.copies, index), list);
}

function day({ kind }, item) {
  if (kind !== "timeline") return null;
  if (!item.day) return el("span", { class: "day" }, t("article.undated"));
  return el("time", { class: "day", datetime: item.day }, shortDate(item.day));
}
