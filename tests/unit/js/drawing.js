import { withLevels } from "../../../optlearn/live/js/compute/heights.js";
import { through } from "../../../optlearn/live/js/controls/sliders.js";
import { contours } from "../../../optlearn/live/js/draw/contours.js";
import { drawNames } from "../../../optlearn/live/js/draw/marks.js";
import { fitted, fittedToLoss } from "../../../optlearn/live/js/draw/scales.js";
import { cutOff, shadesOf } from "../../../optlearn/live/js/draw/trace.js";

const numbers = (values) => Float64Array.from(values, Number); // "NaN" and "Infinity" come as texts
const scaleOf = ({ kind, low, high }) => ({ kind, low, high });


// What is written where, in a context that draws nothing.
function named(lines) {
  const written = [];
  const context = { strokeText: () => {}, fillText: (text, x, y) => written.push([text, x, y]) };
  drawNames(context, {}, 10, lines.map(({ name }) => ({ name })), lines.map(({ heights }) => heights.flatMap((y, x) => [x, y]))); // prettier-ignore
  return written;
}

export function main({ losses, lines, points, heights, count, level, stops, names }) {
  return {
    loss: losses.map(([values, highest]) => scaleOf(fittedToLoss([numbers(values)], highest ?? Infinity))),
    inside: lines.map((values) => scaleOf(fitted([numbers(values)]))),
    shades: points.map((each) => shadesOf(numbers(each))),
    cut: points.map((each) => cutOff(numbers(each))),
    levels: withLevels(numbers(heights), count).levels,
    contour: contours({ values: numbers(heights), count }, [level]),
    names: named(names),
    stops: stops.map(([all, value, scale]) => through(all, value, scale)),
  };
}
