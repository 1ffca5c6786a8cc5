/** Conversations by how long ago they were, as a reader looks for them. */

const DAY = 86_400_000;

/**
 * What stands under which heading, in the order of the list.
 *
 * @param {Array<{pinned: boolean, updated_at: string}>} listed
 * @param {Date} [now]
 * @returns {Array<{name: "pinned" | "today" | "yesterday" | "week" | "month" | "older", listed: Array<object>}>}
 */
export function byDay(listed, now = new Date()) {
  const groups = new Map();
  for (const one of listed) {
    const name = one.pinned ? "pinned" : groupOf(new Date(one.updated_at), now);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups].map(([name, listed]) => ({ name, listed }));
}

function groupOf(time, now) {
  const days = Math.round((midnight(now) - midnight(time)) / DAY); // where the reader is; a day may have 23 hours
  if (days < 1) return "today";
  if (days < 2) return "yesterday";
  return days < 7 ? "week" : days < 30 ? "month" : "older";
}

const midnight = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate());
