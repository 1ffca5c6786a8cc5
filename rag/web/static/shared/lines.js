/** An answer in lines: its lead, its items, and what stands between them. */

import { slice } from "./text.js";

/**
 * `{start, end, item}` in the order of the text, `item` undefined for what is none. The sentences that only come near
 * to a question are lines too. `start` passes over what an item says of its article, which is shown beside it.
 *
 * @param {object} answer
 */
export function lines({ text, lead, items, citations, outcome }) {
  const length = (words) => Array.from(words ?? "").length;
  const near = outcome === "related" ? citations.map(({ start }) => start) : [];
  const inner = items.length ? items.flatMap(({ start, end }) => [start, end]) : near;
  const edges = [...new Set([0, length(lead), length(text), ...inner])].sort((one, other) => one - other);
  return edges
    .slice(1)
    .map((end, i) => ({ start: edges[i], end, item: items.find(({ start }) => start === edges[i]) }))
    .filter(({ start, end }) => slice(text, start, end).trim())
    .map(({ start, end, item }) => ({ start: citations[item?.citations[0]]?.start ?? start, end, item }));
}

/** What lines are grouped by: the side of a comparison, the article of an overview or of the archive. */
export function groupOf({ kind }, { side, article_id: article }) {
  if (kind === "comparison") return side;
  return kind === "overview" || kind === "archive" ? article : null;
}

/** The article of a line. */
export const sourceOf = ({ citations }, { citations: [first] }) => citations[first]?.sources[0];
