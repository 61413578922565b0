// Export and import of conversations as one JSON document, pictures included as data URLs.
import { imageIds, randomId } from "./conversation.js";

const FORMAT = "maque-conversations";
const VERSION = 1;
const TYPES = new Set(["image/png", "image/jpeg", "image/webp"]);

/** The document that holds some conversations of a library. */
export async function exportDocument(library, conversations) {
  const images = {};
  for (const id of conversations.flatMap(imageIds)) {
    const image = await library.image(id);
    if (image) images[id] = { ...image, blob: undefined, url: await dataUrl(image.blob) };
  }
  return JSON.stringify({ format: FORMAT, version: VERSION, conversations, images }, null, 1);
}

/** Adds the conversations of a document to a library under new ids and returns how many there were. */
export async function importDocument(library, text) {
  const document = JSON.parse(text);
  if (document?.format !== FORMAT || document.version !== VERSION || !Array.isArray(document.conversations)) {
    throw new Error(`expected "format": "${FORMAT}", "version": ${VERSION}`);
  }
  for (const conversation of document.conversations.map(soundConversation)) {
    const renamed = new Map(imageIds(conversation).map((id) => [id, randomId()]));
    for (const message of conversation.messages) {
      for (const image of message.images ?? []) image.id = renamed.get(image.id);
    }
    const images = [...renamed].filter(([id]) => document.images?.[id]).map(([id, fresh]) => soundImage(fresh, document.images[id]));
    await library.save({ ...conversation, id: randomId() }, images);
  }
  return document.conversations.length;
}

/** Hands a text to the browser as a file to save. */
export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A blob as a data URL. */
export function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** A data URL of a picture as a blob; fetch cannot read it under this page's security policy. */
export function blobOf(url) {
  const [, type, base64] = /^data:([\w/+.-]+);base64,([A-Za-z0-9+/=]*)$/.exec(url) ?? [];
  if (!TYPES.has(type)) throw new Error("a picture is no PNG, JPEG or WebP");
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type });
}

// A foreign file is rebuilt field by field: nothing in it is trusted to have the right type, and a
// parent must come before its child, so that no path through the messages is a circle.
function soundConversation(conversation) {
  const seen = new Set();
  const text = (value) => (typeof value === "string" ? value : "");
  const time = (value) => (Number.isFinite(value) ? value : Date.now());
  return {
    title: text(conversation.title),
    created: time(conversation.created),
    updated: time(conversation.updated),
    model: text(conversation.model) || null,
    system: text(conversation.system),
    sampling: Object.fromEntries(Object.entries(conversation.sampling ?? {}).filter(([, value]) => Number.isFinite(value))),
    leaf: text(conversation.leaf) || null,
    messages: [...conversation.messages].map((message) => ({
      parent: seen.has(message.parent) ? message.parent : null,
      id: fresh(seen, text(message.id)),
      created: time(message.created),
      role: message.role === "user" ? "user" : "assistant",
      text: text(message.text),
      model: text(message.model),
      reasoning: text(message.reasoning),
      finish: text(message.finish) || null,
      images: [...(message.images ?? [])].map((image) => ({ id: text(image.id), name: text(image.name), width: Number(image.width), height: Number(image.height) })),
    })),
  };
}

function fresh(seen, id) {
  const unique = id === "" || seen.has(id) ? randomId() : id;
  seen.add(unique);
  return unique;
}

function soundImage(id, image) {
  const blob = blobOf(String(image.url));
  return { id, name: String(image.name), type: blob.type, width: Number(image.width), height: Number(image.height), blob };
}
