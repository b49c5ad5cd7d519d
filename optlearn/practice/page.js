// A lesson on a page without a kernel: its labs, questions and challenges, how they know of each other, and what is done.

import { labIn } from "../live/js/address.js";
import { element, write } from "../live/js/dom.js";
import { renderWith } from "../live/js/lab.js";
import { follow, link } from "../live/js/link.js";
import { map } from "../live/js/map/map.js";
import { modelOf, resolved } from "../live/js/page.js";
import { race } from "../live/js/race/race.js";
import { judgeAnswer } from "./answers.js";
import { challenge } from "./challenge.js";
import { judge } from "./judge.js";
import { predict } from "./predict.js";

const render = renderWith(map, race);
const KINDS = { lab: mountLab, predict: mountPredict, challenge: mountChallenge, progress: mountProgress };
const NEEDS_KERNEL = "Python judges this one: run the notebook with a kernel, by the links at the top of the lesson.";
const WORDS = { predictions: ["prediction", "answered"], challenges: ["challenge", "met"] };

/**
 * The lesson whose parts are some places of the page, each with its description in a script. `common` are the shared parts
 * that are needed at once; `others` brings all of them.
 */
export class Lesson {
  constructor(places, common, others) {
    Object.assign(this, { common, others });
    this.memory = new Memory(`optlearn ${location.pathname.split("/").at(-1).replace(/\.html$/, "") || "index"}`);
    this.spots = Array.from(places, (place) => ({ place, ...JSON.parse(place.querySelector("script").textContent) }));
    this.labs = this.spots.filter(({ kind }) => kind === "lab");
    this.labs.forEach((spot, index) => Object.assign(spot, { index, watchers: [] }));
  }

  /** Bring a place to life, unless it is. */
  mount(place) {
    return this.mountSpot(this.spots.find((spot) => spot.place === place));
  }

  mountSpot(spot) {
    if (spot.alive) return spot;
    spot.alive = true;
    const el = document.createElement("div");
    KINDS[spot.kind](this, spot, el);
    spot.place.replaceChildren(el);
    spot.place.classList.add("alive");
    if (spot.kind === "lab") spot.lab.refresh(); // now that it has a size
    return spot;
  }

  /** The lab {first, labels} that a question or a challenge is about: of several alike the last one before it. */
  labOf(spot, { first, labels }) {
    const same = ({ traits }) =>
      JSON.stringify(sorted(traits.scene.first)) === JSON.stringify(sorted(first)) &&
      JSON.stringify(traits.scene.tracks.map(({ label }) => label)) === JSON.stringify(labels);
    const found = this.labs.filter(same);
    const before = found.filter(({ place }) => place.compareDocumentPosition(spot.place) & Node.DOCUMENT_POSITION_FOLLOWING);
    return before.at(-1) ?? found[0] ?? null;
  }

  /** Bring the lab that the page's address names to its state; what is wrong with it is said in a line. */
  followAddress() {
    const address = location.hash.slice(1);
    const index = labIn(address);
    this.said?.remove();
    if (index === null) return;
    const spot = this.labs[index];
    const fault = spot ? follow(address, this.mountSpot(spot).lab) : `the page has no lab ${index + 1}`;
    const near = (spot ?? this.spots[0])?.place;
    if (fault) this.said = element("p", { className: "optlearn-address", textContent: `The address of this page is not understood, and ignored: ${fault}.` });
    if (fault) this.said.setAttribute("role", "status");
    if (fault) near.before(this.said);
    near?.scrollIntoView({ block: "start" });
  }

  /** What is answered and met on this page: "1 of 3 predictions answered, 0 of 1 challenge met". */
  get progress() {
    const counted = {
      predictions: this.spots.filter(({ kind, traits }) => kind === "predict" && traits.counts).map(({ traits }) => traits.content.question),
      challenges: this.spots.filter(({ kind, traits }) => kind === "challenge" && traits.task.goal).map(({ traits }) => traits.task.name),
    };
    const lines = Object.entries(counted).map(([kind, all]) => {
      const names = [...new Set(all)];
      const [one, done] = WORDS[kind];
      return names.length ? `${names.filter((name) => this.memory.get(kind, name)).length} of ${names.length} ${names.length > 1 ? `${one}s` : one} ${done}` : "";
    });
    return lines.filter(Boolean).join(", ") || "Nothing to do here yet.";
  }
}

const LATER = 1500; // milliseconds after which the other problems are loaded: the first drag comes first
const whenIdle = (act) => setTimeout(() => (window.requestIdleCallback ?? setTimeout)(act), LATER);

function mountLab(lesson, spot, el) {
  const watch = (lab) => {
    spot.lab = lab;
    let seen = null;
    return {
      show(frame) {
        if (!frame || frame === seen) return;
        seen = frame;
        for (const watcher of spot.watchers) watcher.see(frame);
      },
    };
  };
  spot.model = modelOf(spot.traits, { ...lesson.common, ...spot.parts }, [watch, link(spot.index)]);
  whenIdle(() => lesson.others().then(({ common }) => spot.model.set("rest", resolved(spot.traits.rest, { ...common, ...spot.parts }))));
  spot.model.on("saved", () => spot.watchers.forEach((watcher) => watcher.count(spot.lab.frame)));
  for (const other of lesson.spots) if (other.kind === "challenge") watchFor(lesson, other, spot);
  render({ model: spot.model, el });
}

// ---- questions

function mountPredict(lesson, spot, el) {
  const { content, key, reveals } = spot.traits;
  const { memory } = lesson;
  const model = (spot.model = modelOf({ content, given: "", verdict: {} }));

  const verdictOn = (given) => ({ ...judgeAnswer(given, content, key), reasons: content.unit === null ? key.why : [], answer: String(key.answer) });

  function answered() {
    const given = model.get("given");
    const verdict = given ? verdictOn(given) : {};
    if (given && verdict.right === undefined) {
      model.set("given", ""); // no answer at all
      return model.set("verdict", { text: verdict.text });
    }
    memory.set("predictions", content.question, given);
    model.set("verdict", verdict);
    for (const where of reveals) given ? pointOut(lesson, spot, where) : unpoint(lesson, spot, where);
  }

  predict({ model, el });
  const kept = memory.get("predictions", content.question);
  if (kept) {
    model.set("given", kept);
    model.set("verdict", verdictOn(kept));
  }
  model.on("change:given", answered);
  memory.onForget(() => model.get("given") && model.set("given", ""));
}

// Say something about a point of the run in a lab, at the numbers for which it is true.
function pointOut(lesson, spot, { lab: which, text, step, panel, values, problem, start }) {
  const found = lesson.labOf(spot, which);
  if (!found) return;
  const { lab, model } = lesson.mountSpot(found);
  lab.settle();
  if (problem && problem !== lab.state.problem.name) lab.state.choose(problem);
  lab.state.moveTo(values);
  if (start) lab.state.start = start;
  lab.compute();
  const { left, record } = lab.frame.tracks[0];
  const mark = { text, step: step ?? (left >= 0 ? left : record.steps), panel, values: { ...lab.state.values }, start: lab.state.start, problem: lab.state.problem.name };
  for (const [name, value] of Object.entries({ values: mark.values, start: mark.start, problem: mark.problem })) model.set(name, value);
  model.set("scene", { ...model.get("scene"), marks: [...model.get("scene").marks, { ...mark, by: spot.traits.content.question }] });
}

function unpoint(lesson, spot, { lab: which }) {
  const model = lesson.labOf(spot, which)?.model;
  if (model) model.set("scene", { ...model.get("scene"), marks: model.get("scene").marks.filter(({ by }) => by !== spot.traits.content.question) });
}

// ---- challenges

function mountChallenge(lesson, spot, el) {
  const { content, task, text } = spot.traits;
  const met = Boolean(lesson.memory.get("challenges", task.name));
  const model = (spot.model = modelOf({ content, met, text: spot.said ?? (task.goal ? text : NEEDS_KERNEL), again: 0 }));
  challenge({ model, el });
  model.on("change:again", () => startAgain(lesson, spot));
  lesson.memory.onForget(() => model.set("met", false));
}

// A lab tells a challenge what is on screen, on the page or not, and the challenge has its line under the lab.
function watchFor(lesson, spot, labSpot) {
  const { task } = spot.traits;
  if (!task.goal || lesson.labOf(spot, task.lab) !== labSpot) return;
  labSpot.watchers.push({
    see(frame) {
      spot.said = judge(task, frame).text;
      spot.model?.set("text", spot.said);
      labSpot.model.set("notes", { ...labSpot.model.get("notes"), [task.name]: `Challenge. ${spot.said}` });
    },
    count(frame) {
      if (!frame || !judge(task, frame).right || lesson.memory.get("challenges", task.name)) return;
      lesson.memory.set("challenges", task.name, true);
      spot.model?.set("met", true);
    },
  });
}

function startAgain(lesson, spot) {
  const { task } = spot.traits;
  const found = lesson.labOf(spot, task.lab);
  if (!found) return;
  const { lab } = lesson.mountSpot(found);
  const { values, start, problem } = task.first;
  if (lab.state.problem.name !== problem) lab.change({ problem });
  lab.change({ values, start }, true);
}

// ---- what is done

function mountProgress(lesson, spot, el) {
  const { memory } = lesson;
  const line = element("p", { className: "verdict" });
  const forget = element("button", { type: "button", textContent: "forget my answers on this page" });
  line.setAttribute("role", "status");
  forget.addEventListener("click", () => memory.forget());
  el.append(element("div", { className: "optlearn-practice progress" }, line, element("p", { className: "foot" }, forget)));
  const show = () => {
    write(line, lesson.progress);
    forget.hidden = memory.isEmpty;
  };
  memory.onChange(show);
  show();
}

// Answers and what is met, kept by the browser for this page and nowhere else; where it may not, until the page is closed.
class Memory {
  constructor(name) {
    this.name = name;
    this.listeners = [];
    this.forgetters = [];
    try {
      this.kept = JSON.parse(localStorage.getItem(name)) ?? {};
    } catch {
      this.kept = {};
    }
  }

  get isEmpty() {
    return Object.values(this.kept).every((each) => Object.keys(each).length === 0);
  }

  get(kind, what) {
    return this.kept[kind]?.[what];
  }

  set(kind, what, value) {
    const { [what]: old, ...others } = this.kept[kind] ?? {};
    this.kept = { ...this.kept, [kind]: value ? { ...others, [what]: value } : others };
    this.keep();
  }

  forget() {
    this.kept = {};
    this.forgetters.forEach((tell) => tell());
    this.keep();
  }

  onChange(tell) {
    this.listeners.push(tell);
  }

  onForget(tell) {
    this.forgetters.push(tell);
  }

  keep() {
    try {
      if (this.isEmpty) localStorage.removeItem(this.name);
      else localStorage.setItem(this.name, JSON.stringify(this.kept));
    } catch {
      // a page opened from disk, or in private, may not
    }
    this.listeners.forEach((tell) => tell());
  }
}

function sorted(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}
