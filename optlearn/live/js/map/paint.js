// A map as a picture: colour is the loss at the end, hatching says what leaves, dots what rings.

import { withLevels } from "../compute/heights.js";
import { bandColors } from "../draw/theme.js";
import { REGIMES } from "./regimes.js";

const BANDS = 14;

/** Paint the cells over a box: {columns, loss, regime}, row 0 at the bottom. */
export function paintCells(context, theme, box, { columns, loss, regime }) {
  const sheet = new OffscreenCanvas(columns, columns);
  const colors = bandColors(theme, BANDS);
  const shown = loss.filter((value, cell) => regime[cell] < 2 && value > 0);
  const { levels } = withLevels(shown.map(Math.log), 0);
  const image = sheet.getContext("2d").createImageData(columns, columns);
  for (let cell = 0; cell < columns ** 2; cell++) {
    const place = (columns - 1 - Math.floor(cell / columns)) * columns + (cell % columns);
    const band = regime[cell] === 2 ? BANDS - 1 : bandOf(levels, Math.log(Math.max(loss[cell], 1e-300)));
    image.data.set([...colors[band], 255], 4 * place);
  }
  sheet.getContext("2d").putImageData(image, 0, 0);
  context.save();
  context.imageSmoothingEnabled = false;
  context.drawImage(sheet, box.left, box.top, box.width, box.height);
  for (const [which, pattern] of [[2, hatching(context, theme)], [1, dots(context, theme)]]) { // prettier-ignore
    context.fillStyle = pattern;
    context.beginPath();
    for (const [left, top, width, height] of rectangles(box, columns, regime, which)) context.rect(left, top, width, height);
    context.fill();
  }
  drawBorders(context, theme, box, columns, regime);
  context.restore();
}

/** The cells as they were painted last: while only the point moves, they are copied. */
export class Sheet {
  draw(context, theme, box, cells, density) {
    const key = JSON.stringify([cells.key, cells.columns, box, theme.dark]);
    if (key !== this.key) {
      this.key = key;
      this.canvas = new OffscreenCanvas(Math.ceil(box.width * density), Math.ceil(box.height * density));
      const inner = this.canvas.getContext("2d");
      inner.scale(density, density);
      paintCells(inner, theme, { ...box, left: 0, top: 0 }, cells);
    }
    context.drawImage(this.canvas, box.left, box.top, box.width, box.height);
  }
}

/** The edge that theory gives, points (x, y), over the cells. */
export function paintEdge(context, theme, box, points, x, y) {
  for (const [width, color] of [[5, theme.halo], [2.2, theme.ink]]) { // prettier-ignore
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    for (const [across, up] of points) context.lineTo(box.left + x.share(across) * box.width, box.top + (1 - y.share(up)) * box.height);
    context.stroke();
  }
}

/** The legend, at the right end of the line of the title, in letters small enough to leave it room. */
export function paintLegend(context, theme, box, letters) {
  const [baseline, font] = [box.top - 0.35 * letters, 0.85 * letters];
  let right = box.left + box.width;
  context.font = `${font}px system-ui, sans-serif`;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  for (const regime of [2, 1, 0]) {
    right -= context.measureText(REGIMES[regime]).width;
    context.fillStyle = theme.ink;
    context.fillText(REGIMES[regime], right, baseline);
    paintSample(context, theme, regime, right - 1.5 * font, baseline - 1.05 * font, font);
    right -= 2.6 * font;
  }
}

function paintSample(context, theme, regime, left, top, size) {
  context.fillStyle = `rgb(${bandColors(theme, BANDS)[regime === 2 ? BANDS - 1 : 5].join()})`;
  context.fillRect(left, top, size, size);
  if (regime) {
    context.fillStyle = regime === 2 ? hatching(context, theme) : dots(context, theme);
    context.fillRect(left, top, size, size);
  }
  context.strokeStyle = theme.faint;
  context.lineWidth = 1;
  context.strokeRect(left, top, size, size);
}

function bandOf(levels, value) {
  let band = 0;
  while (band < BANDS - 1 && value >= levels[band + 1]) band++;
  return band;
}

// Runs of cells of one regime, row by row.
function* rectangles({ left, top, width, height }, columns, regime, which) {
  const [across, down] = [width / columns, height / columns];
  for (let row = 0; row < columns; row++)
    for (let column = 0, begin; column < columns; column++) {
      if (regime[row * columns + column] !== which) continue;
      begin = column;
      while (column + 1 < columns && regime[row * columns + column + 1] === which) column++;
      yield [left + begin * across, top + (columns - 1 - row) * down, (column + 1 - begin) * across, down];
    }
}

function drawBorders(context, theme, { left, top, width, height }, columns, regime) {
  const [across, down] = [width / columns, height / columns];
  context.strokeStyle = theme.ink;
  context.lineWidth = 1.2;
  context.beginPath();
  for (let row = 0; row < columns; row++)
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      const [x, y] = [left + (column + 1) * across, top + (columns - 1 - row) * down];
      if (column + 1 < columns && regime[cell] !== regime[cell + 1]) context.moveTo(x, y), context.lineTo(x, y + down);
      if (row + 1 < columns && regime[cell] !== regime[cell + columns]) context.moveTo(x - across, y), context.lineTo(x, y);
    }
  context.stroke();
}

const hatching = (context, theme) => tile(context, 8, (tile) => {
  tile.strokeStyle = theme.faint;
  tile.lineWidth = 1;
  for (const shift of [-8, 0, 8]) {
    tile.moveTo(shift, 8);
    tile.lineTo(shift + 8, 0);
  }
  tile.stroke();
}); // prettier-ignore

const dots = (context, theme) => tile(context, 7, (tile) => {
  tile.fillStyle = theme.ink;
  tile.globalAlpha = 0.55;
  tile.fillRect(3, 3, 1.3, 1.3);
}); // prettier-ignore

function tile(context, size, draw) {
  const sheet = new OffscreenCanvas(size, size);
  draw(sheet.getContext("2d"));
  return context.createPattern(sheet, "repeat");
}
