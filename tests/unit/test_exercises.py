"""Predictions, challenges, the line of progress, and questions made from the catalogue: all without a browser."""

from __future__ import annotations

import gc
from dataclasses import dataclass

import numpy as np
import pytest

from optlearn import optimizers
from optlearn.live import Lab
from optlearn.optimizers import SGD, Adam, Momentum, Optimizer
from optlearn.practice import Challenge, Goal, Predict, check, largest, mistakes, progress, reach, scalars, tally
from optlearn.practice.mistakes import Mistake
from optlearn.practice.program import read
from optlearn.practice.spot import Gallery, beside, code, foresee, spot
from optlearn.problems import NoisyParabolaFit, ParabolaFit, Saddle
from optlearn.training import train

WIDGET = "application/vnd.jupyter.widget-view+json"
MISTAKES = [change for change in mistakes.catalogue() if isinstance(change, Mistake)]
PARABOLA = ParabolaFit()
EACH_MISTAKE = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.optimizer.__name__}: {m.name}")


@pytest.fixture(autouse=True)
def nothing_done():
    tally.forget()


def choice(**more) -> Predict:
    return Predict("Twice as large?", ["faster", "slower", "gone"], "C", why=["Past it.", "Too.", "2/λ."], **more)


def count(**more) -> Predict:
    return Predict("How many?", "steps", 157.0, why="κ·ln(10)/2.", traps={136: "That is κ."}, **more)


# Predictions


@pytest.mark.parametrize(("answer", "right"), [("A", False), ("b", False), ("C", True), (" c ", True)])
def test_a_choice_is_judged_and_says_why(answer, right):
    verdict = choice().judge(answer)
    assert verdict.right is right
    assert (
        verdict.text
        == {"A": "Not A: it is C. Past it.", "B": "Not B: it is C. Too.", "C": "C is right. 2/λ."}[
            answer.strip().upper()
        ]
    )


@pytest.mark.parametrize(("answer", "right"), [(157, True), (142, True), ("172", True), (141, False), (173, False)])
def test_a_number_is_right_within_its_tolerance(answer, right):
    assert count().judge(answer).right is right


def test_a_wrong_number_is_told_its_side_and_its_trap():
    assert count().judge("400").text == "400 is too large: it is 157 steps. κ·ln(10)/2."
    assert count().judge(136).text == "136 is too small: it is 157 steps. That is κ. κ·ln(10)/2."
    assert count(within=0.2).judge("−1").text.startswith("−1 is too small")
    assert count().judge("156,5").right


@pytest.mark.parametrize("answer", ["D", "", "AB", "ABC", 1, None])
def test_an_answer_that_is_no_option_is_refused(answer):
    with pytest.raises(ValueError, match="There are: A, B, C"):
        choice().judge(answer)


@pytest.mark.parametrize("answer", ["many", "", None])
def test_an_answer_that_is_no_number_is_refused(answer):
    with pytest.raises(ValueError, match="is not a number"):
        count().judge(answer)


def test_judging_is_not_answering():
    question = choice()
    question.judge("C")
    assert (question.given, question.verdict) == ("", {})
    assert tally.text() == "0 of 1 prediction answered"


def test_committing_shows_the_verdict_and_a_reset_takes_it_back():
    question = choice()
    assert question.commit("A").right is False
    assert question.verdict["reasons"] == ["Past it.", "Too.", "2/λ."]
    assert (question.verdict["answer"], question.verdict["right"]) == ("C", False)
    question.reset()
    assert (question.given, question.verdict) == ("", {})
    with pytest.raises(ValueError, match="no option"):
        question.commit("Z")
    assert question.given == ""


def test_what_the_browser_sends_is_checked_as_well():
    question = count()
    question.set_state({"given": "many"})
    assert question.given == ""
    assert question.verdict == {"text": "'many' is not a number. One looks like this: 12.5"}
    question.set_state({"given": "160"})
    assert question.verdict["right"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["yes", "no"], "C", ["a", "b"]), "the options are A, B"),
        ((["yes", "no"], "yes", ["a", "b"]), "the options are A, B"),
        ((["yes"], "A", ["a"]), "the options are A"),
        ((["yes", "no"], "A", ["a"]), "there must be 2 reasons"),
        ((["yes", "no"], "A", "because"), "there must be 2 reasons"),
        (("steps", "A", "because"), "has a number for an answer"),
    ],
)
def test_a_question_without_an_answer_or_a_reason_is_refused(arguments, message):
    options, answer, why = arguments
    with pytest.raises(ValueError, match=message):
        Predict("What?", options, answer, why=why)


def test_a_saved_question_is_text_with_the_answer_folded():
    data, _ = Predict("a < b?", ["x < y", "no"], "A", why=["<yes>", "Not so."])._repr_mimebundle_()
    assert data["text/plain"] == "a < b?\nA. x < y\nB. no"
    assert "<li>x &lt; y</li>" in data["text/html"]
    assert "<details><summary>Answer</summary>✓ A. &lt;yes&gt;<br>✗ B. Not so.</details>" in data["text/html"]
    assert WIDGET in data
    data, _ = count()._repr_mimebundle_()
    assert data["text/plain"] == "How many?"
    assert "Right: it is 157 steps." in data["text/html"]


# An answer, pointed out in a lab


def lab_of_sgd() -> Lab:
    return Lab(SGD(learning_rate=0.0015), ranges={"learning_rate": (1e-4, 4e-3)})


def test_an_answer_is_pointed_out_in_the_lab_once_it_is_given_and_only_where_it_is_true():
    question, lab = choice(), lab_of_sgd()
    question.reveals(lab, "gone", learning_rate=0.003)
    assert (lab.scene["marks"], lab.run.optimizer.learning_rate) == ([], 0.0015)
    question.commit("A")
    (mark,) = lab.scene["marks"]
    assert lab.run.optimizer.learning_rate == 0.003
    assert (mark["text"], mark["values"]) == ("gone", lab.values)
    low, high = np.transpose(lab.run.problem.bounds)
    outside = ((lab.run.params < low) | (lab.run.params > high)).any(axis=1)
    assert mark["step"] == outside.argmax() > 0
    pointed = lab.still()
    lab.set(learning_rate=0.001)
    (mark,) = lab.scene["marks"]
    assert mark["values"] == {"learning_rate": 0.003} != lab.values
    assert 0.003 in lab.scene["numbers"]["learning_rate"]["stops"]
    lab.set(learning_rate=0.003, start=(0, 0))
    plain = lab_of_sgd()
    plain.set(learning_rate=0.003, start=(0, 0))
    assert lab.still() == plain.still()  # it was said of another start
    lab.set(start=mark["start"])
    assert lab.still() == pointed
    question.reset()
    assert lab.scene["marks"] == []


def test_a_lab_made_after_the_answer_points_it_out_at_once():
    question = choice()
    question.commit("C")
    lab = lab_of_sgd()
    plain = lab.still()
    question.reveals(lab, "here", step=3, panel="loss")
    (mark,) = lab.scene["marks"]
    assert (mark["step"], mark["panel"]) == (3, 1)
    assert lab.still() != plain


@pytest.mark.parametrize(
    ("where", "message"),
    [({"panel": "inside"}, "panel must be"), ({"step": 501}, "from 0 to 500"), ({"rho": 0.9}, "nothing of that name")],
)
def test_pointing_to_what_is_not_there_is_refused(where, message):
    lab = lab_of_sgd()
    with pytest.raises(ValueError, match=message):
        lab.point_out("here", **where)
    assert lab.scene["marks"] == []


# Challenges


def by_hand(lab: Lab, **stops: int) -> None:
    values = {name: lab.scene["numbers"][name]["stops"][stop] for name, stop in stops.items()}
    lab.set_state({"values": {**lab.values, **values}})


def stop_of(lab: Lab, name: str, below: float) -> int:
    return max(stop for stop, value in enumerate(lab.scene["numbers"][name]["stops"]) if value <= below)


def test_a_challenge_says_how_far_it_is_and_when_it_is_met():
    lab = lab_of_sgd()
    edge = Challenge(lab, largest("learning_rate", at_least=0.0027), par="0.00295.")
    assert edge.text == "Not yet: η = 0.0015 converges, and there is room: this is 56 % of what is asked."
    by_hand(lab, learning_rate=40)
    assert edge.text.startswith("Not yet: η = 0.004 diverges at step")
    assert not edge.met
    by_hand(lab, learning_rate=stop_of(lab, "learning_rate", 0.00294))
    assert edge.text == "Met: η = 0.00277 still converges. Par: 0.00295."
    assert edge.met
    assert lab.notes == {edge._goal.text: f"Challenge. {edge.text}"}
    by_hand(lab, learning_rate=0)
    assert edge.text.startswith("Not yet")
    assert edge.met, "what was met stays met"


def test_what_a_cell_does_with_the_lab_is_judged_but_does_not_count():
    lab = lab_of_sgd()
    edge = Challenge(lab, largest("learning_rate", at_least=0.0027))
    lab.set(learning_rate=0.0029)
    assert edge.text.startswith("Met")
    assert not edge.met
    assert tally.text() == "0 of 1 challenge met"


def test_only_what_may_change_may_change():
    lab = Lab(Momentum(0.0015), ParabolaFit(), steps=150)
    alone = Challenge(lab, reach(0.2, within=45), only="momentum")
    run = train(Momentum(0.0015, 0.863), ParabolaFit(), steps=150)
    assert alone.judge(run).right
    assert alone.judge(train(Momentum(0.002, 0.863), PARABOLA, steps=150)).text == "η must stay 0.0015 here."
    from_0 = train(Momentum(0.0015, 0.863), PARABOLA, steps=150, start=(0, 0))
    assert alone.judge(from_0).text == "The start must stay where it was."
    assert "150 steps on ParabolaFit" in alone.judge(train(Momentum(0.0015, 0.863), PARABOLA)).text
    assert "150 steps on ParabolaFit" in alone.judge(train(Momentum(0.0015, 0.863), NoisyParabolaFit(), 150)).text
    assert repr(alone) == "Challenge. Reach loss 0.2 within 45 steps. Change only β."


def test_a_start_may_change_where_the_challenge_says_so():
    lab = lab_of_sgd()
    near = Challenge(lab, reach(0.2, within=10), only="start")
    assert near.judge(train(SGD(0.0015), PARABOLA, start=ParabolaFit().minima[0])).right


def test_start_again_puts_the_lab_back_to_where_the_challenge_found_it():
    lab = lab_of_sgd()
    lab.set(learning_rate=0.002, start=(1, 1))
    edge = Challenge(lab, largest("learning_rate", at_least=0.0027))
    lab.set(problem=Saddle(), learning_rate=0.001)
    edge.set_state({"again": 1})
    assert (lab.run.optimizer.learning_rate, lab.run.problem) == (0.002, PARABOLA)
    assert lab.run.params[0].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("optimizer", "text"),
    [
        (SGD(0.0028), "loss 0.2 at step 237"),
        (SGD(0.0025), "loss 0.2 at step 265: 15 too late"),
        (SGD(0.001), "the smallest loss so far is 0.4625"),
        (SGD(0.004), "it diverges at step 14"),
    ],
)
def test_reach_says_how_far_it_is(optimizer, text):
    assert reach(0.2, within=250).judge(train(optimizer, PARABOLA))[1] == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0.0028, "η = 0.0028 still converges"),
        (0.0021, "η = 0.0021 converges, and there is room: this is 75 % of what is asked"),
        (0.00295, "η = 0.00295 does not come down: too large"),
        (0.004, "η = 0.004 diverges at step 14: too large"),
    ],
)
def test_the_largest_that_converges_says_how_far_it_is(rate, text):
    assert largest("learning_rate", at_least=0.0028).judge(train(SGD(rate), PARABOLA))[1] == text


def test_a_challenge_for_a_number_the_lab_does_not_have_is_refused():
    with pytest.raises(ValueError, match="the lab has learning_rate, start"):
        Challenge(lab_of_sgd(), reach(0.2, 100), only="beta")


def test_a_goal_that_fails_does_not_take_the_lab_with_it():
    lab = lab_of_sgd()

    def judge(run):
        raise RuntimeError("a slip in the goal")

    broken = Challenge(lab, Goal("Do something.", judge))
    assert broken.text == "This goal cannot be judged: RuntimeError: a slip in the goal"
    by_hand(lab, learning_rate=3)
    assert lab.error is None
    assert lab.values == {"learning_rate": lab.scene["numbers"]["learning_rate"]["stops"][3]}


# Progress


def test_progress_follows_what_is_done():
    line = progress()
    assert line.value == "Nothing to do here yet."
    question, lab = choice(), lab_of_sgd()
    Challenge(lab, largest("learning_rate", at_least=0.0027))
    check(lambda params, gradient, state: params, SGD)
    assert line.value == "0 of 1 prediction answered, 0 of 1 challenge met, 0 of 1 rule written"
    question.commit("A")
    by_hand(lab, learning_rate=stop_of(lab, "learning_rate", 0.00294))
    check(lambda params, gradient, state, lr=0.01: params - lr * gradient, SGD)
    count()
    assert line.value == "1 of 2 predictions answered, 1 of 1 challenge met, 1 of 1 rule written"
    assert line._repr_mimebundle_()["text/plain"] == line.value
    choice()  # the cell is run once more
    assert line.value.startswith("1 of 2 predictions")


def test_a_line_that_is_gone_is_forgotten():
    before = len(tally._lines)
    line = progress()
    line.close()
    del line
    gc.collect()
    assert len(tally._lines) <= before


# Two rules in one lab


def test_two_rules_share_their_sliders_and_the_step_where_they_part_is_told():
    lab = Lab.compare(Momentum(0.001), mistakes.named(Momentum, "the rate twice, for b").rule()(0.001), steps=300)
    assert list(lab.values) == ["learning_rate", "momentum"]
    assert lab.text.startswith("η = 0.001, β = 0.9: right: loss 0.1369 after 300 steps")
    assert lab.text.endswith("; they part at step 1")
    lab.set(momentum=0.5)
    assert [run.optimizer.momentum for run in lab.runs] == [0.5, 0.5]
    assert lab.run is not lab.runs[1]
    for run in lab.runs:
        alone = train(run.optimizer, run.problem, 300)
        assert abs(run.params - alone.params).max() < 1e-9


def test_a_rule_beside_itself_does_not_part():
    lab = Lab.compare(Adam(0.1), Adam(0.1))
    assert lab.text.endswith("they do not part")


def test_the_step_where_two_part_is_the_first_visible_one():
    lab = Lab.compare(SGD(0.001), SGD(0.001), steps=50)  # one slider
    slower = Lab([Adam(0.100), Adam(0.110)], steps=50)  # two rates: no slider for them
    assert list(lab.values) == ["learning_rate"]
    assert "learning_rate" not in slower.values
    first, second = slower.runs
    share = (abs(first.params - second.params) / [6, 10]).max(axis=1)  # of the picture
    before, parted, after = (int((share > least).argmax()) for least in (1 / 400, 1 / 200, 1 / 100))
    assert 0 < before < parted < after
    assert slower.text.endswith(f"they part at step {parted}")


def test_each_of_several_rules_has_its_own_look_and_its_label():
    lab = Lab([SGD(0.001), Momentum(0.001), Adam(0.1)])
    assert len({(track["color"], str(track["dash"])) for track in lab.scene["tracks"]}) == 3
    assert all(f"{name}: loss" in lab.text for name in ("SGD", "Momentum", "Adam"))
    assert "they part" not in lab.text  # of three


@pytest.mark.parametrize("rules", [(), [], [SGD(), "Adam"]])
def test_rules_that_are_none_are_refused(rules):
    with pytest.raises(TypeError, match="must be an object such as SGD"):
        Lab(rules)


def test_as_many_labels_as_rules():
    with pytest.raises(ValueError, match="there must be 2"):
        Lab([SGD(), Adam()], labels=["one"])


# Questions from the catalogue


@EACH_MISTAKE
def test_spotting_finds_the_line_that_was_changed(mistake):
    question = spot(mistake)
    at = ord(question._answer) - ord("A")
    right = code(read(mistake.optimizer).program)
    assert question.content["options"][at] != right[at]
    assert mistake.says in question.judge(question._answer).text
    assert any("as it should be" in why for i, why in enumerate(question._why) if i != at)
    assert ("a line left out" in question.content["question"]) == (set(question.content["options"]) < set(right))


@EACH_MISTAKE
def test_a_question_does_not_give_itself_away(mistake):
    """Nothing in its code says tensor: it is as people write it, for a and b."""
    assert not any(
        word in line for line in spot(mistake).content["options"] for word in ("tf.", "[...", "concat", "state.")
    )


@EACH_MISTAKE
def test_foreseeing_offers_what_is_seen_and_nothing_like_it(mistake):
    question = foresee(mistake)
    options = question.content["options"]
    assert options["ABC".index(question._answer)] == mistake.sees
    assert len(set(options)) == len(options) >= 2


@pytest.mark.parametrize("kind", optimizers.RULES)
def test_in_scalars_only_the_step_is_written_to_a_and_b(kind):
    right = read(kind).program
    wrong = [right.with_(edit.changes) for edit in mistakes.mistaken(kind, right)]
    written = [row for program in (*mistakes.forms(kind), *wrong) for row in scalars.lines(program) if row[0] != "θ"]
    assert not {"a", "b"} & {line.split(" = ")[0] for _, code in written for line in code}


def test_code_is_written_in_scalars_and_old_values_are_used_before_new_ones_are_there():
    assert code(read(Momentum).program) == [
        "v_a = 0.0;  v_b = 0.0",
        "v_a = β * v_a - η * g_a;  v_b = β * v_b - η * g_b",
        "a = a + v_a;  b = b + v_b",
        "return a, b",
    ]
    assert code(mistakes.named(Momentum, "the velocity of before").program)[1] == "a = a + v_a;  b = b + v_b"


def test_a_mistake_is_shown_where_it_can_be_seen():
    lab = beside(mistakes.named(Adam, "v starts at 0.9"))
    assert lab.run.problem.name == "Ravine"
    assert "they part at step 1" in lab.text


def test_a_name_that_is_not_in_the_catalogue_is_refused():
    with pytest.raises(ValueError, match="for SGD the catalogue has uphill, "):
        mistakes.named(SGD, "downhill")


def test_the_gallery_shows_any_mistake_and_runs_it_on_demand():
    gallery = Gallery()
    assert tally.text() == "Nothing to do here yet.", "its questions do not count"
    assert not any(isinstance(child, Lab) for child in gallery.children)
    gallery.mistake = mistakes.named(Momentum, "nothing fades")
    assert "Momentum" in gallery.children[1].content["question"]
    lab = gallery.run()
    assert "right" in lab.text
    gallery.mistake = mistakes.named(SGD, "uphill")
    assert not any(isinstance(child, Lab) for child in gallery.children)
    assert gallery._repr_mimebundle_()[0]["text/plain"].count("\n") == len(MISTAKES) - 1


def test_every_rule_of_the_catalogue_has_a_rate_or_does_well_with_its_own():
    for kind in {mistake.optimizer for mistake in MISTAKES}:
        run = train(kind(learning_rate=kind.facts.good_rate), PARABOLA)
        assert run.diverged_at is None
        assert run.loss[-1] < 0.01 * run.loss[0], kind.__name__


def test_a_learners_own_rule_can_stand_beside_the_right_one():
    @dataclass(frozen=True)
    class Mine(Optimizer):
        learning_rate: float = 0.001

        def update(self, params, g, state):
            return params - self.learning_rate * g, state

    lab = Lab.compare(SGD(0.001), Mine(0.001))
    assert lab.text.endswith("they do not part")
