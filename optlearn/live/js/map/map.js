// The map: a pad of two numbers, a whole run for each of 64 x 64 places. To move over it is to move both sliders.

import { handle } from "../controls/handle.js";
import { flat } from "../compute/record.js";
import { number } from "../text/numbers.js";
import { Cells, COLUMNS } from "./cells.js";
import { rounded, scaleOf, ticksOf } from "./grid.js";
import { paintCells, paintSample } from "./paint.js";
import { REGIMES } from "./regimes.js";

/** map(lab): a piece of the lab, where the scene asks for it. */
export function map(lab) {
  if (!lab.state.scene.map) return null;
  const { state } = lab;
  const cells = new Cells(() => lab.paint());
  let panel = null;
  const sheet = { key: "" };

  lab.extras.panels.push((frame, panels) => {
    panel = panelFor(frame);
    if (!panel) return;
    panels.splice(2, panels.length, panel);
    panels[1].bare = false;
    panels[1].weight = 1.2;
  });

  function panelFor(frame) {
    const scales = state.scene.map.names.map((name) => {
      const about = state.scene.numbers[name] ?? state.problem.numbers[name];
      return about && name in state.values ? scaleOf(name, about) : null;
    });
    const engine = lab.engines.of(0, state.problem);
    if (scales.includes(null) || !engine?.engine) return null;
    cells.update(jobFor(frame, engine, scales));
    const [x, y] = scales.map((scale) => ({ ...scale, kind: scale.scale, ticks: ticksOf(scale, number) }));
    const title = `map of ${x.symbol} and ${y.symbol}`;
    return { title, x, y, xlabel: x.symbol, ylabel: y.symbol, curves: [], still: true, weight: 3.4, draw };
  }

  function jobFor(frame, engine, scales) {
    const { h, k } = frame.tracks[0].result;
    const places = scales.map(({ name }) => (engine.rule.includes(name) ? ["h", engine.rule.indexOf(name)] : ["k", engine.problem.indexOf(name)]));
    const base = [h, k].map((numbers, part) => Array.from(numbers, (value, i) => (places.some(([which, at]) => which === "hk"[part] && at === i) ? 0 : value)));
    const { start, steps, problem } = frame;
    const valuesOf = (columns) => scales.map((scale) => Array.from({ length: columns }, (_, i) => scale.value((i + 0.5) / columns)));
    return {
      key: JSON.stringify([problem.name, start, steps, base, scales.map(({ stops }) => [stops[0], stops.at(-1)])]),
      engine: engine.engine, parts: engine.parts, start: start.flat(), steps, h: base[0], k: base[1],
      across: places[0], up: places[1], valuesOf, count: start.flat().length, bounds: flat(problem.bounds),
    }; // prettier-ignore
  }

  // ---- drawing

  function draw(context, theme, { box, x, y }) {
    if (!cells.columns) return;
    const key = JSON.stringify([cells.key, cells.columns, box, theme.dark]);
    if (key !== sheet.key) {
      const { density } = lab.picture;
      sheet.key = key;
      sheet.canvas = new OffscreenCanvas(Math.ceil(box.width * density), Math.ceil(box.height * density));
      const inner = sheet.canvas.getContext("2d");
      inner.scale(density, density);
      paintCells(inner, theme, { ...box, left: 0, top: 0 }, cells);
    }
    context.drawImage(sheet.canvas, box.left, box.top, box.width, box.height);
    drawEdge(context, theme, box, x, y);
  }

  function drawEdge(context, theme, box, x, y) {
    const edge = state.scene.map.edge;
    if (!edge || edge.problem !== state.problem.name) return;
    for (const [width, color] of [[5, theme.halo], [2.2, theme.ink]]) { // prettier-ignore
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      for (const [across, up] of edge.points) context.lineTo(box.left + x.share(across) * box.width, box.top + (1 - y.share(up)) * box.height);
      context.stroke();
    }
  }

  // The legend stands in the line of the title.
  lab.extras.overlays.push((context, { panels, theme, font }) => {
    if (!panel || !panels.includes(panel)) return;
    const { box } = panel;
    const baseline = box.top - 0.35 * font;
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
  });

  // ---- the point

  const scaleNow = () => [panel.x, panel.y];
  const valuesAt = (place) => Object.fromEntries(scaleNow().map((scale, i) => [scale.name, rounded(scale, scale.value(place[i]))]));

  function said() {
    const values = scaleNow().map(({ name, symbol }) => `${symbol} = ${number(state.values[name])}`).join(", ");
    const [column, row] = scaleNow().map((scale) => Math.min(Math.floor(scale.share(state.values[scale.name]) * cells.columns), cells.columns - 1));
    const regime = cells.regime?.[row * cells.columns + column];
    return `map: ${values}${regime === undefined ? "" : `, ${REGIMES[regime]}`}`;
  }

  const point = handle(lab, "pad", {
    panel: () => (panel && lab.picture.panels?.includes(panel) ? panel : null),
    at: () => scaleNow().map((scale) => scale.share(state.values[scale.name])),
    label: said,
    move: (place, settled) => lab.change({ values: valuesAt(place) }, settled),
    nudge: (direction) => lab.change({ values: valuesAt(scaleNow().map((scale, i) => clamp(scale.share(state.values[scale.name]) + direction[i] / COLUMNS))) }),
  });

  return { show: point.show, destroy: () => cells.destroy() };
}

const clamp = (share) => Math.min(Math.max(share, 0), 1);
