"""Rules as learners write them, entered under the optimizer they are meant to be."""

ROWS = {}  # (optimizer, name of the entry of the catalogue): the rule
RIGHT = {}  # optimizer: rules that are right


def row(optimizer, name):
    """Enter a rule as what the catalogue calls `name`."""

    def enter(rule):
        assert (optimizer, name) not in ROWS
        ROWS[optimizer, name] = rule
        return rule

    return enter


def right(optimizer):
    """Enter a rule as a right one."""

    def enter(rule):
        RIGHT.setdefault(optimizer, [optimizer]).append(rule)
        return rule

    return enter


def two_averages(state, grad, b1, b2):
    """The averages of g and g² in an incremental form, and the count of steps."""
    m, v, t = state or (0.0, 0.0, 0)
    return m + (1 - b1) * (grad - m), v + (1 - b2) * (grad * grad - v), t + 1
