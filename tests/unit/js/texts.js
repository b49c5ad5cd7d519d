import { Engines } from "../../../optlearn/live/js/compute/engines.js";
import { Frames } from "../../../optlearn/live/js/compute/frames.js";
import { Runs } from "../../../optlearn/live/js/compute/runs.js";
import { modelOf } from "../../../optlearn/live/js/page.js";
import { race } from "../../../optlearn/live/js/race/race.js";
import { State } from "../../../optlearn/live/js/state.js";
import { nobody } from "./alone.js";

// The line of text of a lab at each of some states.
export function main({ page, states }) {
  const model = modelOf(page.traits, page.parts);
  const state = new State(model);
  const engines = new Engines(model);
  const runs = new Runs(state, engines, nobody);
  const frames = new Frames(state, runs);
  race({ state, engines, runs, frames, extras: { panels: [], overlays: [] } });
  return states.map(({ values, start, problem, steps }) => {
    const now = { values, start, steps, problem: state.problemNamed(problem) };
    return frames.of(now, null)?.text ?? null;
  });
}
