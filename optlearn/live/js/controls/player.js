// Play, pause and the scrubber over the steps.

import { element, write } from "../dom.js";

const PLAYING = 6000; // milliseconds to play a run from start to end

/** player(lab): a piece of the lab. */
export function player(lab) {
  const play = element("button", { type: "button", className: "play", textContent: "▶ play" });
  const scrubber = element("input", { type: "range", min: 0, className: "scrubber" });
  const label = element("span", { className: "step" });
  const root = element("div", { className: "steps" }, play, scrubber, label);
  scrubber.setAttribute("aria-label", "step");
  let playing = null;

  function show() {
    scrubber.max = lab.state.steps;
    scrubber.value = lab.state.step;
    write(label, `step ${lab.state.step}`);
  }

  function stop() {
    cancelAnimationFrame(playing);
    playing = null;
    play.textContent = "▶ play";
    lab.settle();
  }

  function toggle() {
    if (playing !== null) return stop();
    play.textContent = "❚❚ pause";
    const { steps, step } = lab.state;
    const from = step >= steps ? 0 : step;
    let began = null;
    const frame = (now) => {
      began ??= now;
      const step = Math.min(steps, Math.round(from + ((now - began) / PLAYING) * steps));
      lab.showStep(step);
      if (step < steps) playing = requestAnimationFrame(frame);
      else stop();
    };
    playing = requestAnimationFrame(frame);
  }

  play.addEventListener("click", toggle);
  scrubber.addEventListener("input", () => lab.showStep(Number(scrubber.value)));
  scrubber.addEventListener("change", () => (playing === null ? lab.settle() : stop()));
  return { root, show, destroy: () => cancelAnimationFrame(playing) };
}
