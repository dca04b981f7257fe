"""Rates of PyTorch's and optax's schedules, frozen in schedules.json for tests/test_schedules.py.

Ran with PyTorch 2.13.0 (CPU), optax 0.2.8, JAX 0.10.2, NumPy 2.4.6 on Python 3.11, in float64. To run it again:

    python3.11 -m venv /tmp/oracles && /tmp/oracles/bin/pip install torch==2.13.0 optax==0.2.8 jax==0.10.2 numpy==2.4.6
    /tmp/oracles/bin/python tests/oracles/make_schedules.py

A list's entry i is the rate of step i + 1 (both libraries count from 0). PyTorch's OneCycleLR is left out: it ends its
phases one step earlier than optax. Its cosine is stopped at T_max, where it would turn upwards again.
"""

import json
from pathlib import Path

import jax
import optax
import torch
from torch.optim import lr_scheduler as lr

jax.config.update("jax_enable_x64", True)
STEPS = 130


def torch_rates(rate, build, steps=STEPS):
    rule = torch.optim.SGD([torch.zeros(1, requires_grad=True)], rate)
    scheduler = build(rule)
    rates = []
    for _ in range(steps):
        rates.append(rule.param_groups[0]["lr"])
        rule.step()
        scheduler.step()
    return rates


def optax_rates(schedule):
    return [float(schedule(jax.numpy.array(count))) for count in range(STEPS)]


RATES = {
    "step_decay(0.8, 0.5, 7) torch": torch_rates(0.8, lambda r: lr.StepLR(r, 7, 0.5)),
    "exponential(0.1, -log(0.95)) torch": torch_rates(0.1, lambda r: lr.ExponentialLR(r, 0.95)),
    "exponential(0.1, -log(0.95)) optax": optax_rates(optax.exponential_decay(0.1, 1, 0.95)),
    "cosine(0.3, 100, 0.01) torch": torch_rates(0.3, lambda r: lr.CosineAnnealingLR(r, 100, 0.01), 101),
    "cosine(0.3, 100, 0.01) optax": optax_rates(optax.cosine_decay_schedule(0.3, 100, alpha=0.01 / 0.3)),
    "cosine(0.3, 37) optax": optax_rates(optax.cosine_decay_schedule(0.3, 37)),
    "warmup(constant(0.5), 20) torch": torch_rates(0.5, lambda r: lr.LinearLR(r, 1 / 20, 1, 19)),
    "warmup(constant(0.5), 20) optax": optax_rates(optax.linear_schedule(0.5 / 20, 0.5, 19)),
    "one_cycle(2.0, 100) optax": optax_rates(optax.cosine_onecycle_schedule(100, 2.0)),
    "one_cycle(0.1, 20) optax": optax_rates(optax.cosine_onecycle_schedule(20, 0.1)),
}
Path(__file__).with_name("schedules.json").write_text(json.dumps(RATES, indent=0).replace(",\n", ", ") + "\n")
