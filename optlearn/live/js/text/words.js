// What a picture shows, in one line of text: for screen readers, for tests, and for who looks away.

import { fill, number } from "./numbers.js";

/** The line under the picture. */
export function textOf(frame) {
  return `${numbersInWords(frame.symbols, frame.values)}: ${outcomes(frame)}`;
}

/** "η = 0.01, β = 0.9". */
export function numbersInWords(symbols, values) {
  return symbols.map(([name, symbol]) => `${symbol} = ${number(values[name])}`).join(", ");
}

function outcomes(frame) {
  const { tracks, parted } = frame;
  if (tracks.length === 1) return outcome(frame, tracks[0], false);
  const text = tracks.map((track) => `${track.label}: ${outcome(frame, track, true)}`).join("; ");
  if (tracks.length !== 2) return text;
  return `${text}; ${parted >= 0 ? `they part at step ${parted}` : "they do not part"}`;
}

/** Where one run got, or where it was lost; briefly without the point. */
export function outcome({ problem, steps }, { record, diverged, left, settled, watched }, brief) {
  const words = left >= 0 ? [`left the picture at step ${left}`] : [];
  if (diverged >= 0) return [...words, `diverged at step ${diverged}`].join(", ");
  let where = "";
  if (!problem.plane) where = `, ${inWords(problem, record, watched)}`;
  else if (!brief) {
    const point = Array.from(record.all(steps, "params"), number).join(", ");
    where = `, at (${problem.names.join(", ")}) = (${point})`;
  }
  words.push(`loss ${number(record.at(steps, "loss"))} after ${steps} steps${where}`);
  if (settled >= 0) words.push(`99.9 % of the way down from step ${settled}`);
  return words.join(", ");
}

// What a run has come to where there is no landscape.
function inWords({ summary }, record, watched) {
  const step = summary.step < 0 ? record.steps + 1 + summary.step : summary.step;
  const params = Array.from(record.all(step, "params"));
  const values = {
    params: () => params,
    zeros: () => [params.filter((value) => value === 0).length],
    watched: () => watched.map((line) => line[step]),
  }[summary.of]();
  return fill(summary.template, values);
}
