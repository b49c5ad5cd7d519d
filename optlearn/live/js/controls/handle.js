// A round handle on a panel of the picture: dragged by mouse or finger, put somewhere by a tap, moved by arrow keys.

import { element } from "../dom.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * A handle; places are shares of the panel, from (0, 0) at the lower left to (1, 1).
 *
 * panel(): the panel it lies on, or nothing when it is not shown; at(): its place; label(): what it is called, with its
 * place in words; move(place, settled): it was dragged; nudge(direction): an arrow key was pressed.
 */
export function handle(lab, className, { panel, at, label, move, nudge }) {
  const { picture } = lab;
  const button = element("button", { className, type: "button" });
  picture.root.append(button);

  function show() {
    const box = panel()?.box;
    button.hidden = !box;
    if (!box) return;
    const [across, up] = at();
    button.style.left = `${(100 * (box.left + across * box.width)) / picture.width}%`; // on paper the picture is narrower
    button.style.top = `${box.top + (1 - up) * box.height}px`;
    button.setAttribute("aria-label", `${label()}; arrow keys move it`);
  }

  function placeUnder(event) {
    const frame = picture.root.getBoundingClientRect();
    const { box } = panel();
    return [(event.clientX - frame.left - box.left) / box.width, 1 - (event.clientY - frame.top - box.top) / box.height];
  }

  const inside = (place) => place.every((share) => share >= 0 && share <= 1);
  const kept = (place) => place.map((share) => Math.min(Math.max(share, 0), 1));

  // A finger drags the handle only, so that the page can be scrolled and pinched over the picture; a mouse goes anywhere.
  function grab(event) {
    if (!panel()?.box || event.button !== 0 || !event.isPrimary) return;
    const mine = event.target === button;
    if (!mine && (event.pointerType !== "mouse" || !inside(placeUnder(event)))) return;
    event.preventDefault();
    button.focus();
    button.setPointerCapture(event.pointerId);
    move(kept(placeUnder(event)));
    button.onpointermove = (moved) => move(kept(placeUnder(moved)));
    button.onpointerup = button.onpointercancel = (up) => {
      button.onpointermove = button.onpointerup = button.onpointercancel = null;
      if (up.type === "pointerup") move(kept(placeUnder(up)), true);
      else lab.settle();
    };
  }

  // A tap puts it there.
  function tap(event) {
    if (event.pointerType === "mouse" || event.target === button || !panel()?.box) return;
    const place = placeUnder(event);
    if (inside(place)) move(place, true);
  }

  function press(event) {
    if (!MOVES[event.key]) return;
    event.preventDefault();
    nudge(MOVES[event.key]);
  }

  picture.root.addEventListener("pointerdown", grab);
  picture.root.addEventListener("click", tap);
  button.addEventListener("keydown", press);
  return { show };
}
