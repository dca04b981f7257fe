"""Chapter 06, L2: the penalty, its gradient, ridge in closed form, weight decay."""

import numpy as np
from scipy.optimize import brentq

from guards.formulas.entries import X, chain, d, equal, eta, lam, n, w, y
from nnlib.descent import minimize
from nnlib.exercises.l2 import ridge
from nnlib.gradcheck import numerical_gradient
from nnlib.objectives import least_squares
from nnlib.optimizers import SGD
from nnlib.penalties import L2

LOSS, SLOPE = least_squares(X, y)(w)
RIDGE = least_squares(X, y, L2(lam))
H, C = X.T @ X / n, X.T @ y / n
HS, V = np.linalg.eigh(H)
SIZE = np.linalg.norm(w)

RIDGE_HESSIAN = RIDGE(np.eye(d))[1] - RIDGE(np.zeros(d))[1]
FITTED = sum(X[i] @ ridge(X, np.eye(n)[i], lam) for i in range(n))
RISK = {"h_i": 1.7, "s": 0.7, "n": n, "tau_i": 1.9, "v_i": w, "w_star": 1.9 * w / (w @ w)}


def risk(strength):
    """In one direction: the bias, by which the truth is shrunk, squared, and the variance of the noise that is kept."""
    kept = 1.7 / (1.7 + strength)
    return ((1 - kept) * 1.9) ** 2 + kept**2 * 0.7**2 / (n * 1.7)


TABLE = {
    "eq-l2-pulls": equal(numerical_gradient(lambda v: v @ v / 2, w), numerical_gradient(np.linalg.norm, w),
                         numerical_gradient(lambda v: np.sqrt(np.linalg.norm(v)), w), w=w),
    "eq-l2-df": equal(FITTED, h=HS, lam=lam),
    "eq-l2-kappa": equal(np.linalg.cond(RIDGE_HESSIAN), h_max=HS[-1], h_min=HS[0], lam=lam),
    "eq-l2-best": chain(brentq(lambda strength: numerical_gradient(risk, strength), 0.001, 1.0), **RISK),
    "eq-l2-risk": chain(risk(lam), **RISK, lam=lam),
    "eq-l2-objective": equal(RIDGE(w)[0], L2(1.0)(w)[0], w=w, theta=w, lam=lam, L=lambda theta: LOSS,
                             Omega=lambda v: L2(1.0)(v)[0]),
    "eq-l2-gradient": equal(RIDGE(w)[1], nabla_L=SLOPE, lam=lam, w=w),
    "eq-ridge-closed": equal(ridge(X, y, lam), H=H, c=C, lam=lam, I=np.eye(d)),
    "eq-l2-dual": equal(ridge(X, y, lam), X=X, y=y, n=n, lam=lam, I=np.eye(n)),
    "eq-l2-shrinkage": equal(V[:, 1] @ ridge(X, y, lam), v_i=V[:, 1], h_i=HS[1], c=C, lam=lam, w_0=ridge(X, y, 0.0)),
    "eq-l2-decay": equal(minimize(RIDGE, w, SGD(eta), 1).thetas[1], w=w, eta=eta, lam=lam, g=SLOPE),
    "eq-l2-map": chain(s=0.7, tau=1.9, X=X, w=w, y=y, n=n, L=lambda theta: least_squares(X, y)(theta)[0]),
}
