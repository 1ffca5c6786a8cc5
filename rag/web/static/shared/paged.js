/** A list that is loaded a page at a time. */

import { announce, el, fill } from "./dom.js";
import { t } from "./i18n.js";
import { trouble, waiting } from "./states.js";

export class Paged {
  /**
   * @param {object} does
   * @param {(after: string | null) => Promise<object>} does.load a page, with `next` for the one after it, or null
   * @param {(page: object) => Array<object>} does.items what is on a page
   * @param {(item: object) => HTMLElement} does.row
   * @param {(page: object, fresh: boolean) => void} [does.shown] called after each page
   * @param {() => (Node | string)} does.empty what stands where there is none
   */
  constructor({ load, items, row, shown = () => {}, empty }) {
    Object.assign(this, { load, items, row, shown, empty });
    this.rows = el("ul", { class: "rows" });
    this.foot = el("div", { class: "rows-foot" });
    this.turn = 0;
  }

  /** From the beginning. What is shown stays until the new rows are there. */
  async start() {
    if (!this.rows.childElementCount) fill(this.foot, waiting());
    this.rows.setAttribute("aria-busy", "true");
    await this.next(null);
  }

  /** @private */
  async next(after) {
    const turn = ++this.turn;
    try {
      const page = await this.load(after);
      if (turn === this.turn) this.show(page, after === null);
    } catch (error) {
      if (error.name !== "AbortError" && turn === this.turn)
        fill(
          this.foot,
          trouble(error, () => this.next(after)),
        );
    }
    if (turn === this.turn) this.rows.removeAttribute("aria-busy");
  }

  /** @private */
  show(page, fresh) {
    const rows = this.items(page).map(this.row);
    if (!fresh) this.rows.append(...rows);
    else if (rows.length) fill(this.rows, ...rows);
    else fill(this.rows, el("li", { class: "empty" }, this.empty()));
    fill(this.foot, page.next !== null && page.next !== undefined && this.more(page.next));
    this.shown(page, fresh);
    if (fresh) return;
    rows[0]?.querySelector("a")?.focus();
    announce(t("paged.more.told", { count: rows.length }));
  }

  /** @private */
  more(next) {
    const button = el("button", { type: "button" }, t("paged.more"));
    button.addEventListener("click", () => {
      button.disabled = true;
      this.next(next);
    });
    return button;
  }
}
