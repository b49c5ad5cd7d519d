import { Engines } from "../../../optlearn/live/js/compute/engines.js";
import { flat } from "../../../optlearn/live/js/compute/record.js";
import { numbersOf } from "../../../optlearn/live/js/compute/runs.js";
import { modelOf } from "../../../optlearn/live/js/page.js";
import { triedRates } from "../../../optlearn/live/js/race/rates.js";
import { State } from "../../../optlearn/live/js/state.js";

// For each rule of a race from each start: the rate it chooses, and the losses at the end.
export function main({ page, starts }) {
  const model = modelOf(page.traits, page.parts);
  const state = new State(model);
  const engines = new Engines(model);
  return starts.map((start) =>
    state.scene.tracks.map((_, index) => {
      const { engine, rule, problem } = engines.of(index, state.problem);
      const numbers = numbersOf(state.scene, index, state);
      const [h, k] = [rule.map((name) => numbers.rules[name]), problem.map((name) => numbers.problem[name])];
      const about = { engine, start, h, k, at: rule.indexOf("learning_rate"), steps: state.steps, bounds: flat(state.problem.bounds) };
      const { losses, best } = triedRates(about, state.scene.race);
      return { rate: state.scene.race.rates[best], losses };
    }),
  );
}
