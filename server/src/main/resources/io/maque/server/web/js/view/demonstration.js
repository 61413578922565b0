import { suggestions } from "../api.js";
import { el, find } from "../dom.js";
import { currentLanguage, number, onLanguage, t } from "../i18n.js";
import { copyButton } from "./copy-button.js";

/** Says what the demonstration model is where it is used, and what to fetch where there is no other. */
export function introduceDemonstration(chat, models) {
  const firstModels = find("#first-models");
  const show = async () => {
    const demonstration = models.find(chat.conversation.model)?.demonstration ?? false;
    find("#greeting-note").textContent = t(demonstration ? "demonstrationNote" : "greetingNote");
    find("#fine-print").textContent = t(demonstration ? "demonstrationFinePrint" : "finePrint");
    firstModels.hidden = !demonstration || models.list.length > 1;
    if (firstModels.hidden) return;
    const suggested = (await suggestions())[currentLanguage()];
    firstModels.replaceChildren(...(suggested.length > 0 ? [el("p", {}, t("firstModels")), el("ul", {}, ...suggested.map(row))] : []));
  };
  for (const event of ["open", "configure"]) chat.addEventListener(event, show);
  models.addEventListener("change", show);
  onLanguage(show);
}

function row({ name, kind, bytes }) {
  const command = `./maque pull ${name}`;
  const facts = [t(kind === "vision" ? "readsImages" : "readsText"), size(bytes)];
  return el("li", {}, el("code", {}, command), copyButton(() => command), el("span", {}, ...facts.map((fact) => el("span", { class: "fact" }, fact))));
}

const size = (bytes) => (bytes >= 1e9 ? `${number(bytes / 1e9, 1)} GB` : `${number(bytes / 1e6)} MB`);
