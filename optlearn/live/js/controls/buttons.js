// The list of problems, pin and reset.

import { element } from "../dom.js";

/** buttons(lab): a piece of the lab. */
export function buttons(lab) {
  const problems = element("select", { className: "problem" });
  const pin = element("button", { type: "button", className: "pin" });
  const reset = element("button", { type: "button", className: "reset", textContent: "reset" });
  problems.setAttribute("aria-label", "problem");
  problems.addEventListener("change", () => lab.change({ problem: problems.value }, true));
  pin.addEventListener("click", () => lab.change({ pinned: lab.state.pin ? {} : lab.pinNow() }, true));
  reset.addEventListener("click", () => lab.change({ reset: true }, true));

  function show() {
    const names = lab.state.scene.problems.map(({ name }) => name);
    if (names.join() !== Array.from(problems.options, ({ value }) => value).join())
      problems.replaceChildren(...names.map((name) => element("option", { value: name, textContent: name })));
    problems.value = lab.state.problem.name;
    const { pin: pinned } = lab.state;
    pin.textContent = pinned ? "unpin" : "pin";
    pin.title = pinned ? `pinned: ${pinned.text}` : "keep this run in the picture, to compare others with";
  }

  return { root: element("div", { className: "buttons" }, problems, pin, reset), show };
}
