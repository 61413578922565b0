import { isLive } from "../chat.js";
import { variants } from "../conversation.js";
import { el } from "../dom.js";
import { sentences } from "../errors.js";
import { number, t } from "../i18n.js";
import { icon } from "../icons.js";
import { MarkdownView } from "../markdown/markdown-view.js";
import { sparrow } from "../sparrow.js";
import { announce } from "./announcer.js";
import { copyButton } from "./copy-button.js";
import { thumbnail } from "./picture.js";
import { statisticsLine } from "./statistics.js";

const ENDINGS = { length: "endedByLength", deadline: "endedByDeadline", stopped: "endedByStop" };

/** A button of the row below a message. */
const action = (name, label, act) =>
  el("button", { class: "icon-button", type: "button", "aria-label": label, title: label, onclick: act }, icon(name));

/** The versions of a message and the way between them; nothing when there is one. */
function variantSwitch(chat, message) {
  const all = variants(chat.conversation, message);
  if (all.length < 2) return null;
  const index = all.indexOf(message);
  const step = (name, key, to) => {
    const button = action(name, t(key), () => chat.showVariant(all[to]));
    button.disabled = to < 0 || to >= all.length;
    return button;
  };
  return el(
    "span",
    { class: "variants" },
    step("left", "previousVariant", index - 1),
    el("span", {}, t("variant", { index: number(index + 1), count: number(all.length) })),
    step("right", "nextVariant", index + 1),
  );
}

const shape = ({ width, height }) => `${width} × ${height}`;

/** What the user said, with a way to say it differently. */
export class UserMessage {
  constructor(message, chat, library) {
    Object.assign(this, { message, chat });
    this.body = el("div", { class: "said" }, message.text);
    this.actions = el("div", { class: "actions" }, variantSwitch(chat, message), copyButton(() => message.text), action("pen", t("edit"), () => this.edit()));
    this.pictures = (message.images ?? []).map((image) => {
      const caption = el("figcaption");
      return { image, caption, element: el("figure", {}, thumbnail(library.image(image.id), image.name), caption) };
    });
    this.element = el(
      "li",
      { class: "message user", "data-id": message.id },
      el("h3", { class: "visually-hidden" }, t("you")),
      this.pictures.length > 0 && el("div", { class: "pictures" }, this.pictures.map((picture) => picture.element)),
      message.text !== "" && this.body,
      this.actions,
    );
    this.show();
  }

  /** Tells below each picture how the model saw it, once that is known. */
  show() {
    for (const { image, caption } of this.pictures) {
      const { original, processed, tokens } = image.seen ?? {};
      caption.hidden = !image.seen;
      if (image.seen) caption.textContent = t("pictureSeen", { original: shape(original), processed: shape(processed), tokens: number(tokens) });
    }
  }

  /** Replaces the text by a field; sending makes another version. */
  edit() {
    if (this.chat.running || this.element.querySelector(".editor")) return;
    const field = el("textarea", { class: "editor-text", rows: "3", "aria-label": t("edit") });
    field.value = this.message.text;
    const close = () => {
      editor.replaceWith(this.body);
      this.actions.hidden = false;
    };
    const send = () => {
      if (field.value.trim() !== "" || this.message.images?.length) this.chat.resend(this.message, field.value.trim());
    };
    const editor = el(
      "div",
      { class: "editor" },
      field,
      el(
        "div",
        { class: "editor-row" },
        el("button", { class: "button", type: "button", onclick: close }, t("cancel")),
        el("button", { class: "button primary", type: "button", onclick: send }, t("resend")),
      ),
    );
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") {
        event.stopPropagation();
        close();
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        send();
      }
    });
    if (this.body.isConnected) this.body.replaceWith(editor);
    else this.actions.before(editor);
    this.actions.hidden = true;
    field.focus();
  }
}

/** What the model answered, as far as it got. */
export class AssistantMessage {
  constructor(message, chat) {
    Object.assign(this, { message, chat });
    const live = isLive(message);
    this.begun = performance.now();
    this.status = el("p", { class: "status" });
    this.thoughts = null;
    this.markdown = new MarkdownView((text) => live && announce(text));
    this.end = el("div", { class: "end" });
    this.element = el(
      "li",
      { class: "message assistant", "data-id": message.id },
      el("span", { class: "avatar" }, sparrow()),
      el("div", { class: "answer" }, el("h3", { class: "speaker" }, message.model || t("noModel")), this.status, this.markdown.element, this.end),
    );
    if (live && !chat.grows(message)) Object.assign(message, { state: "done", finish: "reloaded" });
    this.show();
  }

  /** Shows the message as it is now. */
  show() {
    const { state, text, reasoning, thinking, model } = this.message;
    const live = isLive(this.message);
    this.element.dataset.state = state;
    this.element.setAttribute("aria-busy", String(live));
    this.element.querySelector(".speaker").textContent = model || t("noModel");
    this.#showStatus(state, thinking);
    if (reasoning) this.#showThoughts(reasoning, thinking);
    this.markdown.show(text, !live);
    if (!live) this.#showEnd();
  }

  #showStatus(state, thinking) {
    this.status.hidden = state !== "waiting" && !thinking;
    if (this.status.hidden) return;
    const seconds = Math.floor((performance.now() - this.begun) / 1000);
    const reading = seconds < 2 ? t("reading") : t("readingFor", { seconds: number(seconds) });
    this.status.textContent = thinking ? t("thinking") : reading;
  }

  #showThoughts(reasoning, thinking) {
    if (this.thoughts === null) {
      const text = el("div", { class: "thoughts-text" });
      this.thoughts = el("details", { class: "thoughts" }, el("summary", {}, icon("thought"), t("thoughts")), text);
      this.markdown.element.before(this.thoughts);
    }
    this.thoughts.classList.toggle("growing", Boolean(thinking));
    this.thoughts.lastElementChild.textContent = reasoning;
  }

  #showEnd() {
    const { message, chat } = this;
    const failure = message.state === "failed" ? sentences(message.error) : null;
    const ended = message.finish === "reloaded" || message.finish === null ? "endedByReload" : ENDINGS[message.finish];
    this.end.replaceChildren(
      ...[
        failure && this.#failure(failure),
        !failure && ended && el("p", { class: "ending" }, t(ended)),
        el(
          "div",
          { class: "actions" },
          variantSwitch(chat, message),
          message.text !== "" && copyButton(() => message.text),
          !failure && action("again", t("regenerate"), () => chat.regenerate(message)),
          statisticsLine(message),
        ),
      ].filter(Boolean),
    );
  }

  #failure({ summary, detail }) {
    return el(
      "div",
      { class: "failure", role: "alert" },
      icon("warning"),
      el("div", {}, el("p", {}, summary), detail !== "" && el("p", { class: "detail" }, detail)),
      el("button", { class: "button", type: "button", onclick: () => this.chat.regenerate(this.message) }, t("retry")),
    );
  }
}
