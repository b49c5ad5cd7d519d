"""The six optimizers once more, in plain NumPy: from the papers, apart from the package, which it never imports.

Every function takes the gradient as a function of the point, a start, the number of steps and the
hyper-parameters, and returns the whole path, shape (steps + 1, n). Scalars, one parameter after the
other, in the letters of the papers: w for the parameter, dw for its gradient.
"""

import math

import numpy as np

X = [i / 10 for i in range(-30, 70)]
Y = [x * x / 2 - 2 * x + 1 / 2 for x in X]


def parabola_gradient(w):
    """Mean squared error of a·x² + b·x: its derivatives by a and b, summed point by point."""
    a, b = w
    residuals = [a * x * x + b * x - y for x, y in zip(X, Y, strict=True)]
    da = math.fsum(2 * r * x * x for r, x in zip(residuals, X, strict=True)) / len(X)
    db = math.fsum(2 * r * x for r, x in zip(residuals, X, strict=True)) / len(X)
    return [da, db]


def ravine_gradient(w, condition_number=30.0, degrees=0.0):
    """½·wᵀHw with eigenvalue 1/κ along the direction of the angle and 1 across it."""
    angle = math.radians(degrees)
    along, across = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    hessian = np.outer(along, along) / condition_number + np.outer(across, across)
    return list(hessian @ np.array(w))


def rosenbrock_gradient(w):
    """(1 − x)² + 100·(y − x²)²."""
    x, y = w
    return [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]


def sgd(gradient, w, steps, learning_rate):
    """Robbins and Monro 1951."""
    path = [list(w)]
    for _ in range(steps):
        dw = gradient(path[-1])
        path.append([w - learning_rate * d for w, d in zip(path[-1], dw, strict=True)])
    return np.array(path)


def momentum(gradient, w, steps, learning_rate, momentum):
    """Polyak 1964, eq. 9: the step before, faded, and a step against the gradient. No velocity is kept."""
    path = [list(w)]
    for _ in range(steps):
        before = path[-2] if len(path) > 1 else path[-1]
        dw = gradient(path[-1])
        moved = zip(path[-1], before, dw, strict=True)
        path.append([now + momentum * (now - then) - learning_rate * d for now, then, d in moved])
    return np.array(path)


def nesterov(gradient, w, steps, learning_rate, momentum):
    """Sutskever et al. 2013, eqs. 3 and 4, with the gradient at the look-ahead point, whose path it is."""
    base, velocity = list(w), [0.0] * len(w)
    path = [list(w)]
    for _ in range(steps):
        ahead = [b + momentum * v for b, v in zip(base, velocity, strict=True)]
        dw = gradient(ahead)
        velocity = [momentum * v - learning_rate * d for v, d in zip(velocity, dw, strict=True)]
        base = [b + v for b, v in zip(base, velocity, strict=True)]
        path.append([b + momentum * v for b, v in zip(base, velocity, strict=True)])
    return np.array(path)


def adagrad(gradient, w, steps, learning_rate, initial_accumulator_value, epsilon):
    """Duchi et al. 2011, diagonal: every parameter divides by the root of all it has seen."""
    path, seen = [list(w)], [[] for _ in w]
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            seen[i].append(d)
            total = initial_accumulator_value + math.fsum(past * past for past in seen[i])
            new.append(path[-1][i] - learning_rate / math.sqrt(total + epsilon) * d)
        path.append(new)
    return np.array(path)


def rmsprop(gradient, w, steps, learning_rate, rho, epsilon):
    """Tieleman and Hinton 2012: the mean square, v += (1 − ρ)·(dw² − v), with ε inside the root."""
    path, mean_square = [list(w)], [0.0] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            mean_square[i] += (1 - rho) * (d * d - mean_square[i])
            new.append(path[-1][i] - learning_rate / math.sqrt(mean_square[i] + epsilon) * d)
        path.append(new)
    return np.array(path)


def adam(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """Kingma and Ba 2015, in the more efficient order of the end of section 2: α_t and ε̂ = ε·√(1 − β₂ᵗ)."""
    path, m, v = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        alpha_t = learning_rate * math.sqrt(1 - math.pow(beta_2, t)) / (1 - math.pow(beta_1, t))
        epsilon_hat = epsilon * math.sqrt(1 - math.pow(beta_2, t))
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i] += (1 - beta_2) * (d * d - v[i])
            new.append(path[-1][i] - alpha_t * m[i] / (math.sqrt(v[i]) + epsilon_hat))
        path.append(new)
    return np.array(path)
