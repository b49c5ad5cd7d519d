// The rules on the problems, as functions: what the kernel translated is put together here, once for each pair.

import { compose } from "../../../browser/compose.js";
import { Record } from "./record.js";

export class Engines {
  /** model: holds `parts` for what is shown first and `rest` for the other problems of the list. */
  constructor(model) {
    this.model = model;
    this.made = new Map();
    this.seen = [];
  }

  /**
   * Of a rule, by its number, on a problem: {engine, run, rule, problem, parts}, where `rule` and `problem` are the names of
   * their numbers in order; null while it is not there, {refused} where it could not be translated.
   */
  of(track, problem) {
    const sources = [this.model.get("parts"), this.model.get("rest")];
    if (sources.some((source, i) => source !== this.seen[i])) this.made.clear();
    this.seen = sources;
    const key = `${track} ${problem.name}`;
    if (!this.made.has(key)) {
      const made = this.make(track, problem, sources);
      if (!made) return null;
      this.made.set(key, made);
    }
    return this.made.get(key);
  }

  make(track, problem, sources) {
    const found = (pick) => sources.map(pick).find(Boolean);
    const rule = found((parts) => parts.rules?.[track]?.[String(problem.shape)]);
    const part = found((parts) => parts.problems?.[problem.name]);
    if (!rule || !part) return null;
    if (rule.refused || part.refused) return { refused: rule.refused ?? part.refused };
    return { ...wrapped(compose(rule, part)), rule: rule.numbers, problem: part.numbers, parts: { rule, problem: part } };
  }
}

// An engine whose numbers are looked up by name, and whose runs are records.
function wrapped(engine) {
  return {
    engine,
    run(start, h, k, steps) {
      const data = new Float64Array((steps + 1) * engine.width);
      engine.run(start, h, k, steps, data);
      return new Record(data, engine.width, engine.columns, steps);
    },
  };
}
