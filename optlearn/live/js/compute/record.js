// The record of one run: for every step the parameters, the loss, the gradient, and the state of the rule.

export class Record {
  /** data: (steps + 1) rows of `width` numbers; columns: where in a row each quantity stands, and its shape. */
  constructor(data, width, columns, steps) {
    Object.assign(this, { data, width, columns, steps });
  }

  /** Number of parameters. */
  get size() {
    return count(this.columns.params.shape);
  }

  /** One number of a quantity at a step. */
  at(step, name, index = 0) {
    return this.data[step * this.width + this.columns[name].at + index];
  }

  /** One number of a quantity over all steps, (steps + 1,). */
  over(name, index = 0) {
    const { data, width, steps } = this;
    const values = new Float64Array(steps + 1);
    for (let step = 0, from = this.columns[name].at + index; step <= steps; step++, from += width) values[step] = data[from];
    return values;
  }

  /** All numbers of a quantity at a step, row by row. */
  all(step, name) {
    const { at, shape } = this.columns[name];
    const from = step * this.width + at;
    return this.data.subarray(from, from + count(shape));
  }
}

/** How many numbers a shape holds. */
export const count = (shape) => shape.reduce((product, size) => product * size, 1);

/** Points or bounds of a vector or of a matrix as one list, row by row: depth is that of one entry. */
export const flat = (rows, depth = 1) => (depthOf(rows) > depth + 1 ? rows.flat() : rows);

const depthOf = (value) => (Array.isArray(value) ? 1 + depthOf(value[0]) : 0);
