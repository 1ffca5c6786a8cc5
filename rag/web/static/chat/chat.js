/** The view of a conversation: its turns, where the next question is typed, and the other conversations beside it. */

import { callout } from "./answer.js";
import { Beside } from "./beside.js";
import { Problem } from "../shared/api.js";
import { closeCard } from "./card.js";
import { Composer } from "./composer.js";
import { Conversations } from "./conversations.js";
import { announce, el, fill } from "../shared/dom.js";
import { filterBar } from "./filters.js";
import { listenToKeys } from "../shared/keys.js";
import { silence } from "./listening.js";
import { suggestions } from "./suggestions.js";
import { t } from "../shared/i18n.js";
import { Thread } from "./thread.js";
import { TurnView } from "./turn.js";
import "./words.js";

const FINGER = matchMedia("(pointer: coarse)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

let thread = new Thread();

/**
 * Show a conversation; without an id the one at hand, or a new one that begins with the `q` of `query`, which may also
 * name an article to show beside it.
 */
export async function showChat(view, id, query) {
  const question = id ? null : query.get("q");
  const chat = new Chat(view);
  if (question) chat.startAnew();
  if (!id && !question && !thread.turns.length) return location.replace("#/");
  if (!id || id === thread.id || (await chat.resume(id))) {
    chat.beside.at(query); // before the address is written anew
    chat.show();
  }
  if (question) chat.ask(question);
  return { leave: () => chat.leave(), stays: (name, [other], asked) => name === "chat" && chat.stays(other, asked) };
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
    const main = el("div", { class: "chat-main" }, this.conversations.opener, this.column, this.composer.element);
    const frame = el("div", { class: "chat" }, this.conversations.aside, this.conversations.drawer, main);
    this.beside = new Beside(frame, () => (thread.id ? `#/c/${encodeURIComponent(thread.id)}` : "#/ask"));
    fill(view, frame);
    this.left = new AbortController();
    listenToKeys(this.keys(), this.left.signal);
    this.composer.grow();
    this.conversations.load();
  }

  keys() {
    return {
      "/": () => this.composer.input.focus(),
      j: () => this.step(1),
      k: () => this.step(-1),
      o: () => this.near()?.querySelector(".marker, .source-title")?.click(),
      Escape: () => this.beside.close(),
    };
  }

  /** The turn that is read: the one with the focus, else the last whose question is above the middle. */
  near() {
    const turns = [...this.column.querySelectorAll(".turn")];
    const focused = document.activeElement.closest(".turn");
    const above = turns.filter((turn) => turn.getBoundingClientRect().top < innerHeight / 2);
    return focused ?? above.at(-1) ?? turns[0];
  }

  step(by) {
    const turns = [...this.column.querySelectorAll(".turn")];
    const focused = turns.indexOf(document.activeElement.closest(".turn"));
    const from = focused < 0 ? turns.indexOf(this.near()) - (by > 0 ? 1 : 0) : focused;
    const heading = turns[Math.min(Math.max(from + by, 0), turns.length - 1)]?.querySelector(".question");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "start", behavior: STILL.matches ? "auto" : "smooth" });
  }

  /** Whether an address is of this conversation, beside which an article may have come or gone. */
  stays(id, query) {
    if ((id ?? null) !== thread.id) return false;
    this.beside.at(query);
    return true;
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
    this.suggest();
    scrollTo(0, thread.place ?? document.documentElement.scrollHeight);
  }

  leave() {
    closeCard();
    silence();
    this.left.abort();
    this.beside.leave();
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
    silence();
    this.beside.hide();
    thread = new Thread();
    location.hash = "#/";
  }

  ask(question) {
    if (thread.running) return;
    this.next?.remove();
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
        new TurnView(turn, {
          retry: () => thread.running || thread.ask(turn.question, turn),
          ask: (question) => this.ask(question),
        }),
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
    this.suggest();
    this.conversations.load();
    announce(told(turn));
  }

  /** What can be asked next, under the last answer. */
  suggest() {
    const turn = thread.turns.at(-1);
    this.next?.remove();
    if (turn?.state !== "done") return;
    this.next = suggestions(turn, (question) => this.ask(question));
    this.viewOf(turn).element.append(this.next);
  }

  /** The address of this conversation, once it has one. */
  here() {
    if (thread.id) history.replaceState(history.state, "", this.beside.address);
  }
}

function told({ state, answered, problem }) {
  if (state === "failed") return `${problem.what} ${problem.mend}`;
  if (state === "stopped") return t("turn.stopped");
  const { outcome, short, text, note } = answered.answer;
  const opening = { answered: "turn.answer", related: "answer.related", none: "answer.abstained" }[outcome];
  return [t(opening), short && `${short.text}.`, text, note].filter(Boolean).join(" ");
}
