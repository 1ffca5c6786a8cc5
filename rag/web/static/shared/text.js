/** Offsets of the service count Unicode code points; strings of JavaScript count UTF-16 units. */

/** `text[start:end]` in code points, cut to the text. */
export const slice = (text, start, end) => Array.from(text).slice(start, end).join("");

/** The text before, within and after `[start, end)`, in code points. */
export function parted(text, start, end) {
  const points = Array.from(text);
  return [points.slice(0, start), points.slice(start, end), points.slice(end)].map((part) => part.join(""));
}

const LONGEST_WORD = 30;
const MARKER = /\[(\d{1,4})\]/g;

/**
 * An answer in pieces that can be drawn one after the other.
 *
 * A marker belongs to the citation of its number that ends last before it; one that has none yet, in a stream, is
 * drawn without effect. It takes the word before it along, so that no line begins with a marker.
 *
 * @param {string} text
 * @param {Array<{index: number, start: number, end: number}>} citations
 * @returns {Array<{kind: "text" | "marker" | "break", text: string, word?: string, citation?: object}>}
 */
export function pieces(text, citations) {
  const found = [];
  let at = 0;
  for (const match of text.matchAll(MARKER)) {
    const citation = citationOf(Number(match[1]), Array.from(text.slice(0, match.index)).length, citations);
    words(found, text.slice(at, match.index).replace(/ $/, ""));
    found.push({ kind: "marker", text: match[1], word: lastWord(found), citation });
    at = match.index + match[0].length;
  }
  words(found, text.slice(at));
  return found;
}

/** The pieces of `[start, end)` of an answer's text. */
export function spanPieces(text, citations, start, end) {
  const moved = citations.map((citation) => ({
    ...citation,
    start: citation.start - start,
    end: citation.end - start,
  }));
  return pieces(slice(text, start, end).trim(), moved);
}

/** Where the words that answer stand in the answer's text: `[start, end]`, or null where they are not told word for word. */
export function shortSpan({ short, citations }) {
  if (!short) return null;
  const { start, text, sources } = citations[short.citation];
  const cited = sources[short.source].cited_text;
  const at = cited.indexOf(text);
  if (at < 0) return null;
  const from = short.start - Array.from(cited.slice(0, at)).length;
  const to = short.end - short.start + from;
  return slice(text, Math.max(from, 0), to) === short.text ? [start + from, start + to] : null;
}

function citationOf(index, place, citations) {
  return citations.filter((citation) => citation.index === index && citation.end <= place).at(-1);
}

/** Takes the last word off what was found. */
function lastWord(found) {
  const last = found.at(-1);
  if (last?.kind !== "text") return "";
  const word = /\S*$/.exec(last.text)[0];
  if (word.length > LONGEST_WORD) return ""; // an address, say, which has to be broken
  last.text = last.text.slice(0, last.text.length - word.length);
  if (!last.text) found.pop();
  return word;
}

function words(found, text) {
  text.split(/(\n+)/).forEach((part) => {
    if (part.startsWith("\n")) found.push({ kind: "break", text: part });
    else if (part) found.push({ kind: "text", text: part });
  });
}

/**
 * The passages of an answer's citations, a number each: `{index, source, all}` with the first source of the number and
 * every one of it, in order of number.
 */
export function numbered(citations) {
  const by = new Map();
  for (const { index, sources } of citations) {
    const entry = by.get(index) ?? { index, source: sources[0], all: [] };
    entry.all.push(...sources);
    by.set(index, entry);
  }
  return [...by.values()].filter(({ source }) => source).sort((one, other) => one.index - other.index);
}

/** The address of an article in this page, with words of it marked. */
export function articleAddress(id, start = null, end = null) {
  const words = start === null ? "" : `?start=${start}&end=${end}`;
  return `#/a/${encodeURIComponent(id)}${words}`;
}

/** The first hit of each article, at most `most`. */
export function distinctArticles(hits, most) {
  const seen = new Map();
  for (const hit of hits) if (!seen.has(hit.article_id)) seen.set(hit.article_id, hit);
  return [...seen.values()].slice(0, most);
}
