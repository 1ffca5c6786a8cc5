/** A comparison as a table: a column a side, lines that belong together in a row, the others below. */

import { el } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const ALIKE = 0.3; // share of words that two lines have in common, from which they are of the same thing

/**
 * Which lines of different sides belong together, by the words they share beyond the names of the sides (Jaccard); the
 * pairs most alike first, at most one line of a side in a row.
 *
 * @param {Array<{side: string, text: string}>} lines
 * @returns {Array<Array<number>>} rows of positions in `lines`, of those that belong together, in order
 */
export function together(lines) {
  const names = wordsOf(lines.map(({ side }) => side).join(" "));
  const words = lines.map(({ text }) => wordsOf(text).difference(names));
  const pairs = lines
    .flatMap((_, one) => lines.slice(one + 1).map((_, i) => [one, one + 1 + i, alike(words[one], words[one + 1 + i])]))
    .filter(([one, other, share]) => lines[one].side !== lines[other].side && share >= ALIKE)
    .sort((one, other) => other[2] - one[2]);
  const rows = new Map(lines.map((_, i) => [i, [i]]));
  for (const [one, other] of pairs) {
    const joined = [...new Set([...rows.get(one), ...rows.get(other)])].sort((a, b) => a - b);
    if (new Set(joined.map((i) => lines[i].side)).size === joined.length) joined.forEach((i) => rows.set(i, joined));
  }
  return [...new Set(rows.values())].filter((row) => row.length > 1);
}

const wordsOf = (text) => new Set(text.normalize("NFC").toLowerCase().match(WORD) ?? []);

function alike(one, other) {
  const all = one.union(other).size;
  return all ? one.intersection(other).size / all : 0;
}

/**
 * @param {Array<{side: string, text: string, said: Array<Node>}>} lines
 */
export function comparisonTable(lines) {
  const sides = [...new Set(lines.map(({ side }) => side))];
  const rows = together(lines);
  const rest = lines.map((_, i) => i).filter((i) => !rows.flat().includes(i));
  const cells = (row) =>
    el("tr", null, ...sides.map((side) => cell(side, row.map((i) => lines[i]).filter((line) => line.side === side))));
  return el(
    "table",
    { class: "comparison" },
    el("caption", { class: "unseen" }, t("comparison.caption", { sides: sides.join(", ") })),
    el("thead", null, el("tr", null, ...sides.map((side) => el("th", { scope: "col" }, side)))),
    rows.length > 0 && el("tbody", null, ...rows.map(cells)),
    rest.length > 0 && el("tbody", { class: "rest" }, cells(rest)),
  );
}

function cell(side, lines) {
  if (!lines.length) return el("td", { class: "none" }, el("span", { "aria-hidden": "true" }, "–"));
  const name = el("span", { class: "cell-side", "aria-hidden": "true" }, side);
  return el("td", null, name, ...lines.map(({ said }) => el("p", null, ...said)));
}
