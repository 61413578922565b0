// Conversations and pictures in IndexedDB. Pictures are blobs of their own, so that saving a
// growing answer never rewrites them. Other tabs of the page write to the same store: a conversation
// is merged with what is kept of it, and the other tabs are told.
import { merge } from "./conversation.js";

const NAME = "maque";
const VERSION = 1;

/** Opens the browser's store, or one in memory when the browser offers none. */
export async function openStore() {
  try {
    return new BrowserStore(await openDatabase());
  } catch {
    return new MemoryStore(); // private windows and blocked storage end here; the page says so
  }
}

function openDatabase() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("conversations", { keyPath: "id" });
    request.result.createObjectStore("images", { keyPath: "id" });
  };
  return result(request);
}

const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const completion = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });

class BrowserStore {
  keeps = true;
  #tabs = new BroadcastChannel(NAME);

  constructor(database) {
    this.database = database;
    database.onversionchange = () => database.close();
  }

  /** Calls back with the id of a conversation that another tab has kept or removed. */
  onForeignChange(listener) {
    this.#tabs.addEventListener("message", ({ data }) => listener(data));
  }

  conversations() {
    return result(this.database.transaction("conversations").objectStore("conversations").getAll());
  }

  /** The conversation kept under an id, or undefined. */
  conversation(id) {
    return result(this.database.transaction("conversations").objectStore("conversations").get(id));
  }

  image(id) {
    return result(this.database.transaction("images").objectStore("images").get(id));
  }

  /** Puts a conversation and pictures in one transaction: both are kept or neither. */
  put(conversation, images = []) {
    const copy = structuredClone(conversation); // as it is now, not as it is when the store has read
    return this.#write(conversation.id, (conversations, pictures) => {
      const kept = conversations.get(conversation.id);
      kept.onsuccess = () => conversations.put(kept.result ? merge(copy, kept.result) : copy);
      for (const image of images) pictures.put(image);
    });
  }

  remove(id, imageIds) {
    return this.#write(id, (conversations, pictures) => {
      conversations.delete(id);
      for (const imageId of imageIds) pictures.delete(imageId);
    });
  }

  async #write(id, change) {
    const transaction = this.database.transaction(["conversations", "images"], "readwrite");
    change(transaction.objectStore("conversations"), transaction.objectStore("images"));
    await completion(transaction);
    this.#tabs.postMessage(id);
  }
}

class MemoryStore {
  keeps = false;
  #conversations = new Map();
  #images = new Map();

  onForeignChange() {} // nobody else sees it

  async conversations() {
    return [...this.#conversations.values()];
  }

  async image(id) {
    return this.#images.get(id);
  }

  async put(conversation, images = []) {
    this.#conversations.set(conversation.id, conversation);
    for (const image of images) this.#images.set(image.id, image);
  }

  async remove(id, imageIds) {
    this.#conversations.delete(id);
    for (const imageId of imageIds) this.#images.delete(imageId);
  }
}
