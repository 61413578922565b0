// The page is put together here: each part gets what it works with and knows no other.
import { onKeyNeeded } from "./api.js";
import { Chat } from "./chat.js";
import { find, findAll } from "./dom.js";
import { switchLanguage, t, translate } from "./i18n.js";
import { placeIcons } from "./icons.js";
import { Library } from "./library.js";
import { Models } from "./models.js";
import { setUpShortcuts } from "./shortcuts.js";
import { sparrow } from "./sparrow.js";
import { openStore } from "./store.js";
import { themeSwitch } from "./theme.js";
import { followKeyboard } from "./viewport.js";
import { Attachments } from "./view/attachments.js";
import { Camera } from "./view/camera.js";
import { Composer } from "./view/composer.js";
import { watchContext } from "./view/context-use.js";
import { introduceDemonstration } from "./view/demonstration.js";
import { setUpDialogs } from "./view/dialogs.js";
import { setUpDrawer } from "./view/drawer.js";
import { acceptFiles } from "./view/file-drop.js";
import { keyPrompt } from "./view/key-prompt.js";
import { ModelChoice } from "./view/model-choice.js";
import { watchPictures } from "./view/notice.js";
import { offerSamples } from "./view/samples.js";
import { Settings } from "./view/settings.js";
import { Sidebar } from "./view/sidebar.js";
import { Thread } from "./view/thread.js";
import { toast } from "./view/toast.js";
import { setUpWelcome } from "./view/welcome.js";

translate();
placeIcons();
for (const place of findAll("[data-sparrow]")) place.append(sparrow());
themeSwitch(find("#theme"));
find("#language").addEventListener("click", switchLanguage);
setUpDialogs();
followKeyboard();

const library = new Library(await openStore());
const models = new Models();
const chat = new Chat(library);
const attachments = new Attachments();
const thread = new Thread(chat, library);
const settings = new Settings(chat);
const composer = new Composer(chat, attachments, { onEditLast: () => thread.editLast() });
const start = () => {
  chat.start(models.preferred());
  composer.focus();
};
new ModelChoice(chat, models);
new Sidebar(chat, library, { onStart: start });
const drawer = setUpDrawer(chat);
const camera = new Camera((picture) => attachments.add(picture));
setUpWelcome(chat, models, (text) => composer.suggest(text));
introduceDemonstration(chat, models);
offerSamples(chat, models, { onAsk: focusWithoutKeyboard });
watchPictures(chat, models, attachments);
watchContext(chat, models);
acceptFiles((files) => attachments.addFiles(files));
onKeyNeeded(keyPrompt());

find("#new-conversation").addEventListener("click", start);
find("#new-conversation-bar").addEventListener("click", start);
find("#settings-button").addEventListener("click", () => settings.open());
find("#help").addEventListener("click", () => find("#help-dialog").showModal());
find("#camera").addEventListener("click", () => camera.open());
find("#attach").addEventListener("click", () => find("#attach-file").click());
find("#attach-file").addEventListener("change", async ({ currentTarget }) => {
  const files = [...currentTarget.files];
  currentTarget.value = ""; // the same file may be chosen again
  await attachments.addFiles(files);
});
setUpShortcuts({
  stop: () => (chat.running ? chat.stop() : false),
  compose: () => composer.focus(),
  new: start,
  search: () => {
    drawer.open();
    find("#search").focus();
  },
  settings: () => settings.open(),
  help: () => find("#help-dialog").showModal(),
});

library.addEventListener("failed", ({ detail }) => toast(t("storeFailed", { reason: detail })));
models.addEventListener("change", () => {
  if (chat.conversation.model === null && models.preferred()) chat.configure({ model: models.preferred() });
});
await library.load();
if (!library.keeps) toast(t("notKept"));
chat.start(null);
await models.load();
focusWithoutKeyboard();
document.documentElement.dataset.ready = "true"; // what the browser tests wait for

// On a phone the focus would bring up the keyboard before anything was read.
function focusWithoutKeyboard() {
  if (!matchMedia("(pointer: coarse)").matches) composer.focus();
}
