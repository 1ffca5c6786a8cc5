/** Articles from the web: one by its address, and feeds that the server watches. */

import { request } from "../shared/api.js";
import { announce, el, fill, icon, outward } from "../shared/dom.js";
import { number, t } from "../shared/i18n.js";
import { articleAddress } from "../shared/text.js";
import { tried } from "../shared/loading.js";
import { reason } from "./reasons.js";
import "./changing-words.js";

const STATES = ["taken", "waiting", "refused", "missing", "withdrawn"];

/** A field for the address of an article; `changed()` is called when one was taken in. */
export function addressForm(changed) {
  const outcome = el("div", { tabindex: "-1" });
  return asking("address", outcome, async (url) => {
    const { results } = await request("/v1/articles", { body: { url } });
    fill(outcome, ...results.map(told));
    if (results.some(({ status }) => status !== "refused")) changed();
  });
}

function told({ id, status, reason: why }) {
  if (status === "refused") return el("div", { class: "callout danger" }, reason(why));
  return el(
    "p",
    { class: "callout" },
    `${t(`paste.${status}`)} `,
    el("a", { href: articleAddress(id) }, t("paste.open")),
  );
}

/** The feeds that are watched, with a field for another; `signal` ends what is under way. */
export function feedsPanel(signal) {
  const list = el("ul", { class: "rows" });
  const hint = el("p", { class: "hint" });
  const outcome = el("div", { tabindex: "-1" });
  const show = ({ feeds, watched }) => {
    hint.textContent = t(watched ? "feeds.hint" : "feeds.unwatched");
    fill(list, ...feeds.map((feed) => row(feed, show, outcome)));
  };
  const form = asking("feed", outcome, async (url) => show(await request("/v1/feeds", { body: { url } })));
  const panel = el(
    "details",
    { class: "add" },
    el("summary", null, t("feeds.title")),
    el("div", { class: "add-body feeds" }, hint, form, list),
  );
  panel.addEventListener("toggle", () => panel.open && attempt(outcome, async () => show(await request("/v1/feeds", { signal }))));
  return panel;
}

function row(feed, show, outcome) {
  const { url, title, outcome: how, detail, pages, faults } = feed;
  const counts = STATES.filter((state) => pages[state]).map((state) =>
    el("span", null, t(`feeds.${state}`, { count: number(pages[state]) })),
  );
  const remove = () =>
    attempt(outcome, async () => {
      await request(`/v1/feeds?url=${encodeURIComponent(url)}`, { method: "DELETE" });
      show(await request("/v1/feeds"));
    });
  return el(
    "li",
    { class: "row" },
    el(
      "div",
      { class: "row-words" },
      el("span", { class: "row-title" }, outward(url, title || url)),
      el("p", { class: "byline dots" }, el("span", null, t(`feeds.outcome.${how}`)), ...counts),
      detail && el("p", { class: "hint", lang: "en" }, detail),
      faults.length > 0 && faulty(faults),
    ),
    el(
      "button",
      {
        type: "button",
        class: "quiet icon-only",
        "aria-label": t("feeds.remove.named", { title: title || url }),
        onclick: remove,
      },
      icon("trash"),
    ),
  );
}

/** The pages that gave no article, and why. */
function faulty(faults) {
  return el(
    "details",
    null,
    el("summary", null, t("feeds.faults", { count: number(faults.length) })),
    el(
      "ul",
      { class: "bulleted" },
      ...faults.map(({ url, reason: why }) => el("li", null, outward(url, url), " ", el("span", { lang: "en" }, why))),
    ),
  );
}

/** A form of one address; `send(url)` does what it is for. */
function asking(name, outcome, send) {
  const input = el("input", {
    id: `${name}-url`,
    type: "url",
    inputmode: "url",
    required: true,
    autocomplete: "off",
    placeholder: "https://",
  });
  const button = el("button", { type: "submit" }, t(`${name}.go`));
  const submit = async (event) => {
    event.preventDefault();
    if (button.ariaDisabled === "true" || !input.value.trim()) return;
    button.ariaDisabled = "true";
    announce(t("articles.loading"));
    if (await attempt(outcome, () => send(input.value.trim()))) input.value = "";
    button.ariaDisabled = null;
  };
  return el(
    "form",
    { class: "stack", novalidate: true, onsubmit: submit },
    el("div", { class: "field" }, el("label", { class: "label", for: input.id }, t(`${name}.label`)), input),
    el("div", null, button),
    outcome,
  );
}

/** Do something that the service may refuse, and say what came of it. Whether it was done. */
async function attempt(outcome, action) {
  const refused = ({ detail }) => el("div", { class: "callout danger" }, reason(detail));
  const done = await tried(outcome, action, refused);
  if (done && outcome.textContent) announce(outcome.textContent);
  return done;
}
