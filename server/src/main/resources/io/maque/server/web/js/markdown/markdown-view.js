import { Marked } from "../../lib/marked/marked.esm.js";
import { el, findAll } from "../dom.js";
import { t } from "../i18n.js";
import { CodeBlock } from "./code.js";
import { mathExtensions, typeset } from "./math.js";
import { safeFragment } from "./sanitize.js";
import { settled } from "./tail.js";

const escape = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

// marked writes a picture's description into its markup as it is, so pictures are written here: those
// inside the answer as pictures, all others as links, since fetching them would tell somebody.
function picture({ href, title, text }) {
  const inside = /^data:image\//i.test(href);
  const name = text || t("openImageLink", { host: URL.canParse(href) ? new URL(href).host : href });
  const tip = title ? ` title="${escape(title)}"` : "";
  return inside ? `<img src="${escape(href)}" alt="${escape(text)}"${tip}>` : `<a href="${escape(href)}"${tip}>${escape(name)}</a>`;
}

// Markup in an answer is shown as it was written, but for a few harmless elements without attributes.
const HARMLESS = /^<\/?(?:br|sub|sup|kbd|mark|u)\s*\/?>$/i;

const marked = new Marked({ gfm: true, breaks: true }).use({
  extensions: mathExtensions,
  renderer: { image: picture, html: ({ text }) => (HARMLESS.test(text.trim()) ? text : escape(text)) },
});

/**
 * Shows Markdown while it grows. The text is cut into top-level blocks; only blocks that changed are
 * built anew, so that a selection in finished ones stays and long answers stay cheap.
 */
export class MarkdownView {
  #blocks = [];
  #onBlock;

  constructor(onBlock = () => {}) {
    this.element = el("div", { class: "prose" });
    this.#onBlock = onBlock;
  }

  /** Shows a text; `complete` says that nothing will be added to it. */
  show(text, complete) {
    const tokens = marked.lexer(complete ? text : settled(text)).filter((token) => token.type !== "space" && token.type !== "def");
    tokens.forEach((token, index) => {
      const last = index === tokens.length - 1;
      this.#place(index, token, complete || !last);
    });
    for (const block of this.#blocks.splice(tokens.length)) block.element.remove();
  }

  #place(index, token, complete) {
    const block = this.#blocks[index];
    if (block?.raw === token.raw && block.complete === complete) return;
    if (block?.code && token.type === "code" && block.code.language === new CodeBlock(token.lang).language) {
      block.code.show(token.text, complete);
      Object.assign(block, { raw: token.raw, complete });
    } else if (block?.raw !== token.raw || token.type === "code") {
      const fresh = { ...built(token, complete), raw: token.raw, complete };
      if (block) block.element.replaceWith(fresh.element);
      else this.element.append(fresh.element);
      this.#blocks[index] = fresh;
    } else {
      block.complete = complete;
    }
    if (complete) this.#onBlock(this.#blocks[index].element.textContent);
  }
}

function built(token, complete) {
  if (token.type === "code") {
    const code = new CodeBlock(token.lang).show(token.text, complete);
    return { code, element: el("div", { class: "block" }, code.element) };
  }
  const element = el("div", { class: "block" });
  element.append(safeFragment(marked.parser([token])));
  for (const code of findAll("pre > code", element)) {
    const language = /language-(\S+)/.exec(code.className)?.[1];
    code.parentElement.replaceWith(new CodeBlock(language).show(code.textContent, complete).element);
  }
  for (const table of findAll("table", element)) {
    const frame = el("div", { class: "table-frame", tabindex: "0" });
    table.replaceWith(frame);
    frame.append(table);
  }
  for (const box of findAll("input", element)) box.disabled = true;
  typeset(element);
  return { element };
}
