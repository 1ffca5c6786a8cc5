/** Where questions are typed. What is typed is kept over views and reloads until it is asked. */

import { el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { helpSheet } from "../shared/keys.js";
import { remember, remembered } from "../shared/storage.js";

const MOST = 2000; // characters of a question that the service takes
const NEAR = 1800;
const FINGER = matchMedia("(pointer: coarse)");

export class Composer {
  /**
   * @param {{ask: (question: string) => void, stop: () => void, filters: HTMLElement}} does
   */
  constructor({ ask, stop, filters }) {
    this.ask = ask;
    this.stop = stop;
    this.running = false;
    this.input = this.textarea();
    this.count = el("p", { id: "question-count", class: "hint count" });
    this.button = el("button", { type: "submit", class: "primary icon-only send" });
    this.element = el(
      "form",
      { class: "composer", "aria-label": t("composer.form"), onsubmit: (event) => this.submitted(event) },
      el("div", { class: "composer-box" }, this.input, this.button),
      el(
        "div",
        { class: "composer-foot" },
        filters,
        this.count,
        el(
          "p",
          { class: "hint keys" },
          el("span", { id: "question-hint" }, t("composer.keys")),
          el(
            "button",
            { type: "button", class: "quiet icon-only", "aria-label": t("keys.help"), title: t("keys.help"), onclick: helpSheet },
            icon("keys"),
          ),
        ),
      ),
    );
    this.drawn();
  }

  textarea() {
    const input = el("textarea", {
      rows: 1,
      name: "question",
      placeholder: t("composer.placeholder"),
      "aria-label": t("composer.label"),
      "aria-describedby": "question-hint question-count",
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.typed(),
      onkeydown: (event) => this.pressed(event),
    });
    input.value = remembered("draft", "", globalThis.sessionStorage);
    return input;
  }

  /** Whether an answer is on its way: then the button stops it. */
  setRunning(running) {
    this.running = running;
    this.drawn();
  }

  typed() {
    remember("draft", this.input.value || null, globalThis.sessionStorage);
    this.drawn();
  }

  /** Enter asks, unless it ends a syllable of an input method: Telex and its kin compose with it. */
  pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!this.running) this.element.requestSubmit();
  }

  submitted(event) {
    event.preventDefault();
    if (this.running) return this.stop();
    const question = this.input.value.trim();
    if (!question || this.excess() > 0) return this.input.focus();
    this.input.value = "";
    this.typed();
    if (FINGER.matches) this.input.blur(); // the keyboard on the screen would cover the answer
    this.ask(question);
  }

  excess() {
    return Array.from(this.input.value).length - MOST;
  }

  drawn() {
    const [drawing, label] = this.running ? ["stop", t("composer.stop")] : ["send", t("composer.send")];
    fill(this.button, icon(drawing));
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
    this.button.classList.toggle("stop", this.running);
    const excess = this.excess();
    this.input.setAttribute("aria-invalid", String(excess > 0));
    this.count.classList.toggle("wrong", excess > 0);
    this.count.textContent =
      excess > NEAR - MOST ? t(excess > 0 ? "composer.excess" : "composer.left", { count: Math.abs(excess) }) : "";
    this.grow();
  }

  grow() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }
}
