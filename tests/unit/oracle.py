"""The optimizers once more, in plain NumPy: from the papers, apart from the package, which it never imports.

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


def rmsprop_centered(gradient, w, steps, learning_rate, rho, epsilon):
    """Graves 2013, eqs. 38 to 40: n − g² as a mean of products, with both means summed from all the past."""
    path, past = [list(w)], [[] for _ in w]
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            past[i].append(d)
            weights = [(1 - rho) * rho**k for k in reversed(range(len(past[i])))]
            mean = math.fsum(weight * p for weight, p in zip(weights, past[i], strict=True))
            square = math.fsum(weight * p * p for weight, p in zip(weights, past[i], strict=True))
            new.append(path[-1][i] - learning_rate / math.sqrt(square - mean * mean + epsilon) * d)
        path.append(new)
    return np.array(path)


def rmsprop_momentum(gradient, w, steps, learning_rate, rho, momentum, epsilon):
    """RMSprop's step, plus the step before, faded: no velocity is kept."""
    path, mean_square = [list(w)], [0.0] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        before = path[-2] if len(path) > 1 else path[-1]
        for i, d in enumerate(dw):
            mean_square[i] += (1 - rho) * (d * d - mean_square[i])
            step = learning_rate * d / math.sqrt(mean_square[i] + epsilon)
            new.append(path[-1][i] + momentum * (path[-1][i] - before[i]) - step)
        path.append(new)
    return np.array(path)


def adadelta(gradient, w, steps, learning_rate, rho, epsilon):
    """Zeiler 2012, Algorithm 1, by its RMS[·], with the learning rate of the libraries in front."""
    path, of_g, of_x = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            of_g[i] = rho * of_g[i] + (1 - rho) * d * d
            delta = -math.sqrt(of_x[i] + epsilon) / math.sqrt(of_g[i] + epsilon) * d
            of_x[i] = rho * of_x[i] + (1 - rho) * delta * delta
            new.append(path[-1][i] + learning_rate * delta)
        path.append(new)
    return np.array(path)


def amsgrad(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """Reddi et al. 2018, Algorithm 2: all v are kept, and the largest is used, corrected as Adam's."""
    path, m, v = [list(w)], [0.0] * len(w), [[0.0] for _ in w]
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i].append(v[i][-1] + (1 - beta_2) * (d * d - v[i][-1]))
            root = math.sqrt(max(v[i]) / (1 - math.pow(beta_2, t)))
            new.append(path[-1][i] - learning_rate / (1 - math.pow(beta_1, t)) * m[i] / (root + epsilon))
        path.append(new)
    return np.array(path)


def adamw(gradient, w, steps, learning_rate, weight_decay, beta_1, beta_2, epsilon):
    """Loshchilov and Hutter 2019, Algorithm 2, with η for the schedule's multiplier: shrink, then Adam's step."""
    path, m, v = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i] += (1 - beta_2) * (d * d - v[i])
            shrunk = path[-1][i] * (1 - learning_rate * weight_decay)
            root = math.sqrt(v[i] / (1 - math.pow(beta_2, t)))
            new.append(shrunk - learning_rate * (m[i] / (1 - math.pow(beta_1, t))) / (root + epsilon))
        path.append(new)
    return np.array(path)


def adamax(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """Kingma and Ba 2015, section 7.1: u as the maximum over all the past, each faded by its age."""
    path, m, past = [list(w)], [0.0] * len(w), [[] for _ in w]
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            past[i] = [beta_2 * p for p in past[i]] + [abs(d)]
            new.append(path[-1][i] - learning_rate / (1 - math.pow(beta_1, t)) * m[i] / (max(past[i]) + epsilon))
        path.append(new)
    return np.array(path)


def nadam(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """Dozat 2016, Algorithm 2, with all μ computed beforehand and their products taken anew."""
    mus = [beta_1 * (1 - 0.5 * math.pow(0.96, t)) for t in range(1, steps + 2)]
    path, m, v = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for t in range(1, steps + 1):
        dw, new = gradient(path[-1]), []
        now, ahead = math.prod(mus[:t]), math.prod(mus[: t + 1])
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i] += (1 - beta_2) * (d * d - v[i])
            bar = mus[t] * (m[i] / (1 - ahead)) + (1 - mus[t - 1]) * (d / (1 - now))
            root = math.sqrt(v[i] / (1 - math.pow(beta_2, t)))
            new.append(path[-1][i] - learning_rate * bar / (root + epsilon))
        path.append(new)
    return np.array(path)


def ftrl(
    gradient,
    w,
    steps,
    learning_rate,
    initial_accumulator_value,
    l1_regularization_strength,
    l2_regularization_strength,
    l2_shrinkage_regularization_strength=0.0,
    beta=0.0,
    learning_rate_power=-0.5,
):
    """McMahan et al. 2013, Algorithm 1: a weight is 0 as long as |z| ≤ λ₁, with Keras's 2·λ₂ for its λ₂.

    Of Keras, too: another power than the root, and a shrinkage, whose gradient is that of λₛ·w².
    """
    root = lambda x: math.exp(-learning_rate_power * math.log(x))  # noqa: E731
    path, z, n = [list(w)], [0.0] * len(w), [initial_accumulator_value] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            sigma = (root(n[i] + d * d) - root(n[i])) / learning_rate
            z[i] += d + 2 * l2_shrinkage_regularization_strength * path[-1][i] - sigma * path[-1][i]
            n[i] += d * d
            if abs(z[i]) <= l1_regularization_strength:
                new.append(0.0)
            else:
                bound = math.copysign(l1_regularization_strength, z[i])
                rate = learning_rate / (beta + root(n[i]))
                new.append(-(z[i] - bound) / (1 / rate + 2 * l2_regularization_strength))
        path.append(new)
    return np.array(path)


def lion(gradient, w, steps, learning_rate, beta_1, beta_2):
    """Chen et al. 2023, Algorithm 2, with the sign taken by comparison."""
    path, m = [list(w)], [0.0] * len(w)
    for _ in range(steps):
        dw, new = gradient(path[-1]), []
        for i, d in enumerate(dw):
            c = m[i] + (1 - beta_1) * (d - m[i])
            new.append(path[-1][i] + (-learning_rate if c > 0 else learning_rate if c < 0 else 0.0))
            m[i] += (1 - beta_2) * (d - m[i])
        path.append(new)
    return np.array(path)


def lamb(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon):
    """You et al. 2020, Algorithm 2, without decay and with φ(z) = z; the vector is one layer."""
    path, m, v = [list(w)], [0.0] * len(w), [0.0] * len(w)
    for t in range(1, steps + 1):
        dw, r = gradient(path[-1]), []
        for i, d in enumerate(dw):
            m[i] += (1 - beta_1) * (d - m[i])
            v[i] += (1 - beta_2) * (d * d - v[i])
            root = math.sqrt(v[i] / (1 - math.pow(beta_2, t)))
            r.append(m[i] / (1 - math.pow(beta_1, t)) / (root + epsilon))
        of_w, of_r = math.hypot(*path[-1]), math.hypot(*r)
        trust = of_w / of_r if of_w > 0 and of_r > 0 else 1.0
        path.append([old - learning_rate * trust * step for old, step in zip(path[-1], r, strict=True)])
    return np.array(path)


def adafactor(gradient, w, steps, learning_rate, epsilon_1, epsilon_2, clip_threshold):
    """Shazeer and Stern 2018, Algorithms 5 and 6, for a vector: nothing to factor."""
    path, v = [list(w)], [0.0] * len(w)
    rms = lambda x: math.sqrt(math.fsum(each * each for each in x) / len(x))  # noqa: E731
    for t in range(1, steps + 1):
        dw, u = gradient(path[-1]), []
        keep = 1 - math.pow(t, -0.8)
        for i, d in enumerate(dw):
            v[i] = keep * v[i] + (1 - keep) * (d * d + epsilon_1)
            u.append(d / math.sqrt(v[i]))
        alpha = max(epsilon_2, rms(path[-1])) * min(learning_rate, 1 / math.sqrt(t))
        clip = max(1.0, rms(u) / clip_threshold)
        path.append([old - alpha * step / clip for old, step in zip(path[-1], u, strict=True)])
    return np.array(path)


def muon(gradient, w, steps, learning_rate, weight_decay, momentum, adam_beta_1, adam_beta_2, epsilon, rms_rate):
    """A vector goes by AdamW; the last number is for matrices."""
    return adamw(gradient, w, steps, learning_rate, weight_decay, adam_beta_1, adam_beta_2, epsilon)


def schedule_free_adamw(gradient, w, steps, learning_rate, beta_1, beta_2, epsilon, weight_decay=0.0, warmup_steps=0):
    """Defazio et al. 2024, eqs. 4 to 6: all z are kept, and x is their plain mean.

    Warm-up and decay are those of Algorithm 1, the decay at the point where the gradient is taken; but the mean
    stays the plain one, where the paper weighs each z by its rate.
    """
    path, zs, v = [list(w)], [], [0.0] * len(w)
    z = list(w)
    for t in range(1, steps + 1):
        dw = gradient(path[-1])
        for i, d in enumerate(dw):
            v[i] += (1 - beta_2) * (d * d - v[i])
            rate = learning_rate * (t / warmup_steps if t < warmup_steps else 1)
            z[i] -= rate * (d / (math.sqrt(v[i] / (1 - math.pow(beta_2, t))) + epsilon) + weight_decay * path[-1][i])
        zs.append(list(z))
        means = [math.fsum(column) / t for column in zip(*zs, strict=True)]
        path.append([(1 - beta_1) * new + beta_1 * mean for new, mean in zip(z, means, strict=True)])
    return np.array(path)


# Of matrices: one step of each, from a gradient (rows, columns), written with NumPy's linear algebra.


def adafactor_matrix(gradients, w, learning_rate, epsilon_1=1e-30, epsilon_2=1e-3, clip_threshold=1.0):
    """Shazeer and Stern 2018, Algorithm 4: V = R·C / (1ᵀR), with sums in place of means."""
    rows, columns = np.zeros(w.shape[0]), np.zeros(w.shape[1])
    path = [w]
    for t, g in enumerate(gradients, 1):
        keep = 1 - t**-0.8
        squares = g * g + epsilon_1
        rows = keep * rows + (1 - keep) * squares.sum(axis=1)
        columns = keep * columns + (1 - keep) * squares.sum(axis=0)
        u = g / np.sqrt(np.outer(rows, columns) / rows.sum())
        alpha = max(epsilon_2, np.sqrt(np.mean(path[-1] ** 2))) * min(learning_rate, t**-0.5)
        path.append(path[-1] - alpha * u / max(1, np.sqrt(np.mean(u**2)) / clip_threshold))
    return np.array(path)


def muon_matrix(gradients, w, learning_rate, weight_decay=0.004, momentum=0.95, rms_rate=0.2):
    """The same polynomial on the singular values themselves: σ ← 3.4445σ − 4.775σ³ + 2.0315σ⁵, five times."""
    buffer, path = np.zeros_like(w), [w]
    for g in gradients:
        buffer = momentum * buffer + g
        u, s, vt = np.linalg.svd(g + momentum * buffer, full_matrices=False)
        s = s / (np.sqrt(np.sum(s**2)) + 1e-7)
        for _ in range(5):
            s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
        shrunk = path[-1] * (1 - learning_rate * weight_decay)
        path.append(shrunk - learning_rate * rms_rate * np.sqrt(max(w.shape)) * (u * s) @ vt)
    return np.array(path)


def lamb_rows(gradients, w, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Each row on its own, by the rule for a vector."""
    rows = []
    for row, start in enumerate(w):
        given = iter(gradients[:, row])
        rows.append(
            lamb(lambda _, given=given: next(given), start, len(gradients), learning_rate, beta_1, beta_2, epsilon)
        )
    return np.stack(rows, axis=1)
