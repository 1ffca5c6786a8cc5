/** The service over HTTP: JSON, server-sent events, and errors as RFC 9457 problems. */

import { t } from "./i18n.js";

const KNOWN = [401, 403, 404, 413, 422, 429, 500, 503, 507];

/** What went wrong: `what` is said to the reader, `mend` says what helps, `detail` is the server's own. */
export class Problem extends Error {
  constructor(status, detail = "") {
    super(detail || `HTTP ${status}`);
    this.status = status;
    this.detail = detail;
  }

  get what() {
    return t(`problem.${this.kind}.what`);
  }

  get mend() {
    return t(`problem.${this.kind}.mend`);
  }

  /** @private 0 is a server that cannot be reached, or a stream that broke off */
  get kind() {
    if (this.status === 0) return "offline";
    return KNOWN.includes(this.status) ? this.status : "other";
  }
}

let askForKey = async () => false;

/** `asked()` shows the dialog for a key, and says whether one was accepted. */
export function onUnauthorized(asked) {
  askForKey = asked;
}

/**
 * A JSON request. An object as `body` goes out as JSON, a Blob as it is. Answers the parsed body, null for an empty
 * one. Throws Problem, and AbortError where `signal` aborts.
 *
 * @param {string} path
 * @param {{method?: string, body?: unknown, signal?: AbortSignal}} [options]
 */
export async function request(path, options = {}) {
  const response = await send(path, options);
  return response.status === 204 ? null : response.json();
}

/** The response to a request that succeeded; for a wrong or missing key the reader is asked once. */
async function send(path, options, again = true) {
  const response = await reach(path, options);
  if (response.ok) return response;
  if (response.status === 401 && again && path !== "/v1/session" && (await askForKey())) {
    return send(path, options, false);
  }
  throw await problemOf(response);
}

async function reach(path, { method, body, signal }) {
  const plain = body === undefined || body instanceof Blob;
  try {
    return await fetch(path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      body: plain ? body : JSON.stringify(body),
      headers: plain ? {} : { "Content-Type": "application/json" },
      signal,
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(0);
  }
}

async function problemOf(response) {
  try {
    const { detail } = await response.json();
    return new Problem(response.status, detail);
  } catch {
    return new Problem(response.status); // a proxy's own page
  }
}

/**
 * Server-sent events of a POST, one by one: `{event, data}` with `data` parsed. Leaving the loop closes the stream.
 * An event named `error` is thrown as a Problem, and so is a stream that ends before an event named `last`.
 *
 * @param {string} path
 * @param {{body: unknown, signal?: AbortSignal, last?: string}} options
 */
export async function* events(path, { body, signal, last = "done" }) {
  const response = await send(path, { body, signal });
  for await (const { event, data } of messages(response.body)) {
    if (event === "error") throw new Problem(data.status, data.detail);
    yield { event, data };
    if (event === last) return;
  }
  throw new Problem(0);
}

/** @param {ReadableStream<Uint8Array>} stream */
async function* messages(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      yield* blocks.map(parsed).filter(Boolean);
    }
  } finally {
    reader.cancel().catch(() => {}); // it may be broken already
  }
}

async function read(reader) {
  try {
    return await reader.read();
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(0);
  }
}

/** One block of lines -> an event; null for a comment. */
function parsed(block) {
  const fields = { event: "message", data: "" };
  for (const line of block.split("\n")) {
    const [, name, value] = /^(event|data): ?(.*)$/s.exec(line) ?? [];
    if (name) fields[name] = value;
  }
  return fields.data ? { event: fields.event, data: JSON.parse(fields.data) } : null;
}
