/** The list of conversations: beside the chat, and in a drawer where there is no room beside it. */

import { Problem, request } from "../shared/api.js";
import { conversationItem } from "./conversation.js";
import { byDay } from "./days.js";
import { closeButton } from "../shared/dialogs.js";
import { announce, el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const PAGE = 50;
const TYPING_MS = 250;
const WIDE = matchMedia("(min-width: 60rem)");

export class Conversations {
  /**
   * @param {{current: () => string | null, begin: () => void, deleted: (id: string) => void}} does
   */
  constructor({ current, begin, deleted }) {
    this.current = current;
    this.begin = begin;
    this.deleted = deleted;
    this.listed = null; // until they are fetched
    this.next = null;
    this.turn = 0; // of fetching: the last one counts
    this.list = el("div", { class: "conversation-groups" });
    this.search = el("input", {
      type: "search",
      class: "conversation-search",
      placeholder: t("conversations.search"),
      "aria-label": t("conversations.search"),
      maxlength: 200,
      autocomplete: "off",
      oninput: () => this.searched(),
    });
    this.more = el(
      "button",
      { type: "button", class: "quiet", hidden: true, onclick: () => this.load(this.next) },
      t("conversations.more"),
    );
    this.nav = el(
      "nav",
      { class: "conversations-nav", "aria-label": t("conversations.title") },
      el(
        "button",
        { type: "button", class: "new", onclick: () => this.leaving(begin) },
        icon("plus"),
        t("conversations.new"),
      ),
      el("h2", { class: "unseen" }, t("conversations.title")),
      this.search,
      this.list,
      this.more,
    );
    this.aside = el("div", { class: "sidebar" }, this.nav);
    this.drawer = el("dialog", {
      class: "drawer",
      "aria-label": t("conversations.title"),
      onclose: () => this.aside.append(this.nav),
    });
    this.opener = el(
      "button",
      { type: "button", class: "open-drawer", "aria-haspopup": "dialog", onclick: () => this.open() },
      icon("list"),
      t("conversations.title"),
    );
    this.drawer.addEventListener("click", (event) => {
      if (event.target === this.drawer || event.target.closest("a")) this.drawer.close();
    });
    this.closing = () => WIDE.matches && this.drawer.close();
    WIDE.addEventListener("change", this.closing);
  }

  /** Done with: the view is left. */
  close() {
    WIDE.removeEventListener("change", this.closing);
    this.drawer.close();
  }

  open() {
    fill(
      this.drawer,
      el(
        "div",
        { class: "dialog-head" },
        el("span", { class: "brand" }, "Hỏi Đáp"),
        closeButton(() => this.drawer.close()),
      ),
      this.nav,
    );
    this.drawer.showModal();
  }

  leaving(then) {
    this.drawer.close();
    then();
  }

  /** Fetch the list from its beginning, or what follows `before`. */
  async load(before = null) {
    const turn = ++this.turn;
    const words = this.search.value.trim();
    const query = new URLSearchParams({ limit: PAGE, origin: "page", ...(words && { q: words }), ...(before && { before }) });
    try {
      const { conversations, next } = await request(`/v1/conversations?${query}`);
      if (turn !== this.turn) return;
      this.listed = before ? [...this.listed, ...conversations] : conversations;
      this.next = next;
      this.draw();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // What is known already stays.
      if (!this.listed) fill(this.list, el("p", { class: "hint" }, `${error.what} ${error.mend}`));
    }
  }

  draw() {
    if (!this.listed) return;
    const here = this.current();
    const does = { changed: (id) => this.changed(id), deleted: this.deleted };
    const groups = byDay(this.listed).map(({ name, listed }) =>
      el(
        "section",
        { "aria-labelledby": `day-${name}` },
        el("h3", { id: `day-${name}`, class: "label" }, t(`conversations.${name}`)),
        el("ul", { class: "conversations" }, ...listed.map((each) => conversationItem(each, each.id === here, does))),
      ),
    );
    const none = t(this.search.value.trim() ? "conversations.not-found" : "conversations.none");
    fill(this.list, ...(groups.length ? groups : [el("p", { class: "hint" }, none)]));
    this.more.hidden = !this.next;
  }

  /** @private one of them is otherwise, or gone: the focus stays near it */
  async changed(id) {
    await this.load();
    const item = id && this.list.querySelector(`[data-id="${CSS.escape(id)}"] button`);
    (item || this.nav.querySelector("button")).focus();
  }

  /** @private a while after the last letter */
  searched() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      await this.load();
      announce(t("conversations.found", { count: this.listed?.length ?? 0 }));
    }, TYPING_MS);
  }
}
