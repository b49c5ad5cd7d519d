// A question: the learner commits to an answer, then sees what speaks for and against each.

import { element } from "../live/js/dom.js";

export function predict({ model, el }) {
  const { question, letters, options, unit, code } = model.get("content");
  const root = element("div", { className: "optlearn-practice predict" });
  const title = element("p", { className: "question", textContent: question });
  const list = element("div", { className: "options" });
  const verdict = element("p", { className: "verdict" });
  const reset = element("button", { type: "button", className: "reset", textContent: "ask again" });
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", question);
  verdict.setAttribute("role", "status");
  root.append(title, list, verdict, reset);
  el.append(root);

  const buttons = options.map((text, index) => {
    const button = element("button", { type: "button", className: code ? "option code" : "option" });
    const reason = element("p", { className: "reason" });
    button.append(element("b", { textContent: letters[index] }), element("span", { textContent: text }));
    button.dataset.letter = letters[index];
    button.addEventListener("click", () => commit(letters[index]));
    list.append(button, reason);
    return { button, reason };
  });
  const input = element("input", { type: "text", inputMode: "decimal", autocomplete: "off" });
  input.setAttribute("aria-label", `a number, in ${unit || "no unit"}`);
  if (unit !== null) {
    const line = element("p", { className: "number" });
    const send = element("button", { type: "button", textContent: "that is my answer" });
    line.append(input, element("span", { textContent: unit }), send);
    send.addEventListener("click", commitNumber);
    list.append(line);
  }

  function commitNumber() {
    if (input.value.trim()) commit(input.value.trim());
  }

  function commit(answer) {
    if (model.get("given")) return; // committed is committed, until it is asked again
    model.set("given", answer);
    model.save_changes();
  }

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === input) return event.key === "Enter" ? commitNumber() : undefined;
    const letter = event.key.toUpperCase();
    const direction = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (letters.includes(letter)) commit(letter);
    else if (direction && buttons.length) {
      const at = buttons.findIndex(({ button }) => button === document.activeElement);
      buttons[(at + direction + buttons.length) % buttons.length].button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function show() {
    const { text = "", right, reasons = [], answer } = model.get("verdict");
    const given = model.get("given");
    const done = right !== undefined;
    root.classList.toggle("done", done);
    verdict.textContent = !done || unit !== null ? text : right ? `${given} is right.` : `Not ${given}: it is ${answer}.`;
    verdict.className = done ? `verdict ${right ? "right" : "wrong"}` : "verdict";
    buttons.forEach(({ button, reason }, index) => {
      const isRight = done && letters[index] === answer;
      button.classList.toggle("right", isRight);
      button.classList.toggle("given", done && letters[index] === given.toUpperCase());
      button.setAttribute("aria-pressed", String(letters[index] === given.toUpperCase()));
      reason.textContent = done ? `${isRight ? "✓" : "✗"} ${reasons[index]}` : "";
    });
    if (unit !== null) {
      if (given) input.value = given;
      input.readOnly = done;
    }
    reset.hidden = !done;
  }

  function askAgain() {
    input.value = "";
    model.set("given", "");
    model.save_changes();
    (buttons[0]?.button ?? input).focus();
  }

  root.addEventListener("keydown", keys);
  reset.addEventListener("click", askAgain);
  model.on("change:verdict", show);
  show();
  return () => model.off("change:verdict", show);
}

export const render = predict;
