import { el, find } from "../dom.js";
import { t } from "../i18n.js";

/** A small view of a picture, given as a promise of its record; a press shows it large. */
export function thumbnail(record, name) {
  const image = el("img", { alt: name });
  const button = el("button", { class: "thumbnail", type: "button", "aria-label": t("openPicture", { name }), title: name }, image);
  Promise.resolve(record).then((picture) => {
    if (!picture) return;
    const url = URL.createObjectURL(picture.blob);
    image.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
    image.src = url;
    button.addEventListener("click", () => showLarge(picture));
  });
  return button;
}

function showLarge(picture) {
  const dialog = find("#picture-dialog");
  const image = find("#picture");
  const url = URL.createObjectURL(picture.blob);
  image.src = url;
  image.alt = picture.name;
  dialog.addEventListener("close", () => URL.revokeObjectURL(url), { once: true });
  dialog.showModal();
}
