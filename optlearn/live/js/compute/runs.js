// A run for a state of the sliders: computed here, or where a rule cannot be translated, by the kernel.


export class Runs {
  /** remote: gives results of the kernel; checks: is told of every first record of an engine. */
  constructor(state, engines, kernel) {
    Object.assign(this, { state, engines, kernel });
    this.chosen = (index, state, numbers) => numbers; // a race chooses the rates
  }

  /** {record, k, losses, smallest, watched} of a track, or null while it is not there yet. */
  of(index, state) {
    const engine = this.engines.of(index, state.problem);
    if (!engine || engine.engine?.steps < state.steps) return this.kernel.wait("parts");
    if (engine.refused || this.kernel.distrusts(index, state.problem)) return this.kernel.result(index, state);
    const result = this.here(index, state);
    this.kernel.check(index, state, result.record);
    return result;
  }

  /** The same where the browser can compute it, without a word to the kernel; else null. */
  here(index, state) {
    const engine = this.engines.of(index, state.problem);
    if (!engine?.engine || engine.engine.steps < state.steps) return null;
    const { h, k } = this.numbers(engine, index, state);
    const record = engine.run(state.start.flat(), h, k, state.steps);
    return { record, h, k, engine, ...aboutProblem(engine, state, record, k) };
  }

  /** The numbers of the rule and of the problem, each in the order of its part. */
  numbers(engine, index, state) {
    const { rules, problem } = numbersOf(this.state.scene, index, state);
    const h = engine.rule.map((name) => rules[name]);
    const k = engine.problem.map((name) => problem[name]);
    return { h: this.chosen(index, state, h, k, engine), k };
  }
}

/** The numbers of a rule and of the problem by name: a slider moves that number of all rules that have it. */
export function numbersOf(scene, index, { values, problem }) {
  const own = scene.tracks[index].numbers;
  const rules = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, values[name] ?? value]));
  const numbers = Object.entries(problem.numbers).map(([name, { value }]) => [name, name in scene.numbers ? value : (values[name] ?? value)]);
  return { rules, problem: Object.fromEntries(numbers) };
}

function aboutProblem({ engine }, { problem }, record, k) {
  return {
    losses: (points, out) => engine.losses(points, k, out),
    smallest: problem.plane ? Math.min(...problem.minima.map((point) => engine.loss(point, k))) : NaN,
    watched: () => watchedOf(engine, record, k, problem.view.names.length),
  };
}

// What a problem without a landscape has to show, (lines, steps + 1).
function watchedOf(engine, record, k, lines) {
  const found = Array.from({ length: lines }, () => new Float64Array(record.steps + 1));
  for (let step = 0; step <= record.steps; step++) {
    const here = record.all(step, "params");
    const next = step < record.steps ? record.all(step + 1, "params") : null;
    engine.watched(here, next ?? here.map(() => NaN), k).forEach((value, line) => (found[line][step] = value));
  }
  return found;
}
