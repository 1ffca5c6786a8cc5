/**
 * Files, sent one after another. They go on while the reader looks at another view; an `Upload` knows how far it is,
 * and its element shows it.
 */

import { events, Problem } from "../shared/api.js";
import { announce, el, fill, icon } from "../shared/dom.js";
import { number, t } from "../shared/i18n.js";
import { reason } from "./reasons.js";
import { results } from "./upload-results.js";

const KINDS = [
  ".txt", ".html", ".htm", ".md", ".json", ".jsonl", ".pdf", ".docx", ".docm", ".rtf", ".epub", ".eml", ".mbox", ".zip",
  ".warc", ".gz", ".xml", ".rss", ".atom",
];
const STATUSES = ["added", "updated", "unchanged", "refused"];
const LARGEST = 20 * 1024 * 1024; // bytes of a file that is read whole; .jsonl is read by lines
const ENDED = ["done", "failed", "cancelled"];

const uploads = [];
let sending = false;
let changed = () => {};
let list = el("ul");

/** Whether there is something to see of files that were sent. */
export const uploadsUnderWay = () => uploads.length > 0;

/** The place to give files. `onchanged()` is called when articles were taken in. */
export function filesPanel(onchanged) {
  changed = onchanged;
  const input = el("input", {
    type: "file",
    id: "files",
    class: "unseen",
    multiple: true,
    accept: KINDS.join(","),
    tabindex: "-1",
    "aria-hidden": "true",
  });
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  const choose = el(
    "button",
    { type: "button", class: "primary", "aria-describedby": "files-hint", onclick: () => input.click() },
    t("upload.choose"),
  );
  const drop = el(
    "div",
    { class: "drop" },
    choose,
    input,
    el("p", { class: "drop-or" }, t("upload.drop")),
    el("p", { id: "files-hint", class: "hint" }, t("upload.hint", { kinds: KINDS.join(", ") })),
  );
  droppable(drop);
  list = el("ul", { class: "uploads", "aria-label": t("upload.list") }, ...uploads.map((upload) => upload.build()));
  return el(
    "section",
    { class: "files stack", "aria-labelledby": "files-title" },
    el("h2", { id: "files-title" }, t("upload.title")),
    drop,
    list,
  );
}

function droppable(zone) {
  const over = (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.add("over");
  };
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", (event) => zone.contains(event.relatedTarget) || zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    add([...event.dataTransfer.files]);
  });
}

// A file that is dropped beside the place for it would take the place of the page.
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
}

function add(files) {
  const added = files.map((file) => new Upload(file));
  uploads.push(...added);
  list.append(...added.map((upload) => upload.build()));
  announce(t("upload.added", { count: added.length }));
  sendAll();
}

/** One at a time, in order; more may be added meanwhile. */
async function sendAll() {
  if (sending) return;
  sending = true;
  for (let next; (next = uploads.find(({ state }) => state === "waiting"));) {
    await next.send();
    changed();
  }
  sending = false;
}

/** What the server would say of a file without reading it; "" where it has to. */
function unfit({ name, size: bytes }) {
  const kind = KINDS.find((ending) => name.toLowerCase().endsWith(ending));
  if (!kind) return t("upload.kind", { kinds: KINDS.join(", ") });
  return bytes > LARGEST && kind !== ".jsonl" ? t("upload.large", { most: size(LARGEST) }) : "";
}

/** A file on its way: waiting, sending, taking, done, failed or cancelled. */
class Upload {
  constructor(file) {
    this.file = file;
    const problem = unfit(file);
    this.reset(problem ? "failed" : "waiting");
    this.problem = problem;
  }

  /** @private */
  reset(state) {
    this.state = state;
    this.total = 0;
    this.outcomes = [];
    this.counts = Object.fromEntries(STATUSES.map((status) => [status, 0]));
    this.problem = "";
    this.detail = "";
    this.stop = new AbortController();
  }

  /** Send it, and see to the end of it whatever happens. */
  async send() {
    this.reach("sending");
    try {
      await this.take();
      this.reach("done");
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof Problem)) throw error;
      this.problem = error instanceof Problem ? `${error.what} ${error.mend}` : "";
      this.detail = error.detail ?? "";
      this.reach(error instanceof Problem ? "failed" : "cancelled");
    }
    announce(`${this.file.name}: ${this.told()}`);
  }

  /** @private */
  async take() {
    const path = `/v1/files?stream=true&name=${encodeURIComponent(this.file.name)}`;
    for await (const { event, data } of events(path, { body: this.file, signal: this.stop.signal })) {
      if (event === "begun") this.total = data.articles;
      if (event === "outcome") {
        this.outcomes.push(data);
        this.counts[data.status] += 1;
      }
      this.reach("taking");
    }
  }

  cancel() {
    const waiting = this.state === "waiting";
    this.stop.abort();
    if (waiting) this.reach("cancelled");
  }

  again() {
    this.reset("waiting");
    this.update();
    this.words.focus();
    sendAll();
  }

  remove() {
    const beside = this.element.nextElementSibling ?? this.element.previousElementSibling;
    uploads.splice(uploads.indexOf(this), 1);
    this.element.remove();
    (beside?.querySelector(".upload-words") ?? document.getElementById("files").previousElementSibling).focus();
  }

  /** @private What is shown follows at the next frame, however fast events come. */
  reach(state) {
    this.state = state;
    this.frame ??= requestAnimationFrame(() => this.update());
  }

  /** The element of it, in the language of now. */
  build() {
    const name = this.file.name;
    this.words = el("p", { class: "upload-words", tabindex: "-1" });
    this.bar = el("progress", { "aria-label": t("upload.progress", { name }) });
    this.results = el("div", { class: "upload-results" });
    this.stopping = el(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-label": t("upload.cancel.named", { name }),
        onclick: () => this.cancel(),
      },
      t("upload.cancel"),
    );
    this.retry = el(
      "button",
      { type: "button", "aria-label": t("upload.again.named", { name }), onclick: () => this.again() },
      icon("retry"),
      t("articles.again"),
    );
    this.away = el(
      "button",
      {
        type: "button",
        class: "quiet icon-only",
        "aria-label": t("upload.remove", { name }),
        onclick: () => this.remove(),
      },
      icon("close"),
    );
    this.element = el(
      "li",
      { class: "upload" },
      el(
        "div",
        { class: "upload-head" },
        el("p", { class: "upload-name" }, el("bdi", null, name), el("span", { class: "hint" }, size(this.file.size))),
        this.stopping,
        this.retry,
        this.away,
      ),
      this.bar,
      this.words,
      this.results,
    );
    this.update();
    return this.element;
  }

  update() {
    this.frame = null;
    const ended = ENDED.includes(this.state);
    this.element.dataset.state = this.state === "done" && this.counts.refused > 0 ? "partly" : this.state;
    this.words.textContent = this.told();
    this.bar.hidden = ended || this.state === "waiting";
    if (this.state === "taking" && this.total > 0) [this.bar.max, this.bar.value] = [this.total, this.outcomes.length];
    else this.bar.removeAttribute("value");
    this.stopping.hidden = ended;
    this.retry.hidden = !ended || (this.state === "done" && this.counts.refused === 0) || unfit(this.file) !== "";
    this.away.hidden = !ended;
    if (ended) fill(this.results, this.state === "failed" && this.why(), ...results(this.outcomes));
    else fill(this.results);
  }

  /** @private The server's own words, where ours are none of this file. */
  why() {
    return this.detail && reason(this.detail);
  }

  /** @private */
  told() {
    const done = this.outcomes.length;
    switch (this.state) {
      case "taking":
        return t("upload.taking", { done, total: this.total });
      case "done":
        return done ? this.tally() : t("upload.none");
      case "failed":
        return done ? `${this.problem} ${t("upload.kept")} ${this.tally()}` : this.problem;
      case "cancelled":
        return done ? `${t("upload.cancelled")} ${t("upload.kept")} ${this.tally()}` : t("upload.cancelled");
      default:
        return t(`upload.${this.state}`);
    }
  }

  /** @private "2 added, 1 refused" */
  tally() {
    const said = STATUSES.filter((status) => this.counts[status] > 0);
    return said.map((status) => t(`upload.count.${status}`, { count: this.counts[status] })).join(" · ");
  }
}

/** Bytes as people say them. */
function size(bytes) {
  if (bytes < 1000) return t("size.bytes", { count: bytes });
  if (bytes < 1_000_000) return `${number(Math.round(bytes / 1000))} kB`;
  return `${number(Math.round(bytes / 100_000) / 10)} MB`;
}
