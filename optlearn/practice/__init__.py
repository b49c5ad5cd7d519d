"""Predict, do, and find out why you are wrong.

`Predict` asks before the picture, `Challenge` sets a task on a live lab, `check` judges a rule that
the learner has written, `mistakes` is the catalogue of what goes wrong, and `progress` says what is done.
"""

from optlearn.practice import goals
from optlearn.practice.challenge import Challenge
from optlearn.practice.diagnosis import Diagnosis, check, diagnose
from optlearn.practice.goals import Goal, largest, reach
from optlearn.practice.predict import Predict
from optlearn.practice.tally import progress
from optlearn.practice.verdict import Verdict

__all__ = [
    "Challenge",
    "Diagnosis",
    "Goal",
    "Predict",
    "Verdict",
    "check",
    "diagnose",
    "goals",
    "largest",
    "progress",
    "reach",
]
