import { Engines } from "../../../optlearn/live/js/compute/engines.js";
import { rounded, scaleOf, ticksOf } from "../../../optlearn/live/js/map/grid.js";
import { runRow } from "../../../optlearn/live/js/map/regimes.js";
import { modelOf } from "../../../optlearn/live/js/page.js";

// The cells of a lab's map, and for its scales the way from a value to its place and back.
export function main({ page, columns, shares }) {
  const model = modelOf(page.traits, page.parts);
  const scene = model.get("scene");
  const problem = scene.problems.find(({ name }) => name === model.get("problem"));
  const { engine, rule } = new Engines(model).of(0, problem);
  const scales = scene.map.names.map((name) => scaleOf(name, scene.numbers[name]));
  const value = scales.map((scale) => Array.from({ length: columns }, (_, i) => scale.value((i + 0.5) / columns)));
  const grid = {
    start: model.get("start"), steps: model.get("steps"), h: rule.map((name) => model.get("values")[name]), k: [], columns, value,
    across: ["h", rule.indexOf(scales[0].name)], up: ["h", rule.indexOf(scales[1].name)], count: 2, bounds: problem.bounds,
  }; // prettier-ignore
  const [loss, regime] = [new Float64Array(columns ** 2), new Uint8Array(columns ** 2)];
  for (let row = 0; row < columns; row++) runRow(engine, grid, row, loss, regime, new Float64Array((grid.steps + 1) * 3));
  return {
    value, loss, regime,
    there: scales.map((scale) => shares.map((share) => scale.share(scale.value(share)))),
    rounded: scales.map((scale) => shares.map((share) => rounded(scale, scale.value(share)))),
    ticks: scales.map((scale) => ticksOf(scale, String).map(({ value }) => value)),
  }; // prettier-ignore
}
