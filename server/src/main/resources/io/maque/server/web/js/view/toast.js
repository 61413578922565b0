import { el, find } from "../dom.js";

const READ_MILLIS = 8000;
const ACT_MILLIS = 20_000; // whoever may do something about it needs time to get there

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
  setTimeout(close, action ? ACT_MILLIS : READ_MILLIS);
}
