/** A conversation as this page holds it: it outlives the view, so that an answer comes in while an article is read. */

import { events, Problem, request } from "../shared/api.js";
import { filterBody } from "./filters.js";
import { generator } from "../shared/options.js";
import { keptTurn, newTurn, settled } from "./turn.js";

export class Thread {
  constructor(id = null) {
    this.id = id;
    this.turns = [];
    this.place = null; // how far down the reader was
    this.aborting = null;
    this.changed = () => {}; // told the turn that has changed
  }

  /** A conversation that the server keeps. Throws Problem. */
  static async kept(id) {
    const thread = new Thread(id);
    const { turns } = await request(`/v1/conversations/${encodeURIComponent(id)}`);
    thread.turns = turns.map(keptTurn);
    return thread;
  }

  get running() {
    return this.aborting !== null;
  }

  /** Ask, as a further turn or once more as a turn that failed. */
  async ask(question, again = null) {
    const turn = Object.assign(again ?? newTurn(question), newTurn(question));
    if (!again) this.turns.push(turn);
    this.aborting = new AbortController();
    this.changed(turn);
    try {
      await this.follow(turn, this.aborting.signal);
    } catch (error) {
      Object.assign(turn, failure(error));
    }
    this.aborting = null;
    this.changed(turn);
  }

  stop() {
    this.aborting?.abort();
  }

  async follow(turn, signal) {
    const body = {
      question: turn.question,
      conversation_id: this.id,
      origin: "page",
      filters: filterBody(),
      generator: generator(),
      stream: true,
    };
    for await (const { event, data } of events("/v1/ask", { body, signal })) {
      take(turn, event, data);
      if (event === "done") this.id = data.conversation_id;
      this.changed(turn);
    }
  }
}

function take(turn, event, data) {
  if (event === "stage") turn.stage = data.stage;
  else if (event === "passages") Object.assign(turn, { query: data.query, passages: data.passages });
  else if (event === "delta") turn.text += data.text;
  else if (event === "citation") turn.citations = [...turn.citations, data];
  else if (event === "done") Object.assign(turn, settled(data));
}

function failure(error) {
  if (error.name === "AbortError") return { state: "stopped" };
  if (error instanceof Problem) return { state: "failed", problem: error };
  throw error;
}
