// Which panels a picture has, what stands in them, and on which scales.

import { quantities, shownOneByOne } from "../compute/quantities.js";
import { fitted, fittedToLoss, linear, logarithmic } from "./scales.js";

/**
 * The panels of a frame, the landscape or what stands in its place first, then the loss, then what is inside.
 * Each has {title, x, y, curves, legend}; a curve {values, color, dash, ghost}, and a name if it is to stand at the line.
 */
export function panelsOf(frame) {
  const inside = frame.tracks.length === 1 ? insideOf(frame) : parametersOf(frame);
  const panels = [frame.problem.plane ? plane(frame.problem) : viewOf(frame), lossOf(frame), ...inside];
  panels.forEach((panel, i) => {
    panel.x ??= linear(0, frame.steps);
    panel.xlabel ??= "step";
    panel.bare = i > 0 && i < panels.length - 1;
  });
  return panels;
}

function plane({ bounds, names }) {
  const [x, y] = bounds.map(([low, high]) => linear(low, high));
  return { plane: true, x, y, xlabel: names[0], ylabel: names[1], curves: [] };
}

// Lines over the steps, where there is no landscape.
function viewOf(frame) {
  const { view } = frame.problem;
  const names = [...new Set(view.names)];
  const looks = view.names.map((name) => frame.looks[names.indexOf(name) % frame.looks.length]);
  const alone = frame.tracks.length === 1;
  const named = !alone && names.length > 1 && names.length < 5 && names.length === view.names.length; // each says which
  const curves = each(frame, (track) =>
    track.watched.map((values, line) => ({ values, ...(alone ? looks[line] : track), name: named && view.names[line] })),
  );
  const y = (view.log ? logarithmic : linear)(view.low, view.high);
  const legend = alone && names.length > 1 ? names.map((name, i) => ({ name, ...frame.looks[i % frame.looks.length] })) : null;
  return { title: view.title, y, lines: true, curves, legend };
}

function lossOf(frame) {
  const curves = each(frame, (track) => [{ values: track.loss, ...track }]);
  const y = fittedToLoss(curves.map(({ values }) => values), frame.highest); // prettier-ignore
  const legend = frame.tracks.length > 1 ? frame.tracks.map(({ label, color, dash }) => ({ name: label, color, dash })) : null;
  return { title: "loss", y, lines: true, curves, legend };
}

function insideOf(frame) {
  const { shape } = frame.tracks[0].record.columns.params;
  const found = frame.all.map(({ record }) => quantities(record));
  const looks = frame.looks;
  return [...found[0]].map(([title, lines], row) => {
    const kept = frame.all.flatMap((track, which) => found[which].get(title)?.map((values) => alive(track, values)) ?? []);
    const curves = kept.map((values, i) => {
      const { color, dash } = looks[(i % lines.length) % looks.length];
      return { values, color, dash, ghost: i >= lines.length };
    });
    const named = row === 0 && shownOneByOne(shape);
    const legend = named ? frame.problem.names.map((name, i) => ({ name, ...looks[i % looks.length] })) : null;
    return { title, y: fitted(kept), lines: true, curves, legend };
  });
}

// Of several rules each parameter over the steps, as far as the landscape reaches and a little more.
function parametersOf(frame) {
  if (!frame.problem.plane) return [];
  return frame.problem.names.map((title, index) => {
    const [low, high] = frame.problem.bounds[index];
    const margin = 0.1 * (high - low);
    const curves = each(frame, (track) => [{ values: alive(track, track.record.over("params", index)), ...track }]);
    return { title, y: linear(low - margin, high + margin), lines: true, curves };
  });
}

const each = (frame, curves) => frame.all.flatMap((track) => curves(track).map((curve) => lookOf(curve, track.ghost)));

const lookOf = ({ values, color, dash, name }, ghost = false) => ({ values, color, dash, name, ghost });

// Lines end where a run diverges.
function alive({ diverged }, values) {
  return diverged < 0 ? values : values.slice(0, diverged + 1);
}
