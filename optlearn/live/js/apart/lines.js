// The lines of an update, with numbers in place of letters.

import { count } from "../compute/record.js";
import { general, powerOfTen } from "../text/numbers.js";

const DIGITS = 3;
const FEW = 4;
const PLAIN = [1e-4, 1e5]; // what is smaller or larger is written with a power of ten

/** A number as it stands in a formula; one with a sign in brackets. */
const inFormula = (value) => (value < 0 ? `(${said(value)})` : said(value));

function said(value) {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return general(value, DIGITS).replaceAll("-", "−");
  const [digits, exponent] = value.toExponential(DIGITS - 1).split("e");
  const text = size >= PLAIN[0] && size < PLAIN[1] ? String(Number(`${digits}e${exponent}`)) : `${Number(digits)}·${powerOfTen(Number(exponent))}`;
  return text.replaceAll("-", "−");
}

/**
 * The rows of a table for one rule at one step: {target, code, cells}, a cell for each parameter.
 * A value that all parameters share has one cell. Where there is no source, the values alone.
 */
export function rowsOf({ result, record }, step) {
  const lines = result.engine?.parts.rule.lines;
  return lines?.length ? lines.map((line, i) => rowOf(line, i, result, record, step)).filter(Boolean) : valuesOf(record, step);
}

function rowOf(line, index, result, record, step) {
  const column = record.columns[`line.${index}`];
  const shape = column?.shape ?? [];
  const values = column ? [...record.all(step, `line.${index}`)] : line.value === undefined ? [] : [line.value];
  if (!values.length) return null;
  const code = line.pieces ? written(line.pieces, (name) => shortName(name)) : null;
  const cells = values.map((value, i) => {
    const numbers = line.pieces ? written(line.pieces, (name) => inNumbers(line.names[name], name, result, record, step, placeIn(shape, i))) : null;
    return numbers && /\d/.test(numbers) && numbers !== said(value) ? `${numbers} = ${said(value)}` : said(value);
  });
  return { target: shortName(line.target), code, cells };
}

/**
 * Where in a tensor of another shape that number stands which goes into number i of one of this shape: (other) => place;
 * null where no single number does, as in a norm.
 */
const placeIn = (shape, i) => (other) => {
  if (count(other) === 1) return 0;
  let [place, unit, rest] = [0, 1, i];
  for (let axis = 1; axis <= shape.length; axis++) {
    const [length, own] = [shape.at(-axis), other.at(-axis) ?? 1];
    if (own !== 1 && own !== length) return null;
    if (own !== 1) place += unit * (rest % length);
    unit *= own;
    rest = Math.floor(rest / length);
  }
  return other.length > shape.length ? null : place;
};

// What a name stands for at a step, of one parameter: all its numbers, if they are few, where all go into the value.
function inNumbers(reference, name, result, record, step, placeOf) {
  if (!reference) return shortName(name);
  if ("value" in reference) return inFormula(reference.value);
  if ("number" in reference) return inFormula(result.h[result.engine.rule.indexOf(reference.number)]);
  const { shape } = record.columns[reference.column] ?? {};
  if (!shape) return shortName(name);
  const place = placeOf(shape);
  if (place !== null) return inFormula(record.at(step, reference.column, place));
  return count(shape) <= FEW ? `(${[...record.all(step, reference.column)].map(said).join(", ")})` : shortName(name);
}

// Code as one writes it: pieces are texts and names in turn.
function written(pieces, nameAs) {
  return pieces.map((piece, i) => (i % 2 ? nameAs(piece) : symbols(piece))).join("").replace(/^\((−[^(),]*)\)/, "$1");
}

const symbols = (text) =>
  text.replaceAll("**2", "²").replaceAll("**3", "³").replaceAll("**", "^").replaceAll(" * ", "·").replaceAll("*", "·").replaceAll("-", "−");

const NAMES = { params: "θ", "tf.sqrt": "√", "np.sqrt": "√", "tf.abs": "abs", "tf.sign": "sign", "tf.maximum": "max", "tf.minimum": "min" };
const shortName = (name) => NAMES[name] ?? name.replace(/^(state|tf|np|math|self)\./, "");

// Without lines: what the record has.
function valuesOf(record, step) {
  const small = Object.entries(record.columns).filter(([name, { shape }]) => !name.startsWith("line.") && count(shape) <= 12);
  return small.map(([name]) => ({ target: shortName(name), code: null, cells: [...record.all(step, name)].map(said) }));
}
