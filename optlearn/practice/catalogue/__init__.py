"""One file for each optimizer, with the name of its module: the mistakes people make with it, and its conventions.

`ENTRIES` holds kinds of changes that belong to this rule, and by `seen` shared kinds that are on record for it, in the
order in which they are shown.
"""
