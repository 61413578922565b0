import { forgetKey, hasKey } from "../api.js";
import { el, find } from "../dom.js";
import { onLanguage, t } from "../i18n.js";
import { toast } from "./toast.js";

// What may be set, with the limits the API has. The names are the API's.
const SAMPLING = {
  temperature: { min: 0, max: 2, step: 0.05 },
  top_p: { min: 0.05, max: 1, step: 0.05 },
  max_completion_tokens: { min: 1, max: 1_000_000, step: 1 },
  seed: { min: 0, max: Number.MAX_SAFE_INTEGER, step: 1 },
  frequency_penalty: { min: -2, max: 2, step: 0.1 },
  presence_penalty: { min: -2, max: 2, step: 0.1 },
};

/** The sheet with the system prompt and the sampling settings of a conversation. */
export class Settings {
  #chat;
  #dialog = find("#settings-dialog");
  #form = find("#settings-form");
  #fields = find("#sampling");

  constructor(chat) {
    this.#chat = chat;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
    find("#settings-reset").addEventListener("click", () => this.#fill("", {}));
    find("#forget-key").addEventListener("click", (event) => {
      forgetKey();
      event.currentTarget.hidden = true;
      toast(t("keyForgotten"));
    });
    onLanguage(() => this.#build());
    this.#build();
  }

  open() {
    const { system, sampling } = this.#chat.conversation;
    this.#fill(system, sampling);
    find("#forget-key").hidden = !hasKey();
    this.#dialog.showModal();
  }

  #build() {
    this.#fields.replaceChildren(
      ...Object.entries(SAMPLING).map(([name, limits]) =>
        el(
          "label",
          { class: "field setting" },
          el("span", {}, t(`sampling.${name}`).name),
          el("input", { type: "number", name, inputmode: "decimal", placeholder: t("byDefault"), min: String(limits.min), max: String(limits.max), step: String(limits.step) }),
          el("small", { class: "hint" }, t(`sampling.${name}`).hint),
        ),
      ),
    );
  }

  #fill(system, sampling) {
    this.#form.elements.system.value = system;
    for (const name of Object.keys(SAMPLING)) this.#form.elements[name].value = sampling[name] ?? "";
  }

  #apply() {
    const given = Object.keys(SAMPLING).map((name) => [name, this.#form.elements[name].valueAsNumber]);
    const sampling = Object.fromEntries(given.filter(([, value]) => Number.isFinite(value)));
    this.#chat.configure({ system: this.#form.elements.system.value, sampling });
    this.#dialog.close();
  }
}
