// Where the panels are, in pixels of the page, for a width: beside each other, or on a phone below each other.

export const NARROW = 640;
const LOW = 400; // pixels: a lower picture is as high as its width allows, so that four panels have room beside the landscape
export const LINE = 1.25; // of the size of the letters: from one line of a legend to the next

/**
 * The boxes of the landscape and of a column of panels as high as their weights, the height of all, and the size of the
 * letters: the smallest that are written are 0.85 of it, 11 pixels. Each panel is {weight, bare, above}: how many lines
 * of its legend stand above its title.
 */
function layout(width, [landscape, ...panels]) {
  const font = Math.min(19, Math.max(13, width / 82));
  return { width, font, ...(width < NARROW ? stacked : sideBySide)(width, landscape, panels, font) };
}

/**
 * Give each panel its box. Where legends need lines of their own, `linesAbove(font, panel)`, which depends on the width,
 * all is laid out once more with room for them.
 */
export function placed(width, panels, linesAbove) {
  const lay = () => {
    const place = layout(width, panels.map(({ weight, bare, above = 0 }, i) => ({ weight: weight ?? (i > 1 ? 1 : 2.1), bare, above }))); // prettier-ignore
    panels.forEach((panel, i) => (panel.box = place.boxes[i]));
    return place;
  };
  const place = lay();
  for (const panel of panels) panel.above = linesAbove(place.font, panel);
  return panels.some(({ above }) => above) ? lay() : place;
}

function sideBySide(width, landscape, panels, font) {
  const height = Math.round(Math.max(0.43 * width, Math.min(0.49 * width, LOW)));
  const [top, bottom] = [(2.6 + LINE * Math.max(landscape.above, panels[0].above)) * font, height - 3 * font];
  const first = { left: 3.4 * font, top, width: 0.5 * width - 9.6 * font, height: bottom - top };
  const left = 0.5 * width + 3.2 * font;
  const column = { left, top, width: width - left - font, height: bottom - top };
  return { height, boxes: [first, ...divided(column, panels, font)] };
}

function stacked(width, landscape, panels, font) {
  const total = panels.reduce((sum, { weight }) => sum + weight, 0);
  const [left, across] = [3.6 * font, width - 4.6 * font];
  const first = { left, top: (2.6 + LINE * landscape.above) * font, width: across - 4 * font, height: Math.round(0.78 * width) };
  const top = first.top + first.height + (4.6 + LINE * panels[0].above) * font;
  const column = { left, top, width: across, height: Math.round(0.25 * width * total) };
  return { height: top + column.height + 3 * font, boxes: [first, ...divided(column, panels, font)] };
}

// Each panel has a line for its title, and one more below where it has numbers of its own there.
function divided({ left, top, width, height }, panels, font) {
  const gaps = panels.map(({ bare }, i) => (i === panels.length - 1 ? 0 : (bare ? 2 : 4.6) * font + LINE * panels[i + 1].above * font));
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const unit = (height - sum(gaps)) / sum(panels.map(({ weight }) => weight));
  let y = top;
  return panels.map(({ weight }, i) => {
    const box = { left, top: y, width, height: weight * unit };
    y += box.height + gaps[i];
    return box;
  });
}
