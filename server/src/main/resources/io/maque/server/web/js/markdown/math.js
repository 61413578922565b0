// Formulas between $…$, $$…$$, \(…\) and \[…\]. KaTeX is large, so it comes with the first formula.
const BLOCK = /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])(?:\n|$)/;
const INLINE = /^(?:\\\(([\s\S]+?)\\\)|\$\$([^$]+?)\$\$|\$(?!\s)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?![\d\p{L}]))/u;
const LIMITS = { throwOnError: true, trust: false, maxExpand: 200, maxSize: 20, strict: "ignore" };

const escape = (text) => text.replace(/[&<>]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character]);

const formula = (name, level, begin, pattern, tag) => ({
  name,
  level,
  start: (source) => {
    const index = source.search(begin);
    return index < 0 ? undefined : index;
  },
  tokenizer(source) {
    const match = pattern.exec(source);
    if (match) return { type: name, raw: match[0], tex: match.slice(1).find((group) => group !== undefined) };
  },
  renderer: (token) => `<${tag} class="${name}">${escape(token.tex)}</${tag}>`,
});

/** What teaches marked to see formulas. */
export const mathExtensions = [
  formula("math-block", "block", /\$\$|\\\[/, BLOCK, "div"),
  formula("math-inline", "inline", /\$|\\\(/, INLINE, "span"),
];

/** Typesets the formulas in a piece of an answer; until KaTeX is there they show as written. */
export async function typeset(root) {
  const formulas = root.querySelectorAll(".math-block, .math-inline");
  if (formulas.length === 0) return;
  const { default: katex } = await import("../../lib/katex/katex.mjs");
  for (const node of formulas) {
    const written = node.textContent;
    try {
      katex.render(written, node, { ...LIMITS, displayMode: node.classList.contains("math-block") });
    } catch (error) {
      if (!(error instanceof katex.ParseError)) throw error;
      node.textContent = written; // no formula, or one that is not finished
    }
  }
}
