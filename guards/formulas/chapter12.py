"""Chapter 12, adaptive methods: every line of their update rules."""

import numpy as np

from guards.formulas.entries import all_of, chain, equal, eta, lam, rho, rule
from nnlib.optimizers import AdaDelta, AdaGrad, Adam, AdamW, NAdam, RMSProp

ADAM = {"learning_rate": eta, "beta1": 0.7, "beta2": 0.8, "epsilon": 0.1}
LETTERS = {"eta": eta, "beta_1": 0.7, "beta_2": 0.8, "varepsilon": 0.1, "rho": rho, "lam": lam}
AVERAGES = r"m \leftarrow \beta_1 m + (1 - \beta_1) g , v \leftarrow \beta_2 v + (1 - \beta_2) g^2 ,"
CORRECTED = r"\hat m = \frac{m}{1 - \beta_1^t} , \hat v = \frac{v}{1 - \beta_2^t} ,"
STEP = r"\theta \leftarrow \theta - \eta \frac{\hat m}{\sqrt{\hat v} + \varepsilon}"

MOMENTS, GRADIENTS = Adam(**ADAM), {1: 0.7, 2: -1.9, 3: 0.4, 4: 1.3}
MOMENTS.start(np.zeros(1))
for gradient in GRADIENTS.values():
    before = np.zeros(1)
    MOMENTS.step(before, np.array([gradient]))
DISTANCE = {"theta_t": 0.7, "u": -1.9, "eta": eta, "g_t": 1.3, "theta_tp1": 0.7 - eta * 1.3}
CORRECTION = np.sqrt(1 - 0.8**4)

TABLE = {
    "eq-adaptive-distance": chain(..., **DISTANCE),
    "eq-adam-bias": all_of(equal(MOMENTS.m, beta_1=0.7, g=GRADIENTS, t=4),
                           equal(None, ..., beta_1=0.7, g=1.3, E=1.0, m_t=1.3 * (1 - 0.7**4), t=4)),
    "12_adaptive: by and the step is": equal(-before, ..., ..., **LETTERS | {
        "m": MOMENTS.m, "v": MOMENTS.v, "t": 4, "c_t": CORRECTION, "eta_t": eta * CORRECTION / (1 - 0.7**4),
        "varepsilon_t": 0.1 * CORRECTION}),
    "eq-adagrad": rule(AdaGrad(eta, epsilon=0.1), **LETTERS),
    "eq-rmsprop": rule(RMSProp(eta, rho=rho, epsilon=0.1), **LETTERS),
    "eq-adadelta": rule(AdaDelta(eta, rho=rho, epsilon=0.1), **LETTERS),
    "eq-adam-averages": rule(Adam(**ADAM), after=CORRECTED + STEP, **LETTERS),
    "eq-adam": rule(Adam(**ADAM), before=AVERAGES, **LETTERS),
    "eq-nadam": rule(NAdam(**ADAM), before=AVERAGES + CORRECTED, after=STEP, name="hat_m", **LETTERS),
    "eq-adamw": rule(AdamW(**ADAM, decay=lam), before=AVERAGES + CORRECTED, **LETTERS),
}
