// A lab on a page without a kernel: a model that holds what the kernel would have sent.

/**
 * A model of traits {name: value}, in which {part: key} stands for one of the shared parts; more pieces than a lab has by
 * itself may be given. What has come to rest is told as "saved".
 */
export function modelOf(traits, parts = {}, pieces = []) {
  const values = { alert: "", notice: "", notes: {}, ask: {}, answer: {}, distrusted: [], parts: {}, rest: {}, ...resolved(traits, parts) };
  if (values.scene) values.scene = inOrder(values.scene, values.parts);
  const listeners = new Map();
  const tell = (event) => (listeners.get(event) ?? []).forEach((listener) => listener());
  return {
    alone: true, // nobody answers
    pieces,
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
      tell(`change:${name}`);
    },
    save_changes: () => tell("saved"),
    on: (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    off: (event, listener) => listeners.set(event, (listeners.get(event) ?? []).filter((each) => each !== listener)),
  };
}

// A scene with its numbers, and so the sliders, in the order of the rules and of the problem: a notebook file has them by
// the alphabet.
function inOrder(scene, { rules = [], problems = {} }) {
  const ofRules = rules.flatMap(Object.values).flatMap(({ numbers }) => numbers ?? []);
  const ordered = (numbers, names) => Object.fromEntries(Object.entries(numbers).sort(([one], [other]) => names.indexOf(one) - names.indexOf(other)));
  const described = scene.problems.map((problem) => ({ ...problem, numbers: ordered(problem.numbers, problems[problem.name]?.numbers ?? []) }));
  return { ...scene, numbers: ordered(scene.numbers, ofRules), problems: described };
}

/** A value in which {part: key} is replaced by that part. */
export function resolved(value, parts) {
  if (typeof value !== "object" || value === null) return value;
  if (typeof value.part === "string") return parts[value.part];
  if (Array.isArray(value)) return value.map((each) => resolved(each, parts));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, parts)]));
}
