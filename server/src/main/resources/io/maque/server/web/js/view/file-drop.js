import { find } from "../dom.js";

/** Takes files that are dropped anywhere on the page, or pasted anywhere. */
export function acceptFiles(take) {
  const veil = find("#drop-veil");
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  const onDrag = (change) => (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = Math.max(0, depth + change);
    veil.hidden = depth === 0;
  };
  document.addEventListener("dragenter", onDrag(1));
  document.addEventListener("dragleave", onDrag(-1));
  document.addEventListener("dragover", onDrag(0));
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    take([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return; // text goes where the cursor is
    event.preventDefault();
    take(files);
  });
}
