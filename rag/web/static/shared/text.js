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

/** The articles that are cited, in order of number: `{index, source}` with the first source of each. */
export function citedArticles(citations) {
  const first = new Map();
  for (const { index, sources } of citations) if (!first.has(index)) first.set(index, sources[0]);
  return [...first].map(([index, source]) => ({ index, source })).sort((one, other) => one.index - other.index);
}

/** The address of an article in this page. */
export const articleAddress = (id) => `#/a/${encodeURIComponent(id)}`;

/** The address of words of an article, which are marked there as long as the article has them. */
export function wordsAddress(found) {
  const { article_id: id, start_char: start, end_char: end } = found;
  const seal = isGone(found) ? "gone" : sealOf(found.cited_text ?? found.text);
  return `${articleAddress(id)}?start=${start}&end=${end}&words=${seal}`;
}

const BOTH_ENDS = 6; // words that tell where a long quotation begins, and where it ends

/**
 * The address of a page at words of it, which browsers scroll to and mark (WICG, "URL Fragment Text Directives").
 *
 * @param {string} url
 * @param {string | undefined} words
 */
export function atWords(url, words) {
  const all = (words ?? "").split(/\s+/).filter(Boolean);
  if (!all.length || url.includes(":~:")) return url;
  const ends = Math.min(BOTH_ENDS, Math.floor(all.length / 2));
  const long = ends > 0 && (all.length > 2 * BOTH_ENDS || words.trim().includes("\n"));
  const parts = long ? [all.slice(0, ends), all.slice(-ends)] : [all];
  const written = parts.map((part) => encodeURIComponent(part.join(" ")).replaceAll("-", "%2D"));
  return `${url}${url.includes("#") ? "" : "#"}:~:text=${written.join(",")}`;
}

/** Whether no article has the words of a kept answer any more. */
export const isGone = ({ changed }) => changed === "edited" || changed === "removed";

const BASE = 16777619; // odd, so that every code point counts

const step = (hash, point) => (Math.imul(hash, BASE) + point) >>> 0;
const codePoints = (text) => Array.from(text, (point) => point.codePointAt(0));

/** What tells these words from others, in eight letters: a polynomial over code points, modulo 2 to the power of 32. */
export function sealOf(words) {
  return codePoints(words).reduce(step, 0).toString(16).padStart(8, "0");
}

/**
 * Where words stand in a text: at `start` and `end`, or, as the text was changed since, where it has words of this
 * length and seal next to there (after Karp and Rabin, 1987). Null where it has none. Without a seal, at `start`.
 *
 * @param {string} text
 * @param {{start: number | null, end: number | null, seal: string | null}} words
 * @returns {{start: number, end: number} | null}
 */
export function placeOf(text, { start, end, seal }) {
  if (start === null || end === null || start >= end) return null;
  const points = codePoints(text);
  if (!seal) return end <= points.length ? { start, end } : null;
  const length = end - start;
  const wanted = /^[0-9a-f]{8}$/.test(seal) ? parseInt(seal, 16) : null;
  const highest = points.slice(0, length).reduce((power) => Math.imul(power, BASE), 1);
  let found = null;
  let hash = 0;
  points.forEach((point, last) => {
    hash = step(hash, point);
    if (last >= length) hash = (hash - Math.imul(highest, points[last - length])) >>> 0;
    const at = last - length + 1;
    const nearer = found === null || Math.abs(at - start) < Math.abs(found - start);
    if (at >= 0 && nearer && hash === wanted) found = at;
  });
  return found === null ? null : { start: found, end: found + length };
}

/** The first hit of each article, at most `most`. */
export function distinctArticles(hits, most) {
  const seen = new Map();
  for (const hit of hits) if (!seen.has(hit.article_id)) seen.set(hit.article_id, hit);
  return [...seen.values()].slice(0, most);
}
