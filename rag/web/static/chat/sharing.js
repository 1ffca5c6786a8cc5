/** A link to an answer, which others may open and read only, until it is taken back. */

import { copiedText } from "./copying.js";
import { Problem, request } from "../shared/api.js";
import { openDialog } from "../shared/dialogs.js";
import { el, fill, icon, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { session } from "../shared/session.js";

/** Make a link to an answer, and show it. */
export async function shareDialog(id) {
  let made;
  try {
    made = await request(`/v1/answers/${encodeURIComponent(id)}/share`, { method: "POST" });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return toast(`${error.what} ${error.mend}`);
  }
  await openDialog(t("share.title"), (close) => content(made.token, close));
}

function content(token, close) {
  const address = `${location.origin}/#/s/${token}`;
  const input = el("input", { id: "share-address", readonly: true, value: address, onfocus: () => input.select() });
  const body = el("div", { class: "stack" });
  const copy = async () => toast(t((await copiedText(address)) ? "share.copied" : "share.not-copied"));
  const revoke = async () => {
    try {
      await request(`/v1/shared/${encodeURIComponent(token)}`, { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 404) return toast(`${error.what} ${error.mend}`);
    }
    close();
    toast(t("share.revoked"));
  };
  fill(
    body,
    el("p", { class: "hint" }, t(session().access === "keys" ? "share.hint.keys" : "share.hint")),
    el("label", { class: "field", for: "share-address" }, el("span", null, t("share.address")), input),
    el(
      "div",
      { class: "dialog-foot" },
      el("button", { type: "button", class: "danger", onclick: revoke }, t("share.revoke")),
      el("button", { type: "button", class: "primary", autofocus: true, onclick: copy }, icon("copy"), t("share.copy")),
    ),
  );
  return [body];
}
