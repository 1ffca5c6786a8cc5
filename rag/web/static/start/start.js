/** The start: where questions are typed, and the archive at a glance. */

import { Composer } from "../chat/composer.js";
import { Conversations } from "../chat/conversations.js";
import { filterBar } from "../chat/filters.js";
import { listenToKeys } from "../shared/keys.js";
import { archiveAddress, askAddress, storiesAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { daysBetween, entityLink, headline, section, storyCard } from "../shared/cited.js";
import { el, fill } from "../shared/dom.js";
import { language, number, t } from "../shared/i18n.js";
import { loadInto } from "../shared/loading.js";
import { session } from "../shared/session.js";
import "./words.js";

/** Answers with what is to be done when the view is left. */
export function showStart(view) {
  const left = new AbortController();
  const composer = new Composer({ ask, stop: () => {}, filters: filterBar() });
  const begin = () => composer.input.focus();
  const conversations = new Conversations({ current: () => null, begin, deleted: () => {} });
  const shown = el("div", { class: "start-archive" });
  const examples = el("div", { class: "start-examples" });
  fill(
    view,
    el(
      "div",
      { class: "chat" },
      conversations.aside,
      conversations.drawer,
      el(
        "div",
        { class: "start" },
        conversations.opener,
        el(
          "section",
          { class: "start-ask", "aria-labelledby": "start-title" },
          el("h1", { id: "start-title" }, t("start.title")),
          el("p", { class: "hint" }, t("start.lead")),
          composer.element,
          examples,
        ),
        shown,
      ),
    ),
  );
  listenToKeys({ "/": begin }, left.signal);
  document.title = "Hỏi Đáp";
  composer.grow();
  conversations.load();
  const load = () => request(`/v1/archive?language=${language()}`, { signal: left.signal });
  const again = () => loadInto(shown, load, (archive) => show(archive, shown, examples));
  document.addEventListener("signedin", again, { signal: left.signal });
  again();
  return () => {
    conversations.close();
    left.abort();
  };
}

function ask(question) {
  location.hash = askAddress(question);
}

function show(archive, shown, examples) {
  if (!archive.articles) return fill(shown, empty());
  fill(examples, ...questions(archive.questions));
  fill(
    shown,
    glance(archive),
    el(
      "div",
      { class: "start-columns" },
      el("div", { class: "start-main" }, newest(archive), today(archive)),
      el("div", { class: "start-rail" }, stories(archive), active(archive)),
    ),
  );
}

/** Questions that this archive answers. */
function questions(asked) {
  if (!asked.length) return [];
  return [
    el("h2", { class: "label" }, t("start.try")),
    el(
      "ul",
      { class: "examples" },
      ...asked.map((question) =>
        el("li", null, el("button", { type: "button", onclick: () => ask(question) }, question)),
      ),
    ),
  ];
}

/** How many articles, of how many sources, from when to when. */
function glance({ articles, sources, first, last, undated, today: { added, updated } }) {
  const changed = [
    added > 0 && t("start.added", { count: added }),
    updated > 0 && t("start.updated", { count: updated }),
  ].filter(Boolean);
  return el(
    "p",
    { class: "glance dots" },
    el("a", { href: archiveAddress() }, t("start.articles", { count: articles })),
    el("span", null, t("story.sources", { count: sources })),
    first && el("span", null, daysBetween(first, last)),
    undated > 0 && el("span", null, t("start.undated", { count: undated })),
    changed.length > 0 && el("strong", null, t("start.changed", { what: changed.join(", ") })),
  );
}

function newest({ newest: [first, ...others] }) {
  if (!first) return null;
  const list = el("ul", { class: "headlines" }, ...others.map((article) => el("li", null, headline(article))));
  const lead = headline(first);
  lead.classList.add("lead-story");
  return section(
    t("start.newest"),
    lead,
    list,
    el("p", { class: "section-more" }, el("a", { href: archiveAddress() }, t("start.all"))),
  );
}

/** What came in today and is not of the newest days. */
function today({ newest: before, today: { articles: all } }) {
  const articles = all.filter(({ id }) => !before.some((other) => other.id === id));
  if (!articles.length) return null;
  return section(
    t("start.today"),
    el("ul", { class: "headlines" }, ...articles.map((article) => el("li", null, headline(article)))),
  );
}

function stories({ stories: told }) {
  if (!told.length) return null;
  return section(
    t("start.stories"),
    el("ol", { class: "ranked" }, ...told.map((story) => el("li", null, storyCard(story)))),
    el("p", { class: "section-more" }, el("a", { href: storiesAddress() }, t("start.stories.all"))),
  );
}

/** Names of which more was written lately than before. */
function active({ active: entities }) {
  if (!entities.length) return null;
  const rows = entities.map((entity) =>
    el(
      "li",
      null,
      entityLink(entity, el("span", { class: "before" }, t("start.before", { before: number(entity.before) }))),
    ),
  );
  return section(
    t("start.active"),
    el("p", { class: "hint" }, t("start.active.hint")),
    el("ul", { class: "entities" }, ...rows),
  );
}

function empty() {
  const may = session().scopes.includes("ingest");
  return el(
    "div",
    { class: "callout" },
    el("p", { class: "callout-title" }, t("start.empty")),
    el("p", null, t(may ? "start.empty.fill" : "start.empty.ask")),
    may && el("p", null, el("a", { class: "button primary", href: archiveAddress() }, t("start.empty.go"))),
  );
}
