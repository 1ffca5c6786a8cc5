/** The events that a question asks about, by day, each in the words of an article. */

import { callout, notices, understood } from "../chat/answer.js";
import { followButton } from "../chat/following.js";
import { isShaped, shaped } from "../chat/shapes.js";
import { askAddress, storiesAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { loadInto } from "../shared/loading.js";
import { timelineForm } from "./stories.js";
import "./words.js";

/**
 * @param {HTMLElement} view
 * @param {string} question "" asks for one
 * @returns what is to be done when the view is left
 */
export function showTimeline(view, question) {
  const left = new AbortController();
  const shown = el("div", { class: "timeline-shown" });
  fill(
    view,
    el(
      "div",
      { class: "page timeline-page" },
      el(
        "p",
        { class: "reader-back" },
        el("a", { class: "button quiet", href: storiesAddress() }, icon("back"), t("story.all")),
      ),
      el(
        "header",
        { class: "desk-head" },
        el("p", { class: "kicker" }, t("timeline.title")),
        el("h1", { tabindex: "-1" }, question || t("timeline.title")),
      ),
      timelineForm(question),
      shown,
    ),
  );
  document.title = question ? `${question} – Hỏi Đáp` : t("timeline.tab");
  const query = new URLSearchParams({ q: question });
  const load = () => request(`/v1/timeline?${query}`, { signal: left.signal });
  if (question) loadInto(shown, load, (found) => show(shown, question, found));
  else fill(shown, el("p", { class: "hint" }, t("timeline.hint")));
  return () => left.abort();
}

function show(place, question, { query, answer, events }) {
  const ask = (asked) => (location.hash = askAddress(asked));
  const way = el(
    "div",
    { class: "desk-actions" },
    el("a", { class: "button quiet", href: askAddress(question) }, icon("quote"), t("timeline.ask.instead")),
    followButton({ question, query }),
  );
  if (answer.outcome === "none" || !isShaped(answer)) {
    const told = notices({ answer });
    return fill(place, understood(query), ...(told.length ? told : [callout("info", "info", t("timeline.none"))]), way);
  }
  fill(
    place,
    understood(query),
    el("p", { class: "hint" }, t("timeline.count", { count: events })),
    ...notices({ answer }),
    el("div", { class: "answer-text", lang: answer.language }, ...shaped(answer, [], ask)),
    way,
  );
}
