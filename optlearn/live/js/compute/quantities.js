// What is worth seeing inside the optimizer, over the steps.

import { count } from "./record.js";

export const RATE = "effective rate |Δθ| / |g|";
const ROUNDING = 100 * 2 ** -52; // a step this small a share of the parameter says nothing

/**
 * For each name the lines over the steps, one for each parameter: the gradient, every field of the state that has
 * the parameters' shape, and how far a step went for each unit of gradient. Of matrices and of more than four
 * parameters these are norms. With more than three, the gradient is left out.
 */
export function quantities(record) {
  const { shape } = record.columns.params;
  const found = shownOneByOne(shape) ? eachParameter(record, shape) : norms(record);
  const [first] = found.keys();
  if (found.size > 3) found.delete(first);
  return found;
}

/** Whether there are no more than four parameters, in a vector. */
export const shownOneByOne = (shape) => shape.length === 1 && shape[0] <= 4;

function eachParameter(record, shape) {
  const lines = (name) => Array.from({ length: count(shape) }, (_, i) => record.over(name, i));
  const found = new Map([["gradient g", lines("gradient")]]);
  for (const [name, column] of fieldsOfState(record))
    if (String(record.columns[column].shape) === String(shape)) addUsed(found, `state ${name}`, lines(column));
  return found.set(RATE, lines("params").map((params, i) => rateOf(params, record.over("gradient", i))));
}

function norms(record) {
  const found = new Map([["‖gradient g‖", [normOf(record, "gradient")]]]);
  for (const [name, column] of fieldsOfState(record))
    if (record.columns[column].shape.length) addUsed(found, `‖state ${name}‖`, [normOf(record, column)]);
  const gradient = found.get("‖gradient g‖")[0];
  const rate = gradient.map((size, step) => (step < record.steps ? stepLength(record, step) / size : NaN));
  return found.set(RATE, [endedAsBefore(rate)]);
}

// A field that is 0 from start to end is not used.
function addUsed(found, name, lines) {
  if (lines.some((line) => line.some((value) => value !== 0))) found.set(name, lines);
}

// The fields of the state and of a state within it, each by its own name.
function fieldsOfState(record) {
  const columns = Object.keys(record.columns).filter((column) => column.startsWith("state."));
  return columns.map((column) => [column.split(".").at(-1), column]);
}

function rateOf(params, gradient) {
  const rate = params.map((before, step) => {
    const moved = Math.abs(params[step + 1] - before);
    return moved > ROUNDING * Math.abs(before) ? moved / Math.abs(gradient[step]) : NaN;
  });
  return endedAsBefore(rate);
}

// There is no step from the last point: its rate is that of the step before.
function endedAsBefore(values) {
  values[values.length - 1] = values.at(-2);
  return values;
}

function normOf(record, name) {
  return Float64Array.from({ length: record.steps + 1 }, (_, step) => Math.hypot(...record.all(step, name)));
}

function stepLength(record, step) {
  const [here, there] = [record.all(step, "params"), record.all(step + 1, "params")];
  return Math.hypot(...here.map((value, i) => there[i] - value));
}
