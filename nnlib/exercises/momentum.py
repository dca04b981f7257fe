"""Chapter 11: one step with memory, and one that looks ahead."""

import numpy as np

from nnlib.exercises.exercise import Exercise
from nnlib.optimizers import Momentum, Nesterov

_MOVING = (
    (np.array([1.0, -2.0]), np.array([0.0, 0.0]), np.array([0.5, 1.5]), 0.1, 0.9),  # from rest
    (np.array([1.0, -2.0]), np.array([3.0, -1.0]), np.array([0.5, 1.5]), 0.1, 0.9),
    (np.array([1.0, -2.0]), np.array([3.0, -1.0]), np.array([0.0, 0.0]), 0.2, 0.5),  # it coasts
    (np.array([0.5]), np.array([2.0]), np.array([4.0]), 0.25, 0.0),  # no memory
    (np.array([1.0, 2.0, 3.0]), np.array([10.0, -20.0, 5.0]), np.array([-1.0, 2.0, 7.0]), 1e-3, 0.99),
)


def momentum_step(theta, v, g, rate, beta, rule=Momentum):
    theta, rule = theta.copy(), rule(rate, beta=beta)
    rule.start(theta)
    rule.v[...] = v
    rule.step(theta, g)
    return np.stack([theta, rule.v])  # a reader may return the pair


def nesterov_step(theta, v, g, rate, beta):
    return momentum_step(theta, v, g, rate, beta, Nesterov)


EXERCISES = {
    "momentum_step": Exercise(momentum_step, _MOVING),
    "nesterov_step": Exercise(nesterov_step, _MOVING),
}
