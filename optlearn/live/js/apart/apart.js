// One step taken apart: the lines of the update with numbers in place of letters, and its arrows on the landscape.

import { element, write } from "../dom.js";
import { colorOn } from "../draw/theme.js";
import { arrowsOf, drawArrows } from "./arrows.js";
import { rowsOf } from "./lines.js";

/** apart(lab): a piece of the lab, closed at first; closed it costs nothing. */
export function apart(lab) {
  const title = element("span", { className: "which" });
  const back = element("button", { type: "button", className: "back", textContent: "◀ step back" });
  const on = element("button", { type: "button", className: "on", textContent: "step on ▶" });
  const tables = element("div", { className: "tables" });
  const root = element("details", { className: "apart" });
  root.append(element("summary", { textContent: "One step taken apart" }), element("p", { className: "which-step" }, back, on, title), tables);
  tables.tabIndex = 0;
  tables.setAttribute("role", "group"); // no landmark: of these a page has many
  tables.setAttribute("aria-label", "the lines of one step, with their numbers; arrow keys step back and on");

  const stepNow = () => Math.min(lab.state.step, lab.state.steps - 1);
  const go = (by) => lab.showStep(Math.min(Math.max(stepNow() + by, 0), lab.state.steps - 1));
  back.addEventListener("click", () => go(-1));
  on.addEventListener("click", () => go(1));
  tables.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    go(by);
  });
  root.addEventListener("toggle", () => (root.open && lab.state.step >= lab.state.steps ? lab.showStep(0) : lab.paint()));

  function show(frame) {
    if (!root.open || !frame) return;
    const step = stepNow();
    write(title, ` from step ${step} to ${step + 1}`);
    tables.replaceChildren(...frame.tracks.map((track) => table(frame, track, step)));
  }

  function table(frame, track, step) {
    const names = frame.problem.names;
    const rows = rowsOf(track, step);
    const most = Math.max(...rows.map(({ cells }) => cells.length));
    const heads = most === names.length ? names : Array.from({ length: most }, (_, i) => String(i + 1));
    const head = element("tr", {}, cell("th", track.label), ...(most > 1 ? heads.map((name) => cell("th", name)) : [cell("th", "")]));
    const body = rows.map(({ target, code, cells }) => {
      const first = cell("th", code ? `${target} ← ${code}` : target);
      first.scope = "row";
      const shared = cells.length === 1 && most > 1;
      return element("tr", {}, first, ...cells.map((text, i) => cellOf(text, most > 1 && !shared ? heads[i] : "", shared ? most : 1)));
    });
    return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  }

  lab.extras.overlays.push((context, { frame, panels, theme, font, picture }) => {
    if (!root.open || !panels[0].plane) return;
    const [track] = frame.tracks;
    const step = stepNow();
    const here = picture.pixels(panels[0], track.record.all(step, "params"));
    if (!here.every(Number.isFinite)) return;
    context.save();
    context.beginPath();
    context.rect(panels[0].box.left, panels[0].box.top, panels[0].box.width, panels[0].box.height);
    context.clip();
    let shown = 7.5 * font; // of what is a direction only: each shorter than the one before, so that tips stay apart
    const drawn = arrowsOf(track.record, step).flatMap(({ name, vector, real }) => {
      const end = picture.pixels(panels[0], track.record.all(step, "params").map((value, i) => value + vector[i]));
      const way = [end[0] - here[0], end[1] - here[1]];
      const length = Math.hypot(...way);
      if (!(length > 0 && Number.isFinite(length))) return [];
      const share = real ? 1 : shown / length;
      if (!real) shown -= 3 * font;
      const look = real ? { color: colorOn(theme, track.color), width: 3.5, dash: [] } : { color: theme.ink, width: 1.8, dash: name === "−g" ? [5, 3] : [] };
      return { name, from: here, to: [here[0] + share * way[0], here[1] + share * way[1]], ...look };
    });
    picture.traces[0].push(drawArrows(context, theme, font, panels[0], drawn));
    context.restore();
  });

  return { root, show };
}

const cell = (kind, textContent) => element(kind, { textContent });

// A value, of a parameter or of all: on a phone it says itself of which.
function cellOf(text, of, colSpan) {
  const made = Object.assign(cell("td", text), { colSpan });
  if (of) made.dataset.of = of;
  return made;
}
