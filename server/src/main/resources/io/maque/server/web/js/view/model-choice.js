import { el, find } from "../dom.js";
import { sentences } from "../errors.js";
import { number, onLanguage, t } from "../i18n.js";

/** The button with the model's name, and the list that opens below it. */
export class ModelChoice {
  #chat;
  #models;
  #panel = find("#models");
  #name = find("#model-name");

  constructor(chat, models) {
    this.#chat = chat;
    this.#models = models;
    const show = () => this.#show();
    for (const event of ["open", "configure"]) chat.addEventListener(event, show);
    models.addEventListener("change", show);
    onLanguage(show);
    this.#panel.addEventListener("toggle", (event) => {
      if (event.newState !== "open") return;
      models.load();
      (find("input:checked", this.#panel) ?? find("input, button", this.#panel))?.focus();
    });
    // A press chooses and closes; arrow keys look around and Enter closes.
    this.#panel.addEventListener("click", (event) => event.detail > 0 && event.target.closest("label") && this.#panel.hidePopover());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault(); // or the message box, which gets the focus, would take it for a new line
      this.#panel.hidePopover();
      find("#prompt").focus();
    });
    show();
  }

  #show() {
    const chosen = this.#chat.conversation.model;
    this.#name.textContent = chosen ?? (this.#models.loading ? t("loadingModels") : t("noModel"));
    const focused = this.#panel.contains(document.activeElement);
    this.#panel.replaceChildren(el("h2", {}, t("chooseModel")), ...this.#content(chosen));
    if (focused) (find("input:checked", this.#panel) ?? find("input, button", this.#panel))?.focus();
  }

  #content(chosen) {
    if (this.#models.error) {
      const { summary, detail } = sentences(this.#models.error);
      return [
        el("p", { class: "problem", role: "alert" }, summary, detail && ` ${detail}`),
        el("button", { class: "button", type: "button", onclick: () => this.#models.load() }, t("retry")),
      ];
    }
    return this.#models.list.map((model) => this.#row(model, model.id === chosen));
  }

  #row(model, chosen) {
    const box = el("input", { type: "radio", name: "model", value: model.id, onchange: () => this.#choose(model.id) });
    box.checked = chosen;
    return el("label", { class: "model" }, box, el("span", { class: "model-id" }, model.id), el("span", { class: "model-facts" }, facts(model)));
  }

  #choose(id) {
    this.#models.prefer(id);
    this.#chat.configure({ model: id });
  }
}

function facts(model) {
  return [
    model.demonstration && t("demonstration"),
    t(model.images ? "readsImages" : "readsText"),
    model.reasons && t("reasons"),
    model.tools && t("usesTools"),
    model.parameters && t("parameters", { count: short(model.parameters) }),
    model.contextLength && t("contextLength", { count: number(model.contextLength) }),
    model.loaded !== null && t(model.loaded ? "ready" : "loadsOnDemand"),
  ]
    .filter(Boolean)
    .map((fact) => el("span", { class: "fact" }, fact));
}

const short = (count) => (count >= 1e9 ? `${number(count / 1e9, 1)} B` : `${number(count / 1e6)} M`);
