// Mounts the live pictures of a page: each gets the model it expects, with no kernel behind it.

import { common } from "./optlearn/parts.js";
import lab, { modelOf } from "./optlearn/lab.js";

const KINDS = { lab: lab.render };
const NEAR = "600px"; // how far below the window a picture is made ready

function mount(place) {
  const { kind, traits, parts } = JSON.parse(place.querySelector("script").textContent);
  const model = modelOf(traits, { ...common, ...parts });
  const el = document.createElement("div");
  KINDS[kind]({ model, el });
  place.replaceChildren(el);
  place.classList.add("alive");
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      mount(target);
    }
  },
  { rootMargin: NEAR },
);
for (const place of document.querySelectorAll(".optlearn-live")) observer.observe(place);

// Before a page is printed, everything on it is there.
window.addEventListener("beforeprint", () => document.querySelectorAll(".optlearn-live:not(.alive)").forEach(mount));

// The page's own switch between light and dark is what the pictures follow.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
function followTheme() {
  const { theme } = document.body.dataset;
  document.body.dataset.jpThemeLight = String(theme === "light" || (theme !== "dark" && !dark.matches));
}
new MutationObserver(followTheme).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
dark.addEventListener("change", followTheme);
followTheme();
