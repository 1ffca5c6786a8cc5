/** Why the server refused something: its own words, and in Vietnamese what they come to. */

import { el } from "../shared/dom.js";
import { language, t } from "../shared/i18n.js";
import "./words.js";

const KNOWN = [
  [/^no article text found/, "empty"],
  [/^an article needs either/, "neither"],
  [/^not (valid|usable) JSON/, "json"],
  [/is no article; write an object/, "json"],
  [/^this is .*, not text;/, "binary"],
  [/^this holds zero bytes/, "binary"],
  [/^the encoding is neither/, "encoding"],
  [/^the (file|line) (has|is longer)/, "long"],
  [/^files (named|that end)/, "kind"],
  [/^the url /, "url"],
  [/^(`published_at`|the date) /, "date"],
  [/^`language` /, "language"],
  [/^the id /, "id"],
  [/^nothing is fetched/, "contact"],
  [/^no feed is found/, "feed"],
  [/cannot be taken: |^(the address|port) |is not public|inside a network/, "page"],
  [/^the server is stopping/, "stopping"],
];

/** @param {string | null} said the server's words, in English */
export function reason(said) {
  const [, key] = KNOWN.find(([pattern]) => pattern.test(said ?? "")) ?? [];
  if (language() === "en" || !key) return el("p", { class: "reason", lang: "en" }, said);
  return el(
    "div",
    { class: "reason" },
    el("p", null, t(`reason.${key}`)),
    el("p", { class: "hint", lang: "en" }, said),
  );
}
