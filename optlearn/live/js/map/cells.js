// The cells of a map, computed at once where that takes less than a frame or two, else by workers, coarse first if it is long.

import { Crew } from "./crew.js";
import { runRow } from "./regimes.js";

export const COLUMNS = 64;
const AT_ONCE = 30; // milliseconds that a gesture may wait for its map
const LONG = 200; // milliseconds from which on something coarse is shown before
const PROBE = 8; // columns of a map that is made to see how long one takes
const COARSE = [8, 16, 32, COLUMNS];

export class Cells {
  /** changed: called when workers have other cells. */
  constructor(changed) {
    Object.assign(this, { changed, key: "", cost: new Map(), columns: 0, finest: false });
  }

  /** Have the cells of a job: {key, engine, parts, start, steps, h, k, across, up, valuesOf(columns), count, bounds}. */
  update(job) {
    if (job.key === this.key) return;
    Object.assign(this, { key: job.key, finest: false });
    const cost = this.costOf(job);
    if (cost > AT_ONCE) return this.crewOf(job).begin(job, job.valuesOf, cost > LONG ? COARSE : [COLUMNS]);
    this.dismiss();
    this.cost.set(job.engine, timed(() => this.take(COLUMNS, computed(job, COLUMNS))));
  }

  // Milliseconds for the whole map of a rule on a problem: the latest one's, here or by workers; at first by a small map.
  costOf(job) {
    if (!this.cost.has(job.engine)) {
      computed(job, PROBE); // what runs for the first time is slow
      this.cost.set(job.engine, timed(() => computed(job, PROBE)) * (COLUMNS / PROBE) ** 2);
    }
    return this.cost.get(job.engine);
  }

  take(columns, { loss, regime }) {
    Object.assign(this, { columns, loss, regime, finest: columns === COLUMNS });
  }

  // The workers of a rule on a problem: they stay while its maps are asked for.
  crewOf({ engine, parts }) {
    if (this.crew?.engine === engine) return this.crew;
    this.dismiss();
    this.crew = new Crew(parts, (map, columns) => {
      this.take(columns, map);
      this.changed();
    });
    return Object.assign(this.crew, { engine });
  }

  dismiss() {
    this.crew?.dismiss();
    this.crew = null;
  }
}

function computed(job, columns) {
  const [loss, regime] = [new Float64Array(columns ** 2), new Uint8Array(columns ** 2)];
  const path = new Float64Array((job.steps + 1) * (job.count + 1));
  const grid = { ...job, columns, value: job.valuesOf(columns) };
  for (let row = 0; row < columns; row++) runRow(job.engine, grid, row, loss, regime, path);
  return { loss, regime };
}

function timed(work) {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}
