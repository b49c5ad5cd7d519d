// Puts the parts of a rule and of a problem (see part.py) together: one flat function that runs the rule.
//
// A record has a row of `width` numbers for every step: the parameters, the loss and the gradient met there, the state
// and the values of the lines of the update that leads to the next row. `columns` says where each begins, and its shape.
// Points are flat: of a matrix, row by row. `h` and `k` are the numbers of the rule and of the problem, in their order.

const range = (count) => [...Array(count).keys()];
const size = (shape) => shape.reduce((product, length) => product * length, 1);

/** An engine for a rule on a problem: run, walk, last, loss, losses, watched; and width, columns, steps. */
export function compose(rule, problem) {
  const { width, columns } = layout(rule, problem);
  const engine = new Function(`"use strict";${functions(rule, problem)}return{run,walk,last,loss,losses,watched};`)();
  return { ...engine, width, columns, steps: problem.steps ?? Infinity };
}

/** The same as the text of a module. */
export function source(rule, problem) {
  const { width, columns } = layout(rule, problem);
  const steps = problem.steps ?? "Infinity";
  return `${functions(rule, problem)}
export const width=${width},columns=${JSON.stringify(columns)},steps=${steps};
export{run,walk,last,loss,losses,watched};
`;
}

/** What a row holds: for each column where it begins, its shape, and the names of its numbers or of an array. */
function layout(rule, problem) {
  if (String(rule.shape) !== String(problem.shape))
    throw new RangeError(`${rule.name} is made for shape ${rule.shape}, ${problem.name} has ${problem.shape}`);
  const names = (letter) => (rule.small ? range(size(rule.shape)).map((i) => letter + i) : letter);
  const parts = [
    { name: "params", shape: rule.shape, values: names("p") },
    { name: "loss", shape: [], values: ["f0"] },
    { name: "gradient", shape: rule.shape, values: names("g") },
    ...rule.state,
    ...(rule.lines ?? []).flatMap((line, i) => (line.values ? [{ ...line, name: `line.${i}` }] : [])),
  ];
  const columns = {};
  let width = 0;
  for (const { name, shape, values } of parts) {
    columns[name] = { at: width, shape };
    width += size(shape);
  }
  return { width, columns, parts };
}

function functions(rule, problem) {
  const count = size(rule.shape);
  const { width, parts } = layout(rule, problem);
  const each = (write) => range(count).map(write).join("");
  const numbers = (part, letter) => part.numbers.map((_, i) => `const ${letter}${i}=${letter.toLowerCase()}[${i}];`).join("");
  const place = (name, from) => (rule.small ? `const ${range(count).map((i) => `${name}${i}=${from}[${i}]`)};` : `${name}.set(${from});`);

  // Write columns into an array that moves on by `step` numbers a row.
  const write = (array, columns, step) => {
    let at = 0;
    const text = columns.map(({ shape, values }) => {
      const from = at;
      at += size(shape);
      return typeof values === "string"
        ? `${array}.set(${values},at+${from});`
        : values.map((value, i) => `${array}[at+${from + i}]=${value};`).join("");
    });
    return `${text.join("")}`;
  };

  const begin = numbers(rule, "h") + numbers(problem, "k") + problem.script.begin + rule.script.begin;
  const first = rule.small ? `let ${range(count).map((i) => `p${i}=start[${i}]`)};` : "p.set(start);";
  const moved = problem.script.project ?? (rule.small ? each((i) => `p${i}=n${i};`) : "p.set(n);");
  const change = rule.script.change + moved;
  const check = `if(steps>${problem.steps ?? "Infinity"})throw new RangeError("the tables of this problem end before step "+steps);`;

  // A run: what is done as a row is complete, before and after the update is known.
  const loop = (name, output, before, after) =>
    `function ${name}(start,h,k,steps${output}){${check}${begin}${first}` +
    `for(let t=0,at=0;;t++){${problem.script.step}${before}${rule.script.step}${after}${change}}}\n`;
  const row = (columns, array, step) => `${write(array, columns)}at+=${step};`;
  const end = "if(t===steps)return f0;";

  const ask = numbers(problem, "k") + problem.script.begin;
  const lines = problem.watched ?? 0;
  return [
    Object.entries({ ...rule.helpers, ...problem.helpers }).map(([, helper]) => helper).join(""),
    UNPACK,
    tables(rule),
    tables(problem),
    rule.small ? "" : `const ${["p", "g", "n"].map((name) => `${name}=new Float64Array(${count})`)};`,
    rule.script.load,
    problem.script.load,
    "\n",
    loop("run", ",record", "", row(parts, "record", width) + end),
    loop("walk", ",path", row(parts.slice(0, 2), "path", count + 1) + end, ""),
    loop("last", "", end, ""),
    `function losses(points,k,out){${ask}for(let at=0,row=0;row<out.length;row++,at+=${count}){` +
      (rule.small ? `const ${range(count).map((i) => `p${i}=points[at+${i}]`)};` : `p.set(points.subarray(at,at+${count}));`) +
      `${problem.script.height}out[row]=f0;}}\n`,
    `function loss(point,k){${ask}${place("p", "point")}${problem.script.height}return f0;}\n`,
    `function watched(params,following,k){${lines ? ask + place("p", "params") + place("n", "following") + problem.script.watched + `return[${range(lines).map((i) => `w${i}`)}];` : "return[];"}}\n`,
  ].join("");
}

const UNPACK = `const unpack=(Type,text)=>new Type(Uint8Array.from(atob(text),(c)=>c.charCodeAt(0)).buffer);`;

function tables(part) {
  const packed = (table) => (Array.isArray(table) ? JSON.stringify(table) : `unpack(${table.type},"${table.base64}")`);
  return Object.entries(part.tables).map(([name, table]) => `const ${name}=${packed(table)};`).join("");
}
