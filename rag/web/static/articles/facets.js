/** What the list can be narrowed by, each with how many articles that leaves. */

import { monthChart } from "../shared/chart.js";
import { el, fill, icon } from "../shared/dom.js";
import { number, shortDate, t } from "../shared/i18n.js";
import "./archive-words.js";

const FIRST = 6; // of a group; the others are a button away

/** The groups of names, as the service calls them. */
export const GROUPS = ["countries", "places", "persons", "organisations"];

export class Facets {
  /** @param {(query: import("./query.js").Query) => void} go called with what is wanted then */
  constructor(go) {
    this.go = go;
    this.opened = new Set(); // groups of which all is shown
    this.element = el("div", { class: "facets" });
  }

  /** Draw anew; the focus stays where it is. */
  show(query, found) {
    const at = document.activeElement;
    const [name, value] = this.element.contains(at) ? [at.name, at.value] : [];
    fill(
      this.element,
      this.time(query, found),
      this.group(
        query,
        "source",
        "sources",
        found.sources.map(({ name, articles }) => ({ value: name, name, articles })),
      ),
      ...GROUPS.map((group) =>
        this.group(
          query,
          "entity",
          group,
          (found[group] ?? []).map((each) => ({ ...each, value: `${each.kind}:${each.key}` })),
        ),
      ),
    );
    if (!name) return;
    const same = [...this.element.querySelectorAll("input")].find(
      (input) => input.name === name && input.value === value,
    );
    same?.focus({ preventScroll: true });
  }

  /** @private Days: bars to choose from with a pointer, and fields. */
  time(query, { months, undated }) {
    const choose = (first, last) => this.go(query.with({ published_from: first, published_to: last }));
    const from = this.day(query, "published_from", t("filters.from"));
    const to = this.day(query, "published_to", t("filters.to"));
    return el(
      "div",
      { class: "facet" },
      monthChart(t("facets.time"), months, {
        choose,
        from: query.get("published_from"),
        to: query.get("published_to"),
      }),
      el("div", { class: "facet-days" }, from, to),
      undated > 0 && el("p", { class: "hint" }, t("facets.undated", { count: undated })),
    );
  }

  /** @private */
  day(query, name, label) {
    const changed = ({ target }) => target.validity.valid && this.go(query.with({ [name]: target.value }));
    return el(
      "label",
      { class: "field" },
      el("span", null, label),
      el("input", { type: "date", name, value: query.get(name), onchange: changed }),
    );
  }

  /** @private Names to tick; those that are ticked stand first. */
  group(query, name, group, all) {
    const chosen = all.filter(({ value }) => query.has(name, value));
    const options = [...chosen, ...all.filter((option) => !chosen.includes(option))];
    if (!options.length) return null;
    const open = this.opened.has(group);
    const shown = open ? options : options.slice(0, Math.max(FIRST, chosen.length));
    const more = () => {
      if (open) this.opened.delete(group);
      else this.opened.add(group);
      const next = this.group(query, name, group, all);
      box.replaceWith(next);
      next.querySelector("button").focus();
    };
    const box = el(
      "fieldset",
      { class: "facet" },
      el("legend", null, t(`facets.${group}`)),
      ...shown.map((option) => this.option(query, name, option)),
      options.length > FIRST &&
        el(
          "button",
          { type: "button", class: "quiet", "aria-expanded": String(open), onclick: more },
          t(open ? "facets.fewer" : "facets.more", { count: options.length - shown.length }),
        ),
    );
    return box;
  }

  /** @private */
  option(query, name, { value, name: words, articles }) {
    return el(
      "label",
      { class: "choice" },
      el("input", {
        type: "checkbox",
        name,
        value,
        checked: query.has(name, value),
        onchange: () => this.go(query.toggled(name, value)),
      }),
      el("bdi", null, words),
      el("span", { class: "count" }, number(articles)),
    );
  }
}

/** A button for each filter that is set, which takes it away. `names` says what entities are called. */
export function chips(query, names, go) {
  const chip = (text, without) => {
    const label = t("filters.remove", { name: text });
    return el(
      "button",
      { type: "button", class: "chip", "aria-label": label, title: label, onclick: () => go(without) },
      el("bdi", null, text),
      icon("close"),
    );
  };
  return query.filters
    .filter(([name]) => name !== "q")
    .map(([name, value]) => chip(words(name, value, names), query.toggled(name, value)));
}

function words(name, value, names) {
  if (name === "entity") return names.get(value) ?? value.slice(value.indexOf(":") + 1);
  return name === "source" ? value : t(`facets.${name}`, { day: shortDate(value) });
}
