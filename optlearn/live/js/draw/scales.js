// From a quantity to a share of its axis, and the ticks on the way: chosen from what a panel shows.

import { quantile } from "../compute/heights.js";
import { general, powerOfTen } from "../text/numbers.js";

const DECADES = 8; // no logarithmic axis shows more of what is small
const DIPS = 0.01; // the share of the steps at which a loss may lie below its axis
const NEAR_ZERO = 3; // decades on either side of zero of an axis with both signs

/** Evenly spaced. */
export function linear(low, high) {
  return { kind: "linear", low, high, share: (value) => (value - low) / (high - low), ticks: roundTicks(low, high) };
}

/** By powers of ten. */
export function logarithmic(low, high) {
  const [bottom, top] = [Math.log10(low), Math.log10(high)];
  const share = (value) => (value > 0 ? (Math.log10(value) - bottom) / (top - bottom) : value === 0 ? -1 : NaN);
  return { kind: "log", low, high, share, ticks: decades(bottom, top) };
}

/** By powers of ten on both sides of zero, evenly below `threshold`. */
export function symmetric(low, high, threshold) {
  const bent = (value) => {
    const size = Math.abs(value) / threshold;
    return Math.sign(value) * (size < 1 ? size * 0.4 : 0.4 + Math.log10(size));
  };
  const [bottom, top] = [bent(low), bent(high)];
  const power = Math.floor(Math.log10(Math.max(-low, high)));
  const named = [-1, 0, 1].map((sign) => ({ value: sign * 10 ** power, label: sign ? `${sign < 0 ? "−" : ""}${powerOfTen(power)}` : "0" }));
  const ticks = named.filter(({ value }) => value >= low && value <= high);
  return { kind: "symmetric", low, high, share: (value) => (bent(value) - bottom) / (top - bottom), ticks };
}

/** The axis that fits some lines: logarithmic where nothing is negative, else symmetric about zero. */
export function fitted(lines) {
  const sizes = lines.flatMap((line) => Array.from(line)).filter(Number.isFinite);
  const negative = sizes.some((value) => value < 0);
  const sorted = Float64Array.from(sizes, Math.abs).filter((size) => size > 0).sort();
  if (!sorted.length) return linear(-1, 1);
  const largest = quantile(sorted, 0.998);
  if (negative) {
    const top = roundedUp(1.2 * largest);
    return symmetric(-top, top, top * 10 ** -NEAR_ZERO);
  }
  return wholeDecades(quantile(sorted, 0.01), sorted.at(-1) > 100 * largest ? largest : sorted.at(-1));
}

/** The axis of the loss: what the runs reach, no more above than the landscape has, and no dip that noise makes alone. */
export function fittedToLoss(lines, highest) {
  const sorted = Float64Array.from(lines.flatMap((line) => Array.from(line)).filter(Number.isFinite)).sort();
  if (!sorted.length) return linear(0, 1);
  const [low, high] = [sorted[0], sorted.at(-1)];
  const top = Number.isFinite(highest) ? Math.min(high, 1.5 * highest) : high;
  if (low < 0) {
    const size = Math.max(top, 0) || Math.min(-low, 1);
    return symmetric(-roundedUp(Math.min(-low, 100 * size)), roundedUp(size), roundedUp(size) / 10);
  }
  const ceiling = top > 0 ? top : 1;
  return wholeDecades(Math.max(low, sorted[Math.floor(DIPS * (sorted.length - 1))] / 10, ceiling * 1e-9), ceiling);
}

// A logarithmic axis from one power of ten to another, so that it stays while a line changes a little.
function wholeDecades(low, high) {
  const top = Math.ceil(Math.log10(high * 1.1));
  const bottom = Math.min(Math.floor(Math.log10(low / 1.1)), top - 1);
  return logarithmic(10 ** Math.max(bottom, top - DECADES - 1), 10 ** top);
}

function roundedUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((step) => step * power >= value * (1 - 1e-9));
}

function decades(bottom, top) {
  const first = Math.ceil(bottom - 1e-9);
  const last = Math.floor(top + 1e-9);
  const stride = Math.ceil((last - first + 1) / 5);
  const ticks = [];
  for (let power = last; power >= first; power -= stride) ticks.push({ value: 10 ** power, label: powerOfTen(power) });
  return ticks;
}

function roundTicks(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const stride = power * [1, 2, 5, 10].find((step) => step * power >= rough * (1 - 1e-9));
  const ticks = [];
  for (let i = Math.ceil(low / stride - 1e-9); i * stride <= high + 1e-9 * stride; i++) {
    const value = i * stride;
    ticks.push({ value, label: general(Number(value.toPrecision(12)), 6).replace("-", "−") });
  }
  return ticks;
}
