import { find } from "../dom.js";
import { onLanguage, t } from "../i18n.js";
import { announce } from "./announcer.js";
import { AssistantMessage, UserMessage } from "./message.js";

const NEAR_END_PIXELS = 80;

/** The messages of the conversation, and the scrolling that follows a growing answer. */
export class Thread {
  #chat;
  #library;
  #views = new Map();
  #grown = new Set();
  #frame = 0;
  #following = true;
  #list = find("#thread");
  #scroller = find("#scroller");
  #toLatest = find("#to-latest");

  constructor(chat, library) {
    this.#chat = chat;
    this.#library = library;
    chat.addEventListener("open", () => this.#build());
    chat.addEventListener("follow", () => this.#takeOver());
    chat.addEventListener("grow", ({ detail }) => this.#grow(detail));
    onLanguage(() => this.#build());
    this.#scroller.addEventListener("scroll", () => this.#noticeScroll(), { passive: true });
    this.#toLatest.addEventListener("click", () => this.#follow());
    new ResizeObserver(() => this.#following && this.#follow()).observe(this.#list);
    setInterval(() => this.#tick(), 1000);
  }

  /** Opens the editor of the last message of the user. */
  editLast() {
    const last = this.#chat.messages.findLast((message) => message.role === "user");
    this.#views.get(last?.id)?.edit();
  }

  #build() {
    this.#views.clear();
    for (const message of this.#chat.messages) {
      const view = message.role === "user" ? new UserMessage(message, this.#chat, this.#library) : new AssistantMessage(message, this.#chat);
      this.#views.set(message.id, view);
    }
    this.#list.replaceChildren(...[...this.#views.values()].map((view) => view.element));
    this.#follow();
  }

  // Growing messages of another tab grow here; only other messages make another list.
  #takeOver() {
    const { messages } = this.#chat;
    if (messages.length !== this.#views.size || messages.some(({ id }) => !this.#views.has(id))) return this.#build();
    for (const message of messages) this.#grown.add(message);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  // Pieces may come faster than the screen shows them: one drawing per frame is enough. A page in
  // the background gets no frames, and needs none but the last.
  #grow(message) {
    if (message.role === "user") return this.#views.get(message.id)?.show();
    if (message.state === "growing" && !this.#grown.has(message) && message.text.length < 8) announce(t("answerBegins"));
    this.#grown.add(message);
    if (message.state === "growing") this.#frame ||= requestAnimationFrame(() => this.#draw());
    else {
      cancelAnimationFrame(this.#frame);
      this.#draw();
      announce(t("answerEnds"));
    }
  }

  #draw() {
    this.#frame = 0;
    for (const message of this.#grown) this.#views.get(message.id)?.show();
    this.#grown.clear();
  }

  #tick() {
    const last = this.#chat.messages.at(-1);
    if (last?.state === "waiting") this.#views.get(last.id)?.show();
  }

  #follow() {
    this.#following = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#toLatest.hidden = true;
  }

  #noticeScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS;
    this.#toLatest.hidden = this.#following;
  }
}
