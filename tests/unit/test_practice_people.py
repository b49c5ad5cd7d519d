"""Rules as people write them, from memory of courses, libraries and reports: judged as a patient teacher would."""

import re
import time
from collections import Counter

import pytest

from optlearn.practice import check
from tests.unit.learners.people import CASES

SECONDS = 2.0


NAMES = [getattr(case.rule, "__name__", type(case.rule).__name__) for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=[f"{number} {name}" for number, name in enumerate(NAMES)])
def test_a_rule_of_other_people_gets_the_words_that_help(case, capfd):
    start = time.thread_time()
    found = check(case.rule, case.reference)
    assert time.thread_time() - start < SECONDS
    assert capfd.readouterr() == ("", "")
    if case.kind != "hand":
        assert found.right is (case.kind != "wrong"), found.text
    assert re.search(case.expect, found.text, re.IGNORECASE), found.text


def test_there_are_some_of_every_kind():
    counted = Counter(case.kind for case in CASES)
    assert counted["wrong"] >= 40
    assert min(counted[kind] for kind in ("right", "convention", "hand")) >= 7
