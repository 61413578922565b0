// What a model writes is a stranger's text. Only these elements reach the page, without styles,
// handlers, forms or pictures from elsewhere (a picture's address could carry secrets away).
import DOMPurify from "../../lib/dompurify/purify.es.mjs";

const ALLOWED_TAGS = [
  "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "del", "sub", "sup", "kbd", "mark", "u", "blockquote", "ul", "ol", "li",
  "input", "table", "thead", "tbody", "tr", "th", "td", "a", "img", "pre", "code", "span", "div",
];
const ALLOWED_ATTR = ["href", "title", "src", "alt", "align", "class", "start", "type", "checked", "disabled"];
const SAFE_LINK = /^(?:https?:|mailto:)/i;
const SAFE_PICTURE = /^data:image\/(?:png|jpeg|webp|gif);base64,/i;

const purify = DOMPurify(window);

purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A") mendLink(node);
  else if (node.tagName === "IMG" && !SAFE_PICTURE.test(node.getAttribute("src") ?? "")) node.remove();
  else if (node.tagName === "INPUT" && node.type !== "checkbox") node.remove();
});

/** Markup as a fragment that is safe to show. */
export function safeFragment(html) {
  return purify.sanitize(html, { ALLOWED_TAGS, ALLOWED_ATTR, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true });
}

function mendLink(link) {
  if (!SAFE_LINK.test(link.getAttribute("href") ?? "")) {
    link.removeAttribute("href");
    return;
  }
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener noreferrer nofollow");
}
