"""Goals of challenges and answers to questions: the browser says what the kernel says, in the same words."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optlearn.live import Lab
from optlearn.optimizers import SGD, RMSprop, ScheduleFreeAdamW
from optlearn.practice import Challenge, Goal, Predict, goals, largest, reach
from optlearn.problems import TwoLayers
from tests.unit.node.module import in_node
from tests.unit.sliced import made
from tests.unit.test_browser_text import is_chaotic, stops_of

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SETTINGS = 100


def settings(challenge: Challenge, count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Where a lab can be brought by hand: mostly with what the challenge allows, sometimes with anything."""
    lab, rng = challenge._lab, np.random.default_rng(seed)
    described, stops = stops_of(lab)
    task = challenge.page()["traits"]["task"]
    fixed = {name for name, _, _ in task["fixed"]}
    found = [task["first"]]
    for _ in range(count - 1):
        free = rng.random() < 0.1
        moved = {name: float(rng.choice(stops[name])) for name in lab.values if free or name not in fixed}
        start = lab.start
        if described["plane"] and (free or task["start"]):
            start = [float(f"{rng.uniform(low, high):.6g}") for low, high in described["bounds"]]
        found.append({**task["first"], "values": {**task["first"]["values"], **moved}, "start": start})
    return found


def verdict(challenge: Challenge, state: dict[str, Any]) -> dict[str, Any]:
    """What the kernel says."""
    lab = challenge._lab
    lab.set(**state["values"], start=state["start"])
    said = challenge.judge(*lab.runs)
    return {"right": said.right, "text": said.text}


def question_of(predict: Predict) -> dict[str, Any]:
    traits = predict.page()["traits"]
    rng = np.random.default_rng(0)
    answers = [*traits["content"]["letters"], " b ", "many", "", "Z", "1e3", ".5", "5.", "-0,5", "−3", "1_000", "inf"]
    if traits["content"]["unit"] is not None:
        key = traits["key"]
        near = [key["answer"], *(wrong for wrong, _ in key["traps"])]
        answers += [f"{each * share:.6g}" for each in near for share in rng.uniform(0.7, 1.4, 20)]
        answers += [repr(float(near[0] * share)) for share in (1, 1 - key["within"], 1 + key["within"])]
    return {"content": traits["content"], "key": traits["key"], "answers": answers}


def answered(predict: Predict, answer: str) -> dict[str, Any]:
    """What the kernel says."""
    try:
        said = predict.judge(answer)
    except ValueError as error:
        return {"text": str(error)}
    return {"right": said.right, "text": said.text}


@pytest.mark.usefixtures("without_xla")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_browser_judges_every_challenge_and_every_answer_as_the_kernel_does(path):
    exercises = made(path, "Challenge", "Predict")
    challenges = {name: each for name, each in exercises.items() if isinstance(each, Challenge)}
    questions = {name: each for name, each in exercises.items() if isinstance(each, Predict)}
    assert challenges
    assert questions
    by_hand = [name for name, each in challenges.items() if each._goal.data is None]
    assert by_hand == [], "these need a kernel"
    assert [each._goal.text for each in challenges.values() if each._goal.text[-1] not in ".?"] == [], "no sentence"
    states = {name: settings(each, SETTINGS) for name, each in challenges.items()}
    asked = {name: question_of(each) for name, each in questions.items()}
    given = {
        "challenges": [
            {"page": each._lab.page(), "task": each.page()["traits"]["task"], "states": states[name]}
            for name, each in challenges.items()
        ],
        "questions": list(asked.values()),
    }
    told = in_node("verdicts", given)
    for (name, each), there in zip(challenges.items(), told["challenges"], strict=True):
        here = [verdict(each, state) for state in states[name]]
        other = [k for k in range(SETTINGS) if here[k] != there[k]]
        wrong = [
            (here[k], there[k]) for k in other if not is_chaotic(each._lab, states[name][k], partial(verdict, each))
        ]
        assert wrong == [], name
        assert len(other) <= 0.3 * SETTINGS, f"{name}: chaos leaves little to compare"
        assert sum(here[k]["right"] != there[k]["right"] for k in other) <= 0.15 * SETTINGS, name
        assert len({said["text"] for said in here}) > SETTINGS / 10, f"{name}: the settings say too little"
    for (name, each), there in zip(questions.items(), told["questions"], strict=True):
        assert [answered(each, answer) for answer in asked[name]["answers"]] == there, name


# Goals


def test_a_goal_of_conditions_says_how_far_the_run_is():
    lab = Lab(RMSprop(0.01), steps=40)
    far = Goal("Far.", goals.loss[-10:].mean() < 1e9, goals.value("rho").within(0.8, 1), says="{1:.3g} of {all:.2g}")
    low = Goal("Low.", goals.param(0)[-1] > 3, says="{0:.3g}")
    met, text = far.judge(lab.run)
    mean = lab.run.loss[-10:].mean()
    assert (met, text) == (True, f"0.9 of {mean:.2g}, 0.9")
    assert low.judge(lab.run) == (False, f"{lab.run.params[-1, 0]:.3g}".replace("-", "−"))


def test_a_goal_is_not_met_by_a_run_that_diverges():
    lab = Lab(SGD(0.1), steps=40)
    anything = Goal("Anything.", goals.value("learning_rate") > 0, says="{0:.3g}")
    met, text = anything.judge(lab.run)
    assert not met
    assert text == f"it diverges at step {lab.run.diverged_at}"


def test_nor_by_two_runs_of_which_one_diverges_and_no_number_is_nan():
    lab = Lab([SGD(0.001), SGD(0.1)], steps=40)
    same = Goal("Make both the same.", goals.apart[:].max() < 0.1, says="the two are up to {0:.2g} apart")
    assert same.judge(*lab.runs) == (False, f"the second run diverges at step {lab.runs[1].diverged_at}")


@pytest.mark.parametrize(
    ("rule", "problem", "quantity", "message"),
    [
        (SGD(0.001), None, goals.value("rho"), "no such number"),
        (SGD(0.001), None, goals.loss[31], r"has \[0\] to \[30\]"),
        (SGD(0.001), None, goals.loss[31:].max(), r"has \[0\] to \[30\]"),
        (SGD(0.001), None, goals.param(2)[0], "there are 0 to 1"),
        (SGD(0.001), None, goals.watched(9)[0], "there are 0 to"),
        (SGD(0.001), None, goals.height_of("x")[-1], "keeps nothing"),
        (ScheduleFreeAdamW(), None, goals.height_of("y")[-1], "the rule keeps z"),
        (SGD(0.001), TwoLayers(), goals.height[-1], "is lowest is not known"),
        (SGD(0.001), None, goals.apart[-1], "one rule only"),
    ],
)
def test_a_goal_for_what_the_lab_does_not_have_is_refused(rule, problem, quantity, message):
    lab = Lab(rule, problem, steps=30)
    with pytest.raises(ValueError, match=message):
        Challenge(lab, Goal("Get there.", quantity < 1, says="{0:.3g}"))


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ((), {}),
        ((goals.loss[-1] < 1,), {}),
        ((goals.loss[-1],), {"says": "{0}"}),
        ((True,), {"says": "{0}"}),
        ((goals.loss[-1] < 1,), {"says": "{0}", "judge": lambda run: (True, "")}),
    ],
)
def test_a_goal_is_conditions_with_words_or_a_function(given, more):
    with pytest.raises(ValueError, match="a goal has conditions"):
        Goal("Get there.", *given, **more)


def test_a_goal_that_only_python_can_judge_has_no_data_and_says_so_to_the_page():
    challenge = Challenge(Lab(SGD(0.001), steps=10), Goal("By hand.", lambda run: (True, "it is")))
    assert challenge.page()["traits"]["task"]["goal"] is None
    assert challenge.text == "Met: it is."


@pytest.mark.parametrize("goal", [reach(0.2, within=40), largest("learning_rate", at_least=0.002)])
def test_the_old_kinds_are_data_as_well(goal):
    lab = Lab(SGD(0.001), steps=60)
    task = Challenge(lab, goal).page()["traits"]["task"]
    assert task["goal"]["kind"] in ("reach", "largest")
    assert task["first"] == {name: getattr(lab, name) for name in ("values", "start", "problem", "steps")}
