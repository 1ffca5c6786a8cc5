/** A topic: what is new about it, told once a story, and what can be done with it. */

import { askAddress, timelineAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { confirmed, openDialog } from "../shared/dialogs.js";
import { quotation } from "../shared/cited.js";
import { el, fill, icon, toast } from "../shared/dom.js";
import { formatDate, shortDate, t } from "../shared/i18n.js";
import { loadInto, nothingHere, tried } from "../shared/loading.js";
import { Paged } from "../shared/paged.js";
import { titleOf } from "../shared/sources.js";
import { articleAddress } from "../shared/text.js";
import { openFeed } from "./feed.js";
import { momentWords } from "./parts.js";

const PAGE = 20;

/** Answers with what is to be done when the view is left. */
export function showTopic(view, id) {
  const left = new AbortController();
  const page = el("div", { class: "page topic" });
  fill(view, page);
  const path = `/v1/topics/${encodeURIComponent(id)}`;
  const missing = () => nothingHere(page, t("topic.missing"), t("topic.missing.text"), "#/topics", t("topic.all"));
  loadInto(
    page,
    () => request(path, { signal: left.signal }),
    (topic) => show(page, path, topic, left.signal),
    missing,
  );
  return () => left.abort();
}

function show(page, path, topic, signal) {
  const head = el("header", { class: "desk-head" });
  const outcome = el("div", { tabindex: "-1" });
  drawHead(head, path, topic, outcome);
  const news = newsOf(path, topic, signal);
  fill(
    page,
    el(
      "p",
      { class: "reader-back" },
      el("a", { class: "button quiet", href: "#/topics" }, icon("back"), t("topic.all")),
    ),
    head,
    outcome,
    el(
      "section",
      { class: "section", "aria-labelledby": "news-title" },
      el("h2", { id: "news-title", class: "section-title" }, t("topic.news")),
      news.rows,
      news.foot,
    ),
  );
  news.start();
}

function drawHead(head, path, topic, outcome) {
  const { name, question, filters, paused, created_at: since } = topic;
  document.title = `${name} – Hỏi Đáp`;
  const change = (values) =>
    tried(outcome, async () => drawHead(head, path, await request(path, { method: "PATCH", body: values }), outcome));
  const pause = async () => {
    if (await change({ paused: !paused })) head.querySelector("[aria-pressed]").focus();
  };
  fill(
    head,
    el("p", { class: "kicker" }, t("topic.kicker")),
    el("h1", { tabindex: "-1" }, el("bdi", null, name)),
    question !== name && el("p", { class: "byline" }, el("q", null, question)),
    el(
      "p",
      { class: "byline dots" },
      paused && el("strong", { class: "warn" }, t("topics.paused")),
      el("span", null, t("topic.since", { day: formatDate(since) })),
      ...limits(filters),
      el("a", { href: askAddress(question) }, t("topic.ask")),
      el("a", { href: timelineAddress(question) }, t("topic.timeline")),
    ),
    el(
      "div",
      { class: "desk-actions" },
      el("button", { type: "button", "aria-pressed": String(paused), onclick: pause }, t("topic.pause")),
      el("button", { type: "button", onclick: () => rename(name, change) }, t("topic.rename")),
      el(
        "button",
        { type: "button", "aria-haspopup": "dialog", onclick: () => openFeed(path, topic) },
        icon("out"),
        t("topic.feed"),
      ),
      el(
        "button",
        { type: "button", class: "danger", onclick: () => remove(path, name, outcome) },
        icon("trash"),
        t("topic.delete"),
      ),
    ),
  );
}

/** Of which articles alone it is. */
function limits({ published_from: from, published_to: to, sources }) {
  return [
    from && el("span", null, t("filters.from-day", { day: shortDate(from) })),
    to && el("span", null, t("filters.to-day", { day: shortDate(to) })),
    ...sources.map((name) => el("bdi", null, name)),
  ];
}

async function rename(name, change) {
  const wanted = await openDialog(t("topic.rename"), (close) => {
    const input = el("input", {
      name: "name",
      required: true,
      maxlength: 200,
      autocomplete: "off",
      value: name,
      autofocus: true,
    });
    const submitted = (event) => {
      event.preventDefault();
      if (input.value.trim()) close(input.value.trim());
    };
    return [
      el(
        "form",
        { class: "stack", onsubmit: submitted },
        el("label", { class: "field" }, el("span", null, t("topic.name")), input),
        el("div", { class: "dialog-foot" }, el("button", { type: "submit", class: "primary" }, t("topic.save"))),
      ),
    ];
  });
  if (wanted && wanted !== name) await change({ name: wanted });
}

async function remove(path, name, outcome) {
  if (!(await confirmed(t("topic.delete.title"), t("topic.delete.text", { name }), t("topic.delete")))) return;
  await tried(outcome, async () => {
    await request(path, { method: "DELETE" });
    location.hash = "#/topics";
    toast(t("topic.deleted", { name }));
  });
}

/** The notices, the new ones first; what is new is seen then. */
function newsOf(path, topic, signal) {
  return new Paged({
    load: (after) =>
      request(`${path}/news?limit=${PAGE}${after === null ? "" : `&after=${encodeURIComponent(after)}`}`, { signal }),
    items: ({ notices }) => notices,
    row,
    shown: (_, fresh) => fresh && topic.new > 0 && request(`${path}/seen`, { method: "POST" }),
    empty: () => t("topic.empty"),
  });
}

function row({ at, new: fresh, title, source, articles, sources }) {
  const others = articles.filter(({ id }) => id !== source.article_id);
  return el(
    "li",
    { class: fresh ? "row notice fresh" : "row notice" },
    el(
      "div",
      { class: "row-words" },
      el(
        "p",
        { class: "byline dots" },
        fresh && el("span", null, el("strong", { class: "badge" }, t("topic.fresh"))),
        el("time", { datetime: at }, t("topic.at", { when: momentWords(at) })),
        sources > 1 && el("span", null, t("story.sources", { count: sources })),
      ),
      title && title !== source.title && el("h3", { lang: "vi" }, el("bdi", null, title)),
      quotation(source, others.length > 0 && also(others)),
    ),
  );
}

function also(articles) {
  return el(
    "p",
    { class: "copies" },
    `${t("topic.also")} `,
    ...articles.flatMap((article, i) => [
      i > 0 && ", ",
      el(
        "a",
        { href: articleAddress(article.id), title: titleOf(article) },
        el("bdi", null, article.source || titleOf(article)),
      ),
    ]),
  );
}
