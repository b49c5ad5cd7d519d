// A race: every rule runs with the learning rate that is best for it, chosen anew as the start is dragged.

import { flat } from "../compute/record.js";
import { keyOf } from "../compute/frames.js";
import { drawDot } from "../draw/marks.js";
import { logarithmic } from "../draw/scales.js";
import { colorOn } from "../draw/theme.js";
import { number } from "../text/numbers.js";
import { outcome } from "../text/words.js";
import { triedRates } from "./rates.js";

const KEPT = 100; // choices: one for each problem that is made ready, and for each start on the way of a drag

/** race(lab): a piece of the lab, where the scene asks for it. */
export function race(lab) {
  const asked = lab.state.scene.race;
  if (!asked) return null;
  const { rates } = asked;
  const found = new Map(); // for each state and rule {losses, best}, the one that was asked for last at the end
  const choiceOf = (state, index) => found.get(`${index} ${keyOf(state)}`);

  function chosenFor(index, state, h, k, { engine, rule }) {
    const key = `${index} ${keyOf(state)}`;
    let choice = found.get(key);
    if (!choice) {
      const about = { engine, start: state.start.flat(), h, k, at: rule.indexOf("learning_rate"), steps: state.steps, bounds: flat(state.problem.bounds) };
      choice = triedRates(about, asked);
      if (found.size >= KEPT * lab.state.scene.tracks.length) found.delete(found.keys().next().value);
    }
    found.delete(key);
    found.set(key, choice);
    return h.with(rule.indexOf("learning_rate"), rates[choice.best]);
  }
  lab.runs.chosen = chosenFor;

  lab.frames.textOf = (frame) => {
    const each = frame.tracks.map((track, i) => `${track.label} with η = ${number(rates[choiceOf(frame, i).best])}: ${outcome(frame, track, true)}`);
    return each.join("; ");
  };

  let strip = null;
  lab.extras.panels.push((frame, panels) => {
    const [, loss] = panels;
    loss.bare = false;
    loss.weight = 1.6;
    const x = logarithmic(rates[0], rates.at(-1));
    const curves = frame.tracks.map(({ color, dash }, i) => ({ values: choiceOf(frame, i).losses.map((value) => (Number.isFinite(value) ? value : NaN)), places: rates, color, dash }));
    strip = { title: "loss at the end, for each learning rate", x, y: loss.y, xlabel: "η", lines: true, curves, still: true, weight: 1.6 };
    panels.splice(2, panels.length, strip);
  });

  // What was chosen, also where it lies on the edge of the strip.
  lab.extras.overlays.push((context, { frame, theme, font }) => {
    const { box, x, y } = strip;
    frame.tracks.forEach(({ color }, i) => {
      const { losses, best } = choiceOf(frame, i);
      if (!Number.isFinite(losses[best])) return;
      const share = Math.min(Math.max(y.share(losses[best]), 0), 1);
      drawDot(context, theme, [box.left + x.share(rates[best]) * box.width, box.top + (1 - share) * box.height], 0.42 * font, colorOn(theme, color));
    });
  });
  return {};
}
