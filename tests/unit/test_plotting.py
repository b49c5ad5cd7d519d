"""The still pictures: what they draw, in which colours, and that nothing a run can do upsets them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from optlearn import optimizers, plotting, problems
from optlearn.optimizers import SGD, Adam, Lamb, Momentum
from optlearn.plotting import trace
from optlearn.problems import ParabolaFit, Problem, Ravine, Saddle
from optlearn.training import train


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def run():
    return train(Momentum(learning_rate=0.001), ParabolaFit())


def problem(function, **more) -> Problem:
    return Problem.from_function(function, start=(1, 1), bounds=[(-2, 2), (-2, 2)], **more)


MARK = {"text": "they part at step 1", "step": 1, "panel": 1}
DRAW = {
    "landscape": lambda run, ax: plotting.landscape(run.problem, ax),
    "path": lambda run, ax: plotting.path(run, ax=ax),
    "loss_curve": lambda run, ax: plotting.loss_curve(run, ax=ax),
}


# Axes in, axes out


@pytest.mark.parametrize("name", DRAW)
def test_axes_that_are_given_are_drawn_on_and_returned(run, name):
    _, (left, right) = plt.subplots(1, 2)
    assert DRAW[name](run, left) is left
    assert left.has_data()
    assert not right.has_data()


@pytest.mark.parametrize("name", DRAW)
def test_without_axes_the_present_ones_are_drawn_on_and_returned(run, name):
    present = plt.gca()
    assert DRAW[name](run, None) is present
    assert present.has_data()


def test_inside_draws_on_the_axes_given_or_makes_one_for_each_quantity(run):
    _, given = plt.subplots(3, 1)
    assert plotting.inside(run, given) is given
    plt.figure()
    made = plotting.inside(run)
    assert [ax.get_title("left") for ax in made] == list(plotting.quantities(run))
    assert all(isinstance(ax, Axes) and len(ax.lines) >= 2 for ax in made)


def test_an_overview_has_a_panel_for_path_loss_and_each_quantity_with_their_labels(run):
    figure = plotting.overview(run)
    landscape, loss, *inside = figure.axes
    assert (landscape.get_xlabel(), landscape.get_ylabel()) == ("a", "b")
    titles = ["loss", "gradient g", "state v", "effective rate |Δθ| / |g|"]
    assert [ax.get_title("left") for ax in [loss, *inside]] == titles
    assert inside[-1].get_xlabel() == "step"
    assert [text.get_text() for text in inside[0].get_legend().get_texts()] == ["a", "b"]
    assert figure.get_size_inches().tolist() == list(plotting.SIZE)


def test_a_path_is_the_parameters_and_a_loss_curve_the_losses(run):
    line = next(line for line in plotting.path(run).lines if line.get_label() == "Momentum")
    np.testing.assert_array_equal(line.get_xydata(), run.params)
    plt.figure()
    np.testing.assert_array_equal(plotting.loss_curve(run).lines[0].get_ydata(), run.loss)


def test_the_known_minima_are_stars_on_the_landscape():
    stars = [line.get_xydata()[0].tolist() for line in plotting.landscape(problems.Himmelblau()).lines]
    np.testing.assert_array_equal(stars[::2], problems.Himmelblau.minima)  # each has a white rim of its own


# What is inside an optimizer


@pytest.mark.parametrize(
    ("optimizer", "names"),
    [
        (SGD(), ["gradient g", plotting.RATE]),
        (Momentum(), ["gradient g", "state v", plotting.RATE]),
        (Adam(), ["state m", "state v", plotting.RATE]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_quantities_are_gradient_state_and_rate_and_never_more_than_three(optimizer, names):
    assert list(plotting.quantities(train(optimizer, ParabolaFit()))) == names


def test_the_effective_rate_of_plain_gradient_descent_is_its_learning_rate():
    rate = plotting.quantities(train(SGD(learning_rate=0.001), ParabolaFit(), steps=50))[plotting.RATE]
    np.testing.assert_allclose(rate, 0.001, rtol=1e-9)


def test_a_step_lost_in_rounding_has_no_effective_rate():
    rate = plotting.quantities(train(SGD(learning_rate=1e-30), ParabolaFit(), steps=5))[plotting.RATE]
    assert np.isnan(rate).all()


# Colours and line styles


def test_several_runs_get_a_legend_and_runs_of_one_optimizer_a_line_style_each(run):
    others = [train(Momentum(learning_rate=rate), ParabolaFit()) for rate in (1e-3, 1e-4)]
    for draw in (plotting.path, plotting.loss_curve):
        plt.figure()
        ax = draw(train(SGD(1e-3), ParabolaFit()), *others)
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "Momentum", "Momentum"]
        lines = [line for line in ax.lines if not line.get_label().startswith("_")]
        assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 3


@dataclass(frozen=True)
class Own(SGD):
    """A learner's rule, whose line is dashed."""


@pytest.mark.parametrize("rules", [(SGD(1e-3), Momentum(1e-3, momentum=0)), (Own(1e-3), SGD(1e-3))])
def test_of_two_paths_that_go_one_way_both_are_seen(rules):
    runs = [train(rule, ParabolaFit()) for rule in rules]
    figure, ax = plt.subplots(figsize=(5, 5), dpi=200)
    plotting.path(*runs, ax=ax)
    ax.get_legend().remove()
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3] / 255
    for look in plotting.looks_of([run.optimizer for run in runs]):
        assert (np.abs(pixels - to_rgb(look["color"])).max(axis=-1) < 0.02).sum() > 200


def test_a_run_that_leaves_is_named_where_there_are_two():
    leaving = [train(rule, ParabolaFit(), steps=50) for rule in (SGD(0.0035), Momentum(0.0035))]
    told = [[text.get_text() for text in plotting.overview(*runs).axes[0].texts] for runs in (leaving[:1], leaving)]
    assert told == [["leaves at step 2"], ["SGD leaves at step 2", "Momentum leaves at step 3"]]


LONG = [optimizers.RMSprop, optimizers.RMSpropCentered, optimizers.RMSpropMomentum]
SHORT = [SGD, optimizers.Nesterov, optimizers.Adagrad, optimizers.RMSprop, Adam, Momentum]


@pytest.mark.parametrize("kinds", [SHORT[:2], SHORT[:3], SHORT, LONG], ids=("2", "3", "6", "long"))
def test_the_names_of_an_overview_lie_over_no_title(kinds):
    figure = plotting.overview(*(train(kind(1e-3), ParabolaFit(), steps=20) for kind in kinds))
    figure.draw_without_rendering()
    legends = [*figure.legends, *(ax.get_legend() for ax in figure.axes if ax.get_legend())]
    (names,) = [legend.get_window_extent() for legend in legends]
    assert names.x0 >= 0
    assert names.y1 <= figure.bbox.height
    titles = [title for ax in figure.axes for title in (ax.title, ax._left_title) if title.get_text()]
    assert [title.get_text() for title in titles if title.get_window_extent().overlaps(names)] == []


CROWDED = [
    (optimizers.Adan(0.1), ParabolaFit()),
    (optimizers.Muon(0.02), problems.IllConditionedMatrix()),
    (optimizers.Adafactor(0.1), problems.MatrixRecovery()),
    (Adam(0.1), Problem.from_function(lambda u, v: (u * v) ** 2, start=(1, 1), bounds=[(-0.25, 1.75)] * 2)),
]


@pytest.mark.parametrize(("rule", "problem"), CROWDED, ids=lambda value: getattr(value, "name", type(value).__name__))
def test_in_an_overview_nothing_is_cut_off_and_no_numbers_or_titles_collide(rule, problem):
    figure = plotting.overview(train(rule, problem, steps=1000))
    figure.draw_without_rendering()
    for ax in figure.axes:
        numbers = [extents(ax.xaxis, 0), extents(ax.yaxis, 1)]
        for first, second in itertools.chain.from_iterable(map(itertools.pairwise, numbers)):
            assert not first.overlaps(second)
        titles = [each for each in (ax.title, ax._left_title) if each.get_text()]
        words = [each.get_window_extent() for each in (*titles, ax.xaxis.label, ax.yaxis.label) if each.get_text()]
        for box in itertools.chain(words, *numbers):
            assert box.x0 >= 0
            assert box.x1 <= figure.bbox.x1
        for title in titles:
            assert not any(title.get_window_extent().overlaps(other.bbox) for other in figure.axes)
        if legend := ax.get_legend():
            assert ax.bbox.x0 <= legend.get_window_extent().x0
            assert legend.get_window_extent().x1 <= ax.bbox.x1 + 1


def extents(axis, which: int) -> list:
    """Where the numbers of an axis are that it shows."""
    low, high = sorted(axis.get_view_interval())
    labels = [label for label in axis.get_ticklabels() if low <= label.get_position()[which] <= high]
    return [label.get_window_extent() for label in labels if label.get_text()]


def test_labels_can_be_given_and_one_run_alone_needs_no_legend(run):
    assert plotting.loss_curve(run).get_legend() is None
    plt.figure()
    assert plotting.loss_curve(run, labels=["mine"]).get_legend().get_texts()[0].get_text() == "mine"


def test_one_label_too_few_is_an_error(run):
    with pytest.raises(ValueError, match="shorter"):
        plotting.loss_curve(run, run, labels=["only one"])


# Scales


@pytest.mark.parametrize(
    "loss",
    [
        np.arange(100.0),
        np.full((20, 20), 3.0),
        np.zeros(5),
        np.full(5, -1e12),
        np.array([1.0, np.nan, 2.0, np.inf, -np.inf]),
        np.full(4, np.nan),
        np.geomspace(1e-300, 1e300, 50),
    ],
    ids=["slope", "plain", "zero", "deep plain", "with holes", "nothing but holes", "cliff"],
)
def test_levels_rise_strictly_whatever_the_landscape(loss):
    levels = plotting.levels(loss)
    assert levels.shape == (plotting.BANDS + 1,)
    assert np.isfinite(levels).all()
    assert (np.diff(levels) > 0).all()


FUNCTIONS = {
    "plain": lambda x, y: 0 * x + 3,
    "zero": lambda x, y: 0 * x,
    "negative plain": lambda x, y: 0 * x - 3,
    "all negative": lambda x, y: -1 / (1 + x**2 + y**2),
    "nothing but NaN": lambda x, y: x * float("nan"),
    "NaN in places": lambda x, y: (x + 1) ** 0.5 + y**2,
    "beyond all numbers": lambda x, y: tf.exp(300 * (x**2 + y**2)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_any_function_of_a_learner_draws_without_a_warning(name):
    plotting.overview(train(SGD(learning_rate=0.3), problem(FUNCTIONS[name]))).canvas.draw()


@pytest.mark.parametrize("rate", [0.0058, 0.01, 1.0, 1000.0])
@pytest.mark.parametrize("optimizer", [SGD, Momentum])
def test_a_diverged_run_draws_without_a_warning(optimizer, rate):
    run = train(optimizer(learning_rate=rate), ParabolaFit())
    assert run.diverged_at is not None
    plotting.overview(run).canvas.draw()


def test_negative_losses_have_an_axis_on_both_sides_of_zero():
    run = train(SGD(learning_rate=0.1), Saddle(), steps=100)
    assert run.loss[-1] < 0
    ax = plotting.loss_curve(run)
    ax.figure.canvas.draw()
    assert ax.get_yscale() == "symlog"
    assert ax.get_ylim()[0] < 0 < ax.get_ylim()[1]


def test_a_run_that_is_there_after_one_step_draws_without_a_warning():
    run = train(SGD(learning_rate=1.0), Ravine(condition_number=1.0))
    assert run.loss[1] == 0
    plotting.overview(run).canvas.draw()


def test_the_loss_axis_is_what_runs_reach_and_no_more_than_the_landscape_has():
    scale = plotting.fitted_to_loss(np.array([0.2, 3e7]), highest=5000)
    assert (scale.kind, scale.low, scale.high) == ("log", 0.1, 1e4)
    assert plotting.fitted_to_loss(np.array([np.nan, np.inf])) == plotting.Scale("linear", 0, 1)
    both = plotting.fitted_to_loss(np.array([3.0, -1e5]))
    assert (both.kind, both.low, both.high) == ("symlog", -500, 5)


def test_one_dip_of_a_noisy_loss_does_not_stretch_its_axis_and_an_end_that_is_low_does():
    noisy = np.random.default_rng(0).uniform(0.1, 10, 500)
    noisy[300] = 1e-9
    assert plotting.fitted_to_loss(noisy).low == 1e-2
    assert plotting.fitted_to_loss(np.geomspace(1, 1e-5, 500)).low == pytest.approx(1e-6)
    assert plotting.fitted_to_loss(np.array([10.0, 1, 1e-6])).low == pytest.approx(1e-7)


def test_an_axis_about_zero_names_its_ends_where_they_are_powers_of_ten():
    ax = plt.figure().subplots()
    plotting.Scale("symlog", -100, 100, 0.1).apply(ax)
    assert list(ax.get_yticks()) == [-100, 0, 100]


@pytest.mark.parametrize(("low", "high", "named"), [(-500, 5, [-100, 0]), (-5, 500, [0, 100])])
def test_an_axis_about_zero_names_the_power_of_ten_of_its_longer_side(low, high, named):
    ax = plt.figure().subplots()
    plotting.Scale("symlog", low, high, 0.1).apply(ax)
    assert list(ax.get_yticks()) == named


def test_what_is_never_negative_has_a_logarithmic_axis_and_the_rest_one_about_zero():
    rising = plotting.fitted(np.linspace(0, 35_000, 500))
    assert (rising.kind, rising.low, rising.high) == ("log", 100, 1e5)
    swinging = plotting.fitted(np.array([1.0, -40.0, 30.0]))
    assert (swinging.kind, swinging.low, swinging.high, swinging.threshold) == ("symlog", -50, 50, 0.05)
    assert plotting.fitted(np.zeros(5)) == plotting.Scale("linear", -1, 1)


def test_a_scale_leaves_out_the_wildest_values_only():
    values = np.ones(10_000)
    values[:10] = 1e9
    assert plotting.fitted(values).high == 10


def test_a_line_that_would_be_a_slab_is_pale_and_one_that_moves_on_is_not():
    steps = np.arange(500.0)
    swinging = np.column_stack([steps, 100 * (-1) ** np.arange(500)])
    moving = np.column_stack([steps, 0.4 * steps])
    assert (trace.shades_of(swinging)[5:-5] == 3).all()
    assert (trace.shades_of(moving) == 0).all()


def test_a_line_that_begins_at_zero_is_drawn_on_a_logarithmic_axis():
    figure, ax = plt.subplots(figsize=(4, 4), dpi=100)
    ax.set(xlim=(0, 10), ylim=(1, 10), yscale="log")
    ax.axis("off")
    plotting.curves.add(ax, np.arange(11), np.array([0, *np.full(10, 3.0)]), color="black", linewidth=2)
    figure.canvas.draw()
    inked = np.asarray(figure.canvas.buffer_rgba())[..., 0] < 128
    assert inked[:, 100:340].any(axis=0).all()


def test_numbers_beside_a_low_panel_stay_apart():
    figure = plotting.overview(train(optimizers.RMSprop(0.03, rho=0.99), ParabolaFit()))
    figure.draw_without_rendering()
    for ax in figure.axes[1:]:
        labels = [label.get_window_extent() for label in ax.get_yticklabels() if label.get_text()]
        assert len(labels) >= 2
        assert not any(one.overlaps(other) for one, other in zip(labels, labels[1:], strict=False))


def test_no_number_of_an_overview_reaches_over_its_edge():
    figure = plotting.overview(train(SGD(1e-3), ParabolaFit(), steps=1000))
    figure.draw_without_rendering()
    numbers = [label.get_window_extent() for ax in figure.axes for label in ax.get_xticklabels() if label.get_text()]
    assert max(number.x1 for number in numbers) <= figure.bbox.width


def test_a_mark_covers_the_line_of_no_other_run():
    fast, slow = train(Momentum(1.5e-3), ParabolaFit()), train(SGD(1e-6), ParabolaFit())
    figure = plotting.draw_overview(plt.figure(figsize=plotting.SIZE), [fast, slow], marks=[MARK])
    figure.draw_without_rendering()
    loss = figure.axes[1]
    (label,) = [artist for artist in loss.texts if artist.get_text() == MARK["text"]]
    box = label.get_bbox_patch().get_window_extent()
    for run in (fast, slow):
        points = loss.transData.transform(np.column_stack([np.arange(run.steps + 1), run.loss]))
        assert not box.count_contains(points)


def test_a_line_that_leads_far_away_is_cut_and_not_bent():
    rng = np.random.default_rng(0)
    for _ in range(100):
        points = rng.uniform(0, 2000, (12, 2))
        step = int(rng.integers(1, 12))
        points[step] *= 10 ** rng.uniform(1, 200) * rng.choice([-1, 1])
        cut = trace.cut_off(points)
        if np.abs(points).max() <= trace.REACH:
            continue
        np.testing.assert_array_equal(cut[:step], points[:step])
        assert np.isnan(cut[step + 1 :]).all()
        np.testing.assert_allclose(np.abs(cut[step]).max(), trace.REACH)
        way, whole = cut[step] - points[step - 1], points[step] - points[step - 1]
        direction = whole / np.abs(whole).max()
        assert way @ direction > 0
        assert abs(way[0] * direction[1] - way[1] * direction[0]) < 1e-6


def test_rules_that_are_compared_differ_in_colour_and_in_dash():
    for rules in ([SGD(), Adam()], [SGD(0.1), SGD(0.2), SGD(0.3)], [kind() for kind in optimizers.ALL[:6]]):
        looks = plotting.looks_of(rules)
        assert len({look["color"] for look in looks}) == len({str(look["linestyle"]) for look in looks}) == len(rules)
        assert looks[0] == plotting.style(rules[0])


def test_of_several_rules_the_names_of_lines_stand_at_the_lines():
    layers = problems.TwoLayers()
    runs = [train(rule, layers, steps=40) for rule in (Adam(0.01), Lamb(0.01))]
    named = [each.get_text() for each in plotting.watched(*runs).texts]
    assert sorted(named) == ["u", "u, v", "v"]  # Lamb's steps are the same share of each
    plt.close("all")
    assert not plotting.watched(runs[0]).texts  # the legend says so
    plt.close("all")
    bundles = [train(rule, problems.SparseLogistic(), steps=40) for rule in (Adam(0.1), Lamb(0.1))]
    assert not plotting.watched(*bundles).texts  # of several lines with one name it would not say which


@pytest.mark.parametrize("problem", [kind() for kind in problems.MORE], ids=lambda problem: problem.name)
def test_a_loss_curve_needs_no_landscape(problem):
    run = train(SGD(0.01), problem, steps=20)
    ax = plotting.loss_curve(run)
    (line,) = ax.lines
    np.testing.assert_array_equal(line.get_ydata(), run.loss)
    bottom, top = ax.get_ylim()
    assert bottom < run.loss.min()
    assert run.loss.max() < top
