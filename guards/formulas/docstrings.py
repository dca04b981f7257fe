"""nnlib's docstrings: the formulas in the prose of a class or function, one after the other."""

import numpy as np

from guards.formulas.chapter01 import SCORES
from guards.formulas.chapter02 import SIGMOID, SMALL
from guards.formulas.chapter06 import C, H
from guards.formulas.chapter07 import FISTA
from guards.formulas.chapter12 import ADAM, AVERAGES, CORRECTED, STEP
from guards.formulas.chapter14 import FANS, variance
from guards.formulas.entries import X, alpha, beta, d, equal, eta, executed, lam, n, rho, rng, rule, same, w, y, z
from guards.formulas.glossary import SHRUNK, V
from guards.tex import Index
from nnlib.activations import (
    elu,
    gelu,
    identity,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    logsumexp,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from nnlib.descent import coordinate_descent
from nnlib.initializers import lecun_normal
from nnlib.layers import Activate, BatchNorm, Dense
from nnlib.losses import binary_cross_entropy, cross_entropy, squared_error
from nnlib.network import Network
from nnlib.objectives import himmelblau, least_squares, quadratic, rosenbrock
from nnlib.optimizers import SGD, AdaDelta, AdaGrad, Adam, Momentum, NAdam, Nesterov, RMSProp
from nnlib.penalties import L1, L2, ElasticNet, soft_threshold
from nnlib.schedules import exponential, inverse_time, step_decay

RATES = {"rate": eta, "beta": beta, "beta_1": 0.7, "beta_2": 0.8, "rho": rho, "epsilon": 0.1, "decay": lam}
MATRIX, LINEAR = X.T @ X, np.array([0.7, -1.9, 0.4])
TARGETS, SOFT = rng.normal(size=(n, d)), np.array([0.1, 0.2, 0.3, 0.4])
POINT = {"x": 0.7, "y": 1.9}
DENSE = Dense(d, 2)
NETWORK = Network([DENSE], rng=rng)
DENSE.b[...] = [0.7, -1.9]
DY = rng.normal(size=(n, 2))
OUT, BACK = DENSE.forward(X, train=True)
DX = BACK(DY)
PHI, PHI_BACK = Activate(tanh).forward(w, train=True)
LOGIT, LABEL = np.array([1.37]), np.array([0.29])
ENTROPY = binary_cross_entropy(LOGIT, LABEL)
REST = {"m": SCORES.max(), "r": np.exp(np.sort(SCORES)[:-1] - SCORES.max()).sum(), "z": SCORES, "k": Index(2)}
TIME = {"rate": 0.7, "decay": lam, "t": 5, "factor": 0.6, "every": 2}
SOLVED = coordinate_descent(X, y, ElasticNet(0.1, alpha))
NORM = BatchNorm(d)
NORMING = Network([NORM], rng=rng)
NORM.gamma[...], NORM.beta[...] = [0.7, 1.9, 0.4], [0.3, -0.2, 0.9]
NORM.running_mean[...] = [0.5, -0.6, 0.7]
NORMED = NORMING.forward(X, train=True)[0]


@executed
def accelerated(display):
    _, (_, step), (ahead,), (_, first), (_, after) = display.statements
    names = {"prox": L1(lam).prox, "step": eta, "f": lambda u: least_squares(X, y)(u)[1], "grad": 1.0,
             "t_k": display(first, {})}
    points = [w, display(step, names | {"theta": w})]
    for k, point in enumerate(FISTA[2:], start=2):
        names["t_kp1"] = display(after, names)
        u = display(ahead, names | {"theta_k": points[-1], "theta_km1": points[-2]})
        points.append(display(step, names | {"theta": u}))
        same(points[-1], point, f"step {k}")
        names["t_k"] = names["t_kp1"]


ACTIVATIONS = {
    "Identity": equal(identity(z), z=z),
    "Sigmoid": equal(..., ..., **SIGMOID),
    "LogSigmoid": equal(log_sigmoid(z), log_sigmoid.derivative(z), **SIGMOID),
    "Softplus": equal(softplus(z), softplus.derivative(z), **SIGMOID),
    "Tanh": equal(tanh(z), tanh.derivative(z), SMALL**2, sigma=sigmoid, z=z, e=SMALL**2),
    "ReLU": equal(relu(z), z=z),
    "ELU": equal(None, None, elu(-np.abs(z)), z=-np.abs(z)),
    "LeakyReLU": equal(leaky_relu(z), z=z, leak=leaky_relu.leak),
    "SiLU": equal(silu(z), silu.derivative(z), **SIGMOID),
    "GELU": equal(gelu(z), ..., **SIGMOID, u=np.arctanh(2 * gelu(z) / z - 1)),
    "softmax": equal(softmax(SCORES)[1], **REST),
    "log_softmax": equal(log_softmax(SCORES)[1], **REST),
    "logsumexp": equal(logsumexp(SCORES), **REST),
}
PENALTIES = {
    "soft_threshold": equal(soft_threshold(V, 0.7), w=V, t=0.7),
    "L1": equal(*L1(lam)(w), strength=lam, w=w),
    "L1.prox": equal(None, None, L1(lam).prox(w, eta), threshold=soft_threshold, w=w, step=eta, strength=lam),
    "L2": equal(*L2(lam)(w), strength=lam, w=w),
    "L2.prox": equal(None, None, L2(lam).prox(w, eta), w=w, step=eta, strength=lam),
    "ElasticNet": equal(ElasticNet(lam, alpha)(w)[0], strength=lam, ratio=alpha, w=w),
}
OPTIMIZERS = {
    "SGD": rule(SGD(eta), **RATES),
    "Momentum": rule(Momentum(eta, beta), skipped=("",), **RATES),
    "Nesterov": rule(Nesterov(eta, beta), **RATES),
    "AdaGrad": rule(AdaGrad(eta, epsilon=0.1), **RATES),
    "RMSProp": rule(RMSProp(eta, rho=rho, epsilon=0.1), **RATES),
    "AdaDelta": rule(AdaDelta(eta, rho=rho, epsilon=0.1), before=r"v \leftarrow \rho v + (1 - \rho) g^2",
                              after=r"u \leftarrow \rho u + (1 - \rho) d^2", **RATES),
    "Adam": rule(Adam(**ADAM), skipped=("rate_t", "epsilon_t", "c2"), **RATES),
    "NAdam": rule(NAdam(**ADAM), before=AVERAGES + CORRECTED, after=STEP.replace(r"\hat m", r"m_{hat}"),
                           eta=eta, varepsilon=0.1, **RATES),
    "AdamW": equal(SHRUNK, theta=w, rate=eta, decay=lam),
}
OTHERS = {
    "losses.SquaredError": equal(*squared_error(X, TARGETS), output=X, target=TARGETS, n=n),
    "losses.BinaryCrossEntropy": equal(None, None, None, *ENTROPY, ENTROPY[1], sigma=sigmoid, softplus=softplus,
                                       z=LOGIT, y=LABEL, n=1),
    "losses.CrossEntropy": equal(None, None, *cross_entropy(SCORES[None], SOFT[None]), None, None, None,
                                 cross_entropy(SCORES[None], np.array([2]))[0],
                                 *cross_entropy(SCORES[None], np.array([2]))[1][0, [1, 2]], softmax=softmax, t=SOFT,
                                 n=1, z=SCORES, k=Index(2), y=Index(3), r=np.exp(SCORES - SCORES[2]).sum() - 1),
    "objectives.quadratic": equal(*quadratic(MATRIX, LINEAR)(w), theta=w, A=MATRIX, b=LINEAR),
    "objectives.rosenbrock": equal(rosenbrock([0.7, 1.9])[0], **POINT),
    "objectives.himmelblau": equal(himmelblau([0.7, 1.9])[0], **POINT),
    "objectives.least_squares": equal(least_squares(X, y, L2(lam))(w)[0], X=X, theta=w, y=y, n=n,
                                      penalty=lambda theta: L2(lam)(theta)[0]),
    "initializers.variance_scaling": equal(variance(lecun_normal), scale=1.0, n=FANS["n_in"]),
    "layers.Dense": equal(OUT, DENSE.dW, None, None, DX, X=X, W=DENSE.W, b=DENSE.b, dY=DY),
    "layers.BatchNorm": equal(NORMED[:, 1], NORM.running_mean[1], X=X[:, 1], mean=X[:, 1].mean(),
                              variance=X[:, 1].var(), gamma=1.9, beta=-0.2, epsilon=NORM.epsilon,
                              momentum=NORM.momentum, running=-0.6, batch=X[:, 1].mean()),
    "descent.coordinate_descent": equal(
        None, SOLVED[1], H, C, G=H, c=C, X=X, y=y, n=n, theta=SOLVED, j=Index(2), threshold=soft_threshold,
        l_1=0.1 * alpha, l_2=0.1 * (1 - alpha)),
    "descent.proximal_gradient": accelerated,
    "layers.Activate": equal(PHI, PHI_BACK(LINEAR), X=w, phi=tanh, phi_prime=tanh.derivative, dY=LINEAR),
    "schedules.step_decay": equal(step_decay(0.7, 0.6, 2)(5), **TIME),
    "schedules.exponential": equal(exponential(0.7, lam)(5), **TIME),
    "schedules.inverse_time": equal(inverse_time(0.7, lam)(5), **TIME),
}
TABLE = {
    **{f"nnlib.activations.{name}": entry for name, entry in ACTIVATIONS.items()},
    **{f"nnlib.penalties.{name}": entry for name, entry in PENALTIES.items()},
    **{f"nnlib.optimizers.{name}": entry for name, entry in OPTIMIZERS.items()},
    **{f"nnlib.{name}": entry for name, entry in OTHERS.items()},
}
