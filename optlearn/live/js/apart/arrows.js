// The arrows of one step on the landscape: against the gradient, along the memory, and the step itself.

import { count } from "../compute/record.js";

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

/** Draw an arrow from one pixel to another, with its name at the tip. */
export function drawArrow(context, theme, font, from, to, { name, color, width, dash }) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length > 1)) return;
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
  context.font = `600 ${font}px system-ui, sans-serif`;
  context.textAlign = ux < 0 ? "right" : "left";
  context.textBaseline = uy < 0 ? "bottom" : "top";
  const place = [to[0] + 0.3 * font * Math.sign(ux || 1), to[1] + 0.2 * font * Math.sign(uy || 1)];
  context.strokeStyle = theme.halo;
  context.lineWidth = 4;
  context.strokeText(name, ...place);
  context.fillStyle = color;
  context.fillText(name, ...place);
}
