"""Chapter 00, conventions: the four nodes, the difference quotient, the objective."""

import numpy as np

from guards.formulas.entries import X, equal, lam, n, w, y
from nnlib.activations import tanh
from nnlib.gradcheck import check_gradient, numerical_gradient
from nnlib.losses import squared_error
from nnlib.objectives import least_squares
from nnlib.penalties import L1, L2

NODES = {"w": 0.7, "x": 1.9, "b": -0.4, "y": 0.3}
U = NODES["w"] * NODES["x"]
Z = U + NODES["b"]
A = tanh(Z)
LOSS, SLOPE = squared_error(np.array([A]), np.array([NODES["y"]]))
FOUND = check_gradient(lambda theta: (theta**2 / 2, 1.3 * theta), 0.8)
LAM_1 = 0.17

TABLE = {
    "eq-graph": equal(U, Z, A, LOSS, **NODES, u=U, z=Z, a=A),
    "eq-graph-back": equal(SLOPE[0], a=A, y=NODES["y"]),
    "eq-central": equal(numerical_gradient(np.exp, 0.6, h=0.05), f=np.exp, w=0.6, h=0.05),
    "eq-relative": equal(FOUND.relative_error, g=FOUND.gradient, D=FOUND.numerical),
    "eq-objective": equal(least_squares(X, y, L2(lam))(w)[0] + L1(LAM_1)(w)[0], n=n, w=w, x=X @ w, y=y, f=lambda x: x,
                          ell=lambda f, y: squared_error(np.array([f]), np.array([y]))[0], lam=lam, lam_1=LAM_1),
}
