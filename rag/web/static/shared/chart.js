/** Articles a month, as bars; in numbers for those who do not see them. */

import { el } from "./dom.js";
import { language, number, t } from "./i18n.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST = 120; // bars; more are drawn a year each
const HEIGHT = 64;
const STEP = 10; // of which the bar has 8

function svg(tag, props, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** `2025-07` -> "tháng 7, 2025"; `2025` as it is. */
export function monthName(month) {
  const [year, at] = month.split("-").map(Number);
  if (!at) return month;
  return new Intl.DateTimeFormat(language(), { month: "long", year: "numeric" }).format(new Date(year, at - 1, 1));
}

/** The first and last day of a month, or of a year. */
export function daysOf(month) {
  const [year, at] = month.split("-").map(Number);
  if (!at) return [`${month}-01-01`, `${month}-12-31`];
  const last = new Date(Date.UTC(year, at, 0)).getUTCDate();
  return [`${month}-01`, `${month}-${last}`];
}

/** Months in order, with those between that have none; years where there are too many months. */
export function evenly(months) {
  if (!months.length) return [];
  const counts = new Map(months.map(({ month, articles }) => [month, articles]));
  const sorted = [...counts.keys()].sort();
  const place = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
  const [first, last] = [place(sorted[0]), place(sorted.at(-1))];
  if (last - first >= MOST) return years(months);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const at = first + i;
    const month = `${String(Math.floor(at / 12)).padStart(4, "0")}-${String((at % 12) + 1).padStart(2, "0")}`;
    return { month, articles: counts.get(month) ?? 0 };
  });
}

function years(months) {
  const counts = new Map();
  for (const { month, articles } of months) {
    const year = month.slice(0, 4);
    counts.set(year, (counts.get(year) ?? 0) + articles);
  }
  const sorted = [...counts.keys()].map(Number).sort((one, other) => one - other);
  return Array.from({ length: sorted.at(-1) - sorted[0] + 1 }, (_, i) => {
    const month = String(sorted[0] + i).padStart(4, "0");
    return { month, articles: counts.get(month) ?? 0 };
  });
}

/**
 * @param {string} label
 * @param {Array<{month: string, articles: number}>} months
 * @param {object} [chosen]
 * @param {((first: string, last: string) => void) | null} [chosen.choose] called with the first and last day of the
 *   bars between which a pointer was pressed and let go
 * @param {string} [chosen.from] first day that is chosen; bars before it are pale
 * @param {string} [chosen.to] last day that is chosen
 */
export function monthChart(label, months, { choose = null, from = "", to = "" } = {}) {
  const bars = evenly(months);
  if (!bars.length) return null;
  const most = Math.max(...bars.map(({ articles }) => articles), 1);
  return el(
    "figure",
    { class: choose ? "chart choosing" : "chart" },
    el("figcaption", null, el("span", { class: "label" }, label)),
    drawing(bars, most, choose, ({ month }) => within(month, from, to)),
    el(
      "p",
      { class: "chart-ends", "aria-hidden": "true" },
      el("span", null, monthName(bars[0].month)),
      bars.length > 1 && el("span", null, monthName(bars.at(-1).month)),
    ),
    table(label, bars),
  );
}

/** Whether a month or year has a day of a period; an empty day bounds nothing. */
function within(month, from, to) {
  const [first, last] = daysOf(month);
  return (!from || last >= from) && (!to || first <= to);
}

function drawing(bars, most, choose, chosen) {
  let from = null;
  const pressed = (at) => () => (from = at);
  const released = (at) => () => {
    if (from === null) return;
    const [first, last] = [Math.min(from, at), Math.max(from, at)];
    from = null;
    choose(daysOf(bars[first].month)[0], daysOf(bars[last].month)[1]);
  };
  const width = Math.max(bars.length, 12) * STEP; // a few bars are no wider than those of a year
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: "none", class: "chart-bars", "aria-hidden": "true" },
    ...bars.map((bar, at) => {
      const { month, articles } = bar;
      const height = articles && Math.max((articles / most) * HEIGHT, 2);
      const x = at * STEP;
      return svg(
        "g",
        choose ? { onpointerdown: pressed(at), onpointerup: released(at) } : {},
        svg("title", {}, `${monthName(month)}: ${t("chart.articles", { count: articles })}`),
        svg("rect", { class: "chart-ground", x, y: 0, width: STEP, height: HEIGHT }),
        svg("rect", {
          class: chosen(bar) ? "chart-bar" : "chart-bar pale",
          x: x + 1,
          y: HEIGHT - height,
          width: STEP - 2,
          height,
        }),
      );
    }),
  );
}

function table(label, bars) {
  const said = bars.filter(({ articles }) => articles);
  return el(
    "table",
    { class: "unseen" },
    el("caption", null, label),
    el(
      "thead",
      null,
      el("tr", null, el("th", { scope: "col" }, t("chart.time")), el("th", { scope: "col" }, t("chart.number"))),
    ),
    el(
      "tbody",
      null,
      ...said.map(({ month, articles }) =>
        el("tr", null, el("th", { scope: "row" }, monthName(month)), el("td", null, number(articles))),
      ),
    ),
  );
}
