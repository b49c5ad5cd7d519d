// A line through the points of a run. Where it goes to and fro so often that it would fill the page like a slab, its
// strokes are pale and each step is a dot: the sides between which it swings are seen.

const REACH = 16000; // pixels at which a line that leads far away is cut off
const CELL = 8; // pixels: of squares this wide it is counted how much ink there is in them
const CROWDED = [20, 30, 50]; // pixels of line in a square, from which strokes are paler
const SHADES = [1, 0.5, 0.25, 0.1];
const FIRST = 10; // strokes of a path that are strong whatever comes later
const ACROSS = 256; // squares in a row: as many as any screen has
const LONG = 9; // pixels: of steps this long each is seen

const ink = new Float32Array(ACROSS * ACROSS); // how long the line is in each square

/** Points of the page [x, y, x, y, ...], cut off where a step leads far away; bent they would show what never was. */
export function cutOff(points, [left, top] = [0, 0]) {
  const cut = Float64Array.from(points);
  let gone = false;
  for (let i = 0; i < cut.length; i += 2) {
    const [x, y] = [cut[i] - left, cut[i + 1] - top];
    if (gone || !Number.isFinite(x + y)) cut[i] = cut[i + 1] = NaN;
    else if (Math.max(Math.abs(x), Math.abs(y)) > REACH) {
      gone = true;
      const [x0, y0] = i ? [cut[i - 2] - left, cut[i - 1] - top] : [x, y];
      const share = Math.min(shareOf(x0, x), shareOf(y0, y));
      cut[i] = left + x0 + share * (x - x0);
      cut[i + 1] = top + y0 + share * (y - y0);
      if (!Number.isFinite(cut[i] + cut[i + 1])) cut[i] = cut[i + 1] = NaN;
    }
  }
  return cut;
}

const shareOf = (from, to) => (Math.abs(to) > REACH ? (Math.sign(to) * REACH - from) / (to - from) : 1);

/** For each stroke between two points how strong it is drawn: an index of SHADES; the first ones of a path are strong. */
export function shadesOf(points, isPath = false) {
  const strokes = points.length / 2 - 1;
  ink.fill(0);
  for (let i = 0; i < strokes; i++) alongStroke(points, i, (cell, length) => (ink[cell] += length));
  const shades = new Uint8Array(Math.max(strokes, 0));
  for (let i = isPath ? FIRST : 0; i < strokes; i++) {
    let [met, length] = [0, 0];
    alongStroke(points, i, (cell, piece) => {
      met += piece * ink[cell];
      length += piece;
    });
    const crowd = length ? met / length : 0;
    shades[i] = crowd > CROWDED[2] ? 3 : crowd > CROWDED[1] ? 2 : crowd > CROWDED[0] ? 1 : 0;
  }
  return shades.map((shade, i) => Math.max(shade, Math.min(shades[i - 1] ?? 0, shades[i + 1] ?? 0)));
}

// Visit the squares that a stroke passes through, with the length of its way in each, from piece to piece.
function alongStroke(points, i, visit) {
  const [x, y] = [points[2 * i], points[2 * i + 1]];
  const [dx, dy] = [points[2 * i + 2] - x, points[2 * i + 3] - y];
  const length = Math.hypot(dx, dy);
  if (!(length < REACH)) return;
  const pieces = Math.min(Math.ceil(length / (CELL / 2)) || 1, 400);
  for (let piece = 0; piece < pieces; piece++) {
    const share = (piece + 0.5) / pieces;
    const [column, row] = [Math.floor((x + share * dx) / CELL), Math.floor((y + share * dy) / CELL)];
    visit((column & (ACROSS - 1)) + (row & (ACROSS - 1)) * ACROSS, length / pieces);
  }
}

/** Stroke the rim of a path from step 0 to `until`, for it to be seen on any ground. */
export function strokeRim(context, points, shades, until, { width }, color) {
  context.lineJoin = "round";
  context.globalAlpha = 0.8;
  context.strokeStyle = color;
  context.lineWidth = width + 2.4;
  strokeShade(context, points, shades, until, 0);
  context.globalAlpha = 1;
}

/** Stroke the points from step 0 to `until`: look = {color, dash, width, alpha, dots}. */
export function strokeTrace(context, points, shades, until, look) {
  const { width, alpha = 1 } = look;
  context.lineJoin = "round";
  context.strokeStyle = context.fillStyle = look.color;
  context.setLineDash(look.dash.map((length) => length * width));
  SHADES.forEach((shade, which) => {
    context.globalAlpha = alpha * shade;
    context.lineWidth = which ? Math.min(width, 1.2) : width;
    strokeShade(context, points, shades, until, which);
  });
  context.setLineDash([]);
  context.globalAlpha = alpha;
  drawDots(context, points, shades, until, look);
  context.globalAlpha = 1;
}

function strokeShade(context, points, shades, until, which) {
  let pen = false;
  let any = false;
  context.beginPath();
  for (let i = 0; i < until; i++) {
    if (shades[i] !== which || Number.isNaN(points[2 * i]) || Number.isNaN(points[2 * i + 2])) {
      pen = false;
      continue;
    }
    if (!pen) context.moveTo(points[2 * i], points[2 * i + 1]);
    context.lineTo(points[2 * i + 2], points[2 * i + 3]);
    pen = any = true;
  }
  if (any) context.stroke();
}

// A dot for each step that is long, and for each end of a pale stroke.
function drawDots(context, points, shades, until, { width, dots }) {
  context.beginPath();
  for (let i = 0; i <= until; i++) {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    if (Number.isNaN(x)) continue;
    const pale = (shades[i] ?? 0) || (i && shades[i - 1]);
    const long = dots && i && Math.hypot(x - points[2 * i - 2], y - points[2 * i - 1]) > LONG;
    const radius = long && !pale ? width : pale ? 0.55 * width : 0;
    if (!radius) continue;
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fill();
}
