import { find } from "../dom.js";

const DRAFT = "maque.draft";

/** The box where messages are written. Enter sends, unless an input method is composing. */
export class Composer {
  #chat;
  #attachments;
  #prompt = find("#prompt");
  #form = find("#composer");
  #onEditLast;

  constructor(chat, attachments, { onEditLast }) {
    this.#chat = chat;
    this.#attachments = attachments;
    this.#onEditLast = onEditLast;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#prompt.addEventListener("keydown", (event) => this.#onKey(event));
    this.#prompt.addEventListener("input", () => this.#changed());
    find("#stop").addEventListener("click", () => chat.stop());
    chat.addEventListener("running", () => this.#showButtons());
    attachments.addEventListener("change", () => this.#changed());
    this.#prompt.value = sessionStorage.getItem(DRAFT) ?? "";
    this.#changed();
    this.#showButtons();
  }

  focus() {
    this.#prompt.focus();
  }

  /** Puts a text into the box for the user to send. */
  suggest(text) {
    this.#prompt.value = text;
    this.#changed();
    this.focus();
  }

  #onKey(event) {
    // 229: some browsers end the composition before they report the Enter that ended it.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && this.#prompt.value === "") {
      event.preventDefault();
      this.#onEditLast();
    }
  }

  #send() {
    const text = this.#prompt.value.trim();
    if (this.#chat.running || this.#empty()) return;
    this.#prompt.value = "";
    this.#chat.send(text, this.#attachments.take());
    this.#changed();
  }

  #empty() {
    return this.#prompt.value.trim() === "" && this.#attachments.pictures.length === 0;
  }

  #changed() {
    sessionStorage.setItem(DRAFT, this.#prompt.value);
    find("#send").disabled = this.#empty();
    // Browsers without field-sizing: grow by hand, up to what the style sheet allows.
    if (!CSS.supports("field-sizing", "content")) {
      this.#prompt.style.height = "auto";
      this.#prompt.style.height = `${this.#prompt.scrollHeight}px`;
    }
  }

  #showButtons() {
    const hadFocus = [find("#send"), find("#stop")].includes(document.activeElement);
    find("#send").hidden = this.#chat.running;
    find("#stop").hidden = !this.#chat.running;
    if (hadFocus) this.focus();
  }
}
