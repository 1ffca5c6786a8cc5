/** The row below an answer: take it along, hear it, follow it, and say what one thinks of it. */

import { feedback } from "./feedback.js";
import { followButton } from "./following.js";
import { listening } from "./listening.js";
import { taking } from "./taking.js";
import { el } from "../shared/dom.js";

export function actions(turn, turnElement) {
  const { thumbs, form } = feedback(turn);
  const { kept, answer } = turn.answered;
  return [
    el(
      "div",
      { class: "actions" },
      taking(turn, turnElement),
      listening(answer),
      answer.kind !== "chat" && followButton(turn),
      // Of what is not kept, no opinion is either.
      kept === false ? null : el("span", { class: "thumbs" }, ...thumbs),
    ),
    form,
  ];
}
