import { models } from "./api.js";
import { preference, setPreference } from "./preferences.js";

/** What the server can answer with. Events: "change" when the list is known or another is chosen. */
export class Models extends EventTarget {
  list = [];
  error = null;
  loading = true;

  async load() {
    this.loading = true;
    try {
      this.list = (await models()).map(described);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.loading = false;
    this.dispatchEvent(new Event("change"));
  }

  find(id) {
    return this.list.find((model) => model.id === id) ?? null;
  }

  /** The model for a new conversation: the one chosen last, or the first that can chat. */
  preferred() {
    const chat = this.list.filter((model) => model.chats);
    return this.find(preference("model"))?.id ?? chat[0]?.id ?? null;
  }

  prefer(id) {
    setPreference("model", id);
  }

  /** A model that reads images, or null. */
  withEyes() {
    return this.list.find((model) => model.images) ?? null;
  }
}

function described(model) {
  const capabilities = model.capabilities ?? [];
  const can = (name) => (Array.isArray(capabilities) ? capabilities.includes(name) : capabilities[name] === true);
  return {
    id: model.id,
    images: can("vision") || can("images"),
    reasons: can("reasoning") || can("thinking"),
    tools: can("tools"),
    demonstration: can("demonstration"),
    chats: can("chat") || can("completion") || !can("embedding"),
    contextLength: model.context_length ?? null,
    parameters: model.parameter_count ?? null,
    loaded: model.loaded ?? null,
  };
}
