// Puts the part of a rule and that of a problem together to flat functions. part.py says in which names they meet.
//
// A record has a row of `width` numbers for every step, the last one included: the parameters, the loss and the
// gradient met there, the state, and the values of the lines of the update that would lead to the next row. `columns`
// says where in a row each begins, and its shape. Points are flat: of a matrix, row by row. `h` and `k` are the
// numbers of the rule and of the problem, in the order of their parts.

const MADE = "run,walk,last,loss,losses,watched";

/**
 * An engine for a rule on a problem. It has `width`, `columns`, `steps` (the longest run it serves), and
 *   run(start, h, k, steps, record)   fills a Float64Array of (steps + 1) * width; returns the last loss
 *   walk(start, h, k, steps, path)    the same for parameters and loss alone: (steps + 1) * (n + 1)
 *   last(start, h, k, steps)          the last loss alone
 *   loss(point, k)                    without noise, for landscapes
 *   losses(points, k, out)            the same for many points, a typed array of count * n
 *   watched(params, following, k)     a list of what is watched where there is no landscape; after the last step
 *                                     there is no following point: give NaN
 */
export function compose(rule, problem) {
  const { width, columns, text } = write(rule, problem);
  const engine = new Function(`"use strict";${text}return{${MADE}};`)();
  return { ...engine, width, columns, steps: problem.steps ?? Infinity };
}

/** The same engine, as the text of a module. */
export function source(rule, problem) {
  const { width, columns, text } = write(rule, problem);
  const about = `width=${width},columns=${JSON.stringify(columns)},steps=${problem.steps ?? "Infinity"}`;
  return `${text}export const ${about};\nexport{${MADE}};\n`;
}

function write(rule, problem) {
  if (String(rule.shape) !== String(problem.shape))
    throw new RangeError(`${rule.name} is made for parameters of shape ${rule.shape}; ${problem.name} has ${problem.shape}`);
  const point = rule.small ? separate(size(rule.shape)) : together(size(rule.shape));
  const { width, columns, row } = layout(rule, point);
  const text = [setup(rule, problem, point), runs(rule, problem, point, row, width), questions(problem, point)].join("");
  return { width, columns, text };
}

const range = (count) => Array.from({ length: count }, (_, i) => i);
const size = (shape) => shape.reduce((product, length) => product * length, 1);

// The parameters p, their gradient g and the new parameters n: small ones are variables, p0, p1, ...
const separate = (count) => ({
  count,
  setup: "",
  names: (letter) => range(count).map((i) => `${letter}${i}`),
  take: (letter, from, word) => `${word} ${range(count).map((i) => `${letter}${i}=${from}[${i}]`)};`,
  takeRow: (letter, from) => `const ${range(count).map((i) => `${letter}${i}=${from}[at+${i}]`)};`,
  move: range(count).map((i) => `p${i}=n${i};`).join(""),
});

// Large ones are arrays.
const together = (count) => ({
  count,
  setup: `const ${["p", "g", "n"].map((letter) => `${letter}=new Float64Array(${count})`)};`,
  names: (letter) => letter,
  take: (letter, from) => `${letter}.set(${from});`,
  takeRow: (letter, from) => `${letter}.set(${from}.subarray(at,at+${count}));`,
  move: "p.set(n);",
});

// What a row holds: where each column begins and its shape, and the names of its numbers or of an array of them.
function layout(rule, point) {
  const lines = (rule.lines ?? []).map((line, i) => ({ ...line, name: `line.${i}` }));
  const row = [
    { name: "params", shape: rule.shape, values: point.names("p") },
    { name: "loss", shape: [], values: ["f0"] },
    { name: "gradient", shape: rule.shape, values: point.names("g") },
    ...rule.state,
    ...lines.filter((line) => line.values),
  ];
  const columns = {};
  let width = 0;
  for (const { name, shape } of row) {
    columns[name] = { at: width, shape };
    width += size(shape);
  }
  return { width, columns, row };
}

// Write a row into an array, and go on to the next.
function store(array, row, width) {
  let at = 0;
  const texts = row.map(({ shape, values }) => {
    const from = at;
    at += size(shape);
    if (typeof values === "string") return `${array}.set(${values},at+${from});`;
    return values.map((value, i) => `${array}[at+${from + i}]=${value};`).join("");
  });
  return `${texts.join("")}at+=${width};`;
}

// What is there before any function is called: helpers, tables, arrays.
function setup(rule, problem, point) {
  const helpers = Object.values({ ...rule.helpers, ...problem.helpers }).join("");
  const tables = Object.entries({ ...rule.tables, ...problem.tables }).map(([name, table]) => `const ${name}=${unpacked(table)};`);
  return `${helpers}${UNPACK}${tables.join("")}${point.setup}${rule.script.load}${problem.script.load}\n`;
}

const UNPACK = "const unpack=(Type,text)=>new Type(Uint8Array.from(atob(text),(c)=>c.charCodeAt(0)).buffer);";
const unpacked = (table) => (Array.isArray(table) ? JSON.stringify(table) : `unpack(${table.type},"${table.base64}")`);

const numbers = (part, letter, from) => part.numbers.map((_, i) => `const ${letter}${i}=${from}[${i}];`).join("");

// Runs differ in what they keep of each row.
function runs(rule, problem, point, row, width) {
  const check = `if(!(steps<=${problem.steps ?? "Infinity"}))throw new RangeError("the tables of this problem end before step "+steps);`;
  const begin = numbers(rule, "h", "h") + numbers(problem, "k", "k") + problem.script.begin + rule.script.begin;
  const change = rule.script.change + (problem.script.project ?? point.move);
  const loop = (head, before, after) =>
    `function ${head}{${check}${begin}${point.take("p", "start", "let")}` +
    `for(let t=0,at=0;;t++){${problem.script.step}${before}${rule.script.step}${after}${change}}}\n`;
  const end = "if(t===steps)return f0;";
  return [
    loop("run(start,h,k,steps,record)", "", store("record", row, width) + end),
    loop("walk(start,h,k,steps,path)", store("path", row.slice(0, 2), point.count + 1) + end, ""),
    loop("last(start,h,k,steps)", end, ""),
  ].join("");
}

// What a problem can be asked without a rule.
function questions(problem, point) {
  const begin = numbers(problem, "k", "k") + problem.script.begin;
  const { height, watched = "" } = problem.script;
  const both = point.take("p", "params", "const") + point.take("n", "following", "const");
  return [
    `function loss(point,k){${begin}${point.take("p", "point", "const")}${height}return f0;}\n`,
    `function losses(points,k,out){${begin}for(let i=0,at=0;i<out.length;i++,at+=${point.count}){`,
    `${point.takeRow("p", "points")}${height}out[i]=f0;}}\n`,
    `function watched(params,following,k){${watched && begin + both + watched}return[${problem.watched}];}\n`,
  ].join("");
}
