// The start of the run, a handle on the landscape.

import { handle } from "./handle.js";

/** start(lab): a piece of the lab that lies on its picture. */
export function start(lab) {
  const { state, picture } = lab;
  const bounded = (point) => point.map((value, i) => Math.min(Math.max(value, state.problem.bounds[i][0]), state.problem.bounds[i][1]));
  const along = (i, share) => state.problem.bounds[i][0] + share * (state.problem.bounds[i][1] - state.problem.bounds[i][0]);

  return handle(lab, "start", {
    panel: () => (state.problem.plane ? picture.panels?.[0] : null),
    at: () => state.start.map((value, i) => (value - along(i, 0)) / (along(i, 1) - along(i, 0))),
    label: () => `start at ${state.problem.names.map((name, i) => `${name} = ${state.start[i].toPrecision(3)}`).join(", ")}`,
    move: (place, settled) => lab.change({ start: place.map((share, i) => along(i, share)) }, settled),
    nudge: (direction) => lab.change({ start: bounded(state.start.map((value, i) => value + (direction[i] * (along(i, 1) - along(i, 0))) / 50)) }),
  });
}
