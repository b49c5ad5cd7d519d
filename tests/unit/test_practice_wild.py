"""Rules as people really write them, collected from courses, bug reports, papers and small frameworks."""

import importlib.util
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

FILE = Path(__file__).parents[3] / "shared" / "wild.py"
REASON = f"the collected rules are not beside this checkout, in {FILE.parent.name}/{FILE.name}"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=REASON)
LEAST = {"wrong": 22, "right": 9, "convention": 14, "handin": 13}  # that get the words they should get
SECONDS = 2.0


@pytest.fixture(scope="module")
def wild():
    spec = importlib.util.spec_from_file_location("wild", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["wild"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def judged(wild):
    """For each case: the case, the verdict, the text, whether it is as it should be, and how long it took."""
    rows = []
    for case in wild.CASES:
        start = time.thread_time()
        rows.append((case, *wild.judge(case), time.thread_time() - start))
    return rows


def test_no_wrong_rule_is_accepted_and_no_right_one_refused(judged):
    for case, verdict, text, _, _ in judged:
        if case.kind in ("wrong", "right", "convention"):
            assert verdict == ("not right" if case.kind == "wrong" else "right"), (case, text)


def test_nearly_all_get_the_words_that_they_should_get(judged):
    good = Counter(case.kind for case, _, _, ok, _ in judged if ok)
    told = [f"{case.kind} {case.rule}: {text}" for case, _, text, ok, _ in judged if not ok]
    assert all(good[kind] >= least for kind, least in LEAST.items()), (good, told)


def test_each_is_judged_within_two_seconds(judged):
    slow = [(case.rule, seconds) for case, _, _, _, seconds in judged if seconds > SECONDS]
    assert not slow


def test_nothing_is_printed_and_no_number_of_a_case_is_changed(wild, capfd):
    for case in (case for case in wild.CASES if case.kind != "handin"):
        wild.judge(case)
    assert capfd.readouterr() == ("", "")
