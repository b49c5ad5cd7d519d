import { arrowsOf } from "../../../optlearn/live/js/apart/arrows.js";
import { rowsOf } from "../../../optlearn/live/js/apart/lines.js";
import { Engines } from "../../../optlearn/live/js/compute/engines.js";
import { Runs } from "../../../optlearn/live/js/compute/runs.js";
import { modelOf } from "../../../optlearn/live/js/page.js";
import { State } from "../../../optlearn/live/js/state.js";
import { nobody } from "./alone.js";

// The rows and arrows of the first rule of each lab at some steps.
export function main({ pages, steps }) {
  return pages.map((page) => {
    const model = modelOf(page.traits, page.parts);
    const state = new State(model);
    const result = new Runs(state, new Engines(model), nobody).of(0, state.now);
    return steps.map((step) => ({ rows: rowsOf({ result, record: result.record }, step), arrows: arrowsOf(result.record, step) }));
  });
}
