import { drawArrows } from "../../../optlearn/live/js/apart/arrows.js";
import { withLevels } from "../../../optlearn/live/js/compute/heights.js";
import { through } from "../../../optlearn/live/js/controls/sliders.js";
import { drawAxes, linesAbove, ticksApart } from "../../../optlearn/live/js/draw/axes.js";
import { contours } from "../../../optlearn/live/js/draw/contours.js";
import { brief, briefs } from "../../../optlearn/live/js/draw/landscape.js";
import { placed } from "../../../optlearn/live/js/draw/layout.js";
import { bestPlace, drawNames } from "../../../optlearn/live/js/draw/marks.js";
import { fitted, fittedToLoss, logarithmic, symmetric } from "../../../optlearn/live/js/draw/scales.js";
import { cutOff, shadesOf } from "../../../optlearn/live/js/draw/trace.js";

const numbers = (values) => Float64Array.from(values, Number); // "NaN" and "Infinity" come as texts
const scaleOf = ({ kind, low, high }) => ({ kind, low, high });

// A context that draws nothing, in which each letter is 6 pixels wide, and what is written in it.
function paper(width = 0) {
  const written = [];
  const own = { canvas: { width }, getTransform: () => ({ a: 1 }), fillText: (text, x, y) => written.push([text, x, y]), measureText: (text) => ({ width: 6 * text.length }) };
  return { written, context: new Proxy(own, { get: (target, name) => target[name] ?? (() => {}), set: () => true }) };
}

function named(lines) {
  const { context, written } = paper();
  drawNames(context, {}, 10, lines.map(({ name }) => ({ name })), lines.map(({ heights }) => heights.flatMap((y, x) => [x, y]))); // prettier-ignore
  return written;
}

function arrowNames({ box, labels, arrows }) {
  const { context, written } = paper();
  drawArrows(context, {}, 10, { box, labels }, arrows.map((arrow) => ({ ...arrow, dash: [] })));
  return written;
}

// The boxes of a lab of some width, in which the panels have legends of these names.
function lab([width, ...legends]) {
  const panels = legends.map((names) => ({ weight: 1, title: "loss", legend: names.map((name) => ({ name })) }));
  const place = placed(width, panels, (font, panel) => linesAbove(paper().context, font, panel));
  return { font: place.font, boxes: panels.map(({ box }) => box), above: panels.map(({ above }) => above) };
}

// Where the title of a panel begins and ends.
function titled([width, title]) {
  const { context, written } = paper(width);
  const bare = { ticks: [], share: () => 0 };
  drawAxes(context, {}, 10, { box: { left: 46, top: 20, width: 200, height: 100 }, x: bare, y: bare, title });
  return [written[0][1], written[0][1] + 6 * title.length];
}

// Where a label of a point stands, 120 pixels wide, beside one long stroke.
const labelled = ({ box, at, stroke }) => bestPlace(box, at, 120, 17, 10, stroke, []);

export function main({ losses, lines, points, heights, count, level, stops, names, arrows, labels, labs, values, low, titles, scales }) {
  return {
    loss: losses.map(([values, highest]) => scaleOf(fittedToLoss([numbers(values)], highest ?? Infinity))),
    inside: lines.map((values) => scaleOf(fitted([numbers(values)]))),
    shades: points.map((each) => shadesOf(numbers(each))),
    cut: points.map((each) => cutOff(numbers(each))),
    levels: withLevels(numbers(heights), count).levels,
    contour: contours({ values: numbers(heights), count }, [level]),
    names: named(names),
    arrows: arrows.map(arrowNames),
    labels: labels.map(labelled),
    labs: labs.map(lab),
    titles: titles.map(titled),
    brief: values.map((value) => brief(value)),
    briefs: scales.map(briefs),
    ticks: low.map((height) => [logarithmic(1e-3, 1e4), symmetric(-1e3, 1e3, 1)].map((scale) => ticksApart(scale, height, 10).map(({ value }) => (1 - scale.share(value)) * height))),
    stops: stops.map(([all, value, scale]) => through(all, value, scale)),
  };
}
