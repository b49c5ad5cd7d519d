// What became of a run: whether and when it diverged, left the picture, or came down; all −1 for never.

export const WORLD = 1000; // a run has left the world when it is this many times farther out than the edge of the picture

/** The first step that is not finite or has left the world. */
export function divergedAt(record, bounds) {
  const middle = bounds.map(([low, high]) => (low + high) / 2);
  const reach = bounds.map(([low, high]) => (WORLD * (high - low)) / 2);
  for (let step = 0; step <= record.steps; step++) {
    if (!Number.isFinite(record.at(step, "loss"))) return step;
    const params = record.all(step, "params");
    for (let i = 0; i < params.length; i++) if (!(Math.abs(params[i] - middle[i]) <= reach[i])) return step;
  }
  return -1;
}

/** The first step at which a run on a plane is outside the picture. */
export function leftAt(record, bounds, diverged) {
  const last = diverged < 0 ? record.steps : diverged;
  for (let step = 0; step <= last; step++) {
    const params = record.all(step, "params");
    if (bounds.some(([low, high], i) => params[i] < low || params[i] > high)) return step;
  }
  return -1;
}

/**
 * The step from which a run stays within 0.1 % of its first height above the smallest loss.
 * Never, for a start that is as low as rounding can tell: from there no way leads down.
 */
export function settledAt(record, smallest) {
  const first = record.at(0, "loss");
  const height = first - smallest;
  if (!(height > 1e-12 * Math.abs(first))) return -1;
  let step = record.steps;
  while (step >= 0 && record.at(step, "loss") - smallest <= 0.001 * height) step--;
  return step === record.steps ? -1 : step + 1;
}

/** The first step at which two runs stand visibly apart, by 1/200 of the picture. */
export function partedAt(first, second, bounds) {
  const [a, b] = [first.record, second.record];
  const gone = [first.diverged, second.diverged].filter((step) => step >= 0);
  const last = Math.min(a.steps, ...gone);
  for (let step = 0; step <= last; step++) {
    const [here, there] = [a.all(step, "params"), b.all(step, "params")];
    if (bounds.some(([low, high], i) => !(Math.abs(here[i] - there[i]) <= (high - low) / 200))) return step;
  }
  return -1;
}
