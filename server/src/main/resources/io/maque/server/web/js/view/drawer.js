import { find } from "../dom.js";

const WIDE = matchMedia("(min-width: 60rem)");

/** Shows and hides the sidebar: beside the conversation where there is room, above it elsewhere. */
export function setUpDrawer(chat) {
  const sidebar = find("#sidebar");
  const button = find("#open-sidebar");
  const scrim = find("#scrim");
  const set = (open) => {
    document.body.classList.toggle("sidebar-open", open);
    button.setAttribute("aria-expanded", String(open));
    sidebar.inert = !open;
    scrim.hidden = !open || WIDE.matches;
  };
  const close = () => {
    set(false);
    button.focus();
  };
  button.addEventListener("click", () => {
    const open = sidebar.inert;
    set(open);
    if (open && !WIDE.matches) find("#close-sidebar").focus();
  });
  find("#close-sidebar").addEventListener("click", close);
  scrim.addEventListener("click", close);
  sidebar.addEventListener("keydown", (event) => event.key === "Escape" && !WIDE.matches && close());
  chat.addEventListener("open", () => !WIDE.matches && set(false));
  WIDE.addEventListener("change", () => set(WIDE.matches));
  set(WIDE.matches);
  return { open: () => set(true) };
}
