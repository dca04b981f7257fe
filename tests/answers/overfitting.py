"""Chapter 05: the one-standard-error rule, and the error of a paired comparison."""

import numpy as np


def rule(ddof=1, of=lambda losses, best: losses[:, best], root=True, choose=np.max, within=1.0):
    """The rule with something else in one of its places."""
    def chosen(strengths, losses):
        mean = losses.mean(axis=0)
        best = mean.argmin()
        error = of(losses, best).std(ddof=ddof) / (np.sqrt(len(losses)) if root else 1)
        return choose(strengths[mean <= mean[best] + within * error])
    return chosen


def last_column(strengths, losses):
    mean = losses.mean(axis=0)
    error = losses[:, mean.argmin()].std(ddof=1) / np.sqrt(len(losses))
    return strengths[np.flatnonzero(mean <= mean.min() + error)[-1]]


def own_error(strengths, losses):
    mean, error = losses.mean(axis=0), losses.std(axis=0, ddof=1) / np.sqrt(len(losses))
    return strengths[mean - error <= mean.min()].max()


def in_place(strengths, losses):
    losses -= losses.mean(axis=0).min()
    return rule()(strengths, losses)


def by_sorting(strengths, losses):
    order = np.argsort(strengths)[::-1]
    strengths, losses = np.array(strengths)[order], np.array(losses)[:, order]
    k = len(losses)
    best = losses.sum(axis=0).argmin()
    room = np.sqrt(losses[:, best].var(ddof=1) / k)
    return [s for s, column in zip(strengths, losses.T) if column.mean() - losses[:, best].mean() <= room][0]


def number_by_number(strengths, losses):
    means = [sum(column) / len(column) for column in losses.T.tolist()]
    best = means.index(min(means))
    column = losses[:, best].tolist()
    spread = (sum((x - means[best]) ** 2 for x in column) / (len(column) - 1)) ** 0.5
    return np.array([max(s for s, m in zip(strengths, means) if m <= means[best] + spread / len(column) ** 0.5)])[0]


def share(right):
    return np.mean(np.asarray(right, float))


def unpaired(right_a, right_b):
    p, q = share(right_a), share(right_b)
    return np.sqrt((p * (1 - p) + q * (1 - q)) / len(right_a))


def counted(right_a, right_b):
    pairs = list(zip(np.asarray(right_a, bool).tolist(), np.asarray(right_b, bool).tolist()))
    a, b, n = pairs.count((True, False)), pairs.count((False, True)), len(pairs)
    return ((a + b) / n - ((b - a) / n) ** 2) ** 0.5 / n**0.5


def by_moments(right_a, right_b):
    A, B = np.asarray(right_a, float), np.asarray(right_b, float)
    return np.sqrt((A.var() + B.var() - 2 * np.mean((A - A.mean()) * (B - B.mean()))).clip(0) / A.size)


def written_into(right_a, right_b):
    result = counted(right_a, right_b)
    right_b[...] = right_a
    return result


WRONG = {
    "one_standard_error": {
        "of the population": rule(ddof=0), "a deviation": rule(root=False), "the weakest": rule(choose=np.min),
        "the lowest": rule(within=0), "two errors": rule(within=2), "of all": rule(of=lambda losses, best: losses),
        "the last column": last_column, "each its own error": own_error, "in place": in_place,
    },
    "paired_error": {
        "other images": unpaired, "not squared": lambda a, b: np.sqrt(np.mean(np.not_equal(a, b)) / len(a)),
        "no root of n": lambda a, b: np.subtract(b, a, dtype=float).std(),
        "of a sample": lambda a, b: np.subtract(b, a, dtype=float).std(ddof=1) / np.sqrt(len(a)),
        "the difference": lambda a, b: share(b) - share(a), "in place": written_into,
    },
}
RIGHT = {
    "one_standard_error": {"plain": rule(), "sorted": by_sorting, "number by number": number_by_number},
    "paired_error": {"counted": counted, "by moments": by_moments,
                     "a list": lambda a, b: [np.subtract(b, a, dtype=float).std() / np.sqrt(len(a))][0]},
}
