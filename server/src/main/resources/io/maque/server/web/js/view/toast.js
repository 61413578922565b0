import { el, find } from "../dom.js";

const SHOWN_MILLIS = 8000;

/** A short notice at the edge of the page, with at most one thing to do about it. */
export function toast(text, action = null) {
  const node = el("div", { class: "toast" }, el("span", {}, text));
  const close = () => node.remove();
  if (action) {
    node.append(
      el("button", { class: "text-button", type: "button", onclick: () => { close(); action.act(); } }, action.label),
    );
  }
  find("#toasts").append(node);
  setTimeout(close, SHOWN_MILLIS);
}
