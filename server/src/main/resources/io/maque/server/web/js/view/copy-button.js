import { copyText } from "../clipboard.js";
import { el } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";

const SHOWN_MILLIS = 1600;

/** A button that copies what `text()` gives and says so. */
export function copyButton(text) {
  const button = el("button", { class: "icon-button copy", type: "button" });
  const show = (name, label) => {
    button.replaceChildren(icon(name));
    button.setAttribute("aria-label", label);
    button.title = label;
  };
  button.addEventListener("click", async () => {
    await copyText(text());
    show("check", t("copied"));
    setTimeout(() => show("copy", t("copy")), SHOWN_MILLIS);
  });
  show("copy", t("copy"));
  return button;
}
