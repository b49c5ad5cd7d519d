// What is on screen for a state of the sliders: the runs, what became of them, and what there is to say.

import { textOf } from "../text/words.js";
import { divergedAt, leftAt, partedAt, settledAt } from "./facts.js";
import { heightsOf } from "./heights.js";
import { flat } from "./record.js";

const KEPT = 30; // landscapes

export class Frames {
  /** runs: gives the result of a track for a state, or null while the kernel has to compute it. */
  constructor(lab, runs) {
    Object.assign(this, { lab, runs, heights: new Map(), ghosts: { key: "", tracks: [] }, textOf });
  }

  get scene() {
    return this.lab.scene;
  }

  /** The frame of a state {values, start, problem, steps} with a pinned one, or null while a run is not there yet. */
  of(state, pinned) {
    const tracks = this.tracksOf(state, false);
    if (!tracks) return null;
    const ghosts = pinned ? this.ghostsOf({ ...state, ...pinned }) : [];
    const heightsKey = `${state.problem.name} ${tracks[0].result.k}`;
    const frame = {
      ...state,
      tracks,
      all: [...tracks, ...ghosts],
      looks: this.scene.looks,
      symbols: symbolsOf(this.scene, state),
      parted: tracks.length === 2 ? partedAt(...tracks, flat(state.problem.bounds)) : -1,
      heightsKey,
      heights: () => this.heightsFor(heightsKey, tracks[0].result, state.problem),
    };
    if (state.problem.plane) frame.highest = frame.heights().highest;
    frame.marks = this.marksOf(frame);
    frame.text = this.textOf(frame);
    return frame;
  }

  tracksOf(state, ghost) {
    const tracks = [];
    for (const [index, { label, color, dash }] of this.scene.tracks.entries()) {
      const result = this.runs.of(index, state);
      if (!result) return null;
      tracks.push({ label, color, dash, ghost, result, ...factsOf(result, state.problem) });
    }
    return tracks;
  }

  ghostsOf(state) {
    const key = keyOf(state);
    if (this.ghosts.key !== key) {
      const tracks = this.tracksOf(state, true);
      if (!tracks) return [];
      this.ghosts = { key, tracks };
    }
    return this.ghosts.tracks;
  }

  heightsFor(key, result, problem) {
    if (!this.heights.has(key)) {
      if (this.heights.size >= KEPT) this.heights.delete(this.heights.keys().next().value); // the oldest
      this.heights.set(key, result.heights ?? heightsOf(result.losses, problem.bounds));
    }
    return this.heights.get(key);
  }

  /** Make ready the rules and the landscape of a problem that may be chosen next. */
  prepare(problem, { values, steps }) {
    const state = { values, start: problem.start, problem, steps };
    const [first] = this.scene.tracks.map((_, index) => this.runs.here(index, state));
    if (first && problem.plane) this.heightsFor(`${problem.name} ${first.k}`, first, problem);
  }

  // What was pointed out of this very state, and where two runs part.
  marksOf(frame) {
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    const marks = this.scene.marks.filter(
      (mark) =>
        mark.problem === frame.problem.name &&
        mark.step <= frame.steps &&
        same(mark.start, frame.start) &&
        Object.keys(mark.values).every((name) => mark.values[name] === frame.values[name]),
    );
    const { parted } = frame;
    return parted < 0 ? marks : [...marks, { text: `they part at step ${parted}`, step: parted, panel: 1 }];
  }
}

// The facts of a result: {record, smallest, watched}.
function factsOf(result, problem) {
  const { record, smallest, watched } = result;
  const bounds = flat(problem.bounds);
  const diverged = divergedAt(record, bounds);
  const loss = record.over("loss");
  return {
    record,
    watched: problem.plane ? null : watched(),
    diverged,
    loss: diverged < 0 ? loss : loss.slice(0, diverged + 1),
    left: problem.plane ? leftAt(record, bounds, diverged) : -1,
    settled: problem.plane && problem.minima.length ? settledAt(record, smallest) : -1,
  };
}

/** The numbers that have a place in the line of text: those of the rules, then those of the problem. */
export function symbolsOf(scene, { values, problem }) {
  const known = { ...problem.numbers, ...scene.numbers };
  return [...Object.keys(scene.numbers), ...Object.keys(problem.numbers)]
    .filter((name, i, all) => all.indexOf(name) === i && name in values)
    .map((name) => [name, known[name].symbol]);
}

/** What a run depends on, as a text. */
export const keyOf = ({ values, start, problem, steps }) => JSON.stringify([values, start, problem.name, steps]);
