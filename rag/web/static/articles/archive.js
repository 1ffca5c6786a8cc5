/** The articles that are held: found, narrowed by time and names, sorted, read, added, changed. */

import { listenToKeys } from "../shared/keys.js";
import { archiveAddress, entityAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { closeButton } from "../shared/dialogs.js";
import { announce, el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { Paged } from "../shared/paged.js";
import { byline, titleOf } from "../shared/sources.js";
import { articleAddress, slice } from "../shared/text.js";
import { Choosing } from "./choosing.js";
import { chips, Facets, GROUPS } from "./facets.js";
import { addressForm, feedsPanel } from "./feeds.js";
import { nearest } from "./nearest.js";
import { mayChange } from "./parts.js";
import { pasteForm } from "./paste.js";
import { Query } from "./query.js";
import { filesPanel, uploadsUnderWay } from "./upload.js";
import { trouble } from "../shared/states.js";

const PAGE = 30;

let kept = null; // the archive that was left to read an article, to come back to
for (const changed of ["articleschanged", "languagechosen"]) document.addEventListener(changed, () => (kept = null));

/**
 * @param {HTMLElement} view
 * @param {URLSearchParams} params of the address
 * @returns what is to be done when the view is left
 */
export function showArchive(view, params) {
  const query = new Query(params);
  const same = kept && archiveAddress(kept.query.pairs) === archiveAddress(query.pairs);
  const archive = same ? kept : new Archive(query);
  const left = new AbortController();
  archive.signal = left.signal;
  fill(view, archive.element);
  document.title = t("articles.tab");
  document.addEventListener("signedin", () => (archive.draw(), archive.load()), { signal: left.signal });
  listenToKeys({ "/": () => archive.input.focus() }, left.signal);
  archive.draw();
  if (same) archive.back();
  else archive.load();
  return () => {
    archive.place = scrollY;
    kept = location.hash.startsWith("#/a/") && archive.list.rows.childElementCount ? archive : null;
    archive.sheet?.close();
    left.abort();
  };
}

class Archive {
  constructor(query) {
    this.query = query;
    this.names = new Map(); // entities of the address -> what they are called
    this.element = el("div", { class: "page wide archive" });
    this.count = el("p", { class: "hint" });
    this.bar = el("div", { class: "archive-chips" });
    this.near = el("div", { class: "near" });
    this.facets = new Facets((wanted) => this.go(wanted));
    this.aside = el("aside", { class: "archive-aside", "aria-label": t("facets.title") }, this.facets.element);
    this.choosing = new Choosing(() => this.load());
    this.list = new Paged({
      load: (after) => this.page(after),
      items: ({ articles }) => articles,
      row: (article) => this.row(article),
      shown: (page, fresh) => this.shown(page, fresh),
      empty: () => t(this.query.narrow ? "archive.none" : mayChange() ? "articles.empty" : "articles.empty.readonly"),
    });
  }

  draw() {
    fill(
      this.element,
      el(
        "div",
        { class: "archive-top" },
        el("div", { class: "archive-head" }, el("h1", { tabindex: "-1" }, t("articles.title")), this.count),
        ...this.adding(),
      ),
      el(
        "div",
        { class: "archive-grid" },
        this.aside,
        el(
          "section",
          { class: "archive-main", "aria-label": t("articles.all") },
          this.finder(),
          el("div", { class: "archive-bar" }, this.filterButton(), this.sorter(), mayChange() && this.choosing.button),
          this.bar,
          this.list.rows,
          this.list.foot,
          this.near,
          this.choosing.bar,
        ),
      ),
    );
  }

  /** As it was left. */
  back() {
    this.drawBar();
    scrollTo(0, this.place);
  }

  /** Show something else, at an address of its own. */
  go(query) {
    this.query = query;
    history.pushState(null, "", archiveAddress(query.pairs));
    this.input.value = query.get("q");
    this.load(true);
  }

  async load(told = false) {
    this.told = told;
    fill(this.near);
    this.choosing.forget();
    this.drawBar();
    await Promise.all([this.list.start(), this.loadFacets()]);
  }

  /** @private */
  page(after) {
    const more = [["order", this.query.sorted], ["limit", PAGE], ...(after === null ? [] : [["after", after]])];
    return request(this.query.path("/v1/articles", more), { signal: this.signal });
  }

  /** @private */
  async loadFacets() {
    const query = this.query;
    try {
      const found = await facetsOf(query, this.signal);
      if (query !== this.query) return;
      for (const { kind, key, name } of GROUPS.flatMap((group) => found[group] ?? []))
        this.names.set(`${kind}:${key}`, name);
      this.facets.show(query, found);
      this.drawBar();
    } catch (error) {
      if (error.name !== "AbortError")
        fill(
          this.facets.element,
          trouble(error, () => this.loadFacets()),
        );
    }
  }

  /** @private */
  shown({ total }, fresh) {
    if (!fresh) return;
    this.count.textContent = t(this.query.narrow ? "archive.count" : "articles.count", { count: total });
    this.total = total;
    if (this.told) announce(this.count.textContent);
    if (this.sheetDone) this.sheetDone.textContent = t("facets.show", { count: total });
    if (total === 0 && !this.query.narrow) this.whenEmpty?.();
    const words = this.query.get("q");
    if (words) fill(this.near, nearest(words, this.query, this.signal));
  }

  /** @private What is chosen, and the pages of names among it. */
  drawBar() {
    const set = chips(this.query, this.names, (query) => (this.go(query), this.input.focus()));
    const pages = this.query.filters
      .filter(([name, value]) => name === "entity" && this.names.has(value))
      .map(([, value]) => {
        const [kind, key] = [value.slice(0, value.indexOf(":")), value.slice(value.indexOf(":") + 1)];
        return el("a", { href: entityAddress({ kind, key }) }, t("archive.entity", { name: this.names.get(value) }));
      });
    fill(this.bar, ...set, ...pages);
    this.order.value = this.query.sorted;
    this.order.querySelector("[value=relevance]").hidden = !this.query.get("q");
  }

  /** @private */
  finder() {
    this.input = el("input", {
      id: "find",
      type: "search",
      maxlength: 300,
      autocomplete: "off",
      enterkeyhint: "search",
      placeholder: t("find.placeholder"),
      value: this.query.get("q"),
    });
    const find = () => this.go(this.query.with({ q: this.input.value.trim(), order: "" }));
    this.input.addEventListener("input", () => this.input.value === "" && this.query.get("q") && find());
    const submitted = (event) => (event.preventDefault(), find());
    return el(
      "form",
      { class: "find", role: "search", onsubmit: submitted },
      el("label", { class: "unseen", for: "find" }, t("find.label")),
      this.input,
      el("button", { type: "submit", class: "primary" }, icon("search"), t("find.go")),
    );
  }

  /** @private */
  sorter() {
    const options = ["newest", "oldest", "relevance"].map((name) =>
      el("option", { value: name }, t(`archive.${name}`)),
    );
    this.order = el(
      "select",
      { onchange: ({ target }) => this.go(this.query.with({ order: target.value })) },
      ...options,
    );
    return el("label", { class: "sorter" }, el("span", null, t("archive.order")), this.order);
  }

  /** @private On a phone the filters are a sheet. */
  filterButton() {
    const open = () => {
      const done = t("facets.show", { count: this.total ?? 0 });
      this.sheetDone = el("button", { type: "button", class: "primary", onclick: () => this.sheet.close() }, done);
      this.sheet = el(
        "dialog",
        { class: "facets-sheet", "aria-label": t("facets.title") },
        el(
          "div",
          { class: "dialog-head" },
          el("h2", null, t("facets.title")),
          closeButton(() => this.sheet.close()),
        ),
        this.facets.element,
        el("div", { class: "dialog-foot" }, this.sheetDone),
      );
      this.sheet.addEventListener("close", () => {
        this.aside.append(this.facets.element);
        this.sheet.remove();
        this.sheet = this.sheetDone = null;
      });
      document.body.append(this.sheet);
      this.sheet.showModal();
    };
    return el(
      "button",
      { type: "button", class: "open-facets", "aria-haspopup": "dialog", onclick: open },
      icon("filter"),
      t("facets.title"),
    );
  }

  /** @private What adds articles, for those who may. */
  adding() {
    if (!mayChange()) return [el("p", { class: "hint" }, t("articles.readonly"))];
    const changed = () => this.load();
    const panel = el(
      "details",
      { class: "add", open: uploadsUnderWay() },
      el("summary", null, icon("plus"), t("add.title")),
      el(
        "div",
        { class: "add-body" },
        el("div", { class: "stack" }, addressForm(changed), filesPanel(changed)),
        pasteForm(changed),
      ),
    );
    this.whenEmpty = () => (panel.open = true);
    return [panel, feedsPanel(this.signal)];
  }

  /** @private */
  row(article) {
    return el(
      "li",
      { class: "row" },
      mayChange() && this.choosing.box(article),
      el(
        "div",
        { class: "row-words" },
        el("a", { class: "row-title", href: articleAddress(article.id) }, el("bdi", null, titleOf(article))),
        byline(article),
        article.excerpt && el("p", { class: "row-passage" }, ...marked(article.excerpt)),
      ),
    );
  }
}

/** Other sources and months than those that are chosen stay to be chosen: they are counted without that choice. */
async function facetsOf(query, signal) {
  const asked = (wanted) => request(wanted.path("/v1/facets"), { signal });
  const days = { published_from: "", published_to: "" };
  const [found, { sources }, { months }] = await Promise.all([
    asked(query),
    query.get("source") ? asked(query.with({ source: "" })) : {},
    query.get("published_from") || query.get("published_to") ? asked(query.with(days)) : {},
  ]);
  return { ...found, sources: sources ?? found.sources, months: months ?? found.months };
}

/** Words of an article, those that were looked for marked; offsets are code points. */
function marked({ text, marks }) {
  const parts = [];
  let at = 0;
  for (const [start, end] of marks) {
    parts.push(slice(text, at, start), el("mark", null, slice(text, start, end)));
    at = end;
  }
  return [...parts, slice(text, at)];
}
