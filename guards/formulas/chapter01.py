"""Chapter 01, gradient descent: least squares, the entropies, the quadratic."""

import numpy as np

from guards.formulas.entries import X, all_of, chain, chained, d, equal, eta, n, same, text, w, y
from guards.tex import Index
from nnlib.activations import sigmoid, softmax
from nnlib.descent import minimize
from nnlib.gradcheck import numerical_gradient
from nnlib.losses import binary_cross_entropy, cross_entropy
from nnlib.objectives import least_squares, quadratic
from nnlib.optimizers import SGD

LINE, POINT = least_squares(np.c_[X[:, 0], np.ones(n)], y), np.array([0.4, 0.27])
SCORE, LABEL = 1.37, 0.29
ENTROPY, SLOPE = binary_cross_entropy(np.array([SCORE]), np.array([LABEL]))
SCORES, CLASS = np.array([0.8, -1.9, 0.4, 1.3]), 3
ENTROPIES, SLOPES = cross_entropy(SCORES[None], np.array([CLASS - 1]))
SOFT = {"z": SCORES, "p": softmax(SCORES), "t": np.eye(4)[CLASS - 1], "c": Index(CLASS)}
H = X.T @ X / n
PATH = minimize(least_squares(X, y), w, SGD(eta), 2).thetas


H_MIN, *_, H_MAX = np.linalg.eigvalsh(H)
BOWL = {"L": lambda theta: quadratic(H)(theta)[0], "theta": w, "theta_star": np.zeros(d), "g": H @ w, "h_min": H_MIN,
        "h_max": H_MAX, "eta": eta}
LEAST, WAY = least_squares(X, y), np.array([0.6, 0.48, 0.64])
VALUE, STEEPEST = LEAST(w)


@chained
def saddle(display):
    (_, loss), (_, slope) = display.statements
    point = np.array([0.7, 1.9])
    same(display(slope, {"a": point[0], "b": point[1]}),
         numerical_gradient(lambda at: display(loss, {"a": at[0], "b": at[1]}), point), text(display, slope))


TABLE = {
    "eq-gd-directional": equal(theta=w, L=lambda theta: LEAST(theta)[0] - VALUE, g=STEEPEST, epsilon=1e-4, u=WAY,
                               alpha=np.arccos(STEEPEST @ WAY / np.linalg.norm(STEEPEST))),
    "eq-gd-lemma": equal(**BOWL),
    "eq-gd-stop": equal(**BOWL),
    "eq-gd-best": chain(..., ..., **BOWL | {"eta": 2 / (H_MAX + H_MIN)}),
    "eq-gd-line-hessian": equal(np.array([LINE(e)[1] - LINE(np.zeros(2))[1] for e in np.eye(2)]), m=X[:, 0].mean(),
                                v=X[:, 0].var()),
    "eq-gd-saddle": saddle,
    "eq-gd-squared": equal(LINE(POINT)[0], n=n, w=POINT[0], b=POINT[1], x=X[:, 0], y=y),
    "eq-gd-partials": equal(*LINE(POINT)[1], n=n, r=X[:, 0] * POINT[0] + POINT[1] - y, x=X[:, 0]),
    "eq-gd-gradient": equal(least_squares(X, y)(w)[1], n=n, X=X, theta=w, y=y),
    "eq-gd-bce": equal(ENTROPY, sigma=sigmoid, z=SCORE, y=LABEL),
    "eq-gd-bce-gradient": equal(SLOPE[0], sigma=sigmoid, z=SCORE, y=LABEL),
    "eq-gd-ce": all_of(*(equal(ENTROPIES, SLOPES[0, k - 1], k=Index(k), **SOFT) for k in (2, CLASS))),
    "eq-gd-update": equal(PATH[2], theta={0: PATH[0], 1: PATH[1]}, t=Index(1), eta=eta,
                          nabla_L=lambda theta: least_squares(X, y)(theta)[1]),
    "eq-gd-quadratic": equal(quadratic(H)(w)[0], quadratic(H)(w)[1], theta=w + 1, theta_star=np.ones(d), H=H,
                             L=lambda theta: 0.0),
    "eq-gd-parabola": equal(quadratic([2.3])(np.array([0.7]))[0], quadratic([2.3])(np.array([0.7]))[1][0],
                            minimize(quadratic([2.3]), [0.7], SGD(eta), 1).thetas[1, 0],
                            L_star=0.0, h=2.3, e=0.7, eta=eta),
    "eq-gd-newton": equal(np.linalg.lstsq(X, y)[0], theta={0: w}, t=Index(0), H=H, g=STEEPEST),
    "eq-gd-factor": equal(minimize(quadratic([1.3, 2.9]), [0.7, 1.9], SGD(eta), 1).thetas[1], eta=eta,
                          h_i=np.array([1.3, 2.9]), e_i=np.array([0.7, 1.9])),
    "eq-gd-rate": chain(h_max=2.9, h_min=1.3, kappa=2.9 / 1.3),
    "eq-gd-steps": chain(kappa=2.9),
}
