// The learning rate that is best for each rule of a race: the one that ends lowest, without noise, over the last steps.

import { WORLD } from "../compute/facts.js";

const TIE = 1e-9; // as a share of the way down

/**
 * For each rate the loss at the end, averaged over the last share of the steps, infinite where a run diverged; and which
 * rate is best. Among rates that end as low as rounding can tell, it is the one that was there first: whose mean loss over
 * all steps is smallest.
 */
export function triedRates({ engine, start, h, k, at, steps, bounds }, { rates, last }) {
  const count = start.length;
  const path = new Float64Array((steps + 1) * (count + 1));
  const tail = Math.max(1, Math.round(last * steps));
  const numbers = h.slice();
  const losses = new Float64Array(rates.length).fill(Infinity);
  const means = new Float64Array(rates.length).fill(Infinity);
  rates.forEach((rate, i) => {
    numbers[at] = rate;
    engine.walk(start, numbers, k, steps, path);
    if (diverged(path, steps, count, bounds)) return;
    losses[i] = finite(meanHeight(engine, k, path, count, steps + 1 - tail, steps + 1));
    means[i] = finite(meanHeight(engine, k, path, count, 0, steps + 1));
  });
  const lowest = Math.min(...losses);
  const tied = lowest + TIE * Math.abs(engine.loss(start, k) - lowest);
  let best = losses.indexOf(lowest);
  losses.forEach((loss, i) => {
    if (loss <= tied && means[i] < means[best]) best = i;
  });
  return { losses, best };
}

const finite = (value) => (Number.isFinite(value) ? value : Infinity);

// The loss without noise, averaged over some rows of a path.
function meanHeight(engine, k, path, count, from, to) {
  const points = new Float64Array((to - from) * count);
  for (let row = from, at = 0; row < to; row++) for (let i = 0; i < count; i++) points[at++] = path[row * (count + 1) + i];
  const heights = new Float64Array(to - from);
  engine.losses(points, k, heights);
  return heights.reduce((sum, height) => sum + height, 0) / heights.length;
}

function diverged(path, steps, count, bounds) {
  for (let step = 0, at = 0; step <= steps; step++, at += count + 1) {
    if (!Number.isFinite(path[at + count])) return true;
    for (let i = 0; i < count; i++) {
      const [low, high] = bounds[i];
      if (!(Math.abs(path[at + i] - (low + high) / 2) <= (WORLD * (high - low)) / 2)) return true;
    }
  }
  return false;
}
