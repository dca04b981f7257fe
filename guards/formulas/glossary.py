"""The glossary's inline formulas, those of an entry one after the other."""

import numpy as np

from guards.formulas.chapter02 import SIGMOID
from guards.formulas.chapter06 import FITTED, HS
from guards.formulas.chapter08 import COVARIANCE
from guards.formulas.chapter14 import FANS, variance
from guards.formulas.entries import X, alpha, beta, chain, d, equal, eta, lam, n, rule, w, y, z
from guards.tex import Index
from nnlib.activations import relu, sigmoid, softmax, softplus
from nnlib.descent import minimize
from nnlib.initializers import glorot_normal, he_normal, lecun_normal
from nnlib.layers import Dense
from nnlib.network import Network
from nnlib.objectives import least_squares
from nnlib.optimizers import SGD, Adam, AdamW, Momentum
from nnlib.penalties import L2, ElasticNet, soft_threshold

LEAST = least_squares(X, y)
SLOPE = LEAST(w)[1]
STEPPED = minimize(LEAST, w, SGD(eta), 1).thetas[1]
DENSE = Dense(d, 2)
LAYER = Network([DENSE], rng=np.random.default_rng(0))
DENSE.b[...] = [0.7, -1.9]
AFFINE = equal(LAYER(X), x=X, W=DENSE.W, b=DENSE.b)
SCORES = np.array([0.8, -1.9, 0.4, 1.3])
V = np.linspace(-2, 2, 9) + 0.01
DECAYED = AdamW(eta, decay=lam)
SHRUNK = w.copy()
DECAYED.start(SHRUNK)
DECAYED.step(SHRUNK, np.zeros(d))

CONSTANT = Adam(1.0, beta1=beta)
CONSTANT.start(SHRUNK.copy())
for _ in range(5):
    CONSTANT.step(SHRUNK.copy(), np.ones(d))

TABLE = {
    "glossary: bias correction": equal(CONSTANT.m[0], beta=beta, t=5),
    "glossary: condition number": chain(..., kappa=2.9 / 1.7, h_max=2.9, h_min=1.7),
    r"glossary: $h$, $\kappa$": chain(2.9 / 1.7, h_max=2.9, h_min=1.7),
    "glossary: cross-covariance": COVARIANCE,
    "glossary: effective degrees of freedom": equal(FITTED, h=HS, lam=lam),
    "glossary: elastic net": equal(ElasticNet(1.0, alpha)(w)[0], alpha=alpha, w=w),
    "glossary: Glorot initialisation": equal(variance(glorot_normal), **FANS),
    "glossary: He initialisation": equal(variance(he_normal), **FANS),
    "glossary: LeCun initialisation": equal(variance(lecun_normal), **FANS),
    "glossary: gradient descent": equal(STEPPED, theta=w, eta=eta, nabla_L=lambda theta: LEAST(theta)[1]),
    "glossary: Hessian": equal(LEAST(np.eye(d))[1] - LEAST(np.zeros(d))[1], X=X, n=n),
    "glossary: L2 regularisation": equal(L2(lam)(w)[0], lam=lam, w=w),
    "glossary: log-odds": equal(z, p=sigmoid(z)),
    "glossary: momentum": rule(Momentum(eta, beta), skipped=("kappa", "sqrtkappa"), beta=beta, eta=eta),
    "glossary: odds": equal(np.exp(z), p=sigmoid(z)),
    "glossary: pre-activation": AFFINE,
    "glossary: $W$, $b$": AFFINE,
    "glossary: pull (of the loss)": equal(-SLOPE[1], n=n, x_j=X[:, 1], y=y, X=X, w=w),
    "glossary: rectified linear unit": equal(relu(z), z=z),
    "glossary: sigmoid": equal(**SIGMOID),
    "glossary: soft threshold": equal(soft_threshold(V, 0.7), v=V, t=0.7),
    "glossary: softmax": equal(softmax(SCORES)[1], z=SCORES, k=Index(2)),
    "glossary: softplus": equal(softplus(z), z=z),
    "glossary: weight decay": equal(SHRUNK[0] / w[0], eta=eta, lam=lam),
}
