// A slider for every number that has an effect, with stops that are read out.

import { element } from "../dom.js";
import { number } from "../text/numbers.js";

/** sliders(lab): a piece of the lab. */
export function sliders(lab) {
  const root = element("div", { className: "sliders" });
  const rows = new Map();
  let dragged = "";

  function show() {
    const wanted = slidersOf(lab.state);
    if ([...rows.keys()].join() !== wanted.map(({ name }) => name).join()) {
      rows.clear();
      for (const about of wanted) rows.set(about.name, row(about));
      root.replaceChildren(...[...rows.values()].map(({ label }) => label), ...differingIn(lab.state.scene));
    }
    for (const about of wanted) showRow(about);
  }

  function row({ name, symbol }) {
    const range = element("input", { type: "range", min: 0, step: 1 });
    const value = element("span", { className: "value" });
    const breakable = name.replaceAll("_", "_\u200b"); // a long name may go on in the next line
    const words = element("span", { className: "name" }, element("b", { textContent: symbol }), ` ${symbol === name ? "" : breakable}`);
    range.setAttribute("aria-label", name);
    range.dataset.name = name;
    range.addEventListener("input", () => {
      dragged = name;
      lab.change({ values: { [name]: rows.get(name).stops[Number(range.value)] } });
    });
    range.addEventListener("change", () => {
      dragged = "";
      lab.settle();
    });
    return { label: element("label", { className: "slider" }, words, range, value), range, value, stops: [] };
  }

  function showRow({ name, stops, scale }) {
    const row = rows.get(name);
    const value = lab.state.values[name];
    if (dragged !== name || !row.stops.includes(value)) row.stops = through(stops, value, scale);
    const { range, value: label } = row;
    range.max = row.stops.length - 1;
    range.value = row.stops.indexOf(value);
    label.textContent = number(value);
    range.setAttribute("aria-valuetext", label.textContent);
  }

  return { root, show };
}

// A line for each number in which the rules differ: it has no slider.
function differingIn({ differing = [] }) {
  return differing.map(({ symbol, values }) => element("p", { className: "differing" }, element("b", { textContent: symbol }), ` differs, and has no slider: ${values}`));
}

/** The numbers that have a slider now: of the rules those that play a part, and those of the problem. */
export function slidersOf({ scene, values, problem }) {
  const shape = String(problem.shape);
  const rules = Object.entries(scene.numbers).filter(([, { unused }]) => !unused.includes(shape));
  const own = Object.entries(problem.numbers).filter(([name]) => !(name in scene.numbers));
  return [...rules, ...own].filter(([name]) => name in values).map(([name, about]) => ({ name, ...about }));
}

/** The stops of a slider, one of which is exactly `value`: the nearest gives way to it. */
export function through(stops, value, scale) {
  if (stops.includes(value)) return stops;
  const even = { log: (x) => Math.log(Math.max(x, 1e-300)), memory: (x) => -Math.log(1 - x), linear: (x) => x }[scale];
  const distances = stops.map((stop) => Math.abs(even(stop) - even(value)));
  return stops.with(distances.indexOf(Math.min(...distances)), value);
}
