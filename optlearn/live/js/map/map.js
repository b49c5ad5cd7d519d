// The map: a pad of two numbers, a whole run for each of 64 x 64 places. To move over it is to move both sliders.

import { handle } from "../controls/handle.js";
import { number } from "../text/numbers.js";
import { Cells, COLUMNS } from "./cells.js";
import { rounded, scaleOf, ticksOf } from "./grid.js";
import { jobOf } from "./job.js";
import { paintEdge, paintLegend, Sheet } from "./paint.js";
import { REGIMES } from "./regimes.js";

/** map(lab): a piece of the lab, where the scene asks for it. */
export function map(lab) {
  if (!lab.state.scene.map) return null;
  const cells = new Cells(() => lab.paint());
  const sheet = new Sheet();
  let panel = null;

  const draw = (context, theme, { box, x, y }) => {
    lab.root.dataset.mapped = cells.finest;
    if (!cells.columns) return;
    sheet.draw(context, theme, box, cells, lab.picture.density);
    const { edge } = lab.state.scene.map;
    if (edge?.problem === lab.state.problem.name) paintEdge(context, theme, box, edge.points, x, y);
  };

  lab.extras.panels.push((frame, panels) => {
    panel = panelOf(lab, frame, cells, draw);
    if (!panel) return;
    panels.splice(2, panels.length, panel);
    panels[1].bare = false;
    panels[1].weight = 1.2;
  });

  lab.extras.overlays.push((context, { panels, theme, font }) => {
    if (panel && panels.includes(panel)) paintLegend(context, theme, panel.box, font);
  });

  const point = pointOn(lab, cells, () => panel);
  return { show: point.show, destroy: () => cells.dismiss() };
}

/** The panel of a frame, its cells under way; null where a problem or a rule lacks one of the two numbers. */
function panelOf({ state, engines }, frame, cells, draw) {
  const scales = state.scene.map.names.map((name) => {
    const about = state.scene.numbers[name] ?? state.problem.numbers[name];
    return about && name in state.values ? scaleOf(name, about) : null;
  });
  const found = engines.of(0, state.problem);
  if (scales.includes(null) || !found?.engine) return null;
  cells.update(jobOf(frame, found, scales));
  const [x, y] = scales.map((scale) => ({ ...scale, kind: scale.scale, ticks: ticksOf(scale, number) }));
  const title = `map of ${x.symbol} and ${y.symbol}`;
  return { title, x, y, xlabel: x.symbol, ylabel: y.symbol, curves: [], still: true, weight: 3.4, draw };
}

/** The present point: moved by hand or by key, it moves both numbers; its label says them, and what a run does there. */
function pointOn(lab, cells, panelNow) {
  const { state } = lab;
  const scales = () => [panelNow().x, panelNow().y];
  const shares = () => scales().map((scale) => scale.share(state.values[scale.name]));
  const valuesAt = (place) => Object.fromEntries(scales().map((scale, i) => [scale.name, rounded(scale, scale.value(place[i]))]));

  function said() {
    const values = scales().map(({ name, symbol }) => `${symbol} = ${number(state.values[name])}`).join(", ");
    const [column, row] = shares().map((share) => Math.min(Math.floor(share * cells.columns), cells.columns - 1));
    const regime = cells.regime?.[row * cells.columns + column];
    return `map: ${values}${regime === undefined ? "" : `, ${REGIMES[regime]}`}`;
  }

  return handle(lab, "pad", {
    panel: () => (panelNow() && lab.picture.panels?.includes(panelNow()) ? panelNow() : null),
    at: shares,
    label: said,
    move: (place, settled) => lab.change({ values: valuesAt(place) }, settled),
    nudge: (direction) => lab.change({ values: valuesAt(shares().map((share, i) => clamp(share + direction[i] / COLUMNS))) }),
  });
}

const clamp = (share) => Math.min(Math.max(share, 0), 1);
