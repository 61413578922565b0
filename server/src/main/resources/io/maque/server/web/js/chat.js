import { append, messageById, newConversation, path, show } from "./conversation.js";
import { ChatError } from "./errors.js";
import { gatherAnswer, requestBody } from "./answer.js";

const SAVE_EVERY_MILLIS = 1500;

/**
 * The conversation on the page and the answers on their way. Several conversations may be answered
 * at once; each has at most one running answer. Events: "open" (another conversation or another path
 * through it), "grow" (detail: a message that changed), "running" (an answer began or ended), "configure",
 * "follow" (another tab changed the conversation).
 */
export class Chat extends EventTarget {
  #library;
  #running = new Map();
  #elsewhere = new Set(); // messages that another tab said are growing

  constructor(library) {
    super();
    this.#library = library;
    this.conversation = newConversation(null);
    library.addEventListener("foreign", ({ detail }) => this.#follow(detail));
    library.addEventListener("gone", ({ detail }) => {
      this.stop(detail);
      if (detail === this.conversation) this.start(detail.model);
    });
  }

  /** Whether the conversation on the page is being answered. */
  get running() {
    return this.#running.has(this.conversation.id);
  }

  /** Whether a message that is not complete is being written, here or in another tab. */
  grows(message) {
    return this.running || this.#elsewhere.has(message.id);
  }

  /** The messages on the page. */
  get messages() {
    return path(this.conversation);
  }

  open(conversation) {
    this.conversation = conversation;
    this.#tell("open");
    this.#tell("running");
  }

  start(model) {
    this.open(newConversation(model));
  }

  /** Changes what the conversation is answered with. */
  configure(changes) {
    Object.assign(this.conversation, changes, { edited: Date.now() });
    if (this.conversation.messages.length > 0) this.#library.save(this.conversation);
    this.#tell("configure");
  }

  /** Sends a message at the end of the conversation. */
  send(text, images) {
    return this.#ask(messageById(this.conversation, this.conversation.leaf), text, images);
  }

  /** Sends another version of a message that was sent before. */
  resend(message, text) {
    return this.#ask(messageById(this.conversation, message.parent), text, null, message.images);
  }

  /** Asks for another answer in place of one. */
  regenerate(message) {
    if (!this.running) this.#answer(messageById(this.conversation, message.parent));
  }

  /** Shows another version of a message. */
  showVariant(message) {
    if (this.running) return;
    show(this.conversation, message);
    this.#library.save(this.conversation);
    this.#tell("open");
  }

  stop(conversation = this.conversation) {
    this.#running.get(conversation.id)?.abort();
  }

  async #ask(parent, text, pictures, images = pictures.map(({ id, name, width, height }) => ({ id, name, width, height }))) {
    if (this.running) return;
    const conversation = this.conversation;
    const message = append(conversation, parent, { role: "user", text, images });
    const control = this.#begin(conversation); // from here on a second send waits its turn
    await this.#library.save(conversation, pictures ?? []);
    await this.#answer(message, control, conversation);
  }

  #begin(conversation) {
    const control = new AbortController();
    this.#running.set(conversation.id, control);
    this.#tell("running", null, conversation);
    return control;
  }

  async #answer(parent, control = this.#begin(this.conversation), conversation = this.conversation) {
    const message = append(conversation, parent, { role: "assistant", text: "", reasoning: "", state: "waiting", model: conversation.model });
    this.#tell("open", null, conversation);
    this.#library.save(conversation); // should the page be closed, it knows an answer was on its way
    let saved = performance.now();
    try {
      const sent = path(conversation).slice(0, -1);
      const body = await requestBody(this.#library, conversation, sent);
      const { seen, ...end } = await gatherAnswer(body, control.signal, (growth) => {
        Object.assign(message, growth, { state: "growing", changed: Date.now() });
        this.#tell("grow", message, conversation);
        if (performance.now() - saved > SAVE_EVERY_MILLIS && this.#library.find(conversation.id)) {
          saved = performance.now();
          this.#library.save(conversation);
        }
      });
      Object.assign(message, end, { state: "done", thinking: false });
      this.#noteSeen(conversation, sent, seen);
    } catch (error) {
      Object.assign(message, ending(error), { thinking: false });
    }
    message.changed = conversation.updated = Date.now();
    this.#tell("grow", message, conversation);
    // Kept before it is called done, so that what was seen complete is complete after a reload.
    if (this.#library.find(conversation.id)) await this.#library.save(conversation);
    this.#running.delete(conversation.id);
    this.#tell("running", null, conversation);
  }

  // The server tells of the pictures in the order in which they were sent.
  #noteSeen(conversation, sent, seen) {
    const reports = [...seen];
    for (const message of sent.filter(({ images }) => images?.length)) {
      for (const image of message.images) image.seen = reports.shift() ?? image.seen;
      message.changed = Date.now();
      this.#tell("grow", message, conversation);
    }
  }

  // What another tab wrote into the conversation on the page shows here, too.
  #follow(conversation) {
    for (const message of conversation.messages) if (isLive(message)) this.#elsewhere.add(message.id);
    this.#tell("follow", null, conversation);
    this.#tell("configure", null, conversation);
  }

  #tell(name, detail = null, conversation = this.conversation) {
    if (conversation === this.conversation) this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** Whether a message waits for its text or its end. */
export const isLive = (message) => message.state === "waiting" || message.state === "growing";

function ending(error) {
  if (error.name === "AbortError") return { state: "done", finish: "stopped" };
  if (error instanceof ChatError) return { state: "failed", error: error.record() };
  console.error(error);
  return { state: "failed", error: new ChatError("stalled", { detail: error.message }).record() };
}
