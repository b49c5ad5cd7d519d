// A task on a lab: what is asked, how far the run on screen is, and a hint for who wants one.

import { element, write } from "../live/js/dom.js";

export function challenge({ model, el }) {
  const { goal, hint } = model.get("content");
  const root = element("div", { className: "optlearn-practice challenge" });
  const title = element("p", { className: "question" });
  const state = element("p", { className: "verdict" });
  const help = element("button", { type: "button", className: "hint", textContent: "hint", hidden: !hint });
  const said = element("span", { className: "said" });
  const again = element("button", { type: "button", className: "again", textContent: "start again" });
  const foot = element("p", { className: "foot" });
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", goal);
  state.setAttribute("role", "status");
  title.append(element("b", { textContent: "Challenge. " }), goal);
  foot.append(help, again, said);
  root.append(title, state, foot);
  el.append(root);

  function show() {
    const met = model.get("met");
    const text = model.get("text");
    write(state, met && !text.startsWith("Met") ? `✓ Met before. ${text}` : met ? `✓ ${text}` : text);
    state.className = met ? "verdict right" : "verdict";
  }

  help.addEventListener("click", () => (said.textContent = said.textContent ? "" : hint));
  again.addEventListener("click", () => {
    model.set("again", model.get("again") + 1);
    model.save_changes();
  });
  model.on("change:met", show);
  model.on("change:text", show);
  show();
  return () => {
    model.off("change:met", show);
    model.off("change:text", show);
  };
}

export const render = challenge;
