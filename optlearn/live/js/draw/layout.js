// Where the panels are, in pixels of the page, for a width: beside each other, or on a phone below each other.

export const NARROW = 640;

/** The boxes of the landscape, the loss and so many rows below it, the height of all, and the size of the letters. */
export function layout(width, rows) {
  const font = Math.min(19, Math.max(12, width / 82));
  return { width, font, ...(width < NARROW ? stacked(width, rows, font) : sideBySide(width, rows, font)) };
}

function sideBySide(width, rows, font) {
  const height = Math.round(0.43 * width);
  const [top, bottom] = [2 * font, height - 3 * font];
  const first = { left: 3.4 * font, top, width: 0.5 * width - 9.6 * font, height: bottom - top };
  const left = 0.5 * width + 3.2 * font;
  const column = { left, top, width: width - left - font, height: bottom - top };
  return { height, boxes: [first, ...divided(column, rows, font)], below: [true] };
}

function stacked(width, rows, font) {
  const [left, across] = [3.6 * font, width - 4.6 * font];
  const first = { left, top: 2 * font, width: across - 3.4 * font, height: Math.round(0.78 * width) };
  const top = first.top + first.height + 5 * font;
  const column = { left, top, width: across, height: Math.round(0.42 * width + 0.27 * width * rows) };
  return { height: top + column.height + 3 * font, boxes: [first, ...divided(column, rows, font)] };
}

// The loss is twice as high as each row below it; every one has a line for its title.
function divided({ left, top, width, height }, rows, font) {
  const gap = 2 * font;
  const unit = (height - rows * gap) / (2.1 + rows);
  const boxes = [{ left, top, width, height: 2.1 * unit }];
  for (let row = 0; row < rows; row++)
    boxes.push({ left, top: top + 2.1 * unit + gap + row * (unit + gap), width, height: unit });
  return boxes;
}
