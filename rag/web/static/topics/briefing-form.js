/** The form of a briefing: topics, schedule, language, channels. */

import { channelFields } from "./channel-fields.js";
import { segments } from "../shared/dialogs.js";
import { el, fill, icon } from "../shared/dom.js";
import { language, t } from "../shared/i18n.js";
import { tried } from "../shared/loading.js";
import { weekdayName } from "./parts.js";

const HOME = "Asia/Ho_Chi_Minh";

let made = 0;

/**
 * @param {Array<object>} topics to choose from
 * @param {object | null} briefing as it is; null for another one
 * @param {(body: object) => Promise<object>} send
 * @param {(briefing: object) => void} done called with what the service answered
 */
export function briefingForm(topics, briefing, send, done) {
  const given = {
    name: briefing?.name ?? "",
    topics: briefing?.topics ?? topics.map(({ id }) => id),
    schedule: briefing?.schedule ?? { every: "daily", at: "07:00", weekday: null, zone: HOME },
    language: briefing?.language ?? language(),
    channels: briefing?.channels ?? [],
  };
  const outcome = el("div", { tabindex: "-1" });
  const name = el("input", { name: "name", required: true, maxlength: 200, autocomplete: "off", value: given.name });
  const boxes = topics.map((topic) => topicBox(topic, given.topics));
  const schedule = scheduleFields(given.schedule);
  const channels = channelFields(given.channels);
  let spoken = given.language;
  const submitted = async (event) => {
    event.preventDefault();
    const chosen = boxes.map((box) => box.querySelector("input")).filter(({ checked }) => checked);
    const wrong =
      (!name.value.trim() && [name, "briefing.name.missing"]) ||
      (!chosen.length && [boxes[0].querySelector("input"), "briefing.topics.missing"]);
    if (wrong) return told(outcome, ...wrong);
    const untold = channels.untold();
    if (untold) return told(outcome, untold, "briefing.webhook.again");
    const body = {
      name: name.value.trim(),
      topics: chosen.map(({ value }) => value),
      schedule: schedule.value(),
      language: spoken,
      ...channels.value(),
    };
    await tried(outcome, async () => done(await send(body)), refused);
  };
  return el(
    "form",
    { class: "stack briefing-form", novalidate: true, onsubmit: submitted },
    el("label", { class: "field" }, el("span", null, t("briefing.name")), name),
    el("fieldset", null, el("legend", null, t("briefing.topics")), el("div", { class: "boxes" }, ...boxes)),
    schedule.element,
    segments(
      t("briefing.language"),
      "briefing-language",
      [
        ["vi", "Tiếng Việt", { lang: "vi" }],
        ["en", "English", { lang: "en" }],
      ],
      spoken,
      (value) => (spoken = value),
    ),
    channels.element,
    el("div", null, el("button", { type: "submit", class: "primary" }, t(briefing ? "topic.save" : "briefing.make"))),
    outcome,
  );
}

function told(outcome, field, key) {
  fill(outcome, el("p", { class: "wrong", role: "alert" }, t(key)));
  field.focus();
}

/** What the service says is wrong with a field, in its own words. */
function refused({ what, detail }) {
  return el(
    "div",
    { class: "callout danger", role: "alert" },
    el("p", { class: "callout-title" }, icon("warn"), what),
    el("p", { lang: "en" }, detail),
  );
}

function topicBox({ id, name }, chosen) {
  return el(
    "label",
    { class: "choice" },
    el("input", { type: "checkbox", name: "topic", value: id, checked: chosen.includes(id) }),
    el("bdi", null, name),
  );
}

/** How often, when, and by the clocks of which zone. */
function scheduleFields({ every, at, weekday, zone }) {
  let chosen = every;
  const time = el("input", { type: "time", name: "at", required: true, value: at });
  const minute = el("input", {
    type: "number",
    name: "minute",
    min: 0,
    max: 59,
    required: true,
    value: Number(at.slice(3)),
  });
  const days = Array.from({ length: 7 }, (_, day) =>
    el("option", { value: day, selected: day === (weekday ?? 0) }, weekdayName(day)),
  );
  const day = el("select", { name: "weekday" }, ...days);
  const zones = el("datalist", { id: `zones-${++made}` }, ...zoneNames().map((name) => el("option", { value: name })));
  const place = el("input", {
    name: "zone",
    required: true,
    value: zone,
    list: zones.id,
    autocomplete: "off",
    spellcheck: "false",
  });
  const field = (key, control) => el("label", { class: "field" }, el("span", null, t(key)), control);
  const fields = {
    weekday: field("schedule.weekday", day),
    at: field("schedule.at", time),
    minute: field("schedule.minute", minute),
    zone: field("schedule.zone", place),
  };
  const draw = (value) => {
    chosen = value;
    fields.weekday.hidden = chosen !== "weekly";
    fields.at.hidden = chosen === "hourly";
    fields.minute.hidden = chosen !== "hourly";
  };
  draw(every);
  const options = ["hourly", "daily", "weekly"].map((name) => [name, t(`schedule.${name}`)]);
  return {
    element: el(
      "div",
      { class: "stack" },
      segments(t("briefing.schedule"), "every", options, chosen, draw),
      el("div", { class: "paste-pairs" }, fields.weekday, fields.at, fields.minute, fields.zone, zones),
    ),
    value: () => ({
      every: chosen,
      at: chosen === "hourly" ? `00:${minute.value.padStart(2, "0")}` : time.value,
      weekday: chosen === "weekly" ? Number(day.value) : null,
      zone: place.value.trim(),
    }),
  };
}

/** The zones that the browser knows, this country's by its name of today first. */
function zoneNames() {
  const known = Intl.supportedValuesOf?.("timeZone") ?? [];
  return [HOME, ...known.filter((name) => name !== HOME)];
}
