import { adopt, imageIds } from "./conversation.js";

/**
 * All conversations of this browser, newest first, and the pictures in them. Events: "change", "failed"
 * (detail: why), "foreign" (another tab changed the conversation in detail) and "gone" (or removed it).
 */
export class Library extends EventTarget {
  #store;
  #conversations = new Map();

  constructor(store) {
    super();
    this.#store = store;
    store.onForeignChange((id) => this.#takeOver(id));
  }

  get keeps() {
    return this.#store.keeps;
  }

  async load() {
    for (const conversation of await this.#store.conversations()) this.#conversations.set(conversation.id, conversation);
    this.#changed();
  }

  all() {
    return [...this.#conversations.values()].sort((a, b) => b.updated - a.updated);
  }

  find(id) {
    return this.#conversations.get(id) ?? null;
  }

  /** The picture kept under an id: {id, name, type, width, height, blob}, or undefined. */
  image(id) {
    return this.#store.image(id);
  }

  /** Keeps a conversation, and pictures that are new in it. */
  async save(conversation, images = []) {
    this.#conversations.set(conversation.id, conversation);
    this.#changed();
    try {
      await this.#store.put(conversation, images);
    } catch (error) {
      this.dispatchEvent(new CustomEvent("failed", { detail: error.message }));
    }
  }

  /** Deletes a conversation; what is returned brings it back. */
  async remove(conversation) {
    const images = (await Promise.all(imageIds(conversation).map((id) => this.image(id)))).filter(Boolean);
    this.#conversations.delete(conversation.id);
    this.#changed();
    await this.#store.remove(conversation.id, images.map((image) => image.id));
    return () => this.save(conversation, images);
  }

  async #takeOver(id) {
    const kept = await this.#store.conversation(id);
    const own = this.find(id);
    if (kept && own) adopt(own, kept);
    else if (kept) this.#conversations.set(id, kept);
    else this.#conversations.delete(id);
    this.#changed();
    if (kept) this.dispatchEvent(new CustomEvent("foreign", { detail: this.find(id) }));
    else if (own) this.dispatchEvent(new CustomEvent("gone", { detail: own }));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
