// The last line of a growing answer may be the begin of something else than it seems: "-" under a
// paragraph reads as a heading, "``" as text before it becomes a fence. It waits until it is clear.
const UNCLEAR = /^\s*(?:[-=*_#`~>|+:\s]+|\d{1,9}[.)]?\s*)$/;

/** A growing text without a last line that Markdown would misread for a moment. */
export function settled(text) {
  const start = text.lastIndexOf("\n") + 1;
  return UNCLEAR.test(text.slice(start)) ? text.slice(0, start) : text;
}
