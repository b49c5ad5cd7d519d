// Lines of equal height on a grid, by marching squares.

/** Straight pieces [x0, y0, x1, y1, ...] of the lines at some rising levels, in units of the grid. */
export function contours({ values, count }, levels) {
  const pieces = [];
  for (let row = 0; row < count - 1; row++)
    for (let column = 0; column < count - 1; column++) {
      const i = row * count + column;
      const corners = [values[i], values[i + 1], values[i + count + 1], values[i + count]];
      const [low, high] = [Math.min(...corners), Math.max(...corners)];
      if (!(high - low < Infinity)) continue;
      for (const level of levels) {
        if (level >= high) break;
        if (level >= low) addPieces(pieces, column, row, level, corners);
      }
    }
  return pieces;
}

// Where a line crosses the sides of a cell; its corners a, b, c, d go anticlockwise from the lower left.
function addPieces(pieces, x, y, level, [a, b, c, d]) {
  const before = pieces.length;
  if (a > level !== b > level) pieces.push(x + (level - a) / (b - a), y);
  if (b > level !== c > level) pieces.push(x + 1, y + (level - b) / (c - b));
  if (c > level !== d > level) pieces.push(x + (level - d) / (c - d), y + 1);
  if (d > level !== a > level) pieces.push(x, y + (level - a) / (d - a));
  // At a saddle all four sides are crossed, and the height in the middle says which belong together.
  if (pieces.length - before === 8 && (a + b + c + d) / 4 > level === a > level) pieces.push(...pieces.splice(before, 2));
}
