// The loss over a grid of the plane, and the values that part it into bands.

export const BANDS = 14;
const COUNT = 96; // points along each side

/** The loss without noise, row by row from the bottom, and the levels of its bands. */
export function heightsOf(loss, [[x0, x1], [y0, y1]], count = COUNT) {
  const values = new Float64Array(count * count);
  const point = [0, 0];
  for (let row = 0, i = 0; row < count; row++) {
    point[1] = y0 + ((y1 - y0) * row) / (count - 1);
    for (let column = 0; column < count; column++, i++) {
      point[0] = x0 + ((x1 - x0) * column) / (count - 1);
      values[i] = loss(point);
    }
  }
  return withLevels(values, count);
}

/** Heights with the levels that part them into bands. */
export const withLevels = (values, count) => ({ values, count, levels: levelsOf(values) });

/** BANDS + 1 rising values, closer together towards the minimum. */
function levelsOf(values) {
  const sorted = values.filter(Number.isFinite).sort();
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
