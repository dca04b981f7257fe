"""Chapter 11, momentum: the heavy ball and Nesterov's method."""

import numpy as np

from guards.formulas.entries import beta, chain, equal, eta, executed, rule, same
from guards.tex import Names
from nnlib.objectives import quadratic
from nnlib.optimizers import Momentum, Nesterov

BALL, GRADIENTS = Momentum(1.0, beta), np.array([[0.7], [-1.9], [0.4], [1.1]])
BALL.start(np.zeros(1))
for gradient in GRADIENTS:
    BALL.step(np.zeros(1), gradient)
CURVE, V, PLACE = 1.3, 0.4, np.array([0.7])
ONE = Momentum(eta, beta)
ONE.start(PLACE)
ONE.v[...] = V
ONE.step(PLACE, quadratic([CURVE])(PLACE)[1])
MATRIX = {"beta": beta, "h": CURVE, "eta": eta, "v": V, "x": 0.7}


@executed
def lookahead(display):
    velocity, move = (statement[1] for statement in display.statements)
    f, theta, nesterov = quadratic([1.0, 3.0]), np.array([1.0, -2.0]), Nesterov(eta, beta)
    names: Names = {"beta": beta, "eta": eta, "nabla_L": lambda point: f(point)[1], "w": np.zeros(2),
                    "phi": theta.copy()}
    nesterov.start(theta)
    for step in range(1, 6):
        names["w"] = display(velocity, names)
        names["phi"] = display(move, names)
        nesterov.step(theta, f(theta)[1])
        same(names["phi"] + beta * names["w"], theta, f"the point ahead after step {step}")


@executed
def matrix(display):
    (_, state), (_, M) = display.statements
    names = MATRIX | {"M": display(M, MATRIX)}
    same(display(state, names), [ONE.v[0], PLACE[0]], "the state after a step")


# With little friction the roots are complex; these two are real.
SLOW = {"beta": 0.1, "h": CURVE, "eta": 0.2}
ROOT = np.linalg.eigvals([[0.1, CURVE], [-0.02, 1 - 0.2 * CURVE]])[0]
NESTEROV_ROOT = np.roots([1, -(1 + 0.1) * (1 - 0.2 * CURVE), 0.1 * (1 - 0.2 * CURVE)])[0]
KAPPA = 2.9 / CURVE
BEST = {"h_max": 2.9, "h_min": CURVE, "kappa": KAPPA, "eta": 4 / (np.sqrt(2.9) + np.sqrt(CURVE)) ** 2,
        "beta": ((np.sqrt(KAPPA) - 1) / (np.sqrt(KAPPA) + 1)) ** 2}
FAST = {"eta": 1 / 2.9, "beta": (np.sqrt(KAPPA) - 1) / (np.sqrt(KAPPA) + 1)}
FASTEST = np.abs(np.roots([1, -(1 + FAST["beta"]) * (1 - 1 / KAPPA), FAST["beta"] * (1 - 1 / KAPPA)])).max()
# The covariances of x_t = a x_(t-1) - beta x_(t-2) + noise, from the equations of Yule and Walker.
A = 1 + beta - eta * CURVE
GAMMA = np.linalg.solve([[-A, 1 + beta, 0], [beta, -A, 1], [1, -A, beta]], [0, 0, (eta * 0.7) ** 2])
STATIONARY = {"a": A, "beta": beta, "eta": eta, "h": CURVE, "s": 0.7, **{f"gamma_{k}": GAMMA[k] for k in range(3)}}
# Three points that momentum visits in turn on the bent slope.
CYCLE = np.linalg.solve([[4 / 3, 1, 4 / 9], [4 / 9, 4 / 3, 1], [1, 4 / 9, 4 / 3]], [0, 0, 24 / 9])
POINTS = dict(zip("abc", CYCLE))


def moved(gradients):
    theta, ball = np.array([0.7]), Momentum(eta, beta)
    ball.start(theta)
    for g in gradients:
        ball.step(theta, g)
    return theta


AHEAD = {"phi": 0.7, "w": 0.4, "beta": beta, "eta": eta, "g": 1.9, "w_prime": beta * 0.4 - eta * 1.9,
         "theta": 0.7 + beta * 0.4, "theta_prime": 0.7 + (1 + beta) * (beta * 0.4 - eta * 1.9)}

TABLE = {
    "eq-momentum-roots": chain(..., **SLOW, r=ROOT),
    "eq-momentum-nesterov-roots": chain(..., **SLOW, r=NESTEROV_ROOT),
    "eq-momentum-sqrt": chain(..., beta=beta, r=np.linalg.eigvals([[beta, CURVE], [-eta * beta, 1 - eta * CURVE]])[0]),
    "eq-momentum-nesterov-best": chain(..., ..., h_max=2.9, kappa=KAPPA, **FAST),
    "eq-momentum-nesterov-rate": chain(FASTEST, kappa=KAPPA),
    "11_momentum: enough if both ends touch": chain(..., ..., **BEST),
    "eq-momentum-best": chain(..., ..., **BEST),
    "eq-momentum-rate": chain(..., (KAPPA - 1) / (KAPPA + 1), **BEST),
    "11_momentum: step and Then moves by": chain(..., **AHEAD),
    "11_momentum: is independent of everything before": chain(..., ..., ..., **STATIONARY),
    "eq-momentum-floor": chain(..., **STATIONARY),
    "11_momentum: subtracts times the velocity so": equal(moved(GRADIENTS), theta_0=0.7, beta=beta, eta=eta, T=4,
                                                          g=dict(enumerate(GRADIENTS))),
    "11_momentum: from there are more So": chain(..., ..., ..., **POINTS),
    "eq-momentum-update": rule(Momentum(eta, beta), skipped=("beta", "eta"), beta=beta, eta=eta),
    "eq-momentum-sum": equal(BALL.v, g_t=GRADIENTS[3], g_tm1=GRADIENTS[2], g_tm2=GRADIENTS[1], beta=beta,
                             dots=beta**3 * GRADIENTS[0]),
    "eq-momentum-lookahead": lookahead,
    "eq-momentum-nesterov": rule(Nesterov(eta, beta), beta=beta, eta=eta),
    "eq-momentum-matrix": matrix,
}
