// Where the panels are, in pixels of the page, for a width: beside each other, or on a phone below each other.

export const NARROW = 640;

/** The boxes of the landscape and of a column of panels as high as their weights, the height of all, and the size of the letters. */
export function layout(width, weights) {
  const font = Math.min(19, Math.max(12, width / 82));
  return { width, font, ...(width < NARROW ? stacked(width, weights, font) : sideBySide(width, weights, font)) };
}

function sideBySide(width, weights, font) {
  const height = Math.round(0.43 * width);
  const [top, bottom] = [2.6 * font, height - 3 * font];
  const first = { left: 3.4 * font, top, width: 0.5 * width - 9.6 * font, height: bottom - top };
  const left = 0.5 * width + 3.2 * font;
  const column = { left, top, width: width - left - font, height: bottom - top };
  return { height, boxes: [first, ...divided(column, weights, font)] };
}

function stacked(width, weights, font) {
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const [left, across] = [3.6 * font, width - 4.6 * font];
  const first = { left, top: 2.6 * font, width: across - 3.4 * font, height: Math.round(0.78 * width) };
  const top = first.top + first.height + 5 * font;
  const column = { left, top, width: across, height: Math.round(0.25 * width * total) };
  return { height: top + column.height + 3 * font, boxes: [first, ...divided(column, weights, font)] };
}

// Each panel has a line for its title, and one more below where it has numbers of its own there.
function divided({ left, top, width, height }, weights, font) {
  const gaps = weights.map(({ bare }, i) => (i === weights.length - 1 ? 0 : bare ? 2 * font : 4.6 * font));
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const unit = (height - sum(gaps)) / sum(weights.map(({ weight }) => weight));
  let y = top;
  return weights.map(({ weight }, i) => {
    const box = { left, top: y, width, height: weight * unit };
    y += box.height + gaps[i];
    return box;
  });
}
