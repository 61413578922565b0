import en from "./i18n/en.js";
import zh from "./i18n/zh.js";
import { findAll } from "./dom.js";
import { preference, setPreference } from "./preferences.js";

const CATALOGUES = { en, zh };
const listeners = [];
let language = (preference("language") ?? navigator.language).startsWith("zh") ? "zh" : "en";

/** The language in use, "en" or "zh". */
export const currentLanguage = () => language;

/** The entry of the catalogue under a key such as "error.network"; {name} takes a value. */
export function t(key, values = {}) {
  const entry = key.split(".").reduce((level, part) => level?.[part], CATALOGUES[language]);
  if (entry === undefined) throw new Error(`no text under ${key} in ${language}`);
  if (typeof entry === "function") return entry(values);
  if (typeof entry !== "string") return entry;
  return entry.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A number as the reader's language writes it. */
export function number(value, digits = 0) {
  return value.toLocaleString(language, { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** Writes the texts of all elements that name one with data-t, data-t-label and their like. */
export function translate(root = document) {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const node of findAll("[data-t]", root)) node.textContent = t(node.dataset.t);
  for (const node of findAll("[data-t-label]", root)) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of findAll("[data-t-title]", root)) node.title = t(node.dataset.tTitle);
  for (const node of findAll("[data-t-placeholder]", root)) node.placeholder = t(node.dataset.tPlaceholder);
}

/** Calls back whenever the language changes. */
export const onLanguage = (listener) => listeners.push(listener);

/** Goes to the other language. */
export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  setPreference("language", language);
  translate();
  for (const listener of listeners) listener();
}
