/** What the browser remembers between visits. Storage may be switched off or full: then nothing is remembered. */

const PREFIX = "hoidap.";

/**
 * @param {string} key
 * @param {string | null} fallback
 * @param {Storage} [storage]
 */
export function remembered(key, fallback = null, storage = globalThis.localStorage) {
  try {
    return storage.getItem(PREFIX + key) ?? fallback;
  } catch {
    return fallback;
  }
}

/**
 * @param {string} key
 * @param {string | null} value null forgets it
 * @param {Storage} [storage]
 */
export function remember(key, value, storage = globalThis.localStorage) {
  try {
    if (value === null) storage.removeItem(PREFIX + key);
    else storage.setItem(PREFIX + key, value);
  } catch {
    // It holds for this visit only.
  }
}
