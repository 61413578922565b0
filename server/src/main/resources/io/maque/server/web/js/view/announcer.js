import { el, find } from "../dom.js";

const KEPT = 20;

/** Tells those who listen rather than look: whole paragraphs of an answer, and what happened. */
export function announce(text) {
  const region = find("#announcer");
  region.append(el("p", {}, text));
  while (region.childElementCount > KEPT) region.firstElementChild.remove();
}
