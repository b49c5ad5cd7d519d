from typing import NamedTuple
def of(rule, reference):
    return ()
