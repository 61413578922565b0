import { el, find } from "../dom.js";
import { currentLanguage, onLanguage, t } from "../i18n.js";
import { pictureOfSample, samplesIn } from "../samples.js";
import { toast } from "./toast.js";

/** Offers pictures with a question where nothing was said yet and the model sees; a press asks it. */
export function offerSamples(chat, models, { onAsk }) {
  const list = find("#samples");
  const show = async () => {
    list.hidden = chat.messages.length > 0 || !models.find(chat.conversation.model)?.images;
    if (list.hidden || list.dataset.language === currentLanguage()) return;
    const language = currentLanguage();
    list.dataset.language = language;
    const samples = await orToast(samplesIn(language), []);
    // The language may have changed meanwhile; then another call has filled the list.
    if (list.dataset.language === language) list.replaceChildren(...samples.map((sample) => el("li", {}, button(sample))));
  };
  const button = (sample) =>
    el("button", { class: "sample", type: "button", onclick: () => ask(sample) }, el("img", { src: sample.url, alt: t(`sampleKind.${sample.kind}`) }), el("span", {}, sample.question));
  const ask = async (sample) => {
    const picture = await orToast(pictureOfSample(sample), null);
    if (!picture) return;
    const { model, sampling } = chat.conversation;
    // What it reads is right or wrong: there is nothing to be surprised by, and the sampling can be changed.
    if (models.find(model)?.demonstration) chat.configure({ sampling: { temperature: 0, ...sampling } });
    chat.send(sample.question, [picture]);
    onAsk();
  };
  for (const event of ["open", "configure"]) chat.addEventListener(event, show);
  models.addEventListener("change", show);
  onLanguage(show);
}

// What is missing then is the server: everything comes from it.
async function orToast(promise, otherwise) {
  try {
    return await promise;
  } catch {
    toast(t("error.network"));
    return otherwise;
  }
}
