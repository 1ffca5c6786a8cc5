/** A link to an answer, which others may open and read only, until it is revoked; and the links made before. */

import { copiedText } from "./copying.js";
import { Problem, request } from "../shared/api.js";
import { openDialog } from "../shared/dialogs.js";
import { el, icon, toast } from "../shared/dom.js";
import { formatDate, t } from "../shared/i18n.js";
import { session } from "../shared/session.js";

/** Make a link to an answer, and show it. */
export async function shareDialog(answerId) {
  const made = await tried(() => request(`/v1/answers/${encodeURIComponent(answerId)}/share`, { method: "POST" }));
  if (!made) return;
  const { shares } = (await tried(() => request("/v1/shared"))) ?? { shares: [] };
  const others = shares.filter(({ id }) => id !== made.id);
  await openDialog(t("share.title"), (close) => content(made, others, close));
}

function content({ id, token }, others, close) {
  const address = `${location.origin}/#/s/${encodeURIComponent(token)}`;
  const input = el("input", { readonly: true, value: address, onfocus: () => input.select() });
  const copy = async () => toast(t((await copiedText(address)) ? "share.copied" : "share.not-copied"));
  const revoke = async () => (await revoked(id)) && close();
  return [
    el("p", { class: "hint" }, t(session().access === "keys" ? "share.hint.keys" : "share.hint")),
    el("label", { class: "field" }, el("span", null, t("share.address")), input),
    el(
      "div",
      { class: "dialog-foot" },
      el("button", { type: "button", class: "danger", onclick: revoke }, t("share.revoke")),
      el("button", { type: "button", class: "primary", autofocus: true, onclick: copy }, icon("copy"), t("share.copy")),
    ),
    others.length > 0 && earlier(others),
  ].filter(Boolean);
}

/** Links made before, which can be revoked too; their addresses are not kept. */
function earlier(shares) {
  const rows = shares.map(({ id, question, shared_at: shared }) => {
    const revoke = async () => {
      if (!(await revoked(id))) return;
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector("button") ?? list.querySelector("summary")).focus();
    };
    const row = el(
      "li",
      null,
      el("span", { class: "share-of" }, question, " ", el("span", { class: "byline" }, formatDate(shared))),
      el("button", { type: "button", class: "quiet", "aria-label": t("share.revoke-named", { question }), onclick: revoke }, t("share.revoke-short")),
    );
    return row;
  });
  const list = el("details", { class: "extra" }, el("summary", null, t("share.others")), el("ul", { class: "shares" }, ...rows));
  return list;
}

/** Whether it is revoked now; one that is gone already is. */
async function revoked(id) {
  const done = await tried(async () => {
    try {
      await request(`/v1/shared/${encodeURIComponent(id)}`, { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
    }
    return true;
  });
  if (done) toast(t("share.revoked"));
  return done === true;
}

/** What the server answers; null where it does not, which is said. */
async function tried(ask) {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    toast(`${error.what} ${error.mend}`);
    return null;
  }
}
