// Runs what the tests ask for: a request and an answer are a line of JSON each.
import { createInterface } from "node:readline";
import { compose, source } from "../../../optlearn/browser/compose.js";

const packed = (numbers) => Buffer.from(Float64Array.from(numbers).buffer).toString("base64");

const ANSWERS = {
  // A run with all that is kept of it.
  run({ rule, problem, start, h, k, steps }) {
    const engine = compose(rule, problem);
    const record = new Float64Array((steps + 1) * engine.width);
    const path = new Float64Array((steps + 1) * (start.length + 1));
    const ends = [engine.run(start, h, k, steps, record), engine.walk(start, h, k, steps, path), engine.last(start, h, k, steps)];
    return { columns: engine.columns, record: packed(record), path: packed(path), ends: packed(ends), bytes: source(rule, problem).length };
  },
  // The loss without noise, at many points and at each.
  losses({ rule, problem, points, k }) {
    const engine = compose(rule, problem);
    const out = new Float64Array(points.length);
    engine.losses(Float64Array.from(points.flat()), k, out);
    return { many: packed(out), single: packed(points.map((point) => engine.loss(point, k))) };
  },
  watched({ rule, problem, params, following, k }) {
    return { lines: packed(compose(rule, problem).watched(params, following ?? params.map(() => NaN), k)) };
  },
  // A piece of JavaScript that fills `out` from `x`.
  compute({ text, x, size }) {
    const out = new Float64Array(size);
    new Function("x", "out", `"use strict";${text}`)(x, out);
    return { out: packed(out) };
  },
  source({ rule, problem }) {
    return { text: source(rule, problem) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = ANSWERS[ask](rest);
  } catch (error) {
    answer = { error: `${error.name}: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
