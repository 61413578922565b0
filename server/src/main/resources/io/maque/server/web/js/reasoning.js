const OPEN = "<think>";
const CLOSE = "</think>";

/**
 * Parts an answer whose model thinks aloud between <think> and </think> at its beginning: what it
 * thought, what it answers, and whether it still thinks. Half a tag at the end of a growing answer
 * is neither yet.
 */
export function partReasoning(text) {
  const start = text.trimStart();
  if (start === "" || OPEN.startsWith(start)) return { reasoning: "", answer: "", thinking: start !== "" };
  if (!start.startsWith(OPEN)) return { reasoning: "", answer: text, thinking: false };
  const end = start.indexOf(CLOSE);
  if (end < 0) return { reasoning: withoutPartOf(CLOSE, start.slice(OPEN.length)).trim(), answer: "", thinking: true };
  return {
    reasoning: start.slice(OPEN.length, end).trim(),
    answer: start.slice(end + CLOSE.length).trimStart(),
    thinking: false,
  };
}

function withoutPartOf(tag, text) {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return text.slice(0, -length);
  }
  return text;
}
