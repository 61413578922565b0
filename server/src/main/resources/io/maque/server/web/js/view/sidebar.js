import { contains, titleOf } from "../conversation.js";
import { el, find } from "../dom.js";
import { number, onLanguage, t } from "../i18n.js";
import { icon } from "../icons.js";
import { download, exportDocument, importDocument } from "../transfer.js";
import { toast } from "./toast.js";

const DAY_MILLIS = 86_400_000;

/** The conversations of this browser: open, search, rename, delete, export, import. */
export class Sidebar {
  #chat;
  #library;
  #start;
  #list = find("#conversations");
  #search = find("#search");
  #scheduled = false;
  #shown = null;

  constructor(chat, library, { onStart }) {
    this.#chat = chat;
    this.#library = library;
    this.#start = onStart;
    const show = () => this.#show();
    library.addEventListener("change", () => this.#showSoon());
    chat.addEventListener("open", show);
    this.#search.addEventListener("input", show);
    onLanguage(show);
    find("#export-all").addEventListener("click", () => this.#export(library.all(), "maque.json"));
    find("#import").addEventListener("click", () => find("#import-file").click());
    find("#import-file").addEventListener("change", (event) => this.#import(event.currentTarget));
    show();
  }

  // While an answer grows it is saved again and again; the list need not be computed each time.
  #showSoon() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      if (!find("input.rename", this.#list)) this.#show();
    }, 50);
  }

  #show() {
    const text = this.#search.value.trim();
    const found = this.#library.all().filter((conversation) => text === "" || contains(conversation, text));
    find("#export-all").disabled = this.#library.all().length === 0;
    if (found.length === 0) return this.#replace([el("p", { class: "hint" }, text === "" ? t("noConversations") : t("nothingFound", { text }))]);
    const groups = Map.groupBy(found, (conversation) => age(conversation.updated));
    this.#replace([...groups].flatMap(([key, members]) => [el("h2", {}, t(key)), el("ul", {}, members.map((conversation) => this.#row(conversation)))]));
  }

  // A list that looks the same stays, and with it what is being pressed; one that does not keeps the
  // focus where it was, on the same button of the same conversation.
  #replace(nodes) {
    const shown = nodes.map((node) => node.outerHTML).join("");
    if (shown === this.#shown) return;
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && `[data-id="${focused.closest("[data-id]")?.dataset.id}"] [data-act="${focused.dataset.act}"]`;
    this.#list.replaceChildren(...nodes);
    this.#shown = shown;
    if (place) find(place, this.#list)?.focus();
  }

  #row(conversation) {
    const current = conversation.id === this.#chat.conversation.id;
    const title = titleOf(conversation) || t("untitled");
    const act = (name, label, run) =>
      el("button", { class: "icon-button small", type: "button", "data-act": name, "aria-label": `${label}: ${title}`, title: label, onclick: run }, icon(name));
    const open = el(
      "button",
      { class: "open", type: "button", "data-act": "open", "aria-current": current && "true", onclick: () => this.#chat.open(conversation) },
      title,
    );
    const row = el(
      "li",
      { class: current ? "conversation current" : "conversation", "data-id": conversation.id },
      open,
      el(
        "span",
        { class: "conversation-actions" },
        act("pen", t("rename"), () => this.#rename(conversation, row, open)),
        act("export", t("exportOne"), () => this.#export([conversation], `${fileName(title)}.json`)),
        act("bin", t("remove"), () => this.#remove(conversation, title)),
      ),
    );
    return row;
  }

  #rename(conversation, row, open) {
    const field = el("input", { class: "rename", "aria-label": t("rename"), maxlength: "200" });
    field.value = titleOf(conversation);
    let done = false;
    const end = async (keep) => {
      if (done) return;
      done = true;
      field.replaceWith(open);
      this.#shown = null;
      if (keep) Object.assign(conversation, { title: field.value.trim(), edited: Date.now() });
      if (keep) await this.#library.save(conversation);
      this.#show();
      find(`[data-id="${conversation.id}"] .open`, this.#list)?.focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      event.stopPropagation();
      end(event.key === "Enter");
    });
    field.addEventListener("blur", () => end(true));
    open.replaceWith(field);
    row.classList.add("renaming");
    field.select();
  }

  async #remove(conversation, title) {
    this.#chat.stop(conversation);
    const restore = await this.#library.remove(conversation);
    if (conversation.id === this.#chat.conversation.id) this.#start();
    toast(t("removed", { title }), { label: t("undo"), act: restore });
  }

  async #export(conversations, name) {
    download(name, await exportDocument(this.#library, conversations));
  }

  async #import(input) {
    const [file] = input.files;
    input.value = "";
    try {
      const count = await importDocument(this.#library, await file.text());
      toast(t("imported", { count: number(count) }));
    } catch (error) {
      toast(t("importFailed", { reason: error.message }));
    }
  }
}

const fileName = (title) => title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 40) || "maque";

function age(time) {
  const today = new Date().setHours(0, 0, 0, 0);
  if (time >= today) return "today";
  if (time >= today - DAY_MILLIS) return "yesterday";
  return time >= today - 6 * DAY_MILLIS ? "thisWeek" : "earlier";
}
