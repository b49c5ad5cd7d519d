// The lines of text under the picture.

import { element, write } from "../dom.js";

/** notices(lab): a piece of the lab. */
export function notices(lab) {
  const { model } = lab;
  const text = element("p", { className: "text" });
  const notice = element("p", { className: "notice" });
  const notes = element("div", { className: "notes" });
  const alert = element("p", { className: "alert" });
  text.setAttribute("role", "status");
  notice.setAttribute("role", "status");
  notes.setAttribute("role", "status");
  alert.setAttribute("role", "alert");
  let silence = "";

  function show(frame) {
    write(text, frame?.text ?? "");
    lab.kernel.showWaiting(lab.waiting, (words) => {
      silence = words;
      showLines();
    });
    showLines();
  }

  function showLines() {
    write(notice, model.get("notice"));
    write(alert, model.get("alert") || silence);
    const lines = Object.values(model.get("notes"));
    if (lines.join("\n") !== Array.from(notes.children, (line) => line.textContent).join("\n"))
      notes.replaceChildren(...lines.map((line) => element("p", { textContent: line })));
  }

  const events = ["change:notice", "change:alert", "change:notes"];
  for (const event of events) model.on(event, showLines);
  const destroy = () => events.forEach((event) => model.off(event, showLines));
  return { root: element("div", { className: "words" }, text, notice, notes, alert), show, destroy };
}
