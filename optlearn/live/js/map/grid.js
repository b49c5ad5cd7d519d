// The grid of a map: which two numbers it has, between which ends, and what belongs to a place in it.

const TO_EVEN = { log: (x) => Math.log(Math.max(x, 1e-300)), memory: (x) => -Math.log(1 - x), linear: (x) => x };
const FROM_EVEN = { log: Math.exp, memory: (x) => 1 - Math.exp(-x), linear: (x) => x };

/** The scale of a slider as a line from 0 to 1: {share(value), value(share), low, high, stops, name, symbol}. */
export function scaleOf(name, { stops, scale, symbol }) {
  const [low, high] = [stops[0], stops.at(-1)];
  const [bottom, top] = [TO_EVEN[scale](low), TO_EVEN[scale](high)];
  const share = (value) => (TO_EVEN[scale](value) - bottom) / (top - bottom);
  const value = (part) => Math.min(Math.max(FROM_EVEN[scale](bottom + part * (top - bottom)), low), high);
  return { name, symbol, scale, stops, low, high, share, value };
}

/** A value as a slider would have it: with three significant digits, those of a memory in 1 − x. */
export function rounded({ scale, low, high }, value) {
  const three = (x) => Number(x.toPrecision(3));
  return Math.min(Math.max(scale === "memory" ? Number((1 - three(1 - value)).toPrecision(12)) : three(value), low), high);
}

/** Ticks at round numbers: powers of ten, and of a memory 0, 0.9, 0.99, ... */
export function ticksOf({ scale, low, high, share }, labelOf) {
  const values = [];
  if (scale === "linear") for (let i = 0; i <= 4; i++) values.push(low + (i / 4) * (high - low));
  else if (scale === "log") for (let power = Math.ceil(Math.log10(low) - 1e-9); power <= Math.log10(high) + 1e-9; power++) values.push(Number(`1e${power}`));
  else for (const value of [0, 0.5, 0.9, 0.99, 0.999, 0.9999]) if (value >= low && value <= high) values.push(value);
  return values.map((value) => ({ value, at: share(value), label: labelOf(value) }));
}
