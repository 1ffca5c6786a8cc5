/** What the list of articles, the search and the reader have in common. */

import { Problem, request } from "../shared/api.js";
import { confirmed } from "../shared/dialogs.js";
import { el, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { session } from "../shared/session.js";
import "./words.js";

/** Whether the reader may add and delete. */
export const mayChange = () => session().scopes.includes("ingest");

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

/** Ask, and delete an article. Whether it is gone; one that was gone already is. */
export async function deleted(id, title) {
  if (!(await confirmed(t("articles.delete.title"), t("articles.delete.text", { title }), t("articles.delete"))))
    return false;
  try {
    await request(`/v1/articles/${encodeURIComponent(id)}`, { method: "DELETE" });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
  }
  return true;
}

export function waiting() {
  return el(
    "p",
    { class: "waiting", role: "status" },
    el("span", { class: "spinner", "aria-hidden": "true" }),
    t("articles.loading"),
  );
}
