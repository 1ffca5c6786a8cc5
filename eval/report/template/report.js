"use strict";
// The list of cases. What it shows was written by strangers: every string becomes text, never markup. Offsets in the
// data count code points, where a string of this language counts UTF-16 units: texts are cut as arrays of code points.
(() => {
  const AT_ONCE = 100;
  const data = JSON.parse(document.getElementById("data").textContent);
  const field = (id) => document.getElementById(id);
  const list = field("list");
  const more = field("more");
  const several = data.runs.length > 1;
  let chosen = data.cases;
  let shown = 0;

  // Characters that turn the order of what follows round would show marks in the wrong places: they are named instead.
  const plain = (text) =>
    text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (turn) => `[U+${turn.codePointAt(0).toString(16).toUpperCase()}]`);

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    const kept = children.filter((child) => child !== null);
    element.append(...kept.map((child) => (typeof child === "string" ? plain(child) : child)));
    return element;
  }

  const words = (tag, text, language) => make(tag, language ? { lang: language, dir: "auto" } : { dir: "auto" }, text);

  // Text with its marks. Labels: the number of a citation, "@" and a number for a marker, "gold" for gold words.
  function marked(text, marks, paint) {
    const points = Array.from(text);
    const cut = (start, end) => points.slice(start, end).join("");
    const parts = [];
    let done = 0;
    for (const [start, end, labels] of marks) {
      parts.push(cut(done, start), ...paint(cut(start, end), labels));
      done = end;
    }
    return [...parts, cut(done)];
  }

  // --- One case, made when it is opened -------------------------------------------------------------------

  function detail(item, number) {
    const views = item.views.map((view, run) => section(item, view, run, `c${number}-${run}`));
    return make("div", { class: "detail" }, gold(item), make("div", { class: "views" }, ...views));
  }

  function gold(item) {
    const part = make("div", { class: "gold-part" });
    if (item.history.length) {
      part.append(make("h3", {}, "Asked before"));
      part.append(make("ol", {}, ...item.history.map((turn) => words("li", turn, item.language))));
    }
    part.append(make("h3", {}, "Gold"));
    if (!item.answerable) part.append(make("p", {}, "Nothing in the articles answers this: abstaining is right."));
    if (item.gold.answers.length) {
      part.append(make("ul", {}, ...item.gold.answers.map((answer) => words("li", answer, "vi"))));
    }
    for (const quote of item.gold.quotes) {
      const from = make("footer", {}, "article ", words("bdi", quote.article_id));
      part.append(make("blockquote", {}, words("p", quote.text, "vi"), from));
    }
    if (item.gold.nuggets.length) {
      const said = (nugget) => words("li", `${nugget.importance}: ${nugget.text}`, "vi");
      part.append(make("ul", {}, ...item.gold.nuggets.map(said)));
    }
    if (item.gold.patterns) {
      const { expect, has, lacks } = item.gold.patterns;
      part.append(make("p", { class: "note" }, `Expected: ${expect}`));
      part.append(make("ul", {}, ...has.map((one) => words("li", one)), ...lacks.map((one) => words("li", `not ${one}`))));
    }
    if (item.gold.articles.length) {
      const ids = item.gold.articles.flatMap((id, place) => [place ? ", " : "", words("bdi", id)]);
      part.append(make("p", { class: "note" }, item.gold.articles.length > 1 ? "Articles " : "Article ", ...ids));
    }
    return part;
  }

  function section(item, view, run, id) {
    const [letter, name] = data.runs[run];
    const part = make("section", { class: "view" });
    if (several) part.append(make("h3", {}, `${letter}: `, words("bdi", name)));
    if (view === null) {
      part.append(make("p", { class: "note" }, "This run does not have the case, or not yet."));
      return part;
    }
    part.append(badge(view, run));
    if (view.understood !== item.question) {
      part.append(make("h4", {}, "Understood as"), words("p", view.understood, item.language));
    }
    if (view.answer) part.append(...answer(view.answer, id));
    if (view.changes.length) {
      const signs = { "=": "span", "-": "del", "+": "ins" };
      const pieces = view.changes.map(([sign, text]) => make(signs[sign], {}, text));
      part.append(make("h4", {}, `Changed against ${data.runs[0][0]}`));
      part.append(make("p", { class: "text", lang: view.answer.language, dir: "auto" }, ...pieces));
    }
    part.append(...ranking(view, item));
    if (view.passages.length) {
      part.append(make("h4", {}, "Passages"));
      part.append(make("ol", { class: "passages" }, ...view.passages.map((place, at) => passage(place, `${id}-p${at}`))));
    }
    part.append(make("h4", {}, "Scores"), pairs(view.scores, ""), make("h4", {}, "Times"), pairs(view.timings_ms, " ms"));
    return part;
  }

  function answer(given, id) {
    const said = marked(given.text, given.marks, (piece, labels) => {
      const marker = labels.find((label) => label.startsWith("@"));
      if (marker) return [make("a", { class: "marker", href: `#${id}-${marker.slice(1)}` }, piece)];
      return [make("mark", { class: "cited" }, piece)];
    });
    const outcome = { answered: "", related: "only related, ", none: "abstained, " }[given.outcome];
    const sure = `${given.kind}, ${outcome}confidence ${given.confidence.toFixed(3)}`;
    const [first, ...rest] = said;
    const lead = Array.from(first).slice(0, given.lead).join("");
    const text = [make("span", { class: "note" }, lead), first.slice(lead.length), ...rest];
    const parts = [
      make("h4", {}, "Answer ", make("small", {}, sure)),
      given.short ? make("p", { class: "text", lang: given.language, dir: "auto" }, make("strong", {}, given.short)) : null,
      make("p", { class: given.outcome === "related" ? "text related" : "text", lang: given.language, dir: "auto" }, ...text),
    ].filter(Boolean);
    if (given.citations.length) {
      const cited = given.citations.map(([number, sources]) =>
        make("li", { id: `${id}-${number}`, tabindex: "-1" }, `[${number}] `, ...sources.flatMap((one) => source(one, id))),
      );
      parts.push(make("h4", {}, "Citations"), make("ul", { class: "citations" }, ...cited));
    }
    return parts;
  }

  function source(one, id) {
    const place =
      one.place === null
        ? make("strong", { class: "warning" }, "not in the passages, letter for letter")
        : make("a", { href: `#${id}-p${one.place}` }, `passage ${one.place + 1}`);
    const about = ` support ${one.support}, score ${one.score.toFixed(3)}`;
    return [words("q", one.cited_text, "vi"), make("span", { class: "note" }, " ", place, ",", about)];
  }

  function ranking(view, item) {
    const parts = [make("h4", {}, "Ranking")];
    if (item.gold.articles.length) {
      const ranks = view.gold_ranks.join(", ");
      parts.push(make("p", { class: "note" }, ranks ? `Gold at rank ${ranks}` : "No gold article was found"));
    }
    const rows = view.ranking.map(([article, score, isGold]) =>
      make("li", {}, words("bdi", article), ` ${score.toFixed(3)} `, isGold ? tag() : null),
    );
    return rows.length ? [...parts, make("ol", { class: "ranking" }, ...rows)] : [...parts, make("p", {}, "Nothing found.")];
  }

  function passage(place, id) {
    const held = data.passages[place.passage];
    const text = marked(held.text, place.marks, (piece, labels) => {
      const numbers = labels.filter((label) => label !== "gold").map((label) => `[${label}]`);
      const kinds = [numbers.length ? "cited" : "", labels.includes("gold") ? "gold" : ""];
      const mark = make("mark", { class: kinds.join(" ").trim() }, piece);
      return numbers.length ? [mark, make("sup", {}, numbers.join(""))] : [mark];
    });
    const about = [held.source, held.published_at, held.article_id].filter(Boolean);
    const link = held.url ? [make("a", { href: held.url, rel: "noreferrer noopener" }, "open the article")] : [];
    const head = make("summary", {}, words("bdi", held.title || "(no title)", "vi"), ` ${place.score.toFixed(3)} `, place.gold ? tag() : null);
    const body = make("details", {}, head, words("p", about.join(" · ")), make("p", { class: "text", lang: "vi", dir: "auto" }, ...text), ...link);
    body.open = place.gold || place.marks.length > 0;
    return make("li", { id, tabindex: "-1" }, body);
  }

  function pairs(values, unit) {
    const rows = Object.entries(values).map(([name, value]) =>
      make("div", {}, make("dt", {}, name), make("dd", {}, `${value}${unit}`)),
    );
    return make("dl", { class: "pairs" }, ...rows);
  }

  const tag = () => make("span", { class: "tag" }, "gold");

  function badge(view, run) {
    const letter = several ? `${data.runs[run][0]}: ` : "";
    return make("span", { class: `badge outcome-${view.outcome}` }, `${letter}${data.outcomes[view.outcome]}`);
  }

  // --- The list -------------------------------------------------------------------------------------------

  function entry(item) {
    const number = data.cases.indexOf(item);
    const badges = item.views.flatMap((view, run) => (view ? [badge(view, run)] : []));
    const about = [item.suite, item.kind, item.language, item.id].join(" · ");
    const head = make("summary", {}, make("span", { class: "badges" }, ...badges), words("span", item.question, item.language), words("small", about));
    const whole = make("details", {}, head);
    whole.addEventListener("toggle", () => whole.open && whole.children.length === 1 && whole.append(detail(item, number)));
    return make("li", {}, whole);
  }

  function showMore() {
    const items = chosen.slice(shown, shown + AT_ONCE).map(entry);
    list.append(...items);
    shown += items.length;
    more.hidden = shown >= chosen.length;
    const all = data.cases.length === chosen.length ? "" : `, chosen from ${data.cases.length.toLocaleString("en")}`;
    field("count").textContent = `${shown.toLocaleString("en")} of ${chosen.length.toLocaleString("en")} cases${all}`;
    return items[0];
  }

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

  const folded = new Map();
  function haystack(item) {
    if (!folded.has(item)) {
      const said = item.views.flatMap((view) => (view ? [view.understood, view.answer ? view.answer.text : ""] : []));
      folded.set(item, fold([item.id, item.question, ...item.gold.answers, ...item.gold.articles, ...said].join("\n")));
    }
    return folded.get(item);
  }

  const changed = {
    worse: (first, later) => later.outcome < first.outcome,
    better: (first, later) => later.outcome > first.outcome,
    text: (first, later) => later.changes.length > 0,
  };

  function filter() {
    const value = (id) => (field(id) ? field(id).value : "");
    const needles = fold(value("search")).split(/\s+/).filter(Boolean);
    const kept = (item) => {
      const [first, ...later] = item.views;
      return (
        ["suite", "kind", "language"].every((name) => !value(name) || item[name] === value(name).slice(1)) &&
        (!value("outcome") || item.views.some((view) => view && view.outcome === Number(value("outcome")))) &&
        (!value("change") || (first && later.some((view) => view && changed[value("change")](first, view)))) &&
        needles.every((needle) => haystack(item).includes(needle))
      );
    };
    chosen = data.cases.filter(kept);
    shown = 0;
    list.replaceChildren();
    showMore();
  }

  function fill(name, keyed, label) {
    const counts = new Map();
    for (const item of data.cases) for (const key of new Set(keyed(item))) counts.set(key, (counts.get(key) || 0) + 1);
    const options = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
    field(name).append(make("option", { value: "" }, "any"));
    // "=" keeps a kind without a name from meaning any.
    field(name).append(...options.map(([key, count]) => make("option", { value: label ? key : `=${key}` }, `${label ? label(key) : key} (${count})`)));
  }

  for (const name of ["suite", "kind", "language"]) fill(name, (item) => [item[name]]);
  fill("outcome", (item) => item.views.flatMap((view) => (view ? [view.outcome] : [])), (key) => data.outcomes[key]);
  field("filters").hidden = false;
  field("filters").addEventListener("input", filter);
  field("filters").addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => showMore().querySelector("summary").focus());
  // A link to a passage that is folded up opens it.
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const inside = link && document.getElementById(link.getAttribute("href").slice(1))?.querySelector("details");
    if (inside) inside.open = true;
  });
  showMore();
})();
