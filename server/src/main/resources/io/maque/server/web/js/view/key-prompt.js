import { find } from "../dom.js";

/** Asks for the API key. Several requests that need one at the same time share the question. */
export function keyPrompt() {
  const dialog = find("#key-dialog");
  const input = find("#key-input");
  let question = null;
  find("#key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close(input.value.trim());
  });
  return (refused) => {
    question ??= new Promise((resolve) => {
      input.value = "";
      find("#key-problem").hidden = !refused;
      dialog.returnValue = "";
      dialog.addEventListener(
        "close",
        () => {
          question = null;
          resolve(dialog.returnValue || null);
        },
        { once: true },
      );
      dialog.showModal();
    });
    return question;
  };
}
