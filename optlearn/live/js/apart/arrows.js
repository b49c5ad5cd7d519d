// The arrows of one step on the landscape: against the gradient, along the memory, and the step itself.

import { count } from "../compute/record.js";
import { bestPlace, edgeBetween } from "../draw/marks.js";

const SPACED = 4; // pixels between the points of an arrow that no name should cover
const MOST = 400; // of these points, however long an arrow is
const NEAR = [0.8, 1.6, 2.6, 4]; // letters between a tip and its name

const FIELDS = (record) =>
  Object.keys(record.columns).filter((name) => name.startsWith("state.") && String(record.columns[name].shape) === String(record.columns.params.shape));

/** {name, vector, real} for each arrow; a real one is as long as it is, the others show a direction. */
export function arrowsOf(record, step) {
  const next = Math.min(step + 1, record.steps);
  const params = record.all(step, "params");
  const moved = [...record.all(next, "params")].map((value, i) => value - params[i]);
  const against = [...record.all(step, "gradient")].map((value) => -value);
  const arrows = [{ name: "step", vector: moved, real: true }, { name: "−g", vector: against }];
  const memory = memoryOf(record);
  if (memory) {
    const vector = [...record.all(next, memory.column)].map((value) => memory.sign * value);
    arrows.push({ name: `${memory.sign < 0 ? "−" : ""}${memory.column.split(".").at(-1)}`, vector });
  }
  return arrows;
}

// The first field of the state that has a direction, and with which sign the steps follow it over the whole run.
function memoryOf(record) {
  const column = FIELDS(record).find((name) => someNegative(record, name));
  if (!column) return null;
  let along = 0;
  for (let step = 0; step < record.steps; step++) {
    const [before, after, kept] = [record.all(step, "params"), record.all(step + 1, "params"), record.all(step + 1, column)];
    let product = 0;
    for (let i = 0; i < kept.length; i++) product += kept[i] * (after[i] - before[i]);
    along += Math.sign(product) || 0;
  }
  return Math.abs(along) > record.steps / 2 ? { column, sign: Math.sign(along) } : null;
}

function someNegative(record, name) {
  const size = count(record.columns[name].shape);
  for (let i = 0; i < size; i++) if (record.over(name, i).some((value) => value < 0)) return true;
  return false;
}

/**
 * Draw arrows {name, from, to, color, width, dash} between pixels of a panel. Each name stands at the tip, or at the edge
 * where the tip is outside, and covers no arrow, no name and none of the panel's labels, and is one of these from then on:
 * often two point in one direction. Returns the points on their ways, for no label to cover them.
 */
export function drawArrows(context, theme, font, { box, labels }, arrows) {
  const seen = arrows.filter(({ from, to }) => Math.hypot(to[0] - from[0], to[1] - from[1]) > 1);
  for (const arrow of seen) drawArrow(context, theme, font, arrow);
  const shafts = seen.flatMap(pointsAlong);
  for (const { name, from, to, color } of seen) drawName(context, theme, font, box, edgeBetween(box, from, to), name, color, shafts, labels);
  return shafts;
}

function drawArrow(context, theme, font, { from, to, color, width, dash }) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(0.75 * font, 0.6 * length);
  const wing = (side) => [to[0] - head * ux + side * 0.45 * head * uy, to[1] - head * uy - side * 0.45 * head * ux];
  for (const [more, ink] of [[3, theme.halo], [0, color]]) { // prettier-ignore
    context.strokeStyle = context.fillStyle = ink;
    context.lineWidth = width + more;
    context.setLineDash(more ? [] : dash);
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(to[0] - 0.7 * head * ux, to[1] - 0.7 * head * uy);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(...to);
    context.lineTo(...wing(1));
    context.lineTo(...wing(-1));
    context.closePath();
    context.fill();
    if (more) context.stroke();
  }
}

// Points on the way of an arrow, close together.
function pointsAlong({ from, to }) {
  const count = Math.min(Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / SPACED), MOST);
  return Array.from({ length: count + 1 }, (_, i) => [0, 1].map((k) => from[k] + ((to[k] - from[k]) * i) / count)).flat().concat(NaN, NaN);
}

function drawName(context, theme, font, box, tip, name, color, shafts, taken) {
  context.font = `600 ${font}px system-ui, sans-serif`;
  const { width } = context.measureText(name);
  const place = bestPlace(box, tip, width, font, font, shafts, taken, NEAR);
  taken.push(place);
  context.textAlign = "left";
  context.textBaseline = "middle";
  const at = [place.left, place.top + font / 2];
  context.strokeStyle = theme.halo;
  context.lineWidth = 4;
  context.strokeText(name, ...at);
  context.fillStyle = color;
  context.fillText(name, ...at);
}
