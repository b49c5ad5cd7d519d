import { Engines } from "../../../optlearn/live/js/compute/engines.js";
import { Frames } from "../../../optlearn/live/js/compute/frames.js";
import { Runs } from "../../../optlearn/live/js/compute/runs.js";
import { modelOf } from "../../../optlearn/live/js/page.js";
import { State } from "../../../optlearn/live/js/state.js";
import { judgeAnswer } from "../../../optlearn/practice/answers.js";
import { judge } from "../../../optlearn/practice/judge.js";
import { nobody } from "./alone.js";

// What the browser says to each state of a lab, and to each answer to a question.
export function main({ challenges, questions }) {
  return {
    challenges: challenges.map(({ page, task, states }) => {
      const state = new State(modelOf(page.traits, page.parts));
      const frames = new Frames(state, new Runs(state, new Engines(state.model), nobody));
      return states.map((each) => judge(task, frames.of({ ...each, problem: state.problemNamed(each.problem) }, null)));
    }),
    questions: questions.map(({ content, key, answers }) => answers.map((answer) => judgeAnswer(answer, content, key))),
  };
}
