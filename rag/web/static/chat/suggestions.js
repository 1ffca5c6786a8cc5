/** Questions that go on from an answer, and that the articles would answer. */

import { request } from "../shared/api.js";
import { el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const MOST = 4;

/** They come after the answer; where there are none, or they do not come, nothing is shown. */
export function suggestions(turn, ask) {
  const place = el("div", { class: "suggestions" });
  if (turn.answered.kept === false) return place;
  turn.suggested ??= asked(turn.answered.id);
  turn.suggested.then((questions) => questions.length && fill(place, ...list(questions.slice(0, MOST), ask)));
  return place;
}

async function asked(id) {
  try {
    return (await request(`/v1/answers/${encodeURIComponent(id)}/suggestions`)).questions;
  } catch {
    return []; // an answer without them is whole
  }
}

function list(questions, ask) {
  const one = (question) =>
    el("li", null, el("button", { type: "button", class: "quiet", onclick: () => ask(question) }, icon("next"), question));
  return [el("h3", { class: "label" }, t("suggestions.title")), el("ul", null, ...questions.map(one))];
}
