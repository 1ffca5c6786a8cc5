/** A question and what became of it: waiting, an answer as it comes in, an answer, or what went wrong. */

import { actions } from "./actions.js";
import { AnswerText, callout, confidence, notices, shortWords, sourcesSection, understood } from "./answer.js";
import { listening } from "./listening.js";
import { el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { isShaped, shaped } from "./shapes.js";
import { shortSpan } from "../shared/text.js";

let made = 0;

/**
 * A turn just asked. `state` is "waiting", "done", "failed" or "stopped"; while it waits, `stage`, `query`,
 * `passages`, `text` and `citations` grow; a done one has `answered`, a failed one `problem`.
 *
 * @param {string} question
 */
export function newTurn(question) {
  return {
    question,
    state: "waiting",
    stage: "search",
    query: null,
    passages: [],
    text: "",
    citations: [],
    answered: null,
    problem: null,
    rating: null,
  };
}

/** A turn that the server kept; its sources know the day of the answer, since when articles may have changed. */
export function keptTurn({ question, asked_at: asked, answered }) {
  const found = [...answered.answer.citations.flatMap(({ sources }) => sources), ...answered.passages];
  const day = new Date(asked).toLocaleDateString("sv"); // as ISO 8601 has it, where the reader is
  for (const each of found) each.as_of = day;
  return { ...newTurn(question), ...settled(answered) };
}

/** What a turn becomes with its answer. */
export function settled(answered) {
  const { answer, passages, query } = answered;
  return { state: "done", answered, query, passages, text: answer.text, citations: answer.citations };
}

/** One turn on the page; `update()` draws what has changed. */
export class TurnView {
  /**
   * @param {object} turn
   * @param {{readOnly?: boolean, retry?: () => void, ask?: (question: string) => void}} does
   */
  constructor(turn, { readOnly = false, retry, ask }) {
    const heading = `turn-${++made}`;
    this.turn = turn;
    this.readOnly = readOnly;
    this.retry = retry;
    this.ask = ask;
    this.words = new AnswerText();
    this.above = el("div", { class: "above" });
    this.below = el("div", { class: "below" });
    this.element = el(
      "article",
      { class: "turn", "aria-labelledby": heading },
      el(
        "h2",
        { id: heading, class: "question", tabindex: "-1" },
        el("span", { class: "unseen" }, `${t("turn.question")} `),
        turn.question,
      ),
      this.above,
      this.words.element,
      this.below,
    );
    this.update();
  }

  update() {
    const { state, text, citations, passages, answered, query } = this.turn;
    this.element.setAttribute("aria-busy", String(state === "waiting"));
    const answer = answered?.answer;
    const none = answer?.outcome === "none";
    if (answer) this.element.dataset.outcome = answer.outcome;
    const parts = answer && !none && isShaped(answer);
    const short = answer && shortSpan(answer);
    this.words.draw(none || parts ? "" : text, citations, passages, answer?.language ?? query?.language, short);
    this.words.element.classList.toggle("evidence", Boolean(answer?.short));
    this.words.element.hidden = none || !text;
    if (parts) fill(this.words.element, ...shaped(answer, passages, this.ask));
    fill(this.above, understood(query), ...(answer ? [...notices(answered), shortWords(answer)] : []));
    fill(this.below, ...this[state]());
  }

  waiting() {
    return [el("p", { class: "stage" }, el("span", { class: "spinner" }), t(`stage.${this.turn.stage}`))];
  }

  done() {
    const { answered } = this.turn;
    const said = [confidence(answered), sourcesSection(answered)];
    return this.readOnly ? [...said, listening(answered.answer)] : [...said, ...actions(this.turn, this.element)];
  }

  failed() {
    const { problem } = this.turn;
    return [
      callout(
        "danger",
        "warn",
        problem.what,
        problem.mend,
        problem.detail && el("p", { class: "byline" }, t("problem.detail"), " ", el("bdi", null, problem.detail)),
        this.again(),
      ),
    ];
  }

  stopped() {
    return [callout("info", "stop", t("turn.stopped"), this.again())];
  }

  again() {
    return el("div", null, el("button", { type: "button", onclick: this.retry }, icon("retry"), t("turn.retry")));
  }
}
