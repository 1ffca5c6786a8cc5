/** The view of a conversation: its turns, where the next question is typed, and the other conversations beside it. */

import { callout } from "./answer.js";
import { Problem } from "../shared/api.js";
import { closeCard } from "./card.js";
import { Composer } from "./composer.js";
import { Conversations } from "./conversations.js";
import { announce, el, fill } from "../shared/dom.js";
import { filterBar } from "./filters.js";
import { t } from "../shared/i18n.js";
import { Thread } from "./thread.js";
import { TurnView } from "./turn.js";

const FINGER = matchMedia("(pointer: coarse)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

let thread = new Thread();

/** Show a conversation; without an id the one at hand, or a new one that begins with `question`. */
export async function showChat(view, id, question = null) {
  const chat = new Chat(view);
  if (question) chat.startAnew();
  if (id && id !== thread.id && !(await chat.resume(id))) return () => chat.leave();
  if (!id && !question && !thread.turns.length) return location.replace("#/");
  chat.show();
  if (question) chat.ask(question);
  return () => chat.leave();
}

class Chat {
  constructor(view) {
    this.view = view;
    this.turns = new Map(); // turn -> its view
    this.column = el("div", { class: "thread" });
    this.composer = new Composer({
      ask: (question) => this.ask(question),
      stop: () => thread.stop(),
      filters: filterBar(),
    });
    this.conversations = new Conversations({
      current: () => thread.id,
      begin: () => this.begin(),
      deleted: (id) => id === thread.id && this.begin(),
    });
    fill(
      view,
      el(
        "div",
        { class: "chat" },
        this.conversations.aside,
        this.conversations.drawer,
        el("div", { class: "chat-main" }, this.conversations.opener, this.column, this.composer.element),
      ),
    );
    this.composer.grow();
    this.conversations.load();
  }

  /** Take up a conversation of the server; false, with what is wrong on the page, where that fails. */
  async resume(id) {
    try {
      thread = await Thread.kept(id);
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      thread = new Thread();
      thread.changed = (turn) => this.changed(turn);
      const gone = error.status === 404 ? [t("chat.gone"), t("chat.gone-mend")] : [error.what, error.mend];
      fill(this.column, el("h1", { class: "unseen" }, t("chat.title")), callout("warn", "info", ...gone));
      return false;
    }
  }

  show() {
    thread.changed = (turn) => this.changed(turn);
    this.turns.clear();
    this.composer.setRunning(thread.running);
    this.here();
    this.conversations.draw();
    if (!thread.turns.length) return; // the first is about to be asked
    fill(
      this.column,
      el("h1", { class: "unseen" }, thread.turns[0].question),
      ...thread.turns.map((turn) => this.viewOf(turn).element),
    );
    document.title = `${thread.turns[0].question} – Hỏi Đáp`;
    scrollTo(0, thread.place ?? document.documentElement.scrollHeight);
  }

  leave() {
    closeCard();
    thread.place = scrollY;
    thread.changed = () => {};
    this.conversations.close();
  }

  /** A conversation of its own, which a reload does not begin once more. */
  startAnew() {
    thread.stop();
    thread = new Thread();
    history.replaceState(null, "", "#/ask");
    if (!FINGER.matches) this.composer.input.focus({ preventScroll: true });
  }

  begin() {
    thread.stop();
    thread = new Thread();
    location.hash = "#/";
  }

  ask(question) {
    if (thread.running) return;
    if (!thread.turns.length) fill(this.column, el("h1", { class: "unseen" }, question));
    document.title = `${question} – Hỏi Đáp`;
    thread.ask(question);
    const { element } = this.viewOf(thread.turns.at(-1));
    element.classList.add("fresh");
    element.scrollIntoView({ block: "start", behavior: STILL.matches ? "auto" : "smooth" });
  }

  viewOf(turn) {
    if (!this.turns.has(turn))
      this.turns.set(
        turn,
        new TurnView(
          turn,
          () => thread.running || thread.ask(turn.question, turn),
          (question) => this.ask(question),
        ),
      );
    return this.turns.get(turn);
  }

  /** Draw a turn that has changed, and tell what is worth telling: its beginning and its end, not each word. */
  changed(turn) {
    const known = this.turns.get(turn);
    if (known) known.update();
    else this.column.append(this.viewOf(turn).element);
    this.composer.setRunning(thread.running);
    if (turn.state === "waiting" && !known) announce(t("stage.search"));
    if (thread.running) return;
    this.here();
    this.conversations.load();
    announce(told(turn));
  }

  /** The address of this conversation, once it has one. */
  here() {
    if (thread.id) history.replaceState(null, "", `#/c/${encodeURIComponent(thread.id)}`);
  }
}

function told({ state, answered, problem }) {
  if (state === "failed") return `${problem.what} ${problem.mend}`;
  if (state === "stopped") return t("turn.stopped");
  const { outcome, short, text, note } = answered.answer;
  const opening = { answered: "turn.answer", related: "answer.related", none: "answer.abstained" }[outcome];
  return [t(opening), short && `${short.text}.`, text, note].filter(Boolean).join(" ");
}
