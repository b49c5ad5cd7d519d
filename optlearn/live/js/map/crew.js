// Workers that compute the cells of a map side by side: each every n-th row, coarse maps first. A new map ends the last.

import { source } from "../../../browser/compose.js";
import { runRow } from "./regimes.js";

const MOST = 4; // workers

export class Crew {
  /** done(cells, columns, milliseconds since it was asked for): called for each map, the finest one last. */
  constructor(parts, done) {
    const text = `${plain(source(parts.rule, parts.problem))}const runRow=${runRow};(${work})({walk},runRow);`;
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const count = Math.min(Math.max(navigator.hardwareConcurrency, 1), MOST);
    this.workers = Array.from({ length: count }, () => new Worker(address));
    URL.revokeObjectURL(address);
    for (const worker of this.workers) worker.onmessage = ({ data }) => this.take(data);
    Object.assign(this, { done, number: 0 });
  }

  /** Have a grid computed with each of these numbers of columns; `valuesOf` gives the two numbers' values for it. */
  begin({ start, steps, h, k, across, up, count, bounds }, valuesOf, columns) {
    this.number += 1;
    this.began = performance.now();
    this.maps = new Map(columns.map((columns) => [columns, { left: this.workers.length, loss: new Float64Array(columns ** 2), regime: new Uint8Array(columns ** 2) }])); // prettier-ignore
    const grids = columns.map((columns) => ({ start, steps, h, k, across, up, count, bounds, columns, value: valuesOf(columns) }));
    this.workers.forEach((worker, first) => worker.postMessage({ number: this.number, grids, first, every: this.workers.length }));
  }

  take({ number, columns, first, loss, regime }) {
    if (number !== this.number) return;
    const map = this.maps.get(columns);
    for (let row = first; row < columns; row += this.workers.length) {
      const [from, to] = [row * columns, (row + 1) * columns];
      map.loss.set(loss.subarray(from, to), from);
      map.regime.set(regime.subarray(from, to), from);
    }
    map.left -= 1;
    if (!map.left) this.done(map, columns, performance.now() - this.began);
  }

  dismiss() {
    for (const worker of this.workers) worker.terminate();
  }
}

// What a worker does; it is given as text. Between rows it looks whether something else has been asked for meanwhile.
function work(engine, runRow) {
  const PATIENCE = 5; // milliseconds
  const { port1, port2 } = new MessageChannel();
  const pause = () => new Promise((done) => ((port1.onmessage = done), port2.postMessage(0)));
  let latest;
  onmessage = async ({ data: { number, grids, first, every } }) => {
    latest = number;
    for (const grid of grids) {
      const { columns, steps, count } = grid;
      const [loss, regime] = [new Float64Array(columns ** 2), new Uint8Array(columns ** 2)];
      const path = new Float64Array((steps + 1) * (count + 1));
      let looked = performance.now();
      for (let row = first; row < columns; row += every) {
        runRow(engine, grid, row, loss, regime, path);
        if (performance.now() - looked < PATIENCE) continue;
        await pause();
        if (number !== latest) return;
        looked = performance.now();
      }
      postMessage({ number, columns, first, loss, regime }, [loss.buffer, regime.buffer]);
    }
  };
}

// A module as a script: from a file on disk, a worker may not be a module.
const plain = (module) => module.replace(/^export const/m, "const").replace(/^export\{.*\};$/m, "");
