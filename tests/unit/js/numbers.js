import { fill, general, powerOfTen } from "../../../optlearn/live/js/text/numbers.js";

// Numbers come as their eight bytes, so that every one of them can be sent.
const number = (bytes) => new DataView(Uint8Array.from(bytes).buffer).getFloat64(0);

export function main({ numbers, digits, fills, powers }) {
  return {
    general: numbers.map((bytes) => digits.map((count) => general(number(bytes), count))),
    filled: fills.map(([template, values]) => fill(template, values)),
    powers: powers.map(powerOfTen),
  };
}
