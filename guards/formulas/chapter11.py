"""Chapter 11, momentum: the heavy ball and Nesterov's method."""

import numpy as np

from guards.formulas.entries import beta, equal, eta, executed, rule, same
from guards.reader import Names
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


TABLE = {
    "eq-momentum-update": rule(Momentum(eta, beta), skipped=("beta", "eta"), beta=beta, eta=eta),
    "eq-momentum-sum": equal(BALL.v, g_t=GRADIENTS[3], g_tm1=GRADIENTS[2], g_tm2=GRADIENTS[1], beta=beta,
                             dots=beta**3 * GRADIENTS[0]),
    "eq-momentum-lookahead": lookahead,
    "eq-momentum-nesterov": rule(Nesterov(eta, beta), beta=beta, eta=eta),
    "eq-momentum-matrix": matrix,
}
