/** What the archive shows, as its address holds it: names and values that the service takes as they are. */

const FILTERS = ["q", "published_from", "published_to", "source", "entity"];
const ORDERS = ["newest", "oldest", "relevance"];

export class Query {
  /** @param {Iterable<[string, string]>} pairs what is none of the archive's is left out */
  constructor(pairs = []) {
    const all = [...pairs].filter(([, value]) => value !== "");
    this.filters = all.filter(([name]) => FILTERS.includes(name));
    const order = all.find(([name, value]) => name === "order" && ORDERS.includes(value))?.[1];
    this.order = order === "relevance" && !this.get("q") ? undefined : order;
  }

  get(name) {
    return this.filters.find(([other]) => other === name)?.[1] ?? "";
  }

  has(name, value) {
    return this.filters.some(([other, chosen]) => other === name && chosen === value);
  }

  /** Whether not all articles are wanted. */
  get narrow() {
    return this.filters.length > 0;
  }

  /** By relevance where there are words to be relevant to, unless the reader chose. */
  get sorted() {
    return this.order ?? (this.get("q") ? "relevance" : "newest");
  }

  /** As an address has it. */
  get pairs() {
    return this.order ? [...this.filters, ["order", this.order]] : this.filters;
  }

  /** With other values in place of those of the same names; an empty value takes a name away. */
  with(values) {
    const kept = this.pairs.filter(([name]) => !(name in values));
    return new Query([...kept, ...Object.entries(values)]);
  }

  /** With one value more, or without it where it is there. */
  toggled(name, value) {
    if (!this.has(name, value)) return new Query([...this.pairs, [name, value]]);
    return new Query(this.pairs.filter(([other, chosen]) => other !== name || chosen !== value));
  }

  /** For `/v1/articles` and `/v1/facets`, with what else is asked. */
  path(address, more = []) {
    const query = new URLSearchParams([...this.filters, ...more]).toString();
    return query ? `${address}?${query}` : address;
  }
}
