"""Comparisons that are fair by construction, and claims that hold beyond one case.

>>> tuned(Adam(), ParabolaFit()).best                         # the rate is sought until the best lies inside the grid
>>> print(ranking([SGD(), Adam()], ParabolaFit()))            # all tuned alike, over twelve seeds, ties are ties
>>> print(holds(claim, seed=range(12), horizon=(1, 2, 10)))   # "36 of 36", or where it fails
>>> print(because(claim, cause=(0.9, 0.0)))                   # and it goes when its reason is taken away
>>> faults(axes)                                              # what a picture hides of the lines in it
"""

from optlearn.evidence.claims import Verdict, because, holds
from optlearn.evidence.pictures import drawn, faults
from optlearn.evidence.rankings import Ranking, ranked, ranking, unlike
from optlearn.evidence.scores import Score, last_tenth, scores_of, steps_to
from optlearn.evidence.seeds import over_seeds, seeded, turned
from optlearn.evidence.tuning import Sought, Tuned, sought, tuned

__all__ = [
    "Ranking",
    "Score",
    "Sought",
    "Tuned",
    "Verdict",
    "because",
    "drawn",
    "faults",
    "holds",
    "last_tenth",
    "over_seeds",
    "ranked",
    "ranking",
    "scores_of",
    "seeded",
    "sought",
    "steps_to",
    "tuned",
    "turned",
    "unlike",
]
