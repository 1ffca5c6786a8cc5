/** An issue of a briefing as it is read: topic by topic, what changed, and how it went out. */

import { feedback } from "../chat/feedback.js";
import { shaped } from "../chat/shapes.js";
import { askAddress, topicAddress } from "../shared/addresses.js";
import { quotation } from "../shared/cited.js";
import { el } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { momentWords } from "./parts.js";

const STATES = ["waiting", "sent", "failed", "uncertain", "stopped"];
const AGAIN = ["failed", "uncertain", "stopped"]; // can be sent once more
const KINDS = ["email", "slack", "webhook"];
const CHANGES = ["figure", "date", "corrected", "withdrawn"];

/** Its topics; one of which nothing is new says so. */
export function issueParts({ topics }) {
  if (!topics.length) return [el("p", { class: "empty" }, t("issue.nothing"))];
  return topics.map(({ topic, name, notices, sources, answer, changes, answer_id: id }) =>
    el(
      "section",
      { class: "section" },
      el("h2", { class: "section-title" }, el("a", { href: topicAddress(topic) }, el("bdi", null, name))),
      el(
        "p",
        { class: "byline dots" },
        el("span", null, t("issue.notices", { count: notices })),
        el("span", null, t("story.sources", { count: sources })),
      ),
      el("div", { class: "answer-text", lang: answer.language }, ...words(answer)),
      ...changed(changes),
      ...(id ? opinion(id) : []),
    ),
  );
}

function opinion(id) {
  const { thumbs, form } = feedback({ answered: { id } });
  return [el("div", { class: "actions" }, el("span", { class: "thumbs" }, ...thumbs)), form];
}

function words(answer) {
  if (!answer.text) return []; // only something told before has changed
  const parts = shaped(answer, [], (question) => (location.hash = askAddress(question)));
  return parts.length ? parts : [el("p", null, answer.text)];
}

function changed(changes) {
  if (!changes.length) return [];
  return [
    el("h3", { class: "label" }, t("issue.changes")),
    ...changes.map(({ what, before, now }) =>
      el(
        "div",
        { class: "change" },
        el("p", { class: "change-what" }, CHANGES.includes(what) ? t(`issue.${what}`) : what),
        el(
          "div",
          { class: "sides" },
          el("div", null, el("p", { class: "label" }, t("issue.before")), quotation(before)),
          el(
            "div",
            null,
            el("p", { class: "label" }, t("issue.now")),
            now ? quotation(now) : el("p", { class: "hint" }, t("issue.gone")),
          ),
        ),
      ),
    ),
  ];
}

/** How an issue went out, in a line. */
export function deliveriesLine(deliveries) {
  if (!deliveries?.length) return null;
  return el(
    "p",
    { class: "byline dots" },
    ...deliveries.map((delivery) =>
      el("span", { class: `state ${delivery.state}` }, `${kind(delivery)}: ${state(delivery)}`),
    ),
  );
}

/**
 * The same with where to, how often tried, and why not.
 *
 * @param {Array<object>} deliveries
 * @param {(delivery: object) => void} again asked for one that did not arrive, or may not have
 */
export function deliveriesTable(deliveries, again) {
  const column = (key) => el("th", { scope: "col" }, t(key));
  return el(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": t("issue.deliveries") },
    el(
      "table",
      { class: "deliveries" },
      el(
        "thead",
        null,
        el("tr", null, ...["channel", "to", "state", "tries", "at"].map((name) => column(`issue.${name}`))),
      ),
      el("tbody", null, ...deliveries.map((delivery) => row(delivery, again))),
    ),
  );
}

function row(delivery, again) {
  const { to, detail, tries, at } = delivery;
  return el(
    "tr",
    null,
    el("th", { scope: "row" }, kind(delivery)),
    el("td", null, el("bdi", null, to)),
    el(
      "td",
      null,
      el("span", { class: `state ${delivery.state}` }, state(delivery)),
      detail && el("p", { class: "hint", lang: "en" }, detail),
      delivery.state === "uncertain" && el("p", { class: "hint" }, t("issue.twice")),
      AGAIN.includes(delivery.state) &&
        el(
          "button",
          { type: "button", "aria-label": t("issue.again.named", { to }), onclick: () => again(delivery) },
          t("issue.again"),
        ),
    ),
    el("td", null, tries),
    el("td", null, el("time", { datetime: at }, momentWords(at))),
  );
}

const kind = (delivery) => (KINDS.includes(delivery.kind) ? t(`channel.${delivery.kind}`) : delivery.kind);
const state = (delivery) => (STATES.includes(delivery.state) ? t(`delivery.${delivery.state}`) : delivery.state);
