/** What the archive and the reader have in common. */

import { Problem, request } from "../shared/api.js";
import { confirmed } from "../shared/dialogs.js";
import { t } from "../shared/i18n.js";
import { session } from "../shared/session.js";
import "./archive-words.js";
import "./words.js";

/** Whether the reader may add and delete. */
export const mayChange = () => session().scopes.includes("ingest");

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
