"""The lasso and the elastic net: all coordinates move towards their own minima at once, with momentum and leaps.

Four things make coordinate descent fast. It starts from 0 and lowers the strength of L1 in stages to the one requested,
each stage starting where the last one ended (warm starts). A sweep visits only coordinates that are not 0 or have
violated their optimality condition (a working set), and moves them in parallel: one product with a matrix, where one
after another would be a loop in Python. Momentum makes up for the shorter steps that this takes. And where sweeps no
longer change a sign, the objective is a quadratic: solving one linear system reaches its minimum (`_leap`).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import as_count, as_finite, as_positive, called, shown
from nnlib.objectives import least_squares
from nnlib.penalties import L1, L2, ElasticNet

STAGE = 0.8  # a stage's strength, relative to the one before, at most
NEWCOMERS = 0.15  # coordinates that a stage brings in, by the number of examples
CHECK = 5  # sweeps from one look at the signs and the optimality conditions to the next
PATIENCE = 20  # sweeps before the first leap; twice as many after a leap that has not arrived
HALVES = np.array([1, 0.5, 0.25, 0.125])  # of a leap
ROUNDING = 8 * np.finfo(float).eps  # of a correlation, relative to the sizes of the two correlated
UNSURE = 1e-7  # a rounding error, relative to the deviations from the means, that makes a solution doubtful


class NotConverged(FloatingPointError):
    """Coordinate descent has used up its sweeps.

    Parameters
    ----------
    message : str
        What happened.
    theta : ndarray, (d,)
        The best point found.

    Examples
    --------
    >>> NotConverged("too few sweeps", theta=np.zeros(2)).theta
    array([0., 0.])
    """

    def __init__(self, message: str, *, theta: np.ndarray):
        super().__init__(message)
        self.theta = theta


def coordinate_descent(X: ArrayLike, y: ArrayLike, penalty: Any, *, start: ArrayLike | None = None,
                       tolerance: float = 1e-10, sweeps: int = 100_000) -> np.ndarray:
    r"""Minimise 1/(2n) ||X theta - y||^2 + penalty(theta), every coordinate towards its own exact minimum.

    theta_j <- soft_threshold(c_j - sum_(i != j) G_ji theta_i, l1) / (G_jj + l2), G = X^T X / n, c = X^T y / n
    (Friedman, Hastie & Tibshirani, 2010). No bias: centre X and y, or give X a column of ones, which is then penalised.
    A sweep moves all coordinates at once, each as if its curvature G_jj + l2 were larger by a factor that their
    correlations make necessary, from a point ahead (Fercoq & Richtarik, 2015) unless that leads uphill (O'Donoghue &
    Candes, 2015). Between sweeps, where no sign changes, it leaps to where they are heading: the solution of
    (G + l2) theta = c - l1 sign(theta) over the coordinates that are not 0.

    Parameters
    ----------
    X : array_like, (n, d)
        The data.
    y : array_like, (n,)
        The targets.
    penalty : L1, L2 or ElasticNet
        With one strength.
    start : array_like, (d,), optional
        Where to begin; None for 0.
    tolerance : float
        Stop when no optimality condition is violated by more than this times the standard deviations of its column and
        of y, nor by more than its square root times the strength of L1 (unless by rounding).
    sweeps : int
        Give up after this many.

    Returns
    -------
    ndarray, (d,)
        The solution, with exact zeros where the penalty makes them.

    Raises
    ------
    FloatingPointError
        If it has not converged after `sweeps` sweeps; the error, a `NotConverged`, carries the best point found as
        `.theta`.
    ValueError
        If means are so large relative to the deviations from them that rounding decides; centre X and y.

    Examples
    --------
    >>> coordinate_descent([[1.0, 0.0], [0.0, 1.0]], [3.0, 0.2], L1(0.5))
    array([2., 0.])
    """
    data = least_squares(X, y)  # checks them
    l1, l2 = _strengths(penalty)
    tolerance = as_positive("tolerance", tolerance)
    as_count("sweeps", sweeps, least=1)
    d = data.X.shape[1]
    theta = np.zeros(d) if start is None else as_finite("start", start)
    if theta.shape != (d,):
        raise ValueError(f"start must have shape {(d,)}, got {theta.shape}")
    with np.errstate(all="ignore"):
        return _descend(data.X, data.y, l1, l2, theta, tolerance, sweeps)


def lasso_path(X: ArrayLike, y: ArrayLike, strengths: ArrayLike) -> np.ndarray:
    """The lasso's solutions, the minimisers of 1/(2n) ||X theta - y||^2 + strength ||theta||_1, for many strengths.

    Parameters
    ----------
    X : array_like, (n, d)
        The data.
    y : array_like, (n,)
        The targets.
    strengths : array_like, (m,)
        Not negative, in any order; each starts from the solution of the next stronger one.

    Returns
    -------
    ndarray, (m, d)
        The solutions, in the order of the strengths.

    Examples
    --------
    >>> lasso_path(np.eye(2), [3.0, 0.5], strengths=[2.0, 0.5, 0.0])
    array([[0. , 0. ],
           [2. , 0. ],
           [3. , 0.5]])
    """
    data = least_squares(X, y)
    strengths = as_finite("strengths", strengths)
    if strengths.ndim != 1:
        raise ValueError(f"strengths must be a list of numbers, got shape {strengths.shape}")
    thetas = np.empty((len(strengths), data.X.shape[1]))
    theta = None
    for i in np.argsort(-strengths):
        theta = coordinate_descent(data.X, data.y, L1(strengths[i]), start=theta)
        thetas[i] = theta
    return thetas


def _strengths(penalty):
    """How much L1 and how much L2 a penalty contains."""
    called("penalty", penalty)
    if not isinstance(penalty, (L1, L2, ElasticNet)):
        raise TypeError(f"penalty must be L1, L2 or ElasticNet, got {shown(penalty)}")
    ratio = penalty.l1_ratio if isinstance(penalty, ElasticNet) else float(isinstance(penalty, L1))
    if np.ndim(penalty.strength) or np.ndim(ratio):
        raise ValueError(f"penalty must have one strength, got {shown(penalty)}; solve for one at a time")
    return float(penalty.strength * ratio), float(penalty.strength * (1 - ratio))


def _descend(X, y, l1, l2, theta, tolerance, sweeps):
    size, spread = _column_sizes(X)
    (y_size,), (y_spread,) = _column_sizes(y[:, None])
    if not np.isfinite([*size, y_size]).all() or X[:, size == 0].any():
        raise ValueError("X and y must have squares within the range of floats; standardize them first")
    theta = np.where(size > 0, theta, 0)  # a column of zeros has no effect
    working = _WorkingSet(X, y, l2, wanted=theta != 0)
    stage, done = np.inf, 0
    while True:
        residual = y - working.X @ theta[working.columns]
        pull = residual @ X / len(y) - l2 * theta  # minus the gradient of the smooth part
        stage = _next_stage(stage, theta, pull, l1, int(NEWCOMERS * len(y)))
        violation = _violation(theta, pull, stage)
        rounding = ROUNDING * size * (y_size + size @ np.abs(theta))
        enough = np.maximum(np.minimum(tolerance * spread * y_spread, np.sqrt(tolerance) * l1 or np.inf), rounding)
        wrong = violation > enough
        solved = stage == l1 and not wrong.any()
        if solved or done >= sweeps:
            off_centre = size * y_size > 100 * spread * y_spread
            if (off_centre & (rounding > UNSURE * spread * y_spread)).any():
                raise ValueError("X and y must not have means so large relative to the deviations from them that "
                                 "rounding decides; centre them: X - X.mean(axis=0) and y - y.mean()")
        if solved:
            return theta
        if done >= sweeps:
            raise NotConverged(f"coordinate descent did not converge in {sweeps} sweeps: the optimality conditions are "
                               f"violated by {violation.max():.2g}; allow more sweeps, or a larger tolerance. The best "
                               f"theta is the error's .theta", theta=theta)
        newcomers = working.add(wrong)
        goal = enough[working.columns]
        if newcomers or stage > l1:  # an intermediate solution need not be exact
            goal = np.maximum(goal, 0.8 * violation.max())
        done += working.solve(theta, stage, goal, sweeps - done)


def _column_sizes(X):
    """The root of the mean square of each column, and its standard deviation, or the former of a constant column."""
    square = np.einsum("ij,ij->j", X, X) / len(X)
    mean = X.mean(axis=0)
    size = np.sqrt(square)
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    near = np.flatnonzero(spread < 0.01 * size)  # where that difference has lost digits
    deviations = X[:, near] - X[:, near].mean(axis=0)
    constant = (X[:, near] == X[0, near]).all(axis=0)
    spread[near] = np.where(constant, size[near], np.linalg.norm(deviations, axis=0) / np.sqrt(len(X)))
    return size, spread


def _next_stage(stage, theta, pull, l1, newcomers):
    """The next strength of L1, on the way down to l1 from the one at which theta, with this pull, stays as it is.

    Below it are the pulls of all coordinates that are 0, but for this many.
    """
    pull = np.abs(pull)
    following = STAGE * min(stage, pull.max())
    zero = np.sort(pull[theta == 0])[::-1]
    following = min(following, zero[newcomers]) if newcomers < len(zero) else l1
    return following if following > l1 > 0 else l1


def _violation(theta, pull, l1):
    """How far each coordinate is from optimal: pull is l1 sign(theta) where theta is not 0, and else within +-l1."""
    return np.where(theta == 0, np.maximum(np.abs(pull) - l1, 0), np.abs(pull - l1 * np.sign(theta)))


class _WorkingSet:
    """The columns to sweep over, with G = X^T X / n + l2 and c = X^T y / n among them."""

    def __init__(self, X, y, l2, wanted):
        self.all, self.y, self.l2 = X, y, l2
        self.room = np.empty(X.shape, order="F")  # for all columns, each in one piece
        self.columns, self.G, self.c = np.empty(0, int), np.empty((0, 0)), np.empty(0)
        self.add(wanted)
        self.stiffness = 1.0  # grows where sweeps would go too far

    def add(self, wanted):
        """Add the wanted columns, leave in `wanted` those that are new, and return how many."""
        wanted[self.columns] = False
        new = np.flatnonzero(wanted)
        n, old = len(self.all), len(self.columns)
        self.columns = np.concatenate([self.columns, new])
        self.X = self.room[:, :len(self.columns)]
        if len(new):
            fresh = self.X[:, old:]
            fresh[:] = self.all[:, new]
            G = np.empty((len(self.columns), len(self.columns)))
            G[:old, :old] = self.G
            G[:old, old:] = self.X[:, :old].T @ fresh / n
            G[old:, :old] = G[:old, old:].T
            G[old:, old:] = fresh.T @ fresh / n + self.l2 * np.eye(len(new))
            self.G = G
            self.c = np.concatenate([self.c, self.y @ fresh / n])
        return len(new)

    def solve(self, theta, l1, goal, sweeps):
        """Sweep and leap until no violation exceeds `goal`; change theta, return the number of sweeps."""
        x = ahead = theta[self.columns]
        slope = slope_ahead = self.c - self.G @ x
        size, signs = np.diagonal(self.G), np.sign(x)
        t, done, leapt, patience = 1.0, 0, 0, PATIENCE
        while done < min(sweeps, 1000):  # then the residual is computed anew
            done += 1
            new, slope_new = self.sweep(ahead, slope_ahead, l1)
            uphill = (ahead - new) @ (size * (new - x)) > 0
            t, before = (1.0, 1.0) if uphill else ((1 + np.sqrt(1 + 4 * t * t)) / 2, t)
            ahead = new + (before - 1) / t * (new - x)
            slope_ahead = slope_new + (before - 1) / t * (slope_new - slope)
            x, slope = new, slope_new
            if done % CHECK == 0:
                if (_violation(x, slope, l1) <= goal).all():
                    break
                if done - leapt >= patience and (np.sign(x) == signs).all():
                    arrived = _leap(x, slope, self.G, l1, steps=(done - leapt) // 10)
                    ahead, slope_ahead, t, leapt = x, slope, 1.0, done
                    patience = PATIENCE if arrived else 2 * patience
                signs = np.sign(x)
        theta[self.columns] = x
        return done

    def sweep(self, x, slope, l1):
        """Move all coordinates towards their minima, each as if its curvature were `stiffness` times as large."""
        size = np.diagonal(self.G)
        while True:
            step = 1 / (self.stiffness * size)
            new = x + step * slope
            new -= np.minimum(np.maximum(new, -l1 * step), l1 * step)
            slope_new = self.c - self.G @ new
            move = new - x
            needed = move @ (slope - slope_new) / (move @ (size * move))
            if not self.stiffness < min(needed, len(x)):  # len(x) is enough for any G
                return new, slope_new
            self.stiffness = min(max(1.05 * needed, 1.2 * self.stiffness), len(x))


def _leap(theta, slope, G, l1, steps):
    """Move to the minimum over the coordinates that are not 0, with their signs; one that would change sign becomes 0.

    While that raises the objective, halve the step, in the end to where the first sign changes. Repeat until none does,
    which returns True, or for so many steps.
    """
    for _ in range(steps):
        on = np.flatnonzero(theta)
        rows = G[on]
        x = theta[on]
        sign = np.sign(x)
        step = _newton_step(rows[:, on], slope[on] - l1 * sign)
        if not np.isfinite(step).all():
            return False
        reach = np.where((step * sign < 0) & (l1 > 0), -x / step, np.inf)  # where each becomes 0
        first = reach.min(initial=1.0)
        for part in (*HALVES[HALVES > first], first):
            move = np.where(reach <= part, -x, part * step)
            change = move @ rows
            if move @ change[on] / 2 - slope[on] @ move + l1 * (np.abs(x + move) - np.abs(x)).sum() < 0:
                break
        theta[on] = np.where(move == -x, 0, x + move)
        slope -= change
        if first >= 1:
            return True
    return False


def _newton_step(H, gradient):
    """H^-1 gradient, H with its diagonal scaled to 1 and raised a little: columns may depend on others."""
    scale = 1 / np.sqrt(np.diagonal(H))
    H = H * scale * scale[:, None]
    np.fill_diagonal(H, 1 + 1e-11)
    return np.linalg.solve(H, gradient * scale) * scale
