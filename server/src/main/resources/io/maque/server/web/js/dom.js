/** The first element that matches a selector. */
export const find = (selector, root = document) => root.querySelector(selector);

/** All elements that match a selector. */
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/**
 * Makes an element: el("button", { class: "x", onclick: act }, "text", child). Functions become
 * listeners, everything else attributes; text is always text, never markup.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
