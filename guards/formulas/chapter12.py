"""Chapter 12, adaptive methods: every line of their update rules."""

from guards.formulas.entries import eta, lam, rho, rule
from nnlib.optimizers import AdaDelta, AdaGrad, Adam, AdamW, NAdam, RMSProp

ADAM = {"learning_rate": eta, "beta1": 0.7, "beta2": 0.8, "epsilon": 0.1}
LETTERS = {"eta": eta, "beta_1": 0.7, "beta_2": 0.8, "varepsilon": 0.1, "rho": rho, "lam": lam}
AVERAGES = r"m \leftarrow \beta_1 m + (1 - \beta_1) g , v \leftarrow \beta_2 v + (1 - \beta_2) g^2 ,"
CORRECTED = r"\hat m = \frac{m}{1 - \beta_1^t} , \hat v = \frac{v}{1 - \beta_2^t} ,"
STEP = r"\theta \leftarrow \theta - \eta \frac{\hat m}{\sqrt{\hat v} + \varepsilon}"

TABLE = {
    "eq-adagrad": rule(AdaGrad(eta, epsilon=0.1), **LETTERS),
    "eq-rmsprop": rule(RMSProp(eta, rho=rho, epsilon=0.1), **LETTERS),
    "eq-adadelta": rule(AdaDelta(eta, rho=rho, epsilon=0.1), **LETTERS),
    "eq-adam-averages": rule(Adam(**ADAM), after=CORRECTED + STEP, **LETTERS),
    "eq-adam": rule(Adam(**ADAM), before=AVERAGES, **LETTERS),
    "eq-nadam": rule(NAdam(**ADAM), before=AVERAGES + CORRECTED, after=STEP, name="hat_m", **LETTERS),
    "eq-adamw": rule(AdamW(**ADAM, decay=lam), before=AVERAGES + CORRECTED, **LETTERS),
}
