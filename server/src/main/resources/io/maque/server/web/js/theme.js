import { icon } from "./icons.js";
import { onLanguage, t } from "./i18n.js";
import { preference, setPreference } from "./preferences.js";

const ORDER = ["system", "light", "dark"];
const ICONS = { system: "halfmoon", light: "sun", dark: "moon" };

/** Makes a button go through the system's colours, light and dark. */
export function themeSwitch(button) {
  let theme = ORDER.includes(preference("theme")) ? preference("theme") : "system";
  const show = () => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.replaceChildren(icon(ICONS[theme]));
    button.setAttribute("aria-label", t(`theme.${theme}`));
    button.title = t(`theme.${theme}`);
  };
  button.addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    setPreference("theme", theme === "system" ? null : theme);
    show();
  });
  onLanguage(show);
  show();
}
