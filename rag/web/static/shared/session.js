/** Who the reader is to the server: nobody in particular, or the holder of a key. */

import { onUnauthorized, Problem, request } from "./api.js";
import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";

const NOBODY = {
  access: "open",
  name: null,
  scopes: [],
  generators: [],
  generator: "extractive",
  articles: 0,
  languages: [],
};
let known = NOBODY;
let asking = null;

export const session = () => known;

/** Learn who the reader is; where a key is needed and none is there, ask for it. */
export async function openSession() {
  await learn();
  onUnauthorized(askForKey);
  if (known.access === "keys" && !known.name) await askForKey();
}

async function learn() {
  try {
    known = { ...NOBODY, ...(await request("/v1/session")) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    known = NOBODY; // each request says for itself what is wrong
  }
  const signed = document.getElementById("signed");
  signed.textContent = known.name ?? "";
  signed.hidden = !known.name;
}

export async function signOut() {
  await request("/v1/session", { method: "DELETE" });
  location.assign("/"); // nothing of the last reader stays on the page
}

/** Ask for a key, once however many requests want it. Whether one was accepted. */
function askForKey() {
  asking ??= keyDialog().finally(() => (asking = null));
  return asking;
}

async function keyDialog() {
  const accepted = await openDialog(t("session.title"), (close) => [keyForm(close)]);
  if (accepted) {
    await learn();
    document.dispatchEvent(new Event("signedin"));
  }
  return accepted === true;
}

function keyForm(close) {
  const wrong = el("p", { id: "key-wrong", class: "wrong", role: "alert" });
  const input = el("input", {
    type: "password",
    name: "key",
    required: true,
    autocomplete: "current-password",
    spellcheck: "false",
    "aria-describedby": "key-wrong key-hint",
    autofocus: true,
  });
  const submit = async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    input.removeAttribute("aria-invalid");
    try {
      await request("/v1/session", { method: "POST", body: { key: input.value.trim() } });
      close(true);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong.textContent = error.status === 401 ? t("session.wrong") : `${error.what} ${error.mend}`;
      input.setAttribute("aria-invalid", "true");
      input.select();
    }
  };
  return el(
    "form",
    { class: "stack", onsubmit: submit },
    el("label", { class: "field" }, el("span", null, t("session.key")), input),
    el("p", { id: "key-hint", class: "hint" }, t("session.hint")),
    wrong,
    el("div", { class: "dialog-foot" }, el("button", { type: "submit", class: "primary" }, t("session.in"))),
  );
}
