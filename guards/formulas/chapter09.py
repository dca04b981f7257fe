"""Chapter 09, dropout and early stopping: descent stopped beside ridge, masks and their moments, the other tricks."""

import numpy as np

from guards.formulas.entries import chain, equal, eta, lam, rng
from nnlib.descent import minimize
from nnlib.exercises.dropout_early_stopping import dropout_pass
from nnlib.objectives import quadratic
from nnlib.optimizers import SGD

P, H, ABOVE = 0.3, rng.normal(size=6), rng.normal(size=6)
STAYS = np.array([1, 0, 1, 1, 0, 1])
THERE, BACK = dropout_pass(H, STAYS, P, ABOVE)
CURVED, GOAL = quadratic(np.array([1.7]), np.array([1.7 * 0.9])), 0.9   # minimum at 0.9
STOPPED = minimize(CURVED, np.zeros(1), SGD(eta), 5).thetas[-1][0]

MEMBERS, TRUE = rng.normal(size=4), 0.3
LONG = rng.normal(size=5)
LIMIT = 0.4 * np.linalg.norm(LONG)
CLOUD = sum(((1 - eta * 1.7) ** t * eta) ** 2 for t in range(2000))   # the variance, step by step from 0
NARROW = 0.2 * (1 - np.exp(-0.8)) / 0.2 / (0.8 / 1.8)

TABLE = {
    "eq-es-stopped": equal(STOPPED, eta=eta, h=1.7, t=5, w_star=GOAL),
    "eq-es-ridge": equal(minimize(quadratic(np.array([1.7 + lam]), np.array([1.7 * GOAL])), np.zeros(1), SGD(0.5), 200)
                         .thetas[-1][0], h=1.7, lam=lam, w_star=GOAL),
    "eq-es-exchange": equal(1 / (eta * 5), eta=eta, t=5),
    "eq-dropout": equal(THERE, None, m=STAYS, h=H, p=P),
    "eq-dropout-mean": equal(np.dot([P, 1 - P], [0, THERE[0]]), p=P, h_j=H[0]),
    "eq-maxnorm": equal(LONG * 0.4, w=LONG, c=LIMIT),
    "eq-cloud": equal(CLOUD, CLOUD, eta=eta, h=1.7, v=CLOUD),
    "eq-ambiguity": chain(bar_f=MEMBERS.mean(), f=MEMBERS, y=TRUE, K=4),
    "eq-es-ratio": equal(NARROW**2, None, u=0.8),
}
