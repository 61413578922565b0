/** Tells the style sheet how much of the page an on-screen keyboard covers (Safari lays it on top). */
export function followKeyboard() {
  const view = window.visualViewport;
  if (!view) return;
  const update = () => {
    const covered = Math.max(0, window.innerHeight - view.height - view.offsetTop);
    document.documentElement.style.setProperty("--keyboard", `${covered}px`);
  };
  view.addEventListener("resize", update);
  view.addEventListener("scroll", update);
}
