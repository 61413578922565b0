import { el, find } from "../dom.js";
import { onLanguage, t } from "../i18n.js";

/** Warns above the message box when pictures would go to a model that cannot see. */
export function watchPictures(chat, models, attachments) {
  const notice = find("#composer-notice");
  const show = () => {
    const model = models.find(chat.conversation.model);
    const pictures = attachments.pictures.length > 0 || chat.messages.some((message) => message.images?.length);
    notice.hidden = !pictures || model === null || model.images;
    if (notice.hidden) return notice.replaceChildren();
    const other = models.withEyes();
    const change = () => chat.configure({ model: other.id });
    notice.replaceChildren(
      t("cannotSee", { model: model.id }),
      ...(other ? [" ", el("button", { class: "text-button", type: "button", onclick: change }, t("cannotSeeSwitch", { model: other.id }))] : []),
    );
  };
  for (const event of ["open", "configure"]) chat.addEventListener(event, show);
  attachments.addEventListener("change", show);
  models.addEventListener("change", show);
  onLanguage(show);
}
