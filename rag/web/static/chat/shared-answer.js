/** The view of an answer that somebody shared: to read, with its sources, and no more. */

import { Beside } from "./beside.js";
import { callout } from "./answer.js";
import { closeCard } from "./card.js";
import { silence } from "./listening.js";
import { keptTurn, TurnView } from "./turn.js";
import { Problem, request } from "../shared/api.js";
import { el, fill } from "../shared/dom.js";
import { formatDate, t } from "../shared/i18n.js";

/** Show what a token leads to. */
export function showShared(view, token, query) {
  const column = el("div", { class: "thread" });
  const frame = el("div", { class: "chat alone" }, el("div", { class: "chat-main" }, column));
  const beside = new Beside(frame, () => `#/s/${encodeURIComponent(token)}`);
  fill(view, frame);
  load(column, token);
  beside.at(query);
  const leave = () => {
    closeCard();
    silence();
    beside.leave();
  };
  return { leave, stays: (name, [other], asked) => name === "shared" && other === token && (beside.at(asked), true) };
}

async function load(column, token) {
  try {
    const { turn, shared_at: shared } = await request(`/v1/shared/${encodeURIComponent(token)}`);
    const shown = new TurnView(keptTurn(turn), { readOnly: true });
    fill(
      column,
      el("h1", { class: "unseen" }, turn.question),
      el("p", { class: "byline" }, t("share.shown", { day: formatDate(shared) })),
      shown.element,
    );
    document.title = `${turn.question} – Hỏi Đáp`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const gone = error.status === 404 ? [t("share.gone"), t("share.gone-mend")] : [error.what, error.mend];
    fill(column, el("h1", { class: "unseen" }, t("share.title")), callout("warn", "info", ...gone));
  }
}
