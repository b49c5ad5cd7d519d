// Where every control of the lab stands. Gestures change it here; the model is told when they come to rest.

export class State {
  constructor(model) {
    this.model = model;
    this.readAll();
  }

  get scene() {
    return this.model.get("scene");
  }

  /** Take everything from the model, as when the lab was opened or somebody else has moved it. */
  readAll() {
    const { model } = this;
    this.problem = this.problemNamed(model.get("problem"));
    this.values = { ...model.get("values") };
    this.start = model.get("start");
    this.steps = model.get("steps");
    this.step = model.get("step");
    this.pinned = model.get("pinned");
  }

  problemNamed(name) {
    return this.scene.problems.find((problem) => problem.name === name);
  }

  /** {values, start, problem, steps}: all that a run depends on. */
  get now() {
    const { values, start, problem, steps } = this;
    return { values, start, problem, steps };
  }

  get pin() {
    return this.pinned.values ? this.pinned : null;
  }

  moveTo(values) {
    this.values = { ...this.values, ...values };
  }

  /** Another problem: it begins at its own start and with its own numbers; the rules keep theirs. */
  choose(name) {
    this.problem = this.problemNamed(name);
    const kept = Object.entries(this.values).filter(([number]) => number in this.scene.numbers);
    const own = Object.entries(this.problem.numbers).filter(([number]) => !(number in this.scene.numbers));
    this.values = { ...Object.fromEntries(kept), ...Object.fromEntries(own.map(([number, { value }]) => [number, value])) };
    this.start = this.problem.start;
    this.step = this.steps;
    this.pinned = {};
  }

  /** Everything as it was when the lab was made. */
  reset() {
    const { values, start, problem, steps } = this.scene.first;
    this.problem = this.problemNamed(problem);
    Object.assign(this, { values: { ...values }, start, steps, step: steps, pinned: {} });
  }

  /** Write everything into the model, and send what is new. */
  save() {
    const { values, start, steps, step, pinned } = this;
    const said = { values, start, steps, step, pinned, problem: this.problem.name };
    const news = Object.entries(said).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(this.model.get(name)));
    this.saving = true; // what the model tells everybody now is no news here
    for (const [name, value] of news) this.model.set(name, value);
    this.saving = false;
    if (news.length) this.model.save_changes();
  }
}
