/** A briefing: what it is of, when it comes and where it goes; its preview and the issues that were made. */

import { issueAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { confirmed } from "../shared/dialogs.js";
import { announce, el, fill, icon, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { loadInto, nothingHere, tried } from "../shared/loading.js";
import { Paged } from "../shared/paged.js";
import { briefingForm } from "./briefing-form.js";
import { shownOnce } from "./feed.js";
import { deliveriesLine, issueParts } from "./issue-parts.js";
import { channelWords, momentWords, nextWords, scheduleWords } from "./parts.js";

/**
 * @param {HTMLElement} view
 * @param {string} id "new" shows the form for another
 * @returns what is to be done when the view is left
 */
export function showBriefing(view, id) {
  const left = new AbortController();
  const page = el("div", { class: "page briefing" });
  fill(view, page);
  const get = (path) => request(path, { signal: left.signal });
  const path = `/v1/briefings/${encodeURIComponent(id)}`;
  const load = () => Promise.all([get("/v1/topics"), id === "new" ? null : get(path)]);
  const missing = () => nothingHere(page, t("briefing.missing"), t("topic.missing.text"), "#/topics", t("topic.all"));
  loadInto(
    page,
    load,
    ([{ topics }, briefing]) => (briefing ? show(page, path, topics, briefing, left.signal) : fresh(page, topics)),
    missing,
  );
  return () => left.abort();
}

const back = () =>
  el("p", { class: "reader-back" }, el("a", { class: "button quiet", href: "#/topics" }, icon("back"), t("topic.all")));

/** The form for a briefing that there is not yet. */
function fresh(page, topics) {
  document.title = t("briefings.new");
  const made = (briefing) => {
    const path = `/v1/briefings/${encodeURIComponent(briefing.id)}`;
    history.replaceState(null, "", `#/briefings/${encodeURIComponent(briefing.id)}`);
    show(page, path, topics, briefing, new AbortController().signal);
    announce(t("briefing.made"));
    page.querySelector("h1").focus();
  };
  const title = el("h1", { tabindex: "-1" }, t("briefings.new"));
  const send = (body) => request("/v1/briefings", { body });
  fill(
    page,
    back(),
    title,
    topics.length ? briefingForm(topics, null, send, made) : el("p", { class: "empty" }, t("briefing.no-topics")),
  );
}

function show(page, path, topics, briefing, signal) {
  const head = el("header", { class: "desk-head" });
  const secrets = el("div", { class: "stack" });
  const outcome = el("div", { tabindex: "-1" });
  const preview = el("div", { class: "preview", tabindex: "-1" });
  const issues = issuesOf(path, signal);
  const draw = (now) => {
    document.title = `${now.name} – Hỏi Đáp`;
    fill(secrets, ...secretsOf(now));
    fill(head, ...headOf(now, topics), actions(path, now, { draw, outcome, preview, topics }));
  };
  draw(briefing);
  fill(
    page,
    back(),
    secrets,
    head,
    outcome,
    preview,
    el(
      "section",
      { class: "section", "aria-labelledby": "issues-title" },
      el("h2", { id: "issues-title", class: "section-title" }, t("briefing.issues")),
      issues.rows,
      issues.foot,
    ),
  );
  issues.start();
}

/** What new webhooks' requests are signed with. */
function secretsOf({ channels }) {
  return channels
    .filter(({ secret }) => secret)
    .flatMap(({ to, secret }) => [
      el("p", null, t("briefing.secret", { to })),
      shownOnce(secret, t("briefing.secret.label")),
    ]);
}

function headOf(briefing, topics) {
  const names = new Map(topics.map(({ id, name }) => [id, name]));
  const known = briefing.topics.filter((id) => names.has(id));
  return [
    el("p", { class: "kicker" }, t("briefing.kicker")),
    el("h1", { tabindex: "-1" }, el("bdi", null, briefing.name)),
    el(
      "dl",
      { class: "facts" },
      fact(
        t("briefing.topics"),
        ...known.flatMap((id, i) => [
          i > 0 && ", ",
          el("a", { href: `#/topics/${encodeURIComponent(id)}` }, el("bdi", null, names.get(id))),
        ]),
      ),
      fact(t("briefing.schedule"), scheduleWords(briefing.schedule)),
      fact(
        t("briefing.channels"),
        ...(briefing.channels.length
          ? briefing.channels.map((channel) => el("div", null, channelWords(channel)))
          : [t("briefing.page-only")]),
      ),
      fact(
        t("briefing.when"),
        briefing.next_at && !briefing.paused ? momentWords(briefing.next_at) : nextWords(briefing),
      ),
    ),
  ];
}

function fact(name, ...content) {
  return el("div", null, el("dt", null, name), el("dd", null, ...content));
}

function actions(path, briefing, { draw, outcome, preview, topics }) {
  const change = async (values) => {
    const done = await tried(outcome, async () => draw(await request(path, { method: "PATCH", body: values })));
    if (done) document.querySelector(".briefing [aria-pressed]").focus();
  };
  const shown = async () => {
    const load = () => request(`${path}/preview`, { method: "POST" });
    await loadInto(preview, load, (issue) =>
      fill(preview, el("h2", { class: "section-title" }, t("briefing.preview.title")), ...issueParts(issue)),
    );
    preview.focus();
  };
  const edit = () => {
    const save = (body) => request(path, { method: "PATCH", body });
    const saved = (now) => {
      fill(preview);
      draw(now);
      toast(t("briefing.saved"));
    };
    fill(
      preview,
      el("h2", { class: "section-title" }, t("briefing.edit")),
      briefingForm(topics, briefing, save, saved),
    );
    preview.querySelector("input").focus();
  };
  return el(
    "div",
    { class: "desk-actions" },
    el("button", { type: "button", class: "primary", onclick: shown }, t("briefing.preview")),
    el(
      "button",
      { type: "button", "aria-pressed": String(briefing.paused), onclick: () => change({ paused: !briefing.paused }) },
      t("topic.pause"),
    ),
    el("button", { type: "button", onclick: edit }, t("briefing.edit")),
    el(
      "button",
      { type: "button", class: "danger", onclick: () => remove(path, briefing.name, outcome) },
      icon("trash"),
      t("topic.delete"),
    ),
  );
}

async function remove(path, name, outcome) {
  if (!(await confirmed(t("briefing.delete.title"), t("briefing.delete.text", { name }), t("topic.delete")))) return;
  await tried(outcome, async () => {
    await request(path, { method: "DELETE" });
    location.hash = "#/topics";
    toast(t("topic.deleted", { name }));
  });
}

function issuesOf(path, signal) {
  return new Paged({
    load: (after) =>
      request(`${path}/issues${after === null ? "" : `?before=${encodeURIComponent(after)}`}`, { signal }),
    items: ({ issues }) => issues,
    row: ({ id, made_at: made, topics, deliveries }) =>
      el(
        "li",
        { class: "row" },
        el(
          "div",
          { class: "row-words" },
          el("a", { class: "row-title", href: issueAddress(id) }, momentWords(made)),
          el(
            "p",
            { class: "byline dots" },
            ...topics.map(({ name, notices }) => el("span", null, t("briefing.of", { name, notices }))),
          ),
          deliveriesLine(deliveries),
        ),
      ),
    empty: () => t("briefing.no-issues"),
  });
}
