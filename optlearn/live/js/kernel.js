// The conversation with the kernel. The lab goes on without one: it hears where things came to rest, holds the first
// record of every rule against its own, and runs what could not be translated.

import { keyOf } from "./compute/frames.js";
import { withLevels } from "./compute/heights.js";
import { Record } from "./compute/record.js";

const SETTLED = 80; // milliseconds without a move after which the kernel is told
const LATER = 1500; // milliseconds after which the other problems of the list are asked for
const PATIENCE = 5000; // milliseconds without an answer after which the reader is told
const SAMPLED = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987]; // steps of a record that are held against the kernel's

export class Kernel {
  constructor(model, state, changed) {
    Object.assign(this, { model, state, changed });
    this.asked = 0;
    this.waiting = null; // for what
    this.results = new Map(); // the kernel's latest run of each track
    this.checked = new Set();
    this.listeners = { "change:answer": () => this.hear(), "change:parts": changed, "change:rest": () => (changed(), this.onRest?.()) };
    for (const [event, listener] of Object.entries(this.listeners)) model.on(event, listener);
    if (!model.get("rest").problems) this.greeting = setTimeout(() => this.ask({ rest: true }), LATER);
  }

  // ---- where things came to rest

  /** Something was moved: say so when it has come to rest. */
  moved() {
    clearTimeout(this.timer);
    this.dirty = true;
    this.timer = setTimeout(() => this.settle(), SETTLED);
  }

  settle() {
    clearTimeout(this.timer);
    if (!this.dirty) return;
    this.dirty = false;
    this.quietly(() => this.state.save());
  }

  // ---- what the kernel has to run

  /** Something is not there yet. */
  wait(what) {
    this.waiting = what;
    return null;
  }

  /** The kernel's result of a track for a state, or null, and then it is asked for it. */
  result(index, state) {
    const key = keyOf(state);
    const found = this.results.get(index);
    if (found?.key === key) return found.result;
    this.wait("run");
    if (this.wanted !== key) {
      this.wanted = key;
      this.ask({ run: { ...state, problem: state.problem.name, key } });
    }
    return null;
  }

  // The latest wish wins, when the kernel is free.
  ask(wish) {
    if (this.model.alone) return;
    this.next = { ...this.next, ...wish };
    if ((this.model.get("answer").id ?? 0) < this.asked) return;
    this.asked = Math.max(this.asked, this.model.get("answer").id ?? 0) + 1;
    this.model.set("ask", { id: this.asked, ...this.next });
    this.next = null;
    this.quietly(() => this.model.save_changes());
  }

  hear() {
    const { results = [], key } = this.model.get("answer");
    results.forEach((result, index) => result && this.results.set(index, { key, result: unpacked(result) }));
    if (this.next) this.ask({});
    this.changed();
  }

  /** Tell the reader if nothing is heard for a while. */
  showWaiting(waiting, tell) {
    if (!waiting) this.waiting = null;
    if (waiting === Boolean(this.silence)) return;
    clearTimeout(this.silence);
    this.silence = waiting ? setTimeout(() => tell("No answer from the kernel yet. Is it busy, or gone?"), PATIENCE) : null;
    if (!waiting) tell("");
  }

  // ---- trust

  /** Whether the kernel has found that a rule runs otherwise here. */
  distrusts(index, problem) {
    return this.model.get("distrusted").includes(`${index} ${problem.name}`);
  }

  /** Have the first record of a rule on a problem held against the kernel's: a few of its rows. */
  check(index, state, record) {
    const key = `${index} ${state.problem.name}`;
    if (this.checked.has(key)) return;
    this.checked.add(key);
    const rows = SAMPLED.filter((step) => step <= state.steps).map((step) => [step, record.at(step, "loss"), ...record.all(step, "params").slice(0, 2)]);
    const { values, start, steps } = state;
    this.reports = [...(this.reports ?? []), { index, values, start, steps, problem: state.problem.name, rows: rows.map((row) => row.map(String)) }];
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => {
      this.ask({ check: this.reports.splice(0) });
    }, 10 * SETTLED);
  }

  // A kernel that has gone is no error: the page goes on without it.
  quietly(act) {
    try {
      act();
    } catch (error) {
      console.debug("the kernel was not told", error);
    }
  }

  destroy() {
    for (const timer of [this.timer, this.silence, this.reporting, this.greeting]) clearTimeout(timer);
    for (const [event, listener] of Object.entries(this.listeners)) this.model.off(event, listener);
  }
}

// The kernel's arrays come as views of bytes.
function unpacked({ data, width, columns, steps, k, smallest, watched, heights, count }) {
  const record = new Record(floats(data), width, columns, steps);
  const lines = watched.map(floats);
  return { record, k, smallest, watched: () => lines, heights: heights && withLevels(floats(heights), count) };
}

// Copied: a view may begin where no Float64Array can.
const floats = (view) => new Float64Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
