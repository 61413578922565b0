// The mark: a tree sparrow (麻雀, Passer montanus), known by its chestnut cap and dark cheek spot.
const SHAPES = [
  ["tail", "M17 36.5 3.2 29.4l3.4-.9-2.2-3.3 16 5.6z"],
  ["leg", "M33 50.5v5.8h-3.6M33 56.3h3.8M39 49v7.3h-3M39 56.3h3.8"],
  ["body", "M13 37.5c3.6-8.8 12-14.3 21-17 .9-7.6 7-12.6 13.6-11.6 6.4 1 10.3 6.7 9.4 13.3-.2 1.4-.5 2.6-.5 3.9.8 12.8-7.5 25.1-21.9 25.6C25 52 16.4 46.3 13 37.5z"],
  ["cap", "M34 20.6c.8-7.7 7-12.7 13.6-11.7 4.9.8 8.4 4.2 9.3 8.7-5.5-1.5-14.8-1.7-22.9 3z"],
  ["bib", "M57 21.4c-.1 1.7-.6 3.1-.6 4.7 0 1.3 0 2.5-.2 3.8-2.4-.1-4.7-1.7-5.7-4 2.4-.5 4.7-2.1 6.5-4.5z"],
  ["wing", "M13 37.5c4.4-8.3 14.4-13.1 25.6-10.1 1.6 8.5-5.5 16.4-14.9 16.3-4.6-.1-8.7-2.3-10.7-6.2z"],
  ["feather", "M19.5 38.6c5 .9 10.6-1.2 14-6M24 41.6c4.7.2 9-2.2 11.8-6.3"],
  ["bar", "M34.5 27.3c-.6 3.1-2 5.8-4 8"],
  ["cheek", "M45.6 22.1a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z"],
  ["eye", "M50.3 16.3a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4z"],
  ["beak", "M56.9 18.6 63 21.7l-6 2.2z"],
];

const SVG = "http://www.w3.org/2000/svg";

/** The sparrow as a drawing whose colours come from the style sheet. */
export function sparrow() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 64 60");
  svg.setAttribute("class", "sparrow");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, d] of SHAPES) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", `sparrow-${name}`);
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
