import { el, find } from "./dom.js";
import { onLanguage, t } from "./i18n.js";

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const COMMAND = MAC ? "⌘" : "Ctrl";

// In the order of the help. `does` says which key it is; entries without it are told elsewhere.
const SHORTCUTS = [
  { name: "send", keys: ["Enter"] },
  { name: "line", keys: ["Shift", "Enter"] },
  { name: "editLast", keys: ["↑"] },
  { name: "stop", keys: ["Esc"], does: (event) => event.key === "Escape" && !command(event) },
  { name: "compose", keys: ["/"], does: (event) => event.key === "/" && !command(event) && !writing(event) },
  { name: "new", keys: [COMMAND, "Shift", "O"], does: (event) => command(event) && event.shiftKey && event.key.toLowerCase() === "o" },
  { name: "search", keys: [COMMAND, "K"], does: (event) => command(event) && event.key.toLowerCase() === "k" },
  { name: "settings", keys: [COMMAND, ","], does: (event) => command(event) && event.key === "," },
  { name: "help", keys: ["?"], does: (event) => event.key === "?" && !command(event) && !writing(event) },
];

const command = (event) => (MAC ? event.metaKey : event.ctrlKey);
const writing = (event) => /^(?:INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);

/** Binds the keys to actions by name and fills the list of the help dialog. */
export function setUpShortcuts(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || find("dialog[open], [popover]:popover-open")) return;
    const shortcut = SHORTCUTS.find((candidate) => candidate.does?.(event));
    if (shortcut && actions[shortcut.name]() !== false) event.preventDefault();
  });
  const list = () =>
    find("#shortcut-list").replaceChildren(
      ...SHORTCUTS.flatMap(({ name, keys }) => [el("dt", {}, keys.map((key) => el("kbd", {}, key))), el("dd", {}, t(`shortcut.${name}`))]),
    );
  onLanguage(list);
  list();
}
