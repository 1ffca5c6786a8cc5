/** What is loaded and then shown, and what is tried. */

import { Problem } from "./api.js";
import { announce, el, fill } from "./dom.js";
import { trouble, waiting } from "./states.js";

/**
 * Load, and show what came. Meanwhile `place` says that it is awaited, and after a failure what went wrong.
 *
 * @param {HTMLElement} place
 * @param {() => Promise<unknown>} load
 * @param {(loaded: any) => void} show fills `place`
 * @param {(() => void) | null} [missing] shown where there is no such thing
 */
export async function loadInto(place, load, show, missing = null) {
  fill(place, waiting());
  let loaded;
  try {
    loaded = await load();
  } catch (error) {
    if (error.name === "AbortError") return;
    if (missing && error instanceof Problem && error.status === 404) missing();
    else
      fill(
        place,
        trouble(error, () => loadInto(place, load, show, missing)),
      );
    return;
  }
  show(loaded);
}

/** A view of what is not there, with a way on. The focus goes to its title. */
export function nothingHere(place, title, text, address, way) {
  const heading = el("h1", { tabindex: "-1" }, title);
  fill(
    place,
    heading,
    el("p", { class: "hint" }, text),
    el("p", null, el("a", { class: "button", href: address }, way)),
  );
  document.title = `${title} – Hỏi Đáp`;
  heading.focus();
}

/**
 * Do something that the service may refuse. What is wrong is said in `outcome`, to which the focus goes. Whether it was
 * done.
 *
 * @param {HTMLElement} outcome
 * @param {() => Promise<void>} action
 * @param {((problem: Problem) => Node) | null} [refused] says what is wrong with what was sent
 */
export async function tried(outcome, action, refused = null) {
  try {
    fill(outcome);
    await action();
    return true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    if (!(error instanceof Problem)) throw error;
    fill(outcome, refused && error.status === 422 ? refused(error) : trouble(error));
    announce(outcome.textContent);
    outcome.focus();
    return false;
  }
}
