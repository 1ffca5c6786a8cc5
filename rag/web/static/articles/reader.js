/** An article on a page of its own, where it can be put right and deleted. */

import { Problem, request } from "../shared/api.js";
import { editForm } from "./edit.js";
import { deleted, mayChange } from "./parts.js";
import { articleParts, goTo } from "../shared/article.js";
import { el, fill, icon, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { titleOf } from "../shared/sources.js";
import { trouble, waiting } from "../shared/states.js";

// What the way back is called; it begins with the first that fits.
const BACK = [
  ["#/articles", "reader.back.list"],
  ["#/c/", "reader.back.chat"],
  ["#/ask", "reader.back.chat"],
  ["", "reader.back"],
];

// Where the reader came from.
let from = "#/";
addEventListener("hashchange", ({ oldURL }) => {
  const hash = new URL(oldURL).hash || "#/";
  if (!hash.startsWith("#/a/")) from = hash;
});

/**
 * @param {HTMLElement} view
 * @param {string} id
 * @param {{start: number | null, end: number | null, seal: string | null}} cited see `placeOf`
 */
export async function showArticle(view, id, cited) {
  const left = new AbortController();
  const page = el("article", { class: "page reader" }, back(), waiting());
  fill(view, page);
  load(page, id, cited, left.signal);
  return () => left.abort();
}

async function load(page, id, cited, signal) {
  try {
    const article = await request(`/v1/articles/${encodeURIComponent(id)}`, { signal });
    show(page, article, cited);
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error instanceof Problem && error.status === 404) missing(page);
    else
      fill(
        page,
        back(),
        trouble(error, () => load(page, id, cited, signal)),
      );
  }
}

function back() {
  const [, key] = BACK.find(([beginning]) => from.startsWith(beginning));
  return el("p", { class: "reader-back" }, el("a", { class: "button quiet", href: from }, icon("back"), t(key)));
}

function missing(page) {
  const title = el("h1", { tabindex: "-1" }, t("reader.missing.title"));
  fill(
    page,
    back(),
    title,
    el("p", { class: "hint" }, t("reader.missing.text")),
    el("p", null, el("a", { class: "button", href: "#/articles" }, t("reader.missing.list"))),
  );
  document.title = t("reader.tab", { title: title.textContent });
  title.focus();
}

function show(page, article, cited) {
  const { title, marked, parts } = articleParts(article, cited);
  const edited = (now) => {
    document.dispatchEvent(new Event("articleschanged"));
    show(page, now, cited);
  };
  const edit = mayChange() && editForm(article, edited);
  fill(page, back(), ...parts, edit, deletion(article));
  document.title = t("reader.tab", { title: titleOf(article) });
  if (marked) goTo(marked);
  else title.focus({ preventScroll: true });
}

function deletion(article) {
  if (!mayChange()) return null;
  const told = el("div");
  const remove = async () => {
    try {
      if (!(await deleted(article.id, titleOf(article)))) return;
    } catch (error) {
      fill(told, trouble(error, remove));
      return;
    }
    document.dispatchEvent(new Event("articleschanged"));
    location.hash = "#/articles";
    toast(t("articles.deleted", { title: titleOf(article) }));
  };
  return el(
    "div",
    { class: "reader-foot" },
    el("button", { type: "button", class: "danger", onclick: remove }, icon("trash"), t("articles.delete")),
    told,
  );
}
