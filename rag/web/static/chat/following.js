/** A topic made of a question: what is new about it is told from then on. */

import { filterBody } from "./filters.js";
import { Problem, request } from "../shared/api.js";
import { openDialog } from "../shared/dialogs.js";
import { el, icon, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const MOST = 200; // characters of a name

/** The button under an answer that opens the form. */
export function followButton({ question, query }) {
  const wanted = query?.understood ?? question;
  const open = () => openDialog(t("follow.title"), (close) => [form(wanted, close)]);
  return el(
    "button",
    { type: "button", class: "quiet", "aria-haspopup": "dialog", onclick: open },
    icon("bell"),
    t("follow.button"),
  );
}

function form(wanted, close) {
  const question = el("textarea", { rows: 2, name: "question", required: true, maxlength: 2000 });
  question.value = wanted;
  const name = el("input", { name: "name", maxlength: MOST, autocomplete: "off" });
  const wrong = el("p", { class: "wrong", role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    const body = { question: question.value.trim(), name: name.value.trim() || null, filters: filterBody() };
    if (!body.question) return question.focus();
    try {
      await request("/v1/topics", { body });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong.textContent = `${error.what} ${error.mend}`;
      return;
    }
    close();
    toast(t("follow.done"));
  };
  return el(
    "form",
    { class: "stack", onsubmit: submit },
    el("p", { class: "hint" }, t("follow.hint")),
    el("label", { class: "field" }, el("span", null, t("follow.question")), question),
    el("label", { class: "field" }, el("span", null, t("follow.name")), name),
    wrong,
    el("div", { class: "dialog-foot" }, el("button", { type: "submit", class: "primary" }, t("follow.go"))),
  );
}
