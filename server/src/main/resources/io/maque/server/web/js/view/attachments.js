import { el, find } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { pictureOf } from "../pictures.js";
import { choosePages } from "./pdf.js";
import { thumbnail } from "./picture.js";
import { toast } from "./toast.js";

const MAX_PICTURES = 16;

/** The pictures that the next message will carry; come by button, paste, drop, camera or PDF. */
export class Attachments extends EventTarget {
  #pictures = [];
  #strip = find("#attachments");

  get pictures() {
    return this.#pictures;
  }

  /** Takes files as they come from a button, the clipboard or a drop. */
  async addFiles(files) {
    for (const file of files) {
      try {
        if (file.type === "application/pdf" || /\.pdf$/i.test(file.name)) await choosePages(file, (picture) => this.add(picture));
        else if (file.type.startsWith("image/")) this.add(await pictureOf(file));
        else toast(t("unknownFile", { name: file.name }));
      } catch (error) {
        toast(error.message);
      }
    }
  }

  /** Attaches a picture. */
  add(picture) {
    if (this.#pictures.length >= MAX_PICTURES) {
      toast(t("tooManyImages", { limit: MAX_PICTURES }));
      return;
    }
    this.#pictures = [...this.#pictures, picture];
    this.#show();
  }

  /** Gives the pictures away and is empty afterwards. */
  take() {
    const taken = this.#pictures;
    this.#pictures = [];
    this.#show();
    return taken;
  }

  #remove(picture) {
    this.#pictures = this.#pictures.filter((other) => other !== picture);
    this.#show();
    find("#prompt").focus();
  }

  #show() {
    this.#strip.hidden = this.#pictures.length === 0;
    this.#strip.replaceChildren(
      ...this.#pictures.map((picture) => {
        const label = t("removeAttachment", { name: picture.name });
        const remove = el("button", { class: "remove", type: "button", "aria-label": label, title: label, onclick: () => this.#remove(picture) }, icon("close"));
        return el("span", { class: "attachment" }, thumbnail(picture, picture.name), remove);
      }),
    );
    this.dispatchEvent(new Event("change"));
  }
}
