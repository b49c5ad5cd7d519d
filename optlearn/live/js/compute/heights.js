// The loss over a grid of the plane, and the values that part it into bands.

export const BANDS = 14;
const COUNT = 96; // points along each side

/** Points over the plane, row by row from the bottom: [x, y, x, y, ...]. */
export function gridPoints([[x0, x1], [y0, y1]], count = COUNT) {
  const points = new Float64Array(2 * count * count);
  for (let row = 0, i = 0; row < count; row++)
    for (let column = 0; column < count; column++) {
      points[i++] = x0 + ((x1 - x0) * column) / (count - 1);
      points[i++] = y0 + ((y1 - y0) * row) / (count - 1);
    }
  return points;
}

/** The loss without noise over the plane; losses(points, out) computes it. */
export function heightsOf(losses, bounds, count = COUNT) {
  const values = new Float64Array(count * count);
  losses(gridPoints(bounds, count), values);
  return withLevels(values, count);
}

/** Heights with the levels that part them into bands, and the highest. */
export function withLevels(values, count) {
  const sorted = values.filter(Number.isFinite).sort();
  return { values, count, levels: levelsOf(sorted), highest: sorted.at(-1) ?? -Infinity };
}

/** BANDS + 1 rising values, closer together towards the minimum. */
function levelsOf(sorted) {
  const levels = Array.from({ length: BANDS + 1 }, (_, i) => {
    const share = (i / BANDS) ** 1.6;
    return sorted.length ? quantile(sorted, share) : share;
  });
  const size = 1 + Math.max(...levels.map(Math.abs));
  return levels.map((level, i) => level + 1e-12 * size * i);
}

/** The value below which a share of sorted values lies. */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
