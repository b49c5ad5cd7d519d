// What a run does: it creeps, it rings, or it leaves. Self-contained, since a worker is given its text.

export const REGIMES = ["creeps", "rings", "leaves"];

/**
 * Run every cell of a row of the map, and note its loss at the end and its regime.
 *
 * It leaves, if it ends where nothing is finite, a thousand times as far out as the picture, or higher than it began
 * with steps that still grow. It rings, if a parameter turns round oftener than there are parameters, which a sum of
 * decays cannot. Otherwise it creeps.
 */
export function runRow(engine, { start, steps, h, k, across, up, columns, value, count, bounds }, row, loss, regime, path) {
  const [rate, other] = [h.slice(), k.slice()];
  const put = ([which, index], number) => ((which === "h" ? rate : other)[index] = number);
  const width = count + 1;
  put(up, value[1][row]);
  for (let column = 0; column < columns; column++) {
    put(across, value[0][column]);
    const cell = row * columns + column;
    engine.walk(start, rate, other, steps, path);
    const last = path[steps * width + count];
    loss[cell] = last;
    regime[cell] = leaves(last) ? 2 : rings() ? 1 : 0;
  }

  function leaves(last) {
    if (!Number.isFinite(last)) return true;
    for (let i = 0; i < count; i++) {
      const [low, high] = bounds[i];
      if (!(Math.abs(path[steps * width + i] - (low + high) / 2) <= 500 * (high - low))) return true;
    }
    return last > path[count] && longest(0.75, 1) > longest(0.25, 0.5);
  }

  function longest(from, to) {
    let most = 0;
    for (let step = Math.floor(from * steps) + 1; step <= to * steps; step++)
      for (let at = step * width; at < step * width + count; at++) most = Math.max(most, Math.abs(path[at] - path[at - width]));
    return most;
  }

  function rings() {
    for (let i = 0; i < count; i++) {
      const least = 1e-6 * (bounds[i][1] - bounds[i][0]);
      let [turns, sign] = [0, 0];
      for (let at = width + i; at <= steps * width + i; at += width) {
        const move = path[at] - path[at - width];
        if (move > -least && move < least) continue;
        const now = move > 0 ? 1 : -1;
        if (sign && now !== sign && ++turns > count) return true;
        sign = now;
      }
    }
    return false;
  }
}
