/** The passage card: what a citation rests on, beside its marker; at the bottom of a phone. One is open at a time. */

import { closeButton } from "../shared/dialogs.js";
import { el, fill, placeBeside, scrollWithin } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { byline, changedNote, copiesLine, original, titleOf, translationNote } from "../shared/sources.js";
import { isGone, parted, slice, wordsAddress } from "../shared/text.js";

const OPEN_MS = 120;
const CLOSE_MS = 280;
const INDENT = 24; // pixels that it begins before its marker

let open = null; // {marker, card}
let timer = 0;

/**
 * A citation's marker, a button: pointing at it, or coming to it by keyboard, opens the card; a click goes to the
 * article. A finger cannot point, so its first tap opens the card and the second goes.
 *
 * @param {{index: number, sources: Array<object>}} citation
 * @param {Array<object>} passages what the answer was chosen from, to show the words around
 */
export function marker(citation, passages) {
  const source = citation.sources[0];
  const name = t("citation.name", { number: citation.index, title: titleOf(source) });
  const button = el(
    "button",
    { type: "button", class: "marker", "aria-label": name, "aria-expanded": "false" },
    String(citation.index),
  );
  const show = () => openCard(button, citation, passages);
  let touched = false;
  button.addEventListener("pointerdown", (event) => (touched = event.pointerType === "touch"));
  button.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && later(OPEN_MS, show));
  button.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && later(CLOSE_MS, closeCard));
  button.addEventListener("focus", () => button.matches(":focus-visible") && !touched && show());
  button.addEventListener("focusout", left);
  button.addEventListener("click", () => {
    const first = touched && open?.marker !== button;
    touched = false;
    if (first) return show();
    closeCard();
    // What shows articles beside the answer takes it; else the article has its page.
    const asked = new CustomEvent("opensource", { bubbles: true, cancelable: true, detail: source });
    if (button.dispatchEvent(asked)) location.hash = wordsAddress(source);
  });
  return button;
}

function later(milliseconds, then) {
  clearTimeout(timer);
  timer = setTimeout(then, milliseconds);
}

function openCard(button, citation, passages) {
  clearTimeout(timer);
  if (open?.marker === button || !button.isConnected) return;
  closeCard();
  const card = el("div", {
    class: "card",
    popover: "manual",
    role: "group",
    "aria-label": t("citation.card", { number: citation.index }),
  });
  fill(
    card,
    el("div", { class: "card-close" }, closeButton(closeByHand)),
    ...citation.sources.map((source) => passageOf(source, passages)),
  );
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && later(CLOSE_MS, closeCard));
  card.addEventListener("focusout", left);
  // Right behind its marker, so that the next Tab goes into it; shown in the top layer, so that nothing cuts it off.
  button.after(card);
  card.showPopover();
  open = { marker: button, card };
  button.setAttribute("aria-expanded", "true");
  place();
  for (const words of card.querySelectorAll(".card-words")) {
    scrollWithin(words, words.querySelector("mark"));
  }
}

/** Close the card, if one is open. */
export function closeCard() {
  clearTimeout(timer);
  if (!open) return;
  const { marker: button, card } = open;
  open = null;
  button.setAttribute("aria-expanded", "false");
  card.remove();
}

function closeByHand() {
  const button = open?.marker;
  const within = open?.card.contains(document.activeElement);
  closeCard();
  if (within) {
    button.focus({ preventScroll: true });
    closeCard(); // the focus would open it again
  }
}

function left(event) {
  const to = event.relatedTarget;
  if (open && to && to !== open.marker && !open.card.contains(to)) closeCard();
}

/** Beside the marker; the style sheet puts it at the bottom of a phone. */
function place() {
  if (open) placeBeside(open.card, open.marker, INDENT);
}

function passageOf(source, passages) {
  const { support } = source;
  return el(
    "section",
    { class: "card-source" },
    el("h3", { class: "card-title" }, el("bdi", null, titleOf(source))),
    byline(source, original(source)),
    el(
      "p",
      { class: "card-words", lang: "vi", tabindex: "0", role: "group", "aria-label": t("citation.words") },
      ...quoted(source, passages),
    ),
    translationNote(source),
    isGone(source) ? null : el("p", { class: `support ${support}` }, t(`support.${support}`)),
    changedNote(source),
    copiesLine(source.copies),
    source.changed !== "removed" && el("a", { class: "button", href: wordsAddress(source) }, t("citation.open")),
  );
}

/** The passage with the cited words marked; the words alone where the passage is not at hand. */
function quoted(source, passages) {
  const passage = passages.find(
    ({ article_id: id, start_char: start, text }) =>
      id === source.article_id &&
      start <= source.start_char &&
      // In a kept answer one of them may have moved, and the other not.
      slice(text, source.start_char - start, source.end_char - start) === source.cited_text,
  );
  if (!passage) return [el("mark", null, source.cited_text)];
  const from = source.start_char - passage.start_char;
  const [before, cited, after] = parted(passage.text, from, from + source.end_char - source.start_char);
  return [before, el("mark", null, cited), after];
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !open) return;
  event.preventDefault();
  closeByHand();
});
document.addEventListener("pointerdown", (event) => {
  if (open && !open.card.contains(event.target) && event.target !== open.marker) closeCard();
});
addEventListener("scroll", place, { passive: true });
addEventListener("resize", place);
