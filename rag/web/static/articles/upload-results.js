/** What became of the articles of a file. */

import { el } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { reason } from "./reasons.js";
import { articleAddress } from "../shared/text.js";

const SHOWN = 200; // a list of thousands helps nobody

/** What became of each; what was refused first. */
export function results(outcomes) {
  const ordered = [
    ...outcomes.filter(({ status }) => status === "refused"),
    ...outcomes.filter(({ status }) => status !== "refused"),
  ];
  const rest = ordered.length - SHOWN;
  return [
    ordered.length > 0 && el("ul", { class: "outcomes" }, ...ordered.slice(0, SHOWN).map(result)),
    rest > 0 && el("p", { class: "hint" }, t("upload.rest", { count: rest })),
  ];
}

function result({ id, status, title, origin, reason: why }) {
  const name = el("bdi", null, title || origin);
  return el(
    "li",
    { class: "outcome" },
    el("span", { class: `status ${status}` }, t(`upload.status.${status}`)),
    el("div", null, id === null ? name : el("a", { href: articleAddress(id) }, name), why && reason(why)),
  );
}
