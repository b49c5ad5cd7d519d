// The handle of the start: dragged by mouse or finger, moved by arrow keys, put anywhere by a click.

import { element } from "../dom.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** start(lab): a piece of the lab that lies on its picture. */
export function start(lab) {
  const { picture } = lab;
  const handle = element("button", { className: "start", type: "button" });
  picture.root.append(handle);

  function show() {
    const { problem, start } = lab.state;
    handle.hidden = !problem.plane || !picture.panels;
    if (handle.hidden) return;
    const [x, y] = picture.pixels(picture.panels[0], start);
    handle.style.left = `${x}px`;
    handle.style.top = `${y}px`;
    const point = problem.names.map((name, i) => `${name} = ${start[i].toPrecision(3)}`).join(", ");
    handle.setAttribute("aria-label", `start at ${point}; arrow keys move it`);
  }

  function move(point, settled = false) {
    const { bounds } = lab.state.problem;
    lab.change({ start: point.map((value, i) => Math.min(Math.max(value, bounds[i][0]), bounds[i][1])) }, settled);
  }

  function pointUnder(event) {
    const frame = picture.root.getBoundingClientRect();
    const { box } = picture.panels[0];
    const shares = [(event.clientX - frame.left - box.left) / box.width, 1 - (event.clientY - frame.top - box.top) / box.height];
    return { shares, point: lab.state.problem.bounds.map(([low, high], i) => low + shares[i] * (high - low)) };
  }

  // A finger drags the handle only, so that the page can be scrolled and pinched over the picture; a mouse goes anywhere.
  function grab(event) {
    if (!lab.state.problem.plane || event.button !== 0 || !event.isPrimary) return;
    const { shares, point } = pointUnder(event);
    if (event.target !== handle && shares.some((share) => share < 0 || share > 1)) return;
    if (event.target !== handle && event.pointerType !== "mouse") return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    move(point);
    handle.onpointermove = (moved) => move(pointUnder(moved).point);
    handle.onpointerup = handle.onpointercancel = (up) => {
      handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
      if (up.type === "pointerup") move(pointUnder(up).point, true);
      else lab.settle();
    };
  }

  // A tap puts it there.
  function tap(event) {
    if (event.pointerType === "mouse" || event.target === handle || !lab.state.problem.plane) return;
    const { shares, point } = pointUnder(event);
    if (shares.every((share) => share >= 0 && share <= 1)) move(point, true);
  }

  function nudge(event) {
    const direction = MOVES[event.key];
    if (!direction) return;
    event.preventDefault();
    const { bounds } = lab.state.problem;
    move(lab.state.start.map((value, i) => value + (direction[i] * (bounds[i][1] - bounds[i][0])) / 50));
  }

  picture.root.addEventListener("pointerdown", grab);
  picture.root.addEventListener("click", tap);
  handle.addEventListener("keydown", nudge);
  return { show };
}
