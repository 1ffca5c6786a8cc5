/** The page: its shell, and which view the address asks for. */

import { showArchive } from "./articles/archive.js";
import { showChat } from "./chat/chat.js";
import { showShared } from "./chat/shared-answer.js";
import { showEntity } from "./entities/entity.js";
import { citedWords } from "./shared/article.js";
import { el, fill, icon } from "./shared/dom.js";
import { language, setLanguage, t, translate } from "./shared/i18n.js";
import { openOptions } from "./shared/options.js";
import { showArticle } from "./articles/reader.js";
import { openSession } from "./shared/session.js";
import { showStart } from "./start/start.js";
import { showStories } from "./stories/stories.js";
import { showStory } from "./stories/story.js";
import { showTimeline } from "./stories/timeline.js";
import { showBriefing } from "./topics/briefing.js";
import { showIssue } from "./topics/issue.js";
import { showTopic } from "./topics/topic.js";
import { showTopics } from "./topics/topics.js";
import "./shared/desk-words.js";
import "./shared/words.js";

/**
 * First match wins. Each shows its view, and may answer with what is to be done when it is left: a function, or
 * `{leave, stays}` where `stays(name, parts, query)` says that it has shown a new address itself.
 */
const ROUTES = [
  [/^\/articles$/, "articles", (view, _, query) => showArchive(view, query)],
  [
    /^\/a\/([^/]+)$/,
    "articles",
    (view, [id], query) => showArticle(view, id, citedWords(query)),
  ],
  [/^\/e\/([^/]+)\/([^/]+)$/, "articles", (view, [kind, key]) => showEntity(view, kind, key)],
  [/^\/stories$/, "stories", (view, _, query) => showStories(view, query.get("q") ?? "")],
  [/^\/st\/([^/]+)$/, "stories", (view, [id]) => showStory(view, id)],
  [/^\/timeline$/, "stories", (view, _, query) => showTimeline(view, query.get("q") ?? "")],
  [/^\/topics$/, "topics", (view) => showTopics(view)],
  [/^\/topics\/([^/]+)$/, "topics", (view, [id]) => showTopic(view, id)],
  [/^\/briefings\/([^/]+)$/, "topics", (view, [id]) => showBriefing(view, id)],
  [/^\/issues\/([^/]+)$/, "topics", (view, [id]) => showIssue(view, id)],
  [/^\/c\/([^/]+)$/, "chat", (view, [id], query) => showChat(view, id, query)],
  [/^\/ask$/, "chat", (view, _, query) => showChat(view, null, query)],
  [/^\/s\/([^/]+)$/, "shared", (view, [token], query) => showShared(view, token, query)],
  [/^/, "start", (view) => showStart(view)],
];

const view = document.getElementById("view");
const languageSwitch = document.getElementById("language");
let current = null; // the view that is shown, as `{leave, stays}`
let shown = 0;

/** `#/a/an%20id?start=3` -> its route, the decoded parts of its path, and its query. */
function resolved(hash) {
  const [path, query = ""] = hash.slice(1).split("?");
  for (const [pattern, name, show] of ROUTES) {
    const match = pattern.exec(path);
    if (match) return { name, show, parts: match.slice(1).map(decoded), query: new URLSearchParams(query) };
  }
  throw new Error(`No route for ${hash}`); // the last pattern fits everything
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // an address typed by hand
  }
}

/** Draw the view of the address. `moved` says that the reader went there, so that the focus goes along. */
async function route(moved) {
  const { name, show, parts, query } = resolved(location.hash || "#/");
  if (moved && current?.stays?.(name, parts, query)) return;
  const turn = ++shown;
  current?.leave();
  current = null;
  for (const link of document.querySelectorAll("[data-route]")) {
    if (link.dataset.route.split(" ").includes(name)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  view.replaceChildren();
  view.dataset.view = name;
  if (moved) {
    scrollTo(0, 0);
    view.focus({ preventScroll: true });
  }
  const drawn = await show(view, parts, query);
  const left = typeof drawn === "function" ? { leave: drawn } : drawn;
  // Another view may have been asked for meanwhile.
  if (turn === shown) current = left ?? null;
  else left?.leave();
}

function dress() {
  document.documentElement.lang = language();
  translate(document);
  const options = document.getElementById("open-options");
  fill(options, icon("options"), el("span", { class: "unseen" }, t("options.title")));
  options.classList.add("icon-only");
  const [other, name] = language() === "vi" ? ["en", "English"] : ["vi", "Tiếng Việt"];
  const short = el("abbr", { "aria-hidden": "true" }, other.toUpperCase());
  fill(languageSwitch, short, el("span", { lang: other }, name));
  languageSwitch.value = other;
}

languageSwitch.addEventListener("click", () => setLanguage(languageSwitch.value));
document.getElementById("open-options").addEventListener("click", openOptions);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address is the route
  view.focus();
});
document.addEventListener("languagechosen", () => {
  dress();
  route(false);
});
addEventListener("hashchange", () => route(true));
dress();
await openSession();
await route(false);
