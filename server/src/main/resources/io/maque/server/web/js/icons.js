// Line icons on a 20 × 20 grid, drawn for this page.
const PATHS = {
  menu: "M3 6h14M3 10h10M3 14h14",
  close: "M5 5l10 10M15 5L5 15",
  pen: "M4 16l.8-3.4L13.6 3.8a1.6 1.6 0 0 1 2.3 0l.3.3a1.6 1.6 0 0 1 0 2.3L7.4 15.2 4 16zM12 5.5l2.5 2.5",
  search: "M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM13 13l4 4",
  chevron: "M6 8l4 4 4-4",
  left: "M12 5l-5 5 5 5",
  right: "M8 5l5 5-5 5",
  down: "M10 4v12M5 11l5 5 5-5",
  tune: "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
  image: "M3.5 4.5h13v11h-13zM3.5 13l4-4 3.5 3.5 2-2 3.5 3.5M13 7.2v.1",
  camera: "M3 6.5h3l1.4-2h5.2l1.4 2h3v9H3zM10 8a2.8 2.8 0 1 1 0 5.6A2.8 2.8 0 0 1 10 8z",
  send: "M10 16V4M4.8 9.2L10 4l5.2 5.2",
  stop: "M6 6h8v8H6z",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  check: "M4 10.5l4 4 8-9",
  again: "M15.5 8A6 6 0 1 0 16 11.5M16 4v4h-4",
  export: "M10 12.5V3.5M6.5 7L10 3.5 13.5 7M4 12v4h12v-4",
  import: "M10 3.5v9M6.5 9l3.5 3.5L13.5 9M4 12v4h12v-4",
  bin: "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6M8.6 9v4.5M11.4 9v4.5",
  sun: "M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M15.7 4.3l-1.2 1.2M5.5 14.5l-1.2 1.2",
  moon: "M16 11.8A6.5 6.5 0 0 1 8.2 4a6.5 6.5 0 1 0 7.8 7.8z",
  halfmoon: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 3v14M13 4v12M16 6.5v7",
  keyboard: "M2.5 5.5h15v9h-15zM5.5 8.5h.1M8.5 8.5h.1M11.5 8.5h.1M14.5 8.5h.1M6.5 11.8h7",
  thought: "M10 3.5a5 5 0 0 1 3 9v1.5H7v-1.5a5 5 0 0 1 3-9zM7.8 16.5h4.4",
  warning: "M10 3.5l7 12.5H3zM10 8.5v3.5M10 14v.1",
};

const SVG = "http://www.w3.org/2000/svg";

/** An icon by name; decoration only, the button that holds it carries the label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Fills elements of the page that ask for an icon with data-icon. */
export function placeIcons(root = document) {
  for (const holder of root.querySelectorAll("[data-icon]")) {
    holder.querySelector(":scope > .icon")?.remove();
    holder.prepend(icon(holder.dataset.icon));
  }
}
