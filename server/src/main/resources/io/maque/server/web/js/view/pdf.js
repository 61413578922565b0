import { pdfPages } from "../api.js";
import { randomId } from "../conversation.js";
import { el, find, findAll } from "../dom.js";
import { sentences } from "../errors.js";
import { number, t } from "../i18n.js";
import { blobOf } from "../transfer.js";

const THUMBNAIL_EDGE = 240;
const PAGE_EDGE = 1754; // the long edge of an A4 page at 150 dots per inch
const CHOSEN_AT_ONCE = 16;

/** Lets the reader choose pages of a PDF; the server draws them, `take` gets them as pictures. */
export function choosePages(file, take) {
  return new Promise((resolve) => new PageChoice(file, take, resolve).open());
}

class PageChoice {
  #dialog = find("#pdf-dialog");
  #list = find("#pdf-pages");
  #status = find("#pdf-status");
  #problem = find("#pdf-problem");
  #use = find("#pdf-use");
  #control = new AbortController();

  constructor(file, take, done) {
    Object.assign(this, { file, take, done });
  }

  async open() {
    const { signal } = this.#control;
    find("#pdf-title").textContent = t("pdfTitle", { name: this.file.name });
    this.#list.replaceChildren();
    this.#problem.hidden = true;
    this.#dialog.addEventListener("close", () => this.#closed(), { once: true });
    this.#list.addEventListener("change", () => this.#count(), { signal });
    this.#use.addEventListener("click", () => this.#attach(), { signal });
    find("#pdf-all").addEventListener("click", () => this.#all(), { signal });
    this.#count();
    this.#status.textContent = t("pdfReading");
    this.#dialog.showModal();
    await this.#attempt(async () => {
      let shown = 0;
      for await (const page of pdfPages(this.file, { edge: THUMBNAIL_EDGE }, signal)) {
        this.#list.append(pageTile(page));
        shown++;
        this.#status.textContent = t("pdfProgress", { done: number(shown), count: number(page.pages) });
        if (page.pages === 1) this.#all();
        if (page.pages > shown) continue;
        this.#status.textContent = "";
      }
      const count = Number(this.#list.lastElementChild?.dataset.pages ?? 0);
      this.#status.textContent = count > shown ? t("pdfCut", { count: number(count), shown: number(shown) }) : "";
    });
  }

  #chosen() {
    return findAll("input:checked", this.#list).map((box) => Number(box.value));
  }

  #count() {
    const count = this.#chosen().length;
    this.#use.textContent = t("pdfUse", { count });
    this.#use.disabled = count === 0 || count > CHOSEN_AT_ONCE;
    this.#status.textContent = count > CHOSEN_AT_ONCE ? t("tooManyImages", { limit: CHOSEN_AT_ONCE }) : count > 0 ? t("pdfChosen", { count }) : "";
  }

  #all() {
    const boxes = findAll("input", this.#list);
    const every = boxes.slice(0, CHOSEN_AT_ONCE).every((box) => box.checked);
    boxes.forEach((box, index) => (box.checked = !every && index < CHOSEN_AT_ONCE));
    this.#count();
  }

  async #attach() {
    const pages = this.#chosen();
    this.#use.disabled = true;
    await this.#attempt(async () => {
      let done = 0;
      for await (const page of pdfPages(this.file, { edge: PAGE_EDGE, pages }, this.#control.signal)) {
        const blob = blobOf(page.image);
        this.take({ id: randomId(), name: `${this.file.name} · ${page.page}`, type: blob.type, width: page.width, height: page.height, blob });
        this.#status.textContent = t("pdfProgress", { done: number(++done), count: number(pages.length) });
      }
      this.#dialog.close();
    });
  }

  async #attempt(work) {
    try {
      await work();
    } catch (error) {
      if (error.name === "AbortError") return;
      const { summary, detail } = error.kind ? sentences(error) : { summary: error.message, detail: "" };
      this.#status.textContent = "";
      this.#problem.textContent = t("pdfFailed", { reason: detail || summary });
      this.#problem.hidden = false;
    }
  }

  #closed() {
    this.#control.abort();
    this.done();
  }
}

function pageTile({ page, pages, width, height, image }) {
  const label = t("pdfPage", { page: number(page) });
  const url = URL.createObjectURL(blobOf(image));
  const picture = el("img", { src: url, alt: label, width, height });
  picture.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
  return el("li", { class: "page", "data-pages": String(pages) }, el("label", {}, el("input", { type: "checkbox", value: String(page) }), picture, el("span", {}, number(page))));
}
