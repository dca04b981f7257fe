"""Steps of PyTorch's and optax's optimisers, frozen in optimizers.npz for tests/test_optimizers.py.

Ran with PyTorch 2.13.0 (CPU), optax 0.2.8, JAX 0.10.2, NumPy 2.4.6 on Python 3.11, in float64. To run it again:

    python3.11 -m venv /tmp/oracles && /tmp/oracles/bin/pip install torch==2.13.0 optax==0.2.8 jax==0.10.2 numpy==2.4.6
    /tmp/oracles/bin/python tests/oracles/make_optimizers.py

A key is "rule setting surface library", its array is theta before the first and after each of the 50 steps, (51, d).
The setting "schedule" multiplies the first setting's rate by 0.97 after every step.
"""

from pathlib import Path

import jax
import numpy as np
import optax
import torch

jax.config.update("jax_enable_x64", True)
STEPS, FACTOR = 50, 0.97

A = np.array([[10.0, 3, 1, 0], [3, 4, 1, 0.5], [1, 1, 1, 0.25], [0, 0.5, 0.25, 0.2]])  # condition number 128
B = np.array([1.0, -2, 0.5, 0.3])


def rosenbrock(theta):
    x, y = theta
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


SURFACES = {  # gradient, start, factor for the rates
    "quadratic": (lambda theta: A @ theta - B, np.array([1.0, -1.5, 2.0, 3.0]), 1.0),
    "rosenbrock": (rosenbrock, np.array([-1.2, 1.0]), 0.02),
}

t, o = torch.optim, optax
# rule: setting: (rate, {library: builder taking a rate (and, for optax, a schedule)}); adaptive rules keep their rate
CASES = {
    "SGD": {
        "default": (0.05, {"torch": lambda p, r: t.SGD(p, r), "optax": lambda r: o.sgd(r)}),
    },
    "Momentum": {
        "default": (0.05, {"torch": lambda p, r: t.SGD(p, r, momentum=0.9), "optax": lambda r: o.sgd(r, 0.9)}),
        "other": (0.08, {"torch": lambda p, r: t.SGD(p, r, momentum=0.55), "optax": lambda r: o.sgd(r, 0.55)}),
    },
    "Nesterov": {
        "default": (0.05, {"torch": lambda p, r: t.SGD(p, r, momentum=0.9, nesterov=True),
                           "optax": lambda r: o.sgd(r, 0.9, nesterov=True)}),
        "other": (0.02, {"torch": lambda p, r: t.SGD(p, r, momentum=0.7, nesterov=True),
                         "optax": lambda r: o.sgd(r, 0.7, nesterov=True)}),
    },
    "AdaGrad": {
        "default": (0.3, {"torch": lambda p, r: t.Adagrad(p, r)}),
        "other": (0.2, {"torch": lambda p, r: t.Adagrad(p, r, eps=0.3)}),
    },
    "RMSProp": {
        "default": (0.03, {"torch": lambda p, r: t.RMSprop(p, r),
                           "optax": lambda r: o.rmsprop(r, decay=0.99, eps=1e-8, eps_in_sqrt=False)}),
        "other": (0.04, {"torch": lambda p, r: t.RMSprop(p, r, alpha=0.8, eps=0.2),
                         "optax": lambda r: o.rmsprop(r, decay=0.8, eps=0.2, eps_in_sqrt=False)}),
    },
    "AdaDelta": {
        "default": (1.0, {"torch": lambda p, r: t.Adadelta(p, r), "optax": lambda r: o.adadelta(r, rho=0.9, eps=1e-6)}),
        "other": (0.7, {"torch": lambda p, r: t.Adadelta(p, r, rho=0.7, eps=0.01),
                        "optax": lambda r: o.adadelta(r, rho=0.7, eps=0.01)}),
    },
    "Adam": {
        "default": (1e-3, {"torch": lambda p, r: t.Adam(p, r), "optax": lambda r: o.adam(r)}),
        "other": (0.1, {"torch": lambda p, r: t.Adam(p, r, betas=(0.8, 0.95), eps=0.1),
                        "optax": lambda r: o.adam(r, 0.8, 0.95, 0.1)}),
    },
    "AMSGrad": {  # optax takes the maximum after bias correction
        "default": (1e-3, {"torch": lambda p, r: t.Adam(p, r, amsgrad=True)}),
        "other": (0.1, {"torch": lambda p, r: t.Adam(p, r, betas=(0.8, 0.7), eps=0.1, amsgrad=True)}),
    },
    "NAdam": {  # PyTorch's has a momentum schedule of its own
        "default": (1e-3, {"optax": lambda r: o.nadam(r)}),
        "other": (0.1, {"optax": lambda r: o.nadam(r, 0.8, 0.95, 0.1)}),
    },
    "AdamW": {
        "default": (1e-3, {"torch": lambda p, r: t.AdamW(p, r), "optax": lambda r: o.adamw(r, weight_decay=0.01)}),
        "other": (0.1, {"torch": lambda p, r: t.AdamW(p, r, betas=(0.8, 0.95), eps=0.1, weight_decay=0.4),
                        "optax": lambda r: o.adamw(r, 0.8, 0.95, 0.1, weight_decay=0.4)}),
    },
}
ADAPTIVE = {"AdaGrad", "RMSProp", "AdaDelta", "Adam", "AMSGrad", "NAdam", "AdamW"}


def torch_run(build, gradient, theta, rate):
    theta = torch.tensor(theta, dtype=torch.float64)
    rule = build([theta], rate(0))
    path = [theta.numpy().copy()]
    for step in range(STEPS):
        for group in rule.param_groups:
            group["lr"] = rate(step)
        theta.grad = torch.tensor(gradient(theta.numpy()))
        rule.step()
        path.append(theta.numpy().copy())
    return np.array(path)


def optax_run(build, gradient, theta, rate):
    theta = jax.numpy.array(theta)
    rule = build(rate)
    state = rule.init(theta)
    path = [np.array(theta)]
    for _ in range(STEPS):
        update, state = rule.update(jax.numpy.array(gradient(np.array(theta))), state, theta)
        theta = optax.apply_updates(theta, update)
        path.append(np.array(theta))
    return np.array(path)


def main():
    paths = {}
    for rule, settings in CASES.items():
        for setting, (rate, libraries) in [*settings.items(), ("schedule", settings["default"])]:
            for surface, (gradient, start, factor) in SURFACES.items():
                first = rate if rule in ADAPTIVE else rate * factor
                decay = FACTOR if setting == "schedule" else 1.0
                for library, build in libraries.items():
                    run = {"torch": torch_run, "optax": optax_run}[library]
                    path = run(build, gradient, start, lambda step, first=first, decay=decay: first * decay**step)
                    assert path.dtype == np.float64 and np.isfinite(path).all() and np.abs(path).max() < 1e3
                    paths[f"{rule} {setting} {surface} {library}"] = path
    np.savez_compressed(Path(__file__).with_name("optimizers.npz"), **paths)
    print(len(paths), "paths")


main()
