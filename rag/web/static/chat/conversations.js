/** The list of conversations: beside the chat, and in a drawer where there is no room beside it. */

import { Problem, request } from "../shared/api.js";
import { closeButton, confirmed } from "../shared/dialogs.js";
import { el, fill, icon, toast } from "../shared/dom.js";
import { age, t } from "../shared/i18n.js";

const PAGE = 50;
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
    this.list = el("ul", { class: "conversations" });
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
      el("h2", { class: "label" }, t("conversations.title")),
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
    const query = new URLSearchParams({ limit: PAGE, ...(before && { before }) });
    try {
      const { conversations, next } = await request(`/v1/conversations?${query}`);
      this.listed = before ? [...this.listed, ...conversations] : conversations;
      this.next = next;
      this.draw();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // What is known already stays.
      if (!this.listed) fill(this.list, el("li", { class: "hint" }, `${error.what} ${error.mend}`));
    }
  }

  draw() {
    if (!this.listed) return;
    const items = this.listed.map((conversation) => this.item(conversation));
    fill(this.list, ...(items.length ? items : [el("li", { class: "hint" }, t("conversations.none"))]));
    this.more.hidden = !this.next;
  }

  item({ id, title, updated_at: updated }) {
    const here = id === this.current();
    return el(
      "li",
      null,
      el(
        "a",
        { href: `#/c/${encodeURIComponent(id)}`, "aria-current": here ? "page" : null },
        el("span", { class: "conversation-title" }, title),
        el("span", { class: "byline" }, age(updated)),
      ),
      el(
        "button",
        {
          type: "button",
          class: "quiet icon-only",
          "aria-label": t("conversations.delete", { title }),
          title: t("conversations.delete-short"),
          onclick: () => this.remove(id, title),
        },
        icon("trash"),
      ),
    );
  }

  async remove(id, title) {
    if (
      !(await confirmed(
        t("conversations.confirm"),
        t("conversations.confirm-text", { title }),
        t("conversations.delete-short"),
      ))
    )
      return;
    try {
      await request(`/v1/conversations/${encodeURIComponent(id)}`, { method: "DELETE" });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 404) return toast(`${error.what} ${error.mend}`);
    }
    toast(t("conversations.deleted"));
    this.deleted(id);
    await this.load();
    this.nav.querySelector("button").focus();
  }
}
