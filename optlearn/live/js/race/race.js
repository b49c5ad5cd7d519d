// A race: every rule runs with the learning rate that is best for it, chosen anew as the start is dragged.

import { flat } from "../compute/record.js";
import { keyOf } from "../compute/frames.js";
import { drawDot } from "../draw/marks.js";
import { logarithmic } from "../draw/scales.js";
import { colorOn } from "../draw/theme.js";
import { number } from "../text/numbers.js";
import { outcome } from "../text/words.js";
import { triedRates } from "./rates.js";

/** race(lab): a piece of the lab, where the scene asks for it. */
export function race(lab) {
  const asked = lab.state.scene.race;
  if (!asked) return null;
  const { rates } = asked;
  const found = new Map(); // for each rule {key, losses, best}

  function chosenFor(index, state, h, k, { engine, rule }) {
    const key = keyOf(state);
    if (found.get(index)?.key !== key) {
      const about = { engine, start: state.start.flat(), h, k, at: rule.indexOf("learning_rate"), steps: state.steps, bounds: flat(state.problem.bounds) };
      found.set(index, { key, ...triedRates(about, asked) });
    }
    return h.with(rule.indexOf("learning_rate"), rates[found.get(index).best]);
  }
  lab.runs.chosen = chosenFor;

  lab.frames.textOf = (frame) => {
    const each = frame.tracks.map((track, i) => `${track.label} with η = ${number(rates[found.get(i).best])}: ${outcome(frame, track, true)}`);
    return each.join("; ");
  };

  let strip = null;
  lab.extras.panels.push((frame, panels) => {
    const [, loss] = panels;
    loss.bare = false;
    loss.weight = 1.6;
    const x = logarithmic(rates[0], rates.at(-1));
    const curves = frame.tracks.map(({ color, dash }, i) => ({ values: found.get(i).losses.map((value) => (Number.isFinite(value) ? value : NaN)), places: rates, color, dash }));
    strip = { title: "loss at the end, for each learning rate", x, y: loss.y, xlabel: "η", lines: true, curves, still: true, weight: 1.6 };
    panels.splice(2, panels.length, strip);
  });

  // What was chosen, also where it lies on the edge of the strip.
  lab.extras.overlays.push((context, { frame, theme, font }) => {
    const { box, x, y } = strip;
    frame.tracks.forEach(({ color }, i) => {
      const { losses, best } = found.get(i);
      if (!Number.isFinite(losses[best])) return;
      const share = Math.min(Math.max(y.share(losses[best]), 0), 1);
      drawDot(context, theme, [box.left + x.share(rates[best]) * box.width, box.top + (1 - share) * box.height], 0.42 * font, colorOn(theme, color));
    });
  });
  return {};
}
