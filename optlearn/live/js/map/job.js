// What the cells of a map have to compute: the run on screen, with two of its numbers varied.

import { flat } from "../compute/record.js";

/** jobOf(frame, { engine, parts, rule, problem }, scales): `rule` and `problem` are the names of the numbers h and k. */
export function jobOf(frame, { engine, parts, rule, problem }, scales) {
  const { h, k } = frame.tracks[0].result;
  const [across, up] = scales.map(({ name }) => (rule.includes(name) ? ["h", rule.indexOf(name)] : ["k", problem.indexOf(name)]));
  const varied = (part, at) => [across, up].some(([of, place]) => of === part && place === at);
  const fixed = (part, numbers) => Array.from(numbers, (value, at) => (varied(part, at) ? 0 : value));
  const { steps } = frame;
  const start = frame.start.flat();
  const base = { h: fixed("h", h), k: fixed("k", k) };
  const ends = scales.map(({ stops }) => [stops[0], stops.at(-1)]);
  return {
    key: JSON.stringify([frame.problem.name, frame.start, steps, base.h, base.k, ends]),
    engine, parts, start, steps, ...base, across, up,
    valuesOf: (columns) => scales.map((scale) => Array.from({ length: columns }, (_, i) => scale.value((i + 0.5) / columns))),
    count: start.length,
    bounds: flat(frame.problem.bounds),
  }; // prettier-ignore
}
