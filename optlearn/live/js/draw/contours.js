// Lines of equal height on a grid, by marching squares.

/** Straight pieces [x0, y0, x1, y1, ...] of the line at a level, in units of the grid. */
export function contour({ values, count }, level) {
  const pieces = [];
  for (let row = 0; row < count - 1; row++)
    for (let column = 0; column < count - 1; column++) {
      const i = row * count + column;
      addPieces(pieces, column, row, level, values[i], values[i + 1], values[i + count + 1], values[i + count]);
    }
  return pieces;
}

// The corners of a cell, anticlockwise from the lower left: a, b, c, d.
function addPieces(pieces, x, y, level, a, b, c, d) {
  const which = (a > level) | ((b > level) << 1) | ((c > level) << 2) | ((d > level) << 3);
  if (which === 0 || which === 15 || !Number.isFinite(a + b + c + d)) return;
  const bottom = () => pieces.push(x + (level - a) / (b - a), y);
  const right = () => pieces.push(x + 1, y + (level - b) / (c - b));
  const top = () => pieces.push(x + (level - d) / (c - d), y + 1);
  const left = () => pieces.push(x, y + (level - a) / (d - a));
  const crossed = [];
  if ((which ^ (which >> 1)) & 1) crossed.push(bottom);
  if (((which >> 1) ^ (which >> 2)) & 1) crossed.push(right);
  if (((which >> 2) ^ (which >> 3)) & 1) crossed.push(top);
  if (((which >> 3) ^ which) & 1) crossed.push(left);
  if (crossed.length === 4 && (a + b + c + d) / 4 > level === a > level) crossed.push(crossed.shift());
  for (const cross of crossed) cross();
}
