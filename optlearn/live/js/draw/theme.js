// Colours, on a light page and on a dark one. Those of rules and parameters come from Python, the same for all pictures.

const NEARLY_BLACK = 64;
const LIGHT = {
  dark: false, paper: "#ffffff", ink: "#222222", faint: "#6a6a6a", rule: "#dddddd", halo: "#ffffff", ghost: "#6f6f6f",
  low: [86, 128, 171], high: [250, 250, 246], contour: "rgba(38, 66, 98, 0.38)",
}; // prettier-ignore
const DARK = {
  dark: true, paper: "#17191d", ink: "#e8e8e8", faint: "#a5a5a5", rule: "#3a3d43", halo: "#0b0d10", ghost: "#a8a8a8",
  low: [8, 24, 40], high: [98, 122, 145], contour: "rgba(215, 230, 245, 0.28)",
}; // prettier-ignore

/** The colours for the page as it is now: JupyterLab says itself whether it is dark, other pages by the system. */
export function themeNow() {
  const said = document.body.dataset.jpThemeLight;
  const dark = said === undefined ? window.matchMedia("(prefers-color-scheme: dark)").matches : said === "false";
  return dark ? DARK : LIGHT;
}

/** Call back whenever the page may have changed its colours; returns a function that ends it. */
export function onThemeChange(callback) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(callback);
  system.addEventListener("change", callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  return () => {
    system.removeEventListener("change", callback);
    observer.disconnect();
  };
}

/** A colour "#rrggbb" as it is on this page: on a dark one lighter, and what is nearly black nearly white. */
export function colorOn(theme, color) {
  if (!theme.dark) return color;
  const channels = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  if (Math.max(...channels) < NEARLY_BLACK) return theme.ink;
  const lighter = channels.map((value) => Math.round(value + 0.42 * (255 - value)));
  return `rgb(${lighter.join(", ")})`;
}

/** The colour of each of some bands, from low to high: dark is low. */
export function bandColors(theme, bands) {
  return Array.from({ length: bands }, (_, i) =>
    theme.low.map((low, channel) => Math.round(low + (theme.high[channel] - low) * (i / (bands - 1)) ** 0.8)),
  );
}
