"""A question before the picture: the learner commits to an answer, and only then learns which is right, and why."""

from __future__ import annotations

import html
import re
import string
from collections.abc import Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from optlearn.live import Lab
from optlearn.live.bundle import bundle
from optlearn.live.lab import PANELS
from optlearn.live.page import MIME, lab_of, page_of
from optlearn.live.shown import Shown
from optlearn.live.words import number
from optlearn.practice import tally
from optlearn.practice.verdict import Verdict, folded

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


class Predict(Shown, anywidget.AnyWidget):
    """A question with options to choose from, or with a number for an answer.

    A click commits to an option, and so does its letter on the keyboard. After that, every option
    says what speaks for or against it. Nothing waits for an answer: whoever only reads, reads on.

    Parameters
    ----------
    question : str
    options : sequence of str, or str
        What to choose from: A, B, C, ... Or the unit of a number, such as "steps".
    answer : str or float
        The letter of the right option, or the right number.
    why : sequence of str, or str
        For each option in turn what makes it right or wrong. For a number, where it comes from.
    within : float
        How far a number may be from the right one, as a share of it.
    traps : mapping of float to str, optional
        Numbers that come from a likely mistake, each with a word on it.
    code : bool
        Whether the options are lines of code.
    counts : bool
        Whether `progress` counts it.

    Attributes
    ----------
    given : str
        What the learner has committed to; "" as long as they have not.

    Raises
    ------
    ValueError
        If the answer is not among the options, or an option has no reason.
    """

    _esm = bundle(Path(__file__).with_name("predict.js"))
    _css = Path(__file__).with_name("practice.css")

    content = traitlets.Dict().tag(sync=True)  # question, letters, options, unit
    given = traitlets.Unicode().tag(sync=True)
    verdict = traitlets.Dict().tag(sync=True)  # once something is given: text, right, reasons, the right letter

    def __init__(
        self,
        question: str,
        options: Sequence[str] | str,
        answer: str | float,
        why: Sequence[str] | str,
        *,
        within: float = 0.1,
        traps: Mapping[float, str] | None = None,
        code: bool = False,
        counts: bool = True,
    ):
        self._unit = options if isinstance(options, str) else None
        self._options = [] if self._unit is not None else list(options)
        self._letters = string.ascii_uppercase[: len(self._options)]
        self._answer, self._why, self._within, self._traps = answer, why, within, dict(traps or {})
        self._counts = counts
        self._reveals: list[tuple[Lab, dict[str, Any]]] = []
        self._check()
        super().__init__(
            content={
                "question": question,
                "letters": list(self._letters),
                "options": self._options,
                "unit": self._unit,
                "code": code,
            }
        )
        self.observe(self._on_given, "given")
        self._count(done=False)

    def _check(self) -> None:
        if self._unit is not None:
            if not _is_number(self._answer):
                raise ValueError(f"answer={self._answer!r}: a question for a number has a number for an answer.")
            return
        if len(self._options) < 2 or self._answer not in list(self._letters):
            raise ValueError(f"answer={self._answer!r}: the options are {', '.join(self._letters) or 'missing'}.")
        if isinstance(self._why, str) or len(self._why) != len(self._options):
            raise ValueError(f"why: there must be {len(self._options)} reasons, one for each option.")

    def judge(self, answer: str | float) -> Verdict:
        """What the question would say to an answer. It does not count as one.

        Raises
        ------
        ValueError
            If the answer is not one of the letters, or not a number.
        """
        return self._judge_number(answer) if self._unit is not None else self._judge_letter(answer)

    def commit(self, answer: str | float) -> Verdict:
        """Answer, as by a click."""
        verdict = self.judge(answer)
        self.given = str(answer)
        return verdict

    def reset(self) -> None:
        """As if nobody had answered: for the next class."""
        self.given = ""

    def reveals(self, lab: Lab, text: str, **where: Any) -> None:
        """Once the question is answered, point the answer out in a lab; `where` as for `Lab.point_out`."""
        self._reveals.append((lab, {"text": text, **where}))
        if self.given:
            lab.point_out(text, **where)

    def _count(self, done: bool) -> None:
        if self._counts:
            tally.note("predictions", self.content["question"], done=done)

    def _judge_letter(self, answer: Any) -> Verdict:
        letter = str(answer).strip().upper()
        if letter not in self._letters or len(letter) != 1:
            raise ValueError(f"{answer!r} is no option. There are: {', '.join(self._letters)}.")
        right = letter == self._answer
        word = f"{letter} is right." if right else f"Not {letter}: it is {self._answer}."
        return Verdict(right, f"{word} {self._why[self._letters.index(letter)]}")

    def _judge_number(self, answer: Any) -> Verdict:
        text = str(answer).strip().replace("−", "-").replace(",", ".")
        if not NUMBER.fullmatch(text):
            raise ValueError(f"'{answer}' is not a number. One looks like this: 12.5")
        value = float(text)
        truth = f"{number(self._answer)} {self._unit}".strip()
        if self._near(value, self._answer):
            return Verdict(True, f"Right: it is {truth}. {self._why}")
        trap = next((f"{text} " for wrong, text in self._traps.items() if self._near(value, wrong)), "")
        size = "large" if value > self._answer else "small"
        return Verdict(False, f"{number(value)} is too {size}: it is {truth}. {trap}{self._why}")

    def _near(self, value: float, wanted: float) -> bool:
        return abs(value - wanted) <= self._within * abs(wanted)

    def _on_given(self, change: Any) -> None:
        labs = {id(lab): lab for lab, _ in self._reveals}
        if not self.given:
            self.verdict = {}
            for lab in labs.values():
                lab.unpoint()
            return
        try:
            verdict = self.judge(self.given)
        except ValueError as error:  # the browser sends whatever was typed
            self.given = ""
            self.verdict = {"text": str(error)}
            return
        reasons = [] if self._unit is not None else list(self._why)
        self.verdict = {"text": verdict.text, "right": verdict.right, "reasons": reasons, "answer": str(self._answer)}
        self._count(done=True)
        for lab, where in self._reveals:
            lab.point_out(**where)

    def page(self) -> dict[str, Any]:
        """All that a page without a kernel needs to ask this: see `page_of`."""
        key = {"answer": self._answer, "why": self._why, "within": self._within, "traps": list(self._traps.items())}
        reveals = [_on_page(lab, **where) for lab, where in self._reveals]
        more = {"key": key, "reveals": reveals, "counts": self._counts}
        return page_of("predict", {"content": self.content, **more})

    def __repr__(self) -> str:
        lines = [f"{letter}. {text}" for letter, text in zip(self._letters, self._options, strict=True)]
        return "\n".join([self.content["question"], *lines])

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        question, data = self.content["question"], super()._repr_mimebundle_()
        left, right = ("<code>", "</code>") if self.content["code"] else ("", "")
        items = "".join(f"<li>{left}{html.escape(option)}{right}</li>" for option in self._options)
        reasons = [
            f"{'✓' if letter == self._answer else '✗'} {letter}. {reason}"
            for letter, reason in zip(self._letters, self._why, strict=False)
        ] or [self.judge(self._answer).text]
        page = (
            f"<p><b>{html.escape(question)}</b></p>"
            + (f'<ol type="A">{items}</ol>' if items else f"<p>A number ({self._unit}).</p>")
            + folded("Answer", reasons)
        )
        return {**data, "text/plain": repr(self), "text/html": page, MIME: self.page()}, {}


def _on_page(lab: Lab, text: str, step: int | None = None, panel: str = "path", **values: Any) -> dict[str, Any]:
    """Where an answer is pointed out, as data; a problem by its name."""
    state = {name: values.pop(name) for name in ("problem", "start", "steps") if name in values}
    if "problem" in state:
        state["problem"] = state["problem"].name
    numbers = {name: float(value) for name, value in values.items()}
    return {"lab": lab_of(lab.scene), "text": text, "step": step, "panel": PANELS[panel], "values": numbers, **state}


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
