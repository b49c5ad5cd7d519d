// What a question says to an answer: predict.py in the browser, in the same words.

import { number } from "../live/js/text/numbers.js";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** {right, text} of an answer, or {text} if it is none. content: {letters, unit}; key: {answer, why, within, traps}. */
export function judgeAnswer(answer, content, key) {
  return content.unit === null ? judgeLetter(answer, content, key) : judgeNumber(answer, content, key);
}

function judgeLetter(answer, { letters }, { answer: wanted, why }) {
  const letter = answer.trim().toUpperCase();
  if (!letters.includes(letter)) return { text: `'${answer}' is no option. There are: ${letters.join(", ")}.` };
  const word = letter === wanted ? `${letter} is right.` : `Not ${letter}: it is ${wanted}.`;
  return { right: letter === wanted, text: `${word} ${why[letters.indexOf(letter)]}` };
}

function judgeNumber(answer, { unit }, { answer: wanted, why, within, traps }) {
  const text = answer.trim().replaceAll("−", "-").replaceAll(",", ".");
  if (!NUMBER.test(text)) return { text: `'${answer}' is not a number. One looks like this: 12.5` };
  const value = Number(text);
  const near = (other) => Math.abs(value - other) <= within * Math.abs(other);
  const truth = `${number(wanted)} ${unit}`.trim();
  if (near(wanted)) return { right: true, text: `Right: it is ${truth}. ${why}` };
  const trap = traps.find(([wrong]) => near(wrong));
  const size = value > wanted ? "large" : "small";
  return { right: false, text: `${number(value)} is too ${size}: it is ${truth}. ${trap ? `${trap[1]} ` : ""}${why}` };
}
