// Brings the lesson on a page to life, each part of it when it comes near, with no kernel behind it.

import optlearn from "./optlearn/lesson.js";

const NEAR = "600px"; // how far below the window a part is made ready

const places = document.querySelectorAll(".optlearn-live");
const parts = document.querySelector("#optlearn-parts");
const others = () => import("./optlearn/parts.js");
const lesson = new optlearn.Lesson(places, parts ? JSON.parse(parts.textContent) : {}, others);

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      lesson.mount(target);
    }
  },
  { rootMargin: NEAR },
);
for (const place of places) observer.observe(place);

lesson.followAddress();
window.addEventListener("hashchange", () => lesson.followAddress());

// The page's own switch between light and dark is what the pictures follow.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
function followTheme() {
  const { theme } = document.body.dataset;
  document.body.dataset.jpThemeLight = String(theme === "light" || (theme !== "dark" && !dark.matches));
}
new MutationObserver(followTheme).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
dark.addEventListener("change", followTheme);
followTheme();

// Before a page is printed, its questions are there, and it is as a light page: paper is white. A lab that has not come to
// life keeps its still picture, since its map would be drawn too late. What is so already is left alone: of a picture that is
// drawn again in part, paper has that part.
window.addEventListener("beforeprint", () => {
  for (const place of places) if (!place.matches(".lab")) lesson.mount(place);
  if (document.body.dataset.jpThemeLight === "false") document.body.dataset.jpThemeLight = "true";
});
window.addEventListener("afterprint", followTheme);
