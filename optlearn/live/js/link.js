// "Copy link" on a page: the address of this very state of a lab.

import { addressOf, stateIn } from "./address.js";
import { element, write } from "./dom.js";

const SAID = 4000; // milliseconds

/** A piece of a lab that is the one with this number on its page. */
export const link = (index) => (lab) => {
  const button = element("button", { type: "button", className: "link", textContent: "copy link", title: "the address of what is on screen now" });
  const said = element("span", { className: "copied" });
  said.setAttribute("role", "status");
  let timer = null;

  button.addEventListener("click", async () => {
    const open = Array.from(lab.root.querySelectorAll("details[open]"), ({ className }) => className);
    const address = new URL(`#${addressOf(index, { ...lab.state, pin: lab.state.pin }, open)}`, location.href);
    history.replaceState(null, "", address);
    write(said, (await copied(address.href)) ? "copied" : "it is in the address line");
    clearTimeout(timer);
    timer = setTimeout(() => write(said, ""), SAID);
  });

  const show = () => button.parentElement ?? lab.root.querySelector(".buttons").append(button, said);
  return { show, destroy: () => clearTimeout(timer) };
};

/** Bring a lab to the state in an address; returns what is wrong with it, in words, or "". */
export function follow(address, lab) {
  const { fault, problem, values, start, step, pin, open } = stateIn(address, lab.state.scene);
  if (fault) return fault;
  lab.change({ reset: true });
  if (problem.name !== lab.state.problem.name) lab.change({ problem: problem.name });
  if (pin) {
    lab.change({ values: pin.values, start: pin.start });
    lab.change({ pinned: lab.pinNow() });
  }
  lab.change({ values, start });
  for (const panel of lab.root.querySelectorAll("details")) {
    if (panel.open === open.includes(panel.className)) continue;
    panel.addEventListener("toggle", () => lab.showStep(step), { once: true }); // what opens may choose a step of its own
    panel.open = !panel.open;
  }
  lab.showStep(step);
  lab.kernel.settle();
  return "";
}

// Some browsers have no clipboard for pages that are not served over https.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
