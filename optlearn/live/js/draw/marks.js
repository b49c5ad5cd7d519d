// Stars, dots, crosses, and labels beside what they speak of.

/** A minimum: seen over a path, and the path seen in it. */
export function drawStar(context, theme, [x, y], radius) {
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const [reach, angle] = [i % 2 ? 0.42 * radius : radius, (i * Math.PI) / 5 - Math.PI / 2];
    context.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  context.closePath();
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = theme.halo;
  context.stroke();
  context.lineWidth = 1.6;
  context.strokeStyle = theme.ink;
  context.stroke();
}

/** Where a run stands at the scrubber's step. */
export function drawDot(context, theme, [x, y], radius, color) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = theme.halo;
  context.stroke();
}

/** Where a path leaves the picture. */
export function drawCross(context, theme, [x, y], size) {
  for (const [width, color] of [[5, theme.halo], [2.5, theme.ink]]) { // prettier-ignore
    context.lineWidth = width;
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x - size, y + size);
    context.lineTo(x + size, y - size);
    context.stroke();
  }
}

/** The point at which the way from inside a box to outside crosses its edge. */
export function edgeBetween({ left, top, width, height }, inside, outside) {
  const reach = (from, to, low, high) => (to > high ? (high - from) / (to - from) : to < low ? (low - from) / (to - from) : 1);
  const across = reach(inside[0], outside[0], left, left + width);
  const share = Math.max(0, Math.min(1, across, reach(inside[1], outside[1], top, top + height)));
  return [inside[0] + share * (outside[0] - inside[0]), inside[1] + share * (outside[1] - inside[1])];
}

const LONG = 8; // pixels of a stroke: covered, they are as bad as a point
const AT = 0.05; // of the steps: where the name of a line stands

/** The names of lines over their beginnings; where several are in one place, one after the other. */
export function drawNames(context, theme, font, curves, traces) {
  const places = [];
  traces.forEach((points, i) => {
    const at = 2 * Math.round(AT * (points.length / 2 - 1));
    const [name, x, y] = [curves[i].name, points[at], points[at + 1]];
    if (!name || !Number.isFinite(y)) return;
    const near = places.find((place) => Math.abs(place.y - y) < font);
    if (near) near.names.add(name);
    else places.push({ x, y, names: new Set([name]) });
  });
  context.font = `600 ${font}px system-ui, sans-serif`;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.lineWidth = 4;
  context.strokeStyle = theme.halo;
  context.fillStyle = theme.ink;
  for (const { x, y, names } of places) {
    const text = [...names].join(", ");
    context.strokeText(text, x, y - 0.2 * font);
    context.fillText(text, x, y - 0.2 * font);
  }
}

/**
 * A label for a point: beside it, where it covers least of what is drawn, with a line that leads to it.
 * points: [x, y, x, y, ...] of the lines it should not cover, NaN between two lines; taken: boxes it must not cover, such as
 * labels that are there already.
 */
export function drawLabel(context, theme, font, box, [x, y], text, points, taken, ring = true) {
  context.font = `600 ${font}px system-ui, sans-serif`;
  const [width, height] = [context.measureText(text).width + 1.2 * font, 1.7 * font];
  const place = bestPlace(box, [x, y], width, height, font, points, taken);
  taken.push(place);
  context.lineWidth = 1.5;
  context.strokeStyle = theme.ink;
  context.beginPath();
  if (ring) context.arc(x, y, 0.55 * font, 0, 2 * Math.PI);
  const [toX, toY] = [clamp(x, place.left, place.left + width), clamp(y, place.top, place.top + height)];
  const away = Math.hypot(toX - x, toY - y);
  if (away > 0.55 * font) {
    context.moveTo(x + ((toX - x) * 0.55 * font) / away, y + ((toY - y) * 0.55 * font) / away);
    context.lineTo(toX, toY);
  }
  context.stroke();
  context.beginPath();
  context.roundRect(place.left, place.top, width, height, 4);
  context.fillStyle = theme.paper;
  context.fill();
  context.stroke();
  context.fillStyle = theme.ink;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(text, place.left + 0.6 * font, place.top + height / 2 + 0.05 * font);
}

/** The box of a label of some size for a point: see `drawLabel`. distances: how far away it may be, in letters. */
export function bestPlace(box, [x, y], width, height, font, points, taken, distances = [1.6, 3.2, 5.5, 8.5]) {
  const strokes = longStrokes(points);
  let best = null;
  for (const distance of distances)
    for (let turn = 0; turn < 8; turn++) {
      const [dx, dy] = [Math.cos((turn * Math.PI) / 4), Math.sin((turn * Math.PI) / 4)];
      const middleX = x + dx * (distance * font + width / 2);
      const middleY = y + dy * (distance * font + height / 2);
      const left = clamp(middleX - width / 2, box.left + 3, box.left + box.width - width - 3);
      const top = clamp(middleY - height / 2, box.top + 3, box.top + box.height - height - 3);
      const place = { left, top, width, height };
      const cost = costOf(place, [x, y], font, points, strokes, taken) + 0.4 * distance;
      if (!best || cost < best.cost) best = { ...place, cost };
    }
  return best;
}

// How much of lines a label would cover, by their points and their long strokes, and far worse, what it speaks of or
// another label.
function costOf({ left, top, width, height }, [x, y], font, points, strokes, taken) {
  const margin = 0.25 * font;
  const inside = (px, py, more) => px > left - more && px < left + width + more && py > top - more && py < top + height + more;
  let cost = inside(x, y, 0.7 * font) ? 1e6 : 0;
  for (const other of taken)
    if (other.left < left + width && left < other.left + other.width && other.top < top + height && top < other.top + other.height) cost += 1e4; // prettier-ignore
  for (let i = 0; i < points.length; i += 2) if (inside(points[i], points[i + 1], margin)) cost += 1;
  for (const stroke of strokes) {
    const covered = lengthInside(left - margin, top - margin, left + width + margin, top + height + margin, ...stroke);
    if (covered > LONG) cost += covered / LONG;
  }
  return cost;
}

// The strokes [x0, y0, x1, y1] of which more than a few pixels can be covered, between points [x, y, x, y, ...].
function longStrokes(points) {
  const found = [];
  for (let i = 0; i + 3 < points.length; i += 2)
    if (Math.hypot(points[i + 2] - points[i], points[i + 3] - points[i + 1]) > LONG) found.push(points.slice(i, i + 4));
  return found;
}

// How much of a stroke lies in a box.
function lengthInside(left, top, right, bottom, x0, y0, x1, y1) {
  if (!(Math.max(x0, x1) > left && Math.min(x0, x1) < right && Math.max(y0, y1) > top && Math.min(y0, y1) < bottom)) return 0;
  const [dx, dy] = [x1 - x0 || 1e-9, y1 - y0 || 1e-9];
  const from = Math.max(0, Math.min((left - x0) / dx, (right - x0) / dx), Math.min((top - y0) / dy, (bottom - y0) / dy));
  const to = Math.min(1, Math.max((left - x0) / dx, (right - x0) / dx), Math.max((top - y0) / dy, (bottom - y0) / dy));
  return Math.max(to - from, 0) * Math.hypot(dx, dy);
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));
