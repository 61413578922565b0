import { el, find } from "../dom.js";
import { onLanguage, t } from "../i18n.js";

/** What stands where no message is yet: a greeting and things to begin with. */
export function setUpWelcome(chat, models, suggest) {
  const show = () => {
    const empty = chat.messages.length === 0;
    document.body.classList.toggle("empty", empty);
    find("#welcome").hidden = !empty;
    if (!empty) return;
    const hour = new Date().getHours();
    find("#greeting").textContent = t(`greeting.${hour < 5 || hour >= 18 ? "evening" : hour < 11 ? "morning" : "day"}`);
    find("#suggestions").replaceChildren(
      ...t(models.find(chat.conversation.model)?.demonstration ? "demonstrationSuggestions" : "suggestions").map((text) => el("li", {}, el("button", { class: "suggestion", type: "button", onclick: () => suggest(text) }, text))),
    );
  };
  for (const event of ["open", "configure"]) chat.addEventListener(event, show);
  onLanguage(show);
}
