// The frame of a panel: its title, its ticks, its lines.

import { LINE } from "./layout.js";

const APART = 0.95; // of the size of the letters: no two numbers beside an axis are closer

/** Draw the frame of a panel: {box, x, y, title, xlabel, ylabel, bare}; a bare one has no numbers below. */
export function drawAxes(context, theme, font, panel) {
  const { box, x, y } = panel;
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  context.save();
  context.font = `${font}px system-ui, sans-serif`;
  context.lineWidth = 1;
  if (panel.lines) drawGridLines(context, theme, font, box, y);
  context.strokeStyle = theme.faint;
  context.strokeRect(box.left, box.top, box.width, box.height);
  context.fillStyle = theme.ink;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, label } of ticksApart(y, box.height, font)) {
    const at = bottom - y.share(value) * box.height;
    if (at < box.top - 1 || at > bottom + 1) continue;
    context.fillText(label, box.left - 0.45 * font, at);
    dash(context, box.left - 0.3 * font, at, box.left, at);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { value, label } of x.ticks) {
    const at = box.left + x.share(value) * box.width;
    if (!panel.bare) context.fillText(label, kept(context, label, at), bottom + 0.45 * font);
    dash(context, at, bottom, at, bottom + 0.3 * font);
  }
  if (panel.xlabel && !panel.bare) context.fillText(panel.xlabel, box.left + box.width / 2, bottom + 1.7 * font);
  if (panel.ylabel) drawBeside(context, panel.ylabel, box.left - 2.4 * font, box.top + box.height / 2);
  context.font = `600 ${font}px system-ui, sans-serif`;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  if (panel.title) context.fillText(panel.title, begun(context, panel.title, box.left), box.top - 0.35 * font);
  if (panel.legend) drawLegend(context, font, panel);
  context.restore();
}

// The middle of a label that begins and ends on the page.
function kept(context, label, at) {
  const half = context.measureText(label).width / 2 + 1;
  const width = context.canvas.width / context.getTransform().a;
  return Math.min(Math.max(at, half), width - half);
}

// Where a label begins: at a place, or as far left of it as it needs to end on the page.
function begun(context, label, at) {
  const half = context.measureText(label).width / 2;
  return kept(context, label, at + half) - half;
}

// The names of lines, each after a piece of its line, from the right end of the line of the title.
function drawLegend(context, font, panel) {
  const { size, places } = legendOf(context, font, panel);
  const [right, baseline] = [panel.box.left + panel.box.width, panel.box.top - 0.35 * font];
  context.font = `${size}px system-ui, sans-serif`;
  places.forEach(({ along, line }, i) => drawEntry(context, size, right - along + 2.4 * size, baseline - line * LINE * font, panel.legend[i]));
}

/** How many lines of the legend of a panel stand above its title, for want of room beside it. */
export const linesAbove = (context, font, panel) => (panel.legend?.length ? legendOf(context, font, panel).places[0].line : 0);

// The size of the names, and how far from the right end each begins, and in which line above that of the title.
function legendOf(context, font, { box, title, legend }) {
  context.font = `600 ${font}px system-ui, sans-serif`;
  let room = box.width - (title ? context.measureText(title).width + font : 0);
  const size = legend.length > 3 ? 0.88 * font : font;
  context.font = `${size}px system-ui, sans-serif`;
  let [along, line] = [0, 0];
  const places = [...legend].reverse().map(({ name }) => {
    const width = context.measureText(name).width + 3 * size;
    if (along + width > room) [along, line, room] = [0, line + 1, box.width];
    return { along: (along += width), line };
  });
  return { size, places: places.reverse() };
}

function drawEntry(context, font, left, baseline, { name, color, dash: dashes }) {
  context.fillText(name, left, baseline);
  context.save();
  context.strokeStyle = color;
  context.lineWidth = 2.2;
  context.setLineDash(dashes);
  dash(context, left - 2.1 * font, baseline - 0.55 * font, left - 0.4 * font, baseline - 0.55 * font);
  context.restore();
}

/** Every tick, or every second or third, so that in a low panel the numbers stay apart. */
export function ticksApart({ ticks, share }, height, font) {
  const places = ticks.map(({ value }) => share(value) * height);
  const least = Math.min(...places.slice(1).map((place, i) => Math.abs(place - places[i])));
  const stride = Math.ceil((APART * font) / least) || 1;
  return ticks.filter((_, i) => i % stride === 0);
}

function drawGridLines(context, theme, font, box, y) {
  context.strokeStyle = theme.rule;
  for (const { value } of ticksApart(y, box.height, font)) {
    const at = box.top + box.height - y.share(value) * box.height;
    if (at > box.top && at < box.top + box.height) dash(context, box.left, at, box.left + box.width, at);
  }
}

function drawBeside(context, text, x, y) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y);
}

function dash(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
