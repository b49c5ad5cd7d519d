// The frame of a panel: its title, its ticks, its lines.

/** Draw the frame of a panel: {box, x, y, title, xlabel, ylabel, bare}; a bare one has no numbers below. */
export function drawAxes(context, theme, font, panel) {
  const { box, x, y } = panel;
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  context.save();
  context.font = `${font}px system-ui, sans-serif`;
  context.lineWidth = 1;
  if (panel.lines) drawGridLines(context, theme, box, y);
  context.strokeStyle = theme.faint;
  context.strokeRect(box.left, box.top, box.width, box.height);
  context.fillStyle = theme.ink;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, label } of y.ticks) {
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
  if (panel.title) context.fillText(panel.title, box.left, box.top - 0.35 * font);
  const beside = box.width - (panel.title ? context.measureText(panel.title).width + font : 0);
  if (panel.legend) drawLegend(context, font, right, box.top - 0.35 * font, [beside, box.width], panel.legend);
  context.restore();
}

// The middle of a label that begins and ends on the page.
function kept(context, label, at) {
  const half = context.measureText(label).width / 2 + 1;
  const width = context.canvas.width / context.getTransform().a;
  return Math.min(Math.max(at, half), width - half);
}

// The names of lines, each after a piece of its line, from the right end: beside the title, and what does not fit above it.
function drawLegend(context, font, right, baseline, [beside, above], entries) {
  const size = entries.length > 3 ? 0.88 * font : font;
  context.font = `${size}px system-ui, sans-serif`;
  const widths = entries.map(({ name }) => context.measureText(name).width + 3 * size);
  let [x, y, room] = [right, baseline, beside];
  for (let i = entries.length - 1; i >= 0; i--) {
    if (widths[i] > room) [x, y, room] = [right, y - 1.25 * size, above];
    drawEntry(context, size, x - widths[i] + 2.4 * size, y, entries[i]);
    x -= widths[i];
    room -= widths[i];
  }
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

function drawGridLines(context, theme, box, y) {
  context.strokeStyle = theme.rule;
  for (const { value } of y.ticks) {
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
