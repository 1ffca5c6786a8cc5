/** An answer read aloud by the browser's own voice, where it has one for the answer's language. One is read at a time. */

import { el, fill, icon } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const voices = globalThis.speechSynthesis;
let now = null; // the reader that reads

/** The controls of an answer: one button to begin, two while it is read. Hidden while there is no voice. */
export function listening(answer) {
  return voices ? new Reader(answer).controls : null;
}

/** Be quiet: the view is left. */
export const silence = () => now?.stop();

class Reader {
  constructor(answer) {
    this.answer = answer;
    this.state = "off"; // then "on", and "paused"
    this.controls = el("span", { class: "listening" });
    this.draw();
    voices.addEventListener("voiceschanged", () => this.controls.isConnected && this.draw());
  }

  get voice() {
    const language = ({ lang }) => lang.toLowerCase().split(/[-_]/)[0];
    return voices.getVoices().find((voice) => language(voice) === this.answer.language);
  }

  draw() {
    const [drawing, key, does] = {
      off: ["sound", "listen.play", () => this.begin()],
      on: ["pause", "listen.pause", () => this.pause()],
      paused: ["play", "listen.resume", () => this.resume()],
    }[this.state];
    const had = this.controls.contains(document.activeElement);
    const button = (drawing, key, onclick) =>
      el("button", { type: "button", class: "quiet", onclick }, icon(drawing), t(key));
    this.controls.hidden = !this.voice;
    fill(
      this.controls,
      button(drawing, key, does),
      this.state !== "off" && button("stop", "listen.stop", () => this.stop()),
    );
    if (had) this.controls.querySelector("button").focus();
  }

  to(state) {
    this.state = state;
    this.draw();
  }

  /** A sentence at a time: some voices break off in what is longer than a quarter of a minute. */
  begin() {
    silence();
    voices.cancel(); // what waits in another page, or was broken off
    now = this;
    const ended = () => this === now && this.stop();
    const parts = spoken(this.answer).map((text) => new SpeechSynthesisUtterance(text));
    for (const part of parts) {
      part.lang = this.answer.language;
      part.voice = this.voice;
      part.onerror = ended;
      if (part === parts.at(-1)) part.onend = ended;
      voices.speak(part);
    }
    this.to("on");
  }

  pause() {
    voices.pause();
    this.to("paused");
  }

  resume() {
    voices.resume();
    this.to("on");
  }

  stop() {
    now = null;
    voices.cancel();
    voices.resume(); // one that is paused would not begin again
    this.to("off");
  }
}

/** What is read: the words that answer, the answer without its numbers, and what is to be known about it. */
export function spoken({ short, text, note, language }) {
  const bare = text.replace(/\s*\[\d{1,4}\]/g, "");
  const sentences = new Intl.Segmenter(language, { granularity: "sentence" });
  return [short?.text, ...Array.from(sentences.segment(bare), ({ segment }) => segment), note]
    .map((part) => part?.trim())
    .filter(Boolean);
}
