// What a challenge says to what is on screen: goals.py in the browser, with one verdict and in the same words.

import { fill, number } from "../live/js/text/numbers.js";

/** {right, text} of a task for a frame of its lab. */
export function judge(task, frame) {
  const spoiled = spoiledBy(task, frame);
  if (spoiled) return { right: false, text: spoiled };
  const [right, text] = JUDGES[task.goal.kind](task.goal, frame);
  const par = right && task.par ? ` Par: ${task.par}` : "";
  return { right, text: `${right ? "Met" : "Not yet"}: ${text}.${par}` };
}

// What has been changed that must stay as it was, in words.
function spoiledBy({ first, fixed, start }, frame) {
  if (frame.problem.name !== first.problem || frame.steps !== first.steps) return `This one is about ${first.steps} steps on ${first.problem}.`;
  if (!start && String(frame.start) !== String(first.start)) return "The start must stay where it was.";
  const moved = fixed.find(([name, , value]) => frame.values[name] !== value);
  return moved ? `${moved[1]} must stay ${number(moved[2])} here.` : "";
}

const JUDGES = { reach, largest, conditions };

function reach({ loss, within }, { tracks, steps }) {
  const [{ record, diverged }] = tracks;
  let step = 0;
  while (step <= steps && !(record.at(step, "loss") <= loss)) step++;
  if (step <= within && step <= steps) return [true, `loss ${number(loss)} at step ${step}`];
  if (step <= steps) return [false, `loss ${number(loss)} at step ${step}: ${step - within} too late`];
  if (diverged >= 0) return [false, `it diverges at step ${diverged}`];
  return [false, `the smallest loss so far is ${number(Math.min(...record.over("loss")))}`];
}

function largest({ name, at_least }, frame) {
  const [{ record, diverged }] = frame.tracks;
  const value = frame.values[name];
  const said = `${frame.symbols.find(([each]) => each === name)[1]} = ${number(value)}`;
  if (diverged >= 0) return [false, `${said} diverges at step ${diverged}: too large`];
  if (!(record.at(frame.steps, "loss") < record.at(0, "loss"))) return [false, `${said} does not come down: too large`];
  if (value >= at_least) return [true, `${said} still converges`];
  return [false, `${said} converges, and there is room: this is ${Math.floor((100 * value) / at_least + 0.5)} % of what is asked`];
}

function conditions(goal, frame) {
  const [{ diverged }, second] = frame.tracks;
  if (diverged >= 0) return [false, `it diverges at step ${diverged}`];
  const ofBoth = goal.conditions.some(({ quantity }) => quantity.of === "apart");
  if (ofBoth && second?.diverged >= 0) return [false, `the second run diverges at step ${second.diverged}`];
  const values = goal.conditions.map(({ quantity }) => measured(quantity, frame));
  const met = goal.conditions.every(({ is, ends }, i) => HOLDS[is](values[i], ...ends));
  return [met, fill(goal.says, values)];
}

const HOLDS = {
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
  within: (value, low, high) => low <= value && value <= high,
};

function measured(quantity, frame) {
  if (quantity.of === "value") return frame.values[quantity.name];
  const at = SERIES[quantity.of](quantity, frame);
  const { steps } = frame;
  if ("at" in quantity) return at(quantity.at < 0 ? steps + 1 + quantity.at : quantity.at);
  const [from, to] = [bound(quantity.from, steps), bound(quantity.to ?? steps + 1, steps)];
  const values = Array.from({ length: to - from }, (_, i) => at(from + i));
  return BY[quantity.by](values);
}

const bound = (step, steps) => Math.min(Math.max(step < 0 ? steps + 1 + step : step, 0), steps + 1);

const BY = {
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
};

// Of each kind, its number at a step.
const SERIES = {
  loss: (quantity, { tracks: [{ record }] }) => (step) => record.at(step, "loss"),
  param: ({ index }, { tracks: [{ record }] }) => (step) => record.at(step, "params", index),
  height({ field }, { tracks: [{ record, result }] }) {
    return (step) => heightAt(result, record.all(step, field === undefined ? "params" : `state.${field}`));
  },
  watched: ({ index }, { tracks: [{ watched }] }) => (step) => watched[index][step],
  zeros: ({ index }, { tracks: [{ record }] }) => (step) => record.all(step, "params").slice(index).filter((value) => value === 0).length,
  apart: (quantity, { tracks: [{ record: first }, { record: second }] }) => (step) => {
    const there = second.all(step, "params");
    return Math.max(...first.all(step, "params").map((value, i) => Math.abs(value - there[i])));
  },
};

function heightAt({ losses, smallest }, point) {
  const out = new Float64Array(1);
  losses(Float64Array.from(point), out);
  return out[0] - smallest;
}
