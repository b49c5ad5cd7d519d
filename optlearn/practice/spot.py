"""Spot it before you run it: questions made from the catalogue, and the wrong rule beside the right one."""

from __future__ import annotations

import re
import zlib
from typing import Any

import ipywidgets
import numpy as np

from optlearn.live import Lab
from optlearn.live.shown import Shown
from optlearn.practice import scalars
from optlearn.practice.mistakes import Mistake, catalogue, of
from optlearn.practice.predict import Predict
from optlearn.practice.program import Program, read
from optlearn.problems import Problem

THEMES = {
    "lost": "not-a-number|not a number",
    "still": "freezes|stands still|crawl|too slow|smaller|tiny|too small",
    "wild": "explodes|diverges|grows|too long|huge|flies",
    "nothing": "nothing",
    "swings": "swings",
}


def spot(mistake: Mistake, **more: Any) -> Predict:
    """Ask which line is wrong: the rule with the mistake, as people write it for a and b. `more` as for every "
    "`Predict`."""
    right, wrong = (code(program) for program in (read(mistake.optimizer).program, mistake.program))
    changed = [i for i, line in enumerate(wrong) if line not in right and "_old_a =" not in line]
    left_out = not changed and len(wrong) < len(right)
    asked = "a line left out. Before which is it missing?" if left_out else "one mistake. Which line is wrong?"
    changed = changed or [next(i for i, pair in enumerate(zip(right, wrong, strict=False)) if pair[0] != pair[1])]
    why = ["This line is as it should be."] * len(wrong)
    for index in changed:
        why[index] = f"{mistake.says} Why people write it: {mistake.why}."
    question = f"{mistake.optimizer.__name__}, with {asked}"
    return Predict(question, wrong, chr(ord("A") + changed[0]), why=why, code=True, **more)


def code(program: Program) -> list[str]:
    """The lines of a program in scalars, those for a and b on one line."""
    return [*(";  ".join(both).replace(" ** ", "**") for _, both in scalars.lines(program)), "return a, b"]


def foresee(mistake: Mistake, **more: Any) -> Predict:
    """Ask what will be seen of it: that, or what is seen of two other mistakes in the same rule."""
    others = [m for m in of(mistake.optimizer) if isinstance(m, Mistake)]
    rng = np.random.default_rng(zlib.crc32(mistake.name.encode()))
    shown = {_theme(mistake): mistake}
    for i in rng.permutation(len(others)):
        if len(shown) < 3:
            shown.setdefault(_theme(others[i]), others[i])
    shown = [list(shown.values())[i] for i in rng.permutation(len(shown))]
    why = ["Watch it in the picture." if m is mistake else f"That is seen of another one: {m.name}." for m in shown]
    question = f"{mistake.optimizer.__name__}, {mistake.name}: what will be seen?"
    answer = chr(ord("A") + shown.index(mistake))
    return Predict(question, [m.sees for m in shown], answer, why=why, **more)


def beside(mistake: Mistake, problem: Problem | None = None, **more: Any) -> Lab:
    """The right rule and the wrong one in one lab, at a learning rate that suits the parabola."""
    rate = {"learning_rate": mistake.optimizer.facts.good_rate}
    return Lab.compare(mistake.optimizer(**rate), mistake.rule()(**rate), problem or mistake.on(), **more)


def _theme(mistake: Mistake) -> str:
    """What is seen, roughly: a question should not offer two of a kind."""
    return next((theme for theme, words in THEMES.items() if re.search(words, mistake.sees)), mistake.sees)


class Gallery(Shown, ipywidgets.VBox):
    """The whole catalogue: choose a mistake, spot it, say what will be seen, then run both rules.

    Attributes
    ----------
    mistake : Mistake
        The one that is shown; set it to see another.
    """

    def __init__(self):
        self._all = {f"{m.optimizer.__name__}: {m.name}": m for m in catalogue() if isinstance(m, Mistake)}
        self._menu = ipywidgets.Dropdown(
            options=list(self._all), description="mistake", layout=ipywidgets.Layout(width="34em")
        )
        self._run = ipywidgets.Button(description="run both", layout=ipywidgets.Layout(width="9em"))
        super().__init__()
        self._menu.observe(self._choose, "value")
        self._run.on_click(self._show)
        self._choose()

    @property
    def mistake(self) -> Mistake:
        return self._all[self._menu.value]

    @mistake.setter
    def mistake(self, mistake: Mistake) -> None:
        self._menu.value = f"{mistake.optimizer.__name__}: {mistake.name}"

    def run(self) -> Lab:
        """Show both rules in a lab, as by the button."""
        self._show()
        return self.children[-1]

    def _choose(self, change: Any = None) -> None:
        self._close_lab()
        self._questions = [ask(self.mistake, counts=False) for ask in (spot, foresee)]
        self.children = [self._menu, *self._questions, self._run]

    def _show(self, button: Any = None) -> None:
        self._close_lab()
        where = ipywidgets.HTML(f"<p style='font-size: 16px'>Found in: {self.mistake.where}.</p>")
        self.children = [self._menu, *self._questions, self._run, where, beside(self.mistake)]

    def _close_lab(self) -> None:
        for child in self.children[4:]:
            child.close()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        return {**super()._repr_mimebundle_(), "text/plain": "\n".join(self._all)}, {}
