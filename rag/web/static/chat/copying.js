/** An answer with its sources for the clipboard: as plain text, and as markup for what takes more. */

import { el, webAddress } from "../shared/dom.js";
import { formatDate, shortDate, t } from "../shared/i18n.js";
import { groupOf, lines, sourceOf } from "../shared/lines.js";
import { titleOf } from "../shared/sources.js";
import { atWords, citedArticles, isGone, spanPieces } from "../shared/text.js";

/** Whether the clipboard has it now. Browsers keep the clipboard from pages without TLS; the old way still works there. */
export async function copied(answer) {
  const [text, markup] = [asPlainText(answer), new XMLSerializer().serializeToString(asMarkup(answer))];
  const blob = (kind, content) => new Blob([content], { type: kind });
  try {
    const both = { "text/plain": blob("text/plain", text), "text/html": blob("text/html", markup) };
    await navigator.clipboard.write([new ClipboardItem(both)]);
    return true;
  } catch {
    return copiedText(text);
  }
}

/** Whether the clipboard has this text now. */
export async function copiedText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
    const focused = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }
}

/** The words that answer first, then the answer in lines, then its sources. */
export function asPlainText(answer) {
  const listed = citedArticles(answer.citations).map(
    ({ index, source }) => `[${index}] ${particulars(source).join(". ")}`,
  );
  const said = linesOf(answer).map(({ heading, label, pieces }) => {
    const words = pieces.map(({ kind, text, word }) => (kind === "marker" ? `${word} [${text}]` : text)).join("");
    return `${heading ? `${heading}:\n` : ""}${label}${words}`;
  });
  return [
    answer.short?.text,
    said.join("\n"),
    answer.note,
    listed.length > 0 && `${t("answer.sources")}:\n${listed.join("\n")}`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** The same as an element that is never shown; its text is text. */
export function asMarkup(answer) {
  const said = linesOf(answer).flatMap(({ heading, label, pieces }) => [
    heading && el("h3", null, heading),
    el("p", null, label && el("strong", null, label), ...pieces.flatMap(pieceMarkup)),
  ]);
  const listed = citedArticles(answer.citations).map(({ index, source }) => {
    const address = webAddress(source.url);
    const href = address && atWords(address, isGone(source) ? undefined : source.cited_text);
    const known = particulars({ ...source, url: null }).join(". ");
    return el("p", null, `[${index}] ${known}${href ? ". " : ""}`, href && el("a", { href }, address));
  });
  return el(
    "div",
    null,
    answer.short && el("p", null, el("strong", null, answer.short.text)),
    ...said,
    answer.note && el("p", null, answer.note),
    listed.length > 0 && el("h3", null, t("answer.sources")),
    ...listed,
  );
}

const pieceMarkup = ({ kind, text, word }) => {
  if (kind === "marker") return [word, el("sup", null, `[${text}]`)];
  return kind === "break" ? el("br") : text;
};

/** What is known of a source, for a footnote. */
function particulars(source) {
  const page = source.page && t("article.page", source);
  const known = [titleOf(source), source.source, formatDate(source.published_at), page, webAddress(source.url)];
  if (isGone(source)) known.push(t(`citation.${source.changed}`, { day: shortDate(source.as_of) }));
  return known.filter(Boolean);
}

/** The lines of an answer with what is shown beside them: what they stand under, where that begins, and their day. */
function linesOf(answer) {
  let before = null;
  return lines(answer).map(({ start, end, item }) => {
    const group = item ? groupOf(answer, item) : null;
    const begins = group !== null && group !== before;
    before = group;
    return {
      heading: begins ? headingOf(answer, item, group) : "",
      label: item && answer.kind === "timeline" ? `${shortDate(item.day) || t("article.undated")}: ` : "",
      pieces: spanPieces(answer.text, answer.citations, start, end),
    };
  });
}

function headingOf(answer, item, group) {
  if (answer.kind === "comparison") return group;
  const source = sourceOf(answer, item);
  const known = source ? [titleOf(source), source.source] : [];
  return [...known, formatDate(item.day) || t("article.undated")].filter(Boolean).join(". ");
}
