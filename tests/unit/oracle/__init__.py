"""The optimizers once more, in plain NumPy: from the papers, apart from the package, which they never import.

A file has the name of the rule's file in `optlearn/optimizers`, and in it:

`path(gradient, w, steps, ...)` takes the gradient as a function of the point, a start, the number of steps and the
hyper-parameters by their names, and returns the whole path, shape (steps + 1, n). Scalars, one parameter after the
other, in the letters of the papers: w for the parameter, dw for its gradient.

`matrix_path(gradients, w, learning_rate)`, only where a rule sees more of a matrix than its entries: from given
gradients (steps, rows, columns), written with NumPy's linear algebra. Its other numbers have their defaults.

`THREE_STEPS`: some numbers, and by hand the first three θ from 0 under the constant gradient 2.

`UNSEEN`, only where a line can be written otherwise and nothing changes: the other line, and the reason. (See
test_mutations.)

`CHOICES`, only where a rule has fixed choices that are no sliders: settings of these to be compared as well.
"""
