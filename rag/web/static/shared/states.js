/** What stands in the place of something that is fetched: that it is on its way, or what went wrong. */

import { Problem } from "./api.js";
import { el, icon } from "./dom.js";
import { t } from "./i18n.js";
import "./article-words.js";

/** What went wrong, with a way to try again. */
export function trouble(error, again) {
  if (!(error instanceof Problem)) throw error;
  return el(
    "div",
    { class: "callout danger", role: "alert" },
    el("p", { class: "callout-title" }, icon("warn"), error.what),
    el("p", null, error.mend),
    again && el("p", null, el("button", { type: "button", onclick: again }, icon("retry"), t("articles.again"))),
  );
}

export function waiting() {
  return el(
    "p",
    { class: "waiting", role: "status" },
    el("span", { class: "spinner", "aria-hidden": "true" }),
    t("articles.loading"),
  );
}
