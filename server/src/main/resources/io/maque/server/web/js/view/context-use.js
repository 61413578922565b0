import { el, find } from "../dom.js";
import { number, onLanguage, t } from "../i18n.js";

/** How much of the model's context the conversation filled when it was answered last. */
export function watchContext(chat, models) {
  const place = find("#context-use");
  const show = () => {
    const stats = chat.messages.findLast((message) => message.stats?.promptTokens)?.stats;
    const length = models.find(chat.conversation.model)?.contextLength;
    if (!stats || !length) return place.replaceChildren();
    const used = stats.promptTokens + (stats.completionTokens ?? 0);
    const meter = el("meter", { min: "0", max: String(length), high: String(length * 0.85), value: String(Math.min(used, length)), "aria-hidden": "true" });
    place.replaceChildren(meter, el("span", {}, t("contextUse", { used: number(used), length: number(length) })));
    place.title = t("contextUseTitle");
  };
  for (const event of ["open", "configure", "running"]) chat.addEventListener(event, show);
  models.addEventListener("change", show);
  onLanguage(show);
}
