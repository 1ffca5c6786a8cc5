/** The Atom address of a topic: it lets in whoever knows it, is shown once, and can be revoked. */

import { request } from "../shared/api.js";
import { openDialog } from "../shared/dialogs.js";
import { el, fill, icon, toast } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { tried } from "../shared/loading.js";

/** @param {string} path of the topic; `topic.feed`, whether it has an address, is kept up */
export function openFeed(path, topic) {
  const outcome = el("div", { tabindex: "-1" });
  const body = el("div", { class: "stack" });
  const make = () =>
    tried(outcome, async () => {
      const { address } = await request(`${path}/feed`, { method: "POST" });
      topic.feed = true;
      draw(new URL(address, location.origin).href); // a server may not know by what name it is reached
      body.querySelector("input").select();
    });
  const revoke = () =>
    tried(outcome, async () => {
      await request(`${path}/feed`, { method: "DELETE" });
      topic.feed = false;
      draw();
      body.querySelector("button").focus();
      toast(t("feed.revoked"));
    });
  const draw = (address = null) =>
    fill(
      body,
      el("p", null, t("feed.text")),
      address ? shownOnce(address) : el("p", { class: "hint" }, t(topic.feed ? "feed.there" : "feed.none")),
      el(
        "div",
        { class: "dialog-foot" },
        topic.feed && el("button", { type: "button", class: "danger", onclick: revoke }, t("feed.revoke")),
        !address &&
          el("button", { type: "button", class: "primary", onclick: make }, t(topic.feed ? "feed.renew" : "feed.make")),
      ),
    );
  draw();
  return openDialog(t("feed.title"), () => [body, outcome]);
}

/** A secret that is never shown again, with a button that copies it. */
export function shownOnce(secret, label = t("feed.address")) {
  const input = el("input", {
    readonly: true,
    value: secret,
    "aria-label": label,
    spellcheck: "false",
    onfocus: () => input.select(),
  });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      toast(t("feed.copied"));
    } catch {
      input.focus();
      toast(t("feed.not-copied"));
    }
  };
  return el(
    "div",
    { class: "callout" },
    el("p", null, el("strong", null, t("feed.once"))),
    el(
      "div",
      { class: "line-form" },
      input,
      el("button", { type: "button", onclick: copy }, icon("copy"), t("feed.copy")),
    ),
  );
}
