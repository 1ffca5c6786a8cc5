/** What a reader thinks of an answer: a thumb, and what should have been answered. */

import { Problem, request } from "../shared/api.js";
import { el, icon, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const MOST = 2000;

/** The thumbs, and the place of the form that one of them opens. `turn.rating` keeps the thumb over redraws. */
export function feedback(turn) {
  const { answered } = turn;
  const form = el("div", { class: "better" });
  const thumb = (rating) =>
    el(
      "button",
      {
        type: "button",
        class: "quiet icon-only",
        "aria-label": t(`feedback.${rating}`),
        title: t(`feedback.${rating}`),
        "aria-pressed": String(turn.rating === rating),
        onclick: () => rate(rating),
      },
      icon(rating),
    );
  const thumbs = { up: thumb("up"), down: thumb("down") };
  const rate = async (rating) => {
    if (!(await sent({ answer_id: answered.id, rating }))) return;
    turn.rating = rating;
    for (const [name, button] of Object.entries(thumbs)) button.setAttribute("aria-pressed", String(name === rating));
    form.replaceChildren(...(rating === "down" ? [betterForm(turn, form)] : []));
    if (rating === "down") form.querySelector("textarea").focus();
    else toast(t("feedback.thanks"));
  };
  return { thumbs: [thumbs.up, thumbs.down], form };
}

function betterForm(turn, place) {
  const better = el("textarea", { rows: 3, maxlength: MOST });
  const comment = el("textarea", { rows: 2, maxlength: MOST });
  const close = () => place.replaceChildren();
  const submit = async (event) => {
    event.preventDefault();
    const body = {
      answer_id: turn.answered.id,
      rating: "down",
      better: better.value.trim() || null,
      comment: comment.value.trim() || null,
    };
    if (!(await sent(body))) return;
    close();
    toast(t("feedback.thanks"));
  };
  return el(
    "form",
    { class: "stack", onsubmit: submit },
    el("label", { class: "field" }, el("span", null, t("feedback.better")), better),
    el("label", { class: "field" }, el("span", null, t("feedback.comment")), comment),
    el(
      "div",
      { class: "dialog-foot" },
      el("button", { type: "button", onclick: close }, t("feedback.skip")),
      el("button", { type: "submit", class: "primary" }, t("feedback.send")),
    ),
  );
}

async function sent(body) {
  try {
    await request("/v1/feedback", { body });
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    toast(`${error.what} ${error.mend}`);
    return false;
  }
}
