/** Elements made by functions. Text only ever becomes a text node: nothing here, or elsewhere, parses markup. */

const SVG = "http://www.w3.org/2000/svg";
const GAP = 8; // pixels between what floats and its anchor, and to the edges of the window

/**
 * Make an element. A function under `onclick` and the like becomes a listener; `class` and every other string an
 * attribute; true and false switch an attribute on and off; null and undefined leave it out.
 *
 * @param {string} tag
 * @param {Record<string, unknown> | null} [props]
 * @param {...(Node | string | number | null | undefined | false | Array<Node | string>)} children
 * @returns {HTMLElement}
 */
export function el(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...nodes(children));
  return element;
}

/** @param {Array<unknown>} children */
function nodes(children) {
  return children.flat().filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replace what is in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/**
 * A line drawing of 24 by 24; hidden from screen readers, for the control around it has a name.
 *
 * @param {keyof typeof PATHS} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

const PATHS = {
  send: "M12 20V5M5.5 11.5 12 5l6.5 6.5",
  stop: "M7 7h10v10H7z",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  list: "M4 6h16M4 12h16M4 18h10",
  trash: "M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  up: "M7 11v9H4v-9zM7 11l4-8c1.5 0 2.5 1 2.5 2.5V9h5a2 2 0 0 1 2 2.4l-1.3 7A2 2 0 0 1 17.2 20H7",
  down: "M17 13V4h3v9zM17 13l-4 8c-1.5 0-2.5-1-2.5-2.5V15h-5a2 2 0 0 1-2-2.4l1.3-7A2 2 0 0 1 6.8 4H17",
  filter: "M4 6h16M7 12h10M10 18h4",
  options: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  out: "M14 5h5v5M19 5l-9 9M17 14v5H5V7h5",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20 20",
  check: "M5 12.5 10 17.5 19 7",
  warn: "M12 4 2.5 20h19zM12 10v4M12 17.2v.3",
  info: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5M12 7.7v.3",
  quote: "M6 17c2-1 3-3 3-5H5V7h5v5c0 4-2 6-4 7M15 17c2-1 3-3 3-5h-4V7h5v5c0 4-2 6-4 7",
  back: "M19 12H5M11 6l-6 6 6 6",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  share: "M12 15V4M7.5 8 12 3.5 16.5 8M5 13v7h14v-7",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1.5-1.5",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  sound: "M4 10v4h4l5 4V6L8 10zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11",
  pause: "M8 6v12M16 6v12",
  play: "M8 5.5v13l10-6.5z",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  none: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM5.8 5.8l12.4 12.4",
  near: "M4 9c3-3 5-3 8 0s5 3 8 0M4 16c3-3 5-3 8 0s5 3 8 0",
  page: "M4 5h16v14H4zM14 5v14",
  keys: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  next: "M5 12h13M13 7l5 5-5 5",
  retry: "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
};

/** Scroll an element into the middle of what scrolls it, and nothing around that. */
export function scrollWithin(scroller, element) {
  const [outer, inner] = [scroller, element].map((each) => each.getBoundingClientRect());
  const height = Math.min(inner.height, outer.height);
  scroller.scrollTop += inner.top - outer.top - (outer.height - height) / 2;
}

/** Put what floats beside its anchor, within the window: the style sheet reads `--at-top` and `--at-left`. */
export function placeBeside(floating, anchor, indent = 0) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = floating;
  const below = at.bottom + GAP;
  const top = below + height + GAP <= innerHeight ? below : Math.max(GAP, at.top - GAP - height);
  const left = Math.max(GAP, Math.min(at.left - indent, innerWidth - width - GAP));
  floating.style.setProperty("--at-top", `${top}px`);
  floating.style.setProperty("--at-left", `${left}px`);
}

/** Tell a screen reader, politely. The same words twice in a row are told twice. */
export function announce(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 60);
}

/** Say something in passing: shown for a while, and told. */
export function toast(text) {
  const shown = document.getElementById("toast");
  shown.textContent = text;
  shown.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (shown.hidden = true), 4000);
  announce(text);
}

/** A web address that may become a link, or null. */
export function webAddress(url) {
  if (!url) return null;
  try {
    const { protocol, href } = new URL(url);
    return protocol === "http:" || protocol === "https:" ? href : null;
  } catch {
    return null;
  }
}

/** A link to an article's own page elsewhere; plain text where the address is none of the web's. */
export function outward(url, ...children) {
  const href = webAddress(url);
  if (!href) return el("span", null, ...children);
  return el("a", { href, rel: "noopener noreferrer nofollow", target: "_blank" }, ...children);
}
