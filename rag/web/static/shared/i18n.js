/** Words in two languages, and dates, ages and numbers as each writes them. */

import { remember, remembered } from "./storage.js";

export const LANGUAGES = ["vi", "en"];
const DAYS = { year: 365, month: 30, week: 7, day: 1 };
const PLACEHOLDER = /\{(\w+)\}/g;

const words = { vi: {}, en: {} };
let current = preferred();

/** What was chosen here, else the first of the browser's languages that there are words in, else English. */
function preferred() {
  const wanted = [remembered("language"), ...navigator.languages];
  const known = wanted.map((tag) => tag?.slice(0, 2).toLowerCase());
  return known.find((name) => LANGUAGES.includes(name)) ?? "en";
}

/** Add words: `{vi: {"key": "…"}, en: {"key": "…"}}`. Both languages have the same keys. */
export function register(added) {
  for (const language of LANGUAGES) Object.assign(words[language], added[language]);
}

export const language = () => current;

/** Change the language; `languagechosen` on the document lets views be drawn again. */
export function setLanguage(chosen) {
  current = chosen;
  remember("language", chosen);
  document.documentElement.lang = chosen;
  document.dispatchEvent(new Event("languagechosen"));
}

/**
 * The words of a key. `{name}` is replaced by `values.name`. With `values.count`, `key.one` is taken where the
 * language has a form for it; numbers are written as the language does.
 */
export function t(key, values = {}) {
  const one = `${key}.one`;
  const single = "count" in values && new Intl.PluralRules(current).select(values.count) === "one";
  const text = (single && words[current][one]) || words[current][key];
  if (text === undefined) throw new Error(`No words for ${key} in ${current}; add them to a words file`);
  return text.replace(PLACEHOLDER, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : String(value ?? "");
  });
}

export const number = (value) => new Intl.NumberFormat(current).format(value);
export const percent = (share) => new Intl.NumberFormat(current, { style: "percent" }).format(share);

/** The day of an ISO date or time, as its publisher wrote it: a reader's own time zone does not move it. */
function day(iso) {
  const [year, month, date] = iso.slice(0, 10).split("-").map(Number);
  return new Date(year, month - 1, date);
}

/** `2025-07-22T09:30:00+07:00` -> "22 tháng 7, 2025"; "" without a date. */
export function formatDate(iso) {
  if (!iso) return "";
  return new Intl.DateTimeFormat(current, { dateStyle: "long" }).format(day(iso));
}

/** The same, short: "22/7/2025". */
export function shortDate(iso) {
  if (!iso) return "";
  const options = { day: "numeric", month: current === "vi" ? "numeric" : "short", year: "numeric" };
  return new Intl.DateTimeFormat(current === "vi" ? "vi" : "en-GB", options).format(day(iso));
}

/** How long ago: "3 tuần trước", "hôm qua"; "" without a date. */
export function age(iso, now = new Date()) {
  if (!iso) return "";
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Math.round((day(iso) - today) / 86_400_000);
  const [unit, length] = Object.entries(DAYS).find(([, size]) => Math.abs(days) >= size) ?? ["day", 1];
  const said = new Intl.RelativeTimeFormat(current, { numeric: "auto" }).format(Math.trunc(days / length), unit);
  return said.toLocaleLowerCase(current); // some browsers write "Hôm nay", others "hôm nay"
}

/** Put the words of the shell into its elements: `data-t` is the text, `data-t-label` the accessible name. */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
}
