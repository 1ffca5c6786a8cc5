/** What is followed: topics with what is new about each, and the briefings made of them. */

import { briefingAddress, topicAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { announce, el, fill, icon } from "../shared/dom.js";
import { age, t } from "../shared/i18n.js";
import { loadInto, tried } from "../shared/loading.js";
import { channelWords, nextWords, scheduleWords } from "./parts.js";

/** Answers with what is to be done when the view is left. */
export function showTopics(view) {
  const left = new AbortController();
  const topics = el("div", { class: "topic-list" });
  const briefings = el("div");
  const load = () =>
    loadInto(
      topics,
      () => request("/v1/topics", { signal: left.signal }),
      (found) => fill(topics, listOf(found.topics)),
    );
  fill(
    view,
    el(
      "div",
      { class: "page wide topics" },
      el("h1", { tabindex: "-1" }, t("topics.title")),
      el("p", { class: "hint" }, t("topics.hint")),
      el(
        "div",
        { class: "two-columns" },
        el(
          "section",
          { class: "section", "aria-labelledby": "topics-title" },
          el("h2", { id: "topics-title", class: "section-title" }, t("topics.topics")),
          newTopic(load),
          topics,
        ),
        el(
          "section",
          { class: "section rail", "aria-labelledby": "briefings-title" },
          el("h2", { id: "briefings-title", class: "section-title" }, t("briefings.title")),
          el("p", { class: "hint" }, t("briefings.hint")),
          el("p", null, el("a", { class: "button", href: briefingAddress("new") }, icon("plus"), t("briefings.new"))),
          briefings,
        ),
      ),
    ),
  );
  document.title = t("topics.tab");
  load();
  loadInto(
    briefings,
    () => request("/v1/briefings", { signal: left.signal }),
    (found) => fill(briefings, briefingsOf(found.briefings)),
  );
  return () => left.abort();
}

/** A topic made of words or a question. */
function newTopic(made) {
  const outcome = el("div", { tabindex: "-1" });
  const input = el("input", {
    name: "question",
    required: true,
    maxlength: 1000,
    autocomplete: "off",
    "aria-label": t("topics.new"),
    placeholder: t("topics.new.example"),
  });
  const submitted = async (event) => {
    event.preventDefault();
    const question = input.value.trim();
    if (!question) return input.focus();
    await tried(outcome, async () => {
      const { name } = await request("/v1/topics", { body: { question } });
      input.value = "";
      announce(t("topics.made", { name }));
      made();
    });
  };
  return el(
    "div",
    { class: "stack" },
    el(
      "form",
      { class: "line-form", onsubmit: submitted },
      input,
      el("button", { type: "submit", class: "primary" }, icon("plus"), t("topics.follow")),
    ),
    outcome,
  );
}

function listOf(topics) {
  if (!topics.length) return el("p", { class: "empty" }, t("topics.empty"));
  return el("ul", { class: "rows" }, ...topics.map(row));
}

function row({ id, name, question, paused, new: fresh, last_match_at: last }) {
  return el(
    "li",
    { class: "row" },
    el(
      "div",
      { class: "row-words" },
      el("a", { class: "row-title", href: topicAddress(id) }, el("bdi", null, name)),
      question !== name && el("p", { class: "byline" }, el("q", null, question)),
      el(
        "p",
        { class: "byline dots" },
        paused && el("span", { class: "warn" }, t("topics.paused")),
        el("span", null, last ? t("topics.last", { age: age(last) }) : t("topics.never")),
      ),
    ),
    fresh > 0 && el("span", { class: "badge" }, t("topics.fresh", { count: fresh })),
  );
}

function briefingsOf(briefings) {
  if (!briefings.length) return el("p", { class: "empty" }, t("briefings.empty"));
  return el(
    "ul",
    { class: "rows" },
    ...briefings.map((briefing) =>
      el(
        "li",
        { class: "row" },
        el(
          "div",
          { class: "row-words" },
          el("a", { class: "row-title", href: briefingAddress(briefing.id) }, el("bdi", null, briefing.name)),
          el(
            "p",
            { class: "byline dots" },
            el("span", null, scheduleWords(briefing.schedule)),
            ...briefing.channels.map((channel) => el("bdi", null, channelWords(channel))),
          ),
          el("p", { class: "byline" }, nextWords(briefing)),
        ),
      ),
    ),
  );
}
