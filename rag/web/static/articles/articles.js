/** The articles that are held: add, find, list, open, delete. */

import { Problem, request } from "../shared/api.js";
import { deleted, mayChange, trouble, waiting } from "./parts.js";
import { announce, el, fill, icon, toast } from "../shared/dom.js";
import { addressForm, feedsPanel } from "./feeds.js";
import { finder } from "./finding.js";
import { t } from "../shared/i18n.js";
import { pasteForm } from "./paste.js";
import { byline, titleOf } from "../shared/sources.js";
import { articleAddress } from "../shared/text.js";
import { filesPanel, uploadsUnderWay } from "./upload.js";

const PAGE = 30;

/** Answers with what is to be done when the view is left. */
export function showArticles(view) {
  const left = new AbortController();
  const list = new List(left.signal);
  const find = finder({ shown: (finding) => (list.element.hidden = finding), signal: left.signal });
  const page = el("div", { class: "page articles" });
  const draw = () => fill(page, head(list), ...adding(list), find.element, list.element);
  draw();
  fill(view, page);
  document.title = t("articles.tab");
  document.addEventListener("signedin", () => (draw(), list.start()), { signal: left.signal });
  find.resume();
  list.start();
  return () => left.abort();
}

function head(list) {
  return el("div", { class: "articles-head" }, el("h1", { tabindex: "-1" }, t("articles.title")), list.count);
}

/** What adds articles, for those who may. */
function adding(list) {
  if (!mayChange()) return [el("p", { class: "hint" }, t("articles.readonly"))];
  const changed = () => list.start();
  const panel = el(
    "details",
    { class: "add", open: uploadsUnderWay() },
    el("summary", null, icon("plus"), t("add.title")),
    el("div", { class: "add-body" }, el("div", { class: "stack" }, addressForm(changed), filesPanel(changed)), pasteForm(changed)),
  );
  list.whenEmpty = () => (panel.open = true);
  return [panel, feedsPanel(list.signal)];
}

/** The list, a page at a time. */
class List {
  constructor(signal) {
    this.signal = signal;
    this.whenEmpty = () => {};
    this.count = el("p", { class: "hint" });
    this.rows = el("ul", { class: "rows" });
    this.foot = el("div", { class: "rows-foot" });
    this.element = el(
      "section",
      { "aria-labelledby": "list-title" },
      el("h2", { id: "list-title", tabindex: "-1" }, t("articles.all")),
      this.rows,
      this.foot,
    );
  }

  /** From the beginning. What is shown stays until the new rows are there. */
  async start() {
    await this.load(null);
  }

  /** @private */
  async load(after, moved = false) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    if (after === null && this.rows.childElementCount === 0) fill(this.foot, waiting());
    try {
      const query = after === null ? "" : `&after=${encodeURIComponent(after)}`;
      const page = await request(`/v1/articles?order=newest&limit=${PAGE}${query}`, { signal: this.signal });
      if (turn === this.turn) this.show(page, after === null, moved);
    } catch (error) {
      if (error.name !== "AbortError" && turn === this.turn)
        fill(
          this.foot,
          trouble(error, () => this.load(after, moved)),
        );
    }
  }

  /** @private */
  show(page, fresh, moved) {
    const rows = page.articles.map((article) => this.row(article));
    if (fresh) fill(this.rows, ...rows);
    else this.rows.append(...rows);
    this.total(page.total);
    fill(this.foot, page.next !== null && this.more(page.next));
    if (moved) rows[0]?.querySelector("a").focus();
    if (moved) announce(t("articles.more.told", { count: rows.length }));
  }

  /** @private */
  total(total) {
    this.held = total;
    this.count.textContent = t("articles.count", { count: total });
    if (total > 0) return;
    fill(this.rows, el("li", { class: "empty" }, t(mayChange() ? "articles.empty" : "articles.empty.readonly")));
    this.whenEmpty();
  }

  /** @private */
  more(next) {
    const button = el("button", { type: "button" }, t("articles.more"));
    button.addEventListener("click", () => {
      button.disabled = true;
      this.load(next, true);
    });
    return button;
  }

  /** @private */
  row(article) {
    const title = titleOf(article);
    const length = t("articles.length", { count: article.characters });
    const row = el(
      "li",
      { class: "row" },
      el(
        "div",
        { class: "row-words" },
        el("a", { class: "row-title", href: articleAddress(article.id) }, title),
        byline(article, el("span", null, length)),
      ),
      mayChange() &&
        el(
          "button",
          {
            type: "button",
            class: "quiet icon-only",
            "aria-label": t("articles.delete.named", { title }),
            onclick: () => this.remove(article.id, title, row),
          },
          icon("trash"),
        ),
    );
    return row;
  }

  /** @private */
  async remove(id, title, row) {
    try {
      if (!(await deleted(id, title))) return;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      toast(`${error.what} ${error.mend}`);
      return;
    }
    const beside = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.total(this.held - 1);
    (beside?.querySelector("a") ?? this.element.querySelector("h2")).focus();
    announce(t("articles.deleted", { title }));
  }
}
