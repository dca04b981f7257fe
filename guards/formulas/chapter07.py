"""Chapter 07, L1: the lasso, the soft threshold, and the methods that make exact zeros."""

import numpy as np

from guards.formulas.entries import Wrong, X, alpha, chain, equal, eta, executed, lam, n, rho, same, text, w, y
from nnlib.descent import coordinate_descent, minimize, proximal_gradient
from nnlib.objectives import least_squares
from nnlib.optimizers import SGD
from nnlib.penalties import L1, ElasticNet, soft_threshold

LEAST, LASSO = least_squares(X, y), least_squares(X, y, L1(lam))
LOSS, SLOPE = LEAST(w)
LARGE = 0.4 * np.abs(X.T @ y / n).max()
G, V = X.T @ X / n, np.linspace(-2, 2, 9) + 0.01
FISTA = proximal_gradient(LEAST, L1(lam), w, step=eta, steps=6, accelerated=True).thetas


@executed
def fista(display):
    start, first, ahead, tau, step = display.statements
    names = {"S": soft_threshold, "nabla_L": lambda u: LEAST(u)[1], "eta": eta, "lam": lam, "w_0": w}
    u = display(start[1], names)
    names |= {"w_t": soft_threshold(u - eta * LEAST(u)[1], eta * lam), "w_tm1": w, "tau_t": display(first[1], names)}
    for k, point in enumerate(FISTA[2:], start=2):
        names["tau_tp1"] = display(tau[1], names)
        names["u_t"] = display(ahead[1], names)
        new = display(step[1], names)
        same(new, point, f"step {k}")
        names |= {"w_tm1": names["w_t"], "w_t": new, "tau_t": names["tau_tp1"]}


@executed
def coordinates(display):
    (_, new), theta = display.statements[0], w.copy()
    for j in 200 * list(range(len(w))):
        pull = X[:, j] @ (y - X @ theta) / n
        theta[j] = display(new, {"S": soft_threshold, "p_j": pull, "G_jj": G[j, j], "w_j": theta[j], "lam": lam})
    same(theta, coordinate_descent(X, y, L1(lam)), text(display, new) + ", 200 sweeps,")


SPARSE = coordinate_descent(X, y, L1(LARGE))
ACTIVE = SPARSE != 0
G_AA, C_A, SIGNS = G[ACTIVE][:, ACTIVE], (X.T @ y / n)[ACTIVE], np.sign(SPARSE[ACTIVE])


@executed
def optimality(display):
    (pull, push), _, (small, strength), _ = display.statements
    pulls = X.T @ (y - X @ SPARSE) / n
    letters = {"w_j": SPARSE[ACTIVE], "lam": LARGE}
    same(display(push, letters), display(pull, {"p_j": pulls[ACTIVE]}), text(display, push))
    if (display(small, {"p_j": pulls[~ACTIVE]}) > display(strength, letters)).any():
        raise Wrong(f"{text(display, small)} is larger where the weight is 0")


@executed
def largest(display):
    ((_, name, value),) = display.statements
    limit = display(value, {"n": n, "x": X.T, "y": y}).item()
    for factor, empty in ((1.0001, True), (0.9999, False)):
        if (coordinate_descent(X, y, L1(factor * limit)) == 0).all() != empty:
            raise Wrong(f"{text(display, value)} is {limit}, but the weights vanish elsewhere")


TABLE = {
    "eq-l1-two": chain(..., ..., w_star_1=0.7, w_star_2=1.9, rho=rho, lam=lam, w_1=0.7 - lam / (1 + rho),
                       w_2=1.9 - lam / (1 + rho)),
    "eq-l1-optimality": optimality,
    "eq-l1-lambda-max": largest,
    "eq-l1-path": equal(SPARSE[ACTIVE], ..., ..., lam=LARGE, a=np.linalg.solve(G_AA, C_A),
                        b=np.linalg.solve(G_AA, SIGNS), G_AA=G_AA, c_A=C_A, s=SIGNS),
    "eq-l1-objective": equal(LASSO(w)[0], L1(1.0)(w)[0], L=lambda v: LOSS, lam=lam, w=w),
    "eq-l1-soft": equal(soft_threshold(V, lam / 1.9), soft_threshold(V, 0.7), S=soft_threshold, w_star=V, lam=lam,
                        h=1.9, v=V, t=0.7),
    "eq-l1-subgradient-step": equal(minimize(LASSO, w, SGD(eta), 1).thetas[1], SLOPE, w=w, eta=eta, lam=lam, g=SLOPE,
                                    nabla_L=lambda v: LEAST(v)[1]),
    "eq-l1-ista": equal(proximal_gradient(LEAST, L1(lam), w, step=eta, steps=1).thetas[1], S=soft_threshold, w_t=w,
                        eta=eta, g_t=SLOPE, lam=lam),
    "eq-l1-fista": fista,
    "eq-l1-coordinate": coordinates,
    "eq-l1-elastic": equal(ElasticNet(1.0, alpha)(w)[0], alpha=alpha, w=w),
    "eq-l1-elastic-prox": equal(ElasticNet(lam, alpha).prox(V, eta), S=soft_threshold, v=V, eta=eta, lam=lam,
                                alpha=alpha),
}
