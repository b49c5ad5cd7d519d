// The landscape: bands of colour, lines of equal loss, and a scale that says how high they are.

import { BANDS } from "../compute/heights.js";
import { general } from "../text/numbers.js";
import { contours } from "./contours.js";
import { bandColors } from "./theme.js";

/** Paint heights {values, count, levels} into a box of the canvas, with their scale at the right. */
export function drawLandscape(context, theme, font, box, heights) {
  const colors = bandColors(theme, BANDS);
  context.save();
  context.imageSmoothingEnabled = true;
  context.drawImage(bands(heights, colors, Math.ceil(box.width / 2), Math.ceil(box.height / 2)), box.left, box.top, box.width, box.height); // prettier-ignore
  context.strokeStyle = theme.contour;
  context.lineWidth = 1;
  context.beginPath();
  const unit = heights.count - 1;
  const pieces = contours(heights, heights.levels.slice(1, -1));
  for (let i = 0; i < pieces.length; i += 2) {
    const x = box.left + (pieces[i] / unit) * box.width;
    const y = box.top + (1 - pieces[i + 1] / unit) * box.height;
    if (i % 4 === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
  drawScale(context, theme, font, box, heights.levels, colors);
  context.restore();
}

// Between the points of the grid heights are made smooth, then cut into bands.
function bands({ values, count, levels }, colors, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  const target = new Uint32Array(picture.data.buffer);
  const packed = colors.map(([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
  const inner = Float64Array.from(levels.slice(1, -1));
  const columns = Array.from({ length: width }, (_, x) => (x / (width - 1 || 1)) * (count - 1.001));
  for (let y = 0; y < height; y++) {
    const v = (1 - y / (height - 1 || 1)) * (count - 1.001);
    const row = Math.floor(v) * count;
    const up = v % 1;
    for (let x = 0; x < width; x++) {
      const i = row + Math.floor(columns[x]);
      const across = columns[x] % 1;
      const low = values[i] + (values[i + 1] - values[i]) * across;
      const high = values[i + count] + (values[i + count + 1] - values[i + count]) * across;
      target[y * width + x] = packed[bandOf(low + (high - low) * up, inner)];
    }
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

function bandOf(value, inner) {
  if (!(value >= inner[0])) return Number.isFinite(value) ? 0 : inner.length;
  let [low, high] = [0, inner.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (inner[middle] <= value) low = middle;
    else high = middle;
  }
  return low + 1;
}

// One step of equal height for each band; five of the levels between them are named.
function drawScale(context, theme, font, box, levels, colors) {
  const [left, width] = [box.left + box.width + 0.6 * font, 0.8 * font];
  const each = box.height / colors.length;
  colors.forEach((color, i) => {
    context.fillStyle = `rgb(${color.join(", ")})`;
    context.fillRect(left, box.top + box.height - (i + 1) * each, width, each + 0.5);
  });
  context.strokeStyle = theme.faint;
  context.strokeRect(left, box.top, width, box.height);
  context.fillStyle = theme.ink;
  context.font = `${0.85 * font}px system-ui, sans-serif`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const named = Array.from({ length: 8 }, (_, i) => (i * BANDS) / 7);
  const texts = briefs(named.map((i) => levels[i]));
  for (const [k, i] of named.entries()) {
    const at = box.top + box.height - i * each;
    context.fillText(texts[k], left + width + 0.3 * font, Math.min(Math.max(at, box.top + 0.4 * font), box.top + box.height - 0.4 * font));
  }
  context.textBaseline = "bottom";
  context.fillText("loss", left, box.top - 0.35 * font);
}

/** Heights in few letters: those that would read alike have more digits. */
export function briefs(values) {
  let texts = values.map((value) => brief(value));
  for (const digits of [3, 4]) {
    const alike = (text) => texts.filter((other) => other === text).length > 1;
    texts = texts.map((text, i) => (alike(text) ? brief(values[i], digits) : text));
  }
  return texts;
}

/** A height in few letters: 0.14, 5.4e3, 2.4e−4. */
export function brief(value, digits = 2) {
  const short = value.toExponential(digits - 1).replace(/\.?0+e/, "e");
  const ways = [general(value, digits), short].map((way) => way.replace(/e\+?(-?)0*(\d+)$/, "e$1$2"));
  return (ways[0].length > ways[1].length ? ways[1] : ways[0]).replaceAll("-", "−");
}
