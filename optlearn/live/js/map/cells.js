// The cells of a map, computed at once where that takes less than a frame, else by a worker: coarse first, row by row.

import { source } from "../../../browser/compose.js";
import { runRow } from "./regimes.js";

export const COLUMNS = 64;
const AT_ONCE = 40; // milliseconds that a gesture may wait for its map
const PROBE = 8; // columns of a map that is made to see how long one takes
const COARSE = [8, 16, 32, COLUMNS];

export class Cells {
  /** changed: called when a worker has finer cells. */
  constructor(changed) {
    Object.assign(this, { changed, key: "", cost: new Map(), columns: 0, finest: false });
  }

  /** Have the cells of a job: {key, engine, parts, start, steps, h, k, across, up, valuesOf(columns), count, bounds}. */
  update(job) {
    if (job.key === this.key) return;
    Object.assign(this, { key: job.key, finest: false });
    if (this.costOf(job) <= AT_ONCE) {
      this.worker?.terminate();
      this.worker = null;
      const begin = performance.now();
      this.take(COLUMNS, this.computed(job));
      this.cost.set(job.engine, performance.now() - begin);
    } else this.hire(job);
  }

  // Milliseconds for the whole map of a rule on a problem: the latest one's, here or in a worker; at first by a small map.
  costOf(job) {
    if (!this.cost.has(job.engine)) {
      this.computed(job, PROBE); // what runs for the first time is slow
      const begin = performance.now();
      this.computed(job, PROBE);
      this.cost.set(job.engine, (performance.now() - begin) * (COLUMNS / PROBE) ** 2);
    }
    return this.cost.get(job.engine);
  }

  computed(job, columns = COLUMNS) {
    const [loss, regime] = [new Float64Array(columns ** 2), new Uint8Array(columns ** 2)];
    const path = new Float64Array((job.steps + 1) * (job.count + 1));
    const grid = { ...job, columns, value: job.valuesOf(columns) };
    for (let row = 0; row < columns; row++) runRow(job.engine, grid, row, loss, regime, path);
    return { loss, regime };
  }

  take(columns, { loss, regime }) {
    Object.assign(this, { columns, loss, regime, finest: columns === COLUMNS });
  }

  hire(job) {
    this.worker?.terminate();
    const text = `${plain(source(job.parts.rule, job.parts.problem))}
const runRow=${runRow};
onmessage=({data})=>{for(const grid of data){const{columns}=grid,loss=new Float64Array(columns**2),regime=new Uint8Array(columns**2),
path=new Float64Array((grid.steps+1)*(grid.count+1)),begin=performance.now();
for(let row=0;row<columns;row++)runRow({walk},grid,row,loss,regime,path);postMessage({columns,loss,regime,took:performance.now()-begin});}};`;
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.worker.onmessage = ({ data }) => {
      this.take(data.columns, data);
      if (this.finest) this.cost.set(job.engine, data.took);
      this.changed();
    };
    const { start, steps, h, k, across, up, count, bounds } = job;
    const grid = { start, steps, h, k, across, up, count, bounds };
    this.worker.postMessage(COARSE.map((columns) => ({ ...grid, columns, value: job.valuesOf(columns) })));
  }

  destroy() {
    this.worker?.terminate();
  }
}

// A module as a script: from a file on disk, a worker may not be a module.
const plain = (module) => module.replace(/^export const/m, "const").replace(/^export\{.*\};$/m, "");
