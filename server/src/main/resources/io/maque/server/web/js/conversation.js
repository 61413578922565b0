// A conversation is a tree: an edited message or another answer is a sibling, nothing is lost. The
// leaf says which path through the tree is shown and sent. Plain data, kept as it is in the store.

/** A conversation without messages. */
export function newConversation(model) {
  const now = Date.now();
  return { id: crypto.randomUUID?.() ?? randomId(), title: "", created: now, updated: now, model, system: "", sampling: {}, messages: [], leaf: null };
}

/** An id for browsers that offer randomUUID to secure pages only. */
export function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Adds a message below a parent (null: at the root) and shows it. */
export function append(conversation, parent, message) {
  const now = Date.now();
  const added = { id: randomId(), parent: parent?.id ?? null, created: now, changed: now, ...message };
  conversation.messages.push(added);
  conversation.leaf = added.id;
  conversation.updated = now;
  return added;
}

/** The message with an id, or null. */
export const messageById = (conversation, id) => conversation.messages.find((message) => message.id === id) ?? null;

/** The messages from the root to the leaf. */
export function path(conversation) {
  const messages = [];
  for (let at = messageById(conversation, conversation.leaf); at; at = messageById(conversation, at.parent)) messages.unshift(at);
  return messages;
}

/** The messages that stand at the same place as one, itself included, oldest first. */
export const variants = (conversation, message) => conversation.messages.filter((other) => other.parent === message.parent);

/** Shows the path through a message, down to the newest message below it. */
export function show(conversation, message) {
  let at = message;
  for (let below; (below = conversation.messages.findLast((other) => other.parent === at.id)); ) at = below;
  conversation.leaf = at.id;
}

/**
 * One conversation from two copies of it, as two tabs have them: every message of either, and of two
 * versions of a message or of the settings the later. Shows what the first copy shows.
 */
export function merge(own, other) {
  const messages = new Map(other.messages.map((message) => [message.id, message]));
  for (const message of own.messages) {
    const rival = messages.get(message.id);
    if (!rival || !isLater(rival.changed, message.changed)) messages.set(message.id, message);
  }
  const { title, model, system, sampling, edited } = isLater(other.edited, own.edited) ? other : own;
  const updated = Math.max(own.updated, other.updated);
  return { ...own, title, model, system, sampling, edited, updated, messages: [...messages.values()].sort((a, b) => a.created - b.created) };
}

const isLater = (time, than) => (time ?? 0) > (than ?? 0);

/** Takes over what another copy of a conversation has, and follows it when it goes on from what is shown. */
export function adopt(own, other) {
  const known = new Map(own.messages.map((message) => [message.id, message]));
  const merged = merge(own, other);
  const messages = merged.messages.map((message) => (known.has(message.id) ? Object.assign(known.get(message.id), message) : message));
  Object.assign(own, merged, { messages });
  if (path({ ...own, leaf: other.leaf }).some((message) => message.id === own.leaf)) own.leaf = other.leaf;
}

/** The ids of all pictures in a conversation. */
export const imageIds = (conversation) => [...new Set(conversation.messages.flatMap((message) => (message.images ?? []).map((image) => image.id)))];

/** A title made of the first thing that was said. */
export function titleOf(conversation) {
  if (conversation.title) return conversation.title;
  const first = conversation.messages.find((message) => message.role === "user");
  const line = (first?.text ?? "").trim().split("\n", 1)[0];
  return line.length > 60 ? `${[...line].slice(0, 60).join("")}…` : line || first?.images?.[0]?.name || "";
}

/** Whether a conversation contains a text, in its title or any message, whatever the case. */
export function contains(conversation, text) {
  const wanted = text.toLowerCase();
  return titleOf(conversation).toLowerCase().includes(wanted) || conversation.messages.some((message) => message.text.toLowerCase().includes(wanted));
}
