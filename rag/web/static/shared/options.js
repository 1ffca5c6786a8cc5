/** Light and dark, what answers, and signing out. */

import { openDialog, segments } from "./dialogs.js";
import { el, icon } from "./dom.js";
import { t } from "./i18n.js";
import { session, signOut } from "./session.js";
import { remember, remembered } from "./storage.js";

const GENERATORS = ["extractive", "openai", "local"];

export async function openOptions() {
  await openDialog(t("options.title"), (close) => [
    segments(
      t("options.theme"),
      "theme",
      ["auto", "light", "dark"].map((name) => [name, t(`options.theme.${name}`)]),
      theme(),
      setTheme,
    ),
    ...generators(),
    ...signedIn(close),
    el(
      "div",
      { class: "dialog-foot" },
      el("button", { type: "button", class: "primary", onclick: () => close() }, t("dialog.done")),
    ),
  ]);
}

const theme = () => document.documentElement.dataset.theme ?? "auto";

function setTheme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  remember("theme", name === "auto" ? null : name);
}

/** What answers, where there is a choice. */
function generators() {
  if (session().generators.length < 2) return [];
  const options = session().generators.map((name) => [name, generatorName(name)]);
  return [
    segments(t("options.generator"), "generator", options, generator() ?? session().generator, (name) =>
      remember("generator", name),
    ),
  ];
}

export const generatorName = (name) => (GENERATORS.includes(name) ? t(`generator.${name}`) : name);

/** What the reader wants to be answered by; null for the server's own choice. */
export function generator() {
  const chosen = remembered("generator");
  return session().generators.includes(chosen) ? chosen : null;
}

function signedIn(close) {
  if (session().access !== "keys" || !session().name) return [];
  const leave = async () => {
    close();
    await signOut();
  };
  return [
    el(
      "div",
      { class: "signed-in" },
      el("p", { class: "hint" }, t("session.signed", { name: session().name })),
      el("button", { type: "button", onclick: leave }, icon("out"), t("session.out")),
    ),
  ];
}
