/** The stories: articles about one event, the newest first. */

import { listenToKeys } from "../shared/keys.js";
import { storiesAddress, timelineAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { shortByline, storyCard } from "../shared/cited.js";
import { announce, el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { Paged } from "../shared/paged.js";
import { titleOf } from "../shared/sources.js";
import { articleAddress } from "../shared/text.js";
import "./words.js";

const PAGE = 20;

/**
 * @param {HTMLElement} view
 * @param {string} query words of the stories; "" for all
 * @returns what is to be done when the view is left
 */
export function showStories(view, query) {
  const left = new AbortController();
  let words = query;
  const count = el("p", { class: "hint" });
  const list = new Paged({
    load: (after) => request(`/v1/stories?${asked(words, after)}`, { signal: left.signal }),
    items: ({ stories }) => stories,
    row: (story) =>
      el("li", { class: "row" }, el("div", { class: "row-words" }, storyCard(story, "h2"), articlesOf(story))),
    shown: ({ total }, fresh) => {
      if (!fresh) return;
      count.textContent = t("stories.count", { count: total });
      if (words !== query) announce(count.textContent);
    },
    empty: () => t(words ? "stories.none" : "stories.empty"),
  });
  const find = (wanted) => {
    words = wanted;
    history.pushState(null, "", storiesAddress(words));
    list.start();
  };
  fill(
    view,
    el(
      "div",
      { class: "page stories" },
      el("div", { class: "archive-head" }, el("h1", { tabindex: "-1" }, t("stories.title")), count),
      el("p", { class: "hint" }, t("stories.hint")),
      el("div", { class: "stories-ask" }, finder(query, find), timelineForm()),
      list.rows,
      list.foot,
    ),
  );
  listenToKeys({ "/": () => view.querySelector("input").focus() }, left.signal);
  document.title = t("stories.tab");
  list.start();
  return () => left.abort();
}

const asked = (words, after) =>
  new URLSearchParams([
    ["limit", PAGE],
    ...(words ? [["q", words]] : []),
    ...(after === null ? [] : [["after", after]]),
  ]);

/** The newest articles of a story, each by its newspaper. */
function articlesOf({ newest }) {
  return el(
    "ul",
    { class: "story-articles" },
    ...newest.map((article) =>
      el(
        "li",
        null,
        shortByline(article),
        el("a", { href: articleAddress(article.id), lang: "vi" }, el("bdi", null, titleOf(article))),
      ),
    ),
  );
}

function finder(query, find) {
  const input = el("input", {
    type: "search",
    maxlength: 300,
    autocomplete: "off",
    value: query,
    "aria-label": t("stories.find"),
    placeholder: t("stories.find"),
  });
  const submitted = (event) => (event.preventDefault(), find(input.value.trim()));
  input.addEventListener("input", () => input.value === "" && find(""));
  return el(
    "form",
    { class: "line-form", role: "search", onsubmit: submitted },
    input,
    el("button", { type: "submit" }, icon("search"), t("find.go")),
  );
}

/** A question whose events are laid out by day. */
export function timelineForm(question = "") {
  const input = el("input", {
    name: "question",
    maxlength: 1000,
    autocomplete: "off",
    value: question,
    "aria-label": t("timeline.ask"),
    placeholder: t("timeline.ask"),
  });
  const submitted = (event) => {
    event.preventDefault();
    const wanted = input.value.trim();
    if (wanted) location.hash = timelineAddress(wanted);
    else input.focus();
  };
  return el(
    "form",
    { class: "line-form", onsubmit: submitted },
    input,
    el("button", { type: "submit", class: "primary" }, icon("list"), t("timeline.go")),
  );
}
