import { copyButton } from "../view/copy-button.js";
import { el } from "../dom.js";
import { t } from "../i18n.js";
import { safeFragment } from "./sanitize.js";

const LIVE_HIGHLIGHT_LENGTH = 4000;

/** A block of code with the name of its language and a button that copies it. */
export class CodeBlock {
  constructor(language) {
    this.language = (language ?? "").trim().split(/\s/, 1)[0];
    this.code = el("code", { class: "hljs", translate: "no" });
    this.element = el(
      "figure",
      { class: "code" },
      el("figcaption", {}, el("span", { class: "code-language" }, this.language || t("code")), copyButton(() => this.code.textContent)),
      el("pre", { tabindex: "0" }, this.code),
    );
  }

  /** Shows the text; long blocks get their colours when they are complete. */
  show(text, complete) {
    const known = this.language !== "" && window.hljs?.getLanguage(this.language);
    if (!known || (!complete && text.length > LIVE_HIGHLIGHT_LENGTH)) {
      this.code.textContent = text;
    } else {
      const html = window.hljs.highlight(text, { language: this.language, ignoreIllegals: true }).value;
      this.code.replaceChildren(safeFragment(html));
    }
    return this;
  }
}
