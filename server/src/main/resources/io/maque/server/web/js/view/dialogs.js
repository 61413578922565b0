import { findAll } from "../dom.js";

/** Makes dialogs close by their own close buttons and by a press beside them. */
export function setUpDialogs() {
  for (const dialog of findAll("dialog")) {
    for (const button of findAll("[data-close]", dialog)) button.addEventListener("click", () => dialog.close());
    dialog.addEventListener("pointerdown", (event) => {
      if (event.target === dialog && !inside(dialog, event)) dialog.close();
    });
  }
}

function inside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}
