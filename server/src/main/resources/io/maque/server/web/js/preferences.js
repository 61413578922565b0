// Small choices that outlive the page: theme, language, model, key. Without storage they last as
// long as the page does.
const PREFIX = "maque.";
const fallback = new Map();

/** The value kept under a name, or null. */
export function preference(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return fallback.get(name) ?? null;
  }
}

/** Keeps a value; null forgets it. */
export function setPreference(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    if (value === null) fallback.delete(name);
    else fallback.set(name, value);
  }
}
