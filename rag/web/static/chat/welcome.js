/** What stands before the first question: what this is, and questions to begin with. */

import { el } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const EXAMPLES = ["example.1", "example.2", "example.3", "example.4"];

export function welcome(ask) {
  return el(
    "div",
    { class: "welcome" },
    el("h1", null, t("welcome.title")),
    el("p", { class: "lead" }, t("welcome.lead")),
    el("h2", { class: "label" }, t("welcome.try")),
    el(
      "ul",
      { class: "examples" },
      ...EXAMPLES.map((key) => el("li", null, el("button", { type: "button", onclick: () => ask(t(key)) }, t(key)))),
    ),
  );
}
