/** What the views of topics and briefings have in common: how times, schedules and channels are said. */

import { language, t } from "../shared/i18n.js";
import "./words.js";

/** The day and time of a moment, where the reader is. */
export function momentWords(iso) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

/** "Mỗi ngày lúc 07:00 (Asia/Ho_Chi_Minh)". */
export function scheduleWords({ every, at, weekday, zone }) {
  const minute = at.slice(3);
  return `${t(`schedule.${every}.words`, { at, minute, weekday: every === "weekly" ? weekdayName(weekday) : "" })} (${zone})`;
}

/** The name of a day of the week; 0 is Monday. */
export function weekdayName(weekday) {
  return new Intl.DateTimeFormat(language(), { weekday: "long" }).format(new Date(2024, 0, 1 + weekday));
}

/** Where a channel leads, with what kind it is. */
export const channelWords = ({ kind, to }) => `${t(`channel.${kind}`)}: ${to}`;

export function nextWords({ paused, next_at: next }) {
  if (paused) return t("briefings.paused");
  return next ? t("briefings.next", { when: momentWords(next) }) : t("briefings.never");
}
