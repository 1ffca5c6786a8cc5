/** The article beside an answer: a pane where there is room for both, else a sheet from below. Its address says which. */

import { closeCard } from "./card.js";
import { Problem, request } from "../shared/api.js";
import { articleParts, citedWords, goTo } from "../shared/article.js";
import { closeButton } from "../shared/dialogs.js";
import { el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { trouble, waiting } from "../shared/states.js";
import { articleAddress, wordsAddress } from "../shared/text.js";

const WIDE = matchMedia("(min-width: 68.75rem)");

export class Beside {
  /**
   * @param {HTMLElement} frame what the pane stands in, whose links to articles it follows
   * @param {() => string} base the address of the frame without an article
   */
  constructor(frame, base) {
    this.frame = frame;
    this.base = base;
    this.query = null; // of the article that is shown
    this.opener = null; // where the focus goes when it closes
    this.left = new AbortController();
    this.body = el("div", { class: "beside-body" });
    this.full = el("a", { class: "button quiet" }, icon("page"), t("beside.full"));
    this.head = el("div", { class: "beside-head" }, this.full, closeButton(() => this.close()));
    this.pane = el("aside", { class: "beside", "aria-label": t("beside.title"), hidden: true });
    this.sheet = el("dialog", { class: "sheet", "aria-label": t("beside.title") });
    frame.append(this.pane, this.sheet);
    frame.addEventListener("click", (event) => this.clicked(event));
    frame.addEventListener("opensource", (event) => {
      event.preventDefault();
      this.open(wordsAddress(event.detail), event.target);
    });
    this.sheet.addEventListener("click", (event) => event.target === this.sheet && this.close());
    this.sheet.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    WIDE.addEventListener("change", () => this.query && this.placed(), { signal: this.left.signal });
  }

  /** The address of the frame, with the article that is shown. */
  get address() {
    return this.query ? `${this.base()}?${this.query}` : this.base();
  }

  /** Show what an address asks for, if anything. */
  at(query) {
    if (query.has("article")) this.show(query);
    else this.hide();
  }

  /** The view is left. */
  leave() {
    this.hide();
    this.left.abort();
  }

  /** @private a link to an article is followed here, unless a new tab was asked for */
  clicked(event) {
    const link = event.target.closest('a[href^="#/a/"]');
    if (!link || link === this.full || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open(link.getAttribute("href"), link);
  }

  /** One step back closes it, however many articles were opened in it. */
  open(href, opener) {
    const [path, query] = href.slice(articleAddress("").length).split("?");
    const wanted = new URLSearchParams(query);
    wanted.set("article", decodeURIComponent(path));
    const inside = this.body.contains(opener);
    if (!inside) this.opener = opener.closest(".card")?.previousElementSibling ?? opener;
    const address = `${this.base()}?${wanted}`;
    if (this.query) history.replaceState(history.state, "", address);
    else history.pushState({ beside: true }, "", address);
    this.show(wanted);
  }

  close() {
    if (!this.query) return;
    if (history.state?.beside) return history.back(); // the address then says so
    this.hide();
    history.replaceState(null, "", this.base());
  }

  /** Show none; the address is the caller's. */
  hide() {
    if (!this.query) return;
    const within = this.pane.contains(document.activeElement) || this.sheet.open;
    this.query = null;
    this.loading?.abort();
    this.placed();
    if (within && this.opener?.isConnected) {
      this.opener.focus({ preventScroll: true });
      closeCard(); // the focus opens it
    }
    this.opener = null;
  }

  /** @private */
  async show(query) {
    if (String(query) === String(this.query)) return;
    this.query = query;
    this.loading?.abort();
    this.loading = new AbortController();
    const id = query.get("article");
    const words = citedWords(query);
    this.full.href = articleAddress(id) + (words.start === null ? "" : `?${without(query, "article")}`);
    fill(this.body, waiting());
    this.placed();
    try {
      const article = await request(`/v1/articles/${encodeURIComponent(id)}`, { signal: this.loading.signal });
      const { title, marked, parts } = articleParts(article, words, { level: 2, scroller: this.body });
      fill(this.body, ...parts);
      this.body.scrollTop = 0;
      if (marked) goTo(marked, this.body);
      else title.focus({ preventScroll: true });
    } catch (error) {
      if (error.name !== "AbortError") this.failed(error);
    }
  }

  /** @private */
  failed(error) {
    const gone = error instanceof Problem && error.status === 404;
    const again = () => {
      const { query } = this;
      this.query = null;
      this.show(query);
    };
    fill(this.body, gone ? el("p", { class: "callout warn" }, t("reader.missing.text")) : trouble(error, again));
  }

  /** @private in the pane or in the sheet, or in neither */
  placed() {
    const shown = Boolean(this.query);
    const wide = WIDE.matches;
    const { scrollTop } = this.body;
    (wide ? this.pane : this.sheet).append(this.head, this.body);
    this.frame.classList.toggle("with-article", shown && wide);
    this.pane.hidden = !(shown && wide);
    if (shown && !wide && !this.sheet.open) this.sheet.showModal();
    if ((!shown || wide) && this.sheet.open) this.sheet.close();
    this.body.scrollTop = scrollTop;
  }
}

function without(query, name) {
  const rest = new URLSearchParams(query);
  rest.delete(name);
  return rest;
}
