// The lab: from a moved control to a painted line. `change` moves the state, `compute` makes a frame of it, `paint` draws it.

import { apart } from "./apart/apart.js";
import { Engines } from "./compute/engines.js";
import { Frames } from "./compute/frames.js";
import { Runs } from "./compute/runs.js";
import { buttons } from "./controls/buttons.js";
import { notices } from "./controls/notices.js";
import { player } from "./controls/player.js";
import { sliders } from "./controls/sliders.js";
import { start } from "./controls/start.js";
import { element } from "./dom.js";
import { Picture } from "./draw/picture.js";
import { onThemeChange, themeNow } from "./draw/theme.js";
import { Kernel } from "./kernel.js";
import { State } from "./state.js";

/** What a lab is put together from, in the order of the page; each is given the lab, and may return {root, show, destroy}. */
const piecesWith = (more) => [sliders, showPicture, start, ...more, bar, notices, apart];

class Lab {
  constructor(model, el, more) {
    this.model = model;
    this.state = new State(model);
    this.kernel = new Kernel(model, this.state, () => this.refresh());
    this.engines = new Engines(model);
    this.runs = new Runs(this.state, this.engines, this.kernel);
    this.frames = new Frames(this.state, this.runs);
    this.extras = { panels: [], overlays: [] };
    this.picture = new Picture(this.extras);
    this.root = element("div", { className: "optlearn-lab" });
    this.pieces = [...piecesWith(more), ...(model.pieces ?? [])].map((piece) => piece(this)).filter(Boolean);
    this.root.append(...this.pieces.map(({ root }) => root).filter(Boolean));
    el.append(this.root);
    this.listen();
    this.refresh();
    this.warmUp();
    this.kernel.onRest = () => this.warmUp();
    this.kernel.onSettled = () => this.showSettled();
  }

  // ---- gestures

  /** Move something: {values, start, problem, pinned, reset}; the kernel hears of it when it has come to rest. */
  change({ values, start, problem, pinned, reset }, settled = false) {
    if (reset) this.state.reset();
    if (problem) this.state.choose(problem);
    if (values) this.state.moveTo(values);
    if (start) this.state.start = start;
    if (pinned) this.state.pinned = pinned;
    this.kernel.moved();
    this.refresh();
    if (settled) this.settle();
  }

  /** Show another step of the same runs. */
  showStep(step) {
    this.state.step = step;
    this.kernel.moved();
    this.paint();
  }

  settle() {
    this.kernel.settle();
  }

  /** What has to be kept of the present run to draw it again. */
  pinNow() {
    return { values: this.state.values, start: this.state.start, text: this.frame?.text ?? "" };
  }

  // ---- from the state to the page

  refresh() {
    this.compute();
    this.paint();
  }

  /** A frame of the state; until the kernel has answered, what was there stays there. */
  compute() {
    const frame = this.frames.of(this.state.now, this.state.pin);
    this.waiting = frame === null;
    this.frame = frame ?? this.frame;
  }

  paint() {
    this.root.classList.toggle("waiting", this.waiting);
    this.root.classList.toggle("dark", themeNow().dark);
    this.showSettled();
    if (this.frame) this.picture.draw(this.frame, Math.min(this.state.step, this.frame.steps));
    for (const piece of this.pieces) piece.show?.(this.frame);
  }

  // Whether the picture is that of all controls, and the kernel was told of them: tests wait for it.
  showSettled() {
    this.root.dataset.settled = !this.waiting && !this.kernel.dirty;
  }

  /** While nothing happens, make ready what a choice of another problem will need. */
  warmUp(problems = [...this.state.scene.problems]) {
    const next = problems.pop();
    if (!next || this.gone) return;
    const later = window.requestIdleCallback ?? ((act) => setTimeout(act, 50));
    later(() => {
      this.frames.prepare(next, this.state.now);
      this.warmUp(problems);
    });
  }

  // ---- what others change

  listen() {
    const moved = () => {
      if (this.kernel.dirty || this.state.saving) return; // what stands here is newer
      this.state.readAll();
      this.refresh();
    };
    const names = ["scene", "values", "start", "problem", "steps", "step", "pinned", "distrusted"];
    this.heard = Object.fromEntries(names.map((name) => [`change:${name}`, moved]));
    for (const [event, listener] of Object.entries(this.heard)) this.model.on(event, listener);
    this.endTheme = onThemeChange(() => this.paint());
    this.observer = new ResizeObserver(() => this.picture.measure() && this.paint());
    this.observer.observe(this.picture.root);
  }

  destroy() {
    this.gone = true;
    this.observer.disconnect();
    this.endTheme();
    for (const [event, listener] of Object.entries(this.heard)) this.model.off(event, listener);
    for (const piece of this.pieces) piece.destroy?.();
    this.kernel.destroy();
  }
}

function showPicture(lab) {
  return { root: lab.picture.root, show: () => lab.picture.over.setAttribute("aria-label", titleOf(lab.state)) };
}

// Play, scrubber, problems, pin and reset in one row.
function bar(lab) {
  const pieces = [player(lab), buttons(lab)];
  const root = element("div", { className: "player" }, ...pieces.map((piece) => piece.root));
  const all = (what) => (...given) => pieces.forEach((piece) => piece[what]?.(...given));
  return { root, show: all("show"), destroy: all("destroy") };
}

const titleOf = ({ scene, problem }) => `${scene.title} on ${problem.name}`;

/** What anywidget calls, and any page that has a model with get, set, save_changes, on and off: for a lab with more pieces. */
export const renderWith = (...more) => ({ model, el }) => {
  const lab = new Lab(model, el, more);
  return () => lab.destroy();
};

export const render = renderWith();
