"""Rules as learners write them: every entry of the catalogue for SGD, from its description alone."""

import numpy as np

from optlearn.optimizers import SGD
from tests.unit.learners.table import row


@row(SGD, "uphill")
def climb(theta, slope, _, lr=0.01):
    return np.array([theta[0] + lr * slope[0], theta[1] + lr * slope[1]])


@row(SGD, "a's gradient for b")
class OneLetter:
    def __init__(self, eta=0.01):
        self.eta = eta

    def update(self, params, grad, state):
        a, b = params
        grad_a, grad_b = grad
        a = a - self.eta * grad_a
        b = b - self.eta * grad_a
        return (a, b), state
