/** An issue of a briefing, kept to be read again. */

import { briefingAddress } from "../shared/addresses.js";
import { request } from "../shared/api.js";
import { el, fill, icon, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { loadInto, nothingHere, tried } from "../shared/loading.js";
import { deliveriesTable, issueParts } from "./issue-parts.js";
import { momentWords } from "./parts.js";

/** Answers with what is to be done when the view is left. */
export function showIssue(view, id) {
  const left = new AbortController();
  const page = el("article", { class: "page issue" });
  fill(view, page);
  const load = () => request(`/v1/issues/${encodeURIComponent(id)}`, { signal: left.signal });
  const missing = () => nothingHere(page, t("issue.missing"), t("topic.missing.text"), "#/topics", t("topic.all"));
  loadInto(page, load, (issue) => show(page, issue), missing);
  return () => left.abort();
}

function show(page, issue) {
  const { name, briefing, made_at: made, since, deliveries } = issue;
  document.title = `${name} – Hỏi Đáp`;
  fill(
    page,
    el(
      "p",
      { class: "reader-back" },
      el("a", { class: "button quiet", href: briefingAddress(briefing) }, icon("back"), t("issue.briefing")),
    ),
    el(
      "header",
      { class: "desk-head" },
      el("p", { class: "kicker" }, t("briefing.kicker")),
      el("h1", { tabindex: "-1" }, el("bdi", null, name)),
      el(
        "p",
        { class: "byline dots" },
        el("time", { datetime: made }, momentWords(made)),
        since && el("span", null, t("issue.since", { when: momentWords(since) })),
      ),
    ),
    ...issueParts(issue),
    deliveries.length > 0 && deliveriesOf(issue),
  );
}

/** How it went out; what did not arrive can be sent again. */
function deliveriesOf({ id, deliveries }) {
  const path = `/v1/issues/${encodeURIComponent(id)}`;
  const outcome = el("div", { tabindex: "-1" });
  const table = el("div");
  const draw = (now) => fill(table, deliveriesTable(now, again));
  const again = (delivery) =>
    tried(outcome, async () => {
      await request(`${path}/deliveries/${encodeURIComponent(delivery.id)}`, { method: "POST" });
      draw((await request(path)).deliveries);
      table.querySelector(".scroller").focus();
      toast(t("issue.sent-again", delivery));
    });
  draw(deliveries);
  return el(
    "section",
    { class: "section" },
    el("h2", { class: "section-title" }, t("issue.deliveries")),
    table,
    outcome,
  );
}
