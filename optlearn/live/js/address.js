// The state of a lab in the address of its page, after "#": what a teacher sends is what the class sees.

/**
 * The state of a lab as the part of an address after "#": which lab of the page, every number, the start, the problem, the
 * step, the pinned run, and what is open.
 */
export function addressOf(index, { values, start, problem, steps, step, pin }, open) {
  const said = new URLSearchParams({ lab: index + 1, problem: problem.name, start: start.flat().join(), steps, step });
  for (const [name, value] of Object.entries(values)) said.set(name, value);
  if (pin) said.set("pin", JSON.stringify({ values: pin.values, start: pin.start }));
  if (open.length) said.set("open", open.join());
  return said.toString();
}

/** The number of the lab that an address is about, from 0; null if it is about none, as an ordinary "#place" is. */
export function labIn(address) {
  const which = new URLSearchParams(address).get("lab");
  return which === null ? null : Number(which) - 1;
}

/** {problem, values, start, step, pin, open} in an address for a lab of this scene, or {fault}, in words. */
export function stateIn(address, scene) {
  const { lab, problem: name = "", start = "", steps = "no", step = "", pin = "null", open = "", ...numbers } = Object.fromEntries(new URLSearchParams(address));
  const problem = scene.problems.find((each) => each.name === name);
  if (!problem) return { fault: `there is no problem ${name || "in it"} here` };
  const known = { ...problem.numbers, ...scene.numbers };
  const allowed = (values) => Object.entries(values).find(([each, value]) => !(each in known) || !(typeof value === "number" && Number.isFinite(value)));
  const values = Object.fromEntries(Object.entries(numbers).map(([each, text]) => [each, text.trim() === "" ? NaN : Number(text)]));
  const wrong = allowed(values);
  if (wrong) return { fault: wrong[0] in known ? `${wrong[0]} = ${numbers[wrong[0]]} is no number` : `there is no ${wrong[0]} here` };
  const outside = Object.entries(values).find(([each, value]) => !within(value, [...known[each].stops, known[each].value ?? scene.first.values[each]]));
  if (outside) return { fault: `${outside[0]} = ${outside[1]} is not on its slider` };
  const point = start.split(",").map((text) => (text.trim() === "" ? NaN : Number(text)));
  const place = shaped(point, problem.start);
  if (!place || !point.every(Number.isFinite)) return { fault: `(${start}) is no start` };
  if (problem.plane && !point.every((value, i) => within(value, problem.bounds[i]))) return { fault: `(${start}) is outside the picture` };
  if (Number(steps) !== scene.first.steps) return { fault: `it is about ${steps} steps` };
  if (!/^\d+$/.test(step) || Number(step) > Number(steps)) return { fault: `there is no step ${step || "in it"}` };
  const pinned = parsed(pin);
  const same = pinned && typeof pinned === "object" && pinned.values && pinned.start;
  if (pinned !== null && !(same && !allowed(pinned.values) && String(pinned.start).split(",").length === point.length && pinned.start.flat().every(Number.isFinite)))
    return { fault: "its pinned run is none" };
  return { problem, values, start: place, step: Number(step), pin: pinned, open: open.split(",").filter(Boolean) };
}

const within = (value, ends) => value >= Math.min(...ends) && value <= Math.max(...ends);

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Numbers in the shape of a point: a vector, or a matrix row by row; null if they are not as many.
function shaped(numbers, like) {
  if (numbers.length !== like.flat().length) return null;
  if (!Array.isArray(like[0])) return numbers;
  return like.map((row, i) => numbers.slice(i * row.length, (i + 1) * row.length));
}
