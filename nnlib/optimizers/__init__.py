"""Optimisers: ``start(params)``, then ``step(params, grad)`` as often as needed; params is one array, changed in place.

A rule is written for one array, in the letters of its paper: g the gradient, m and v running averages, t the step
number. The arithmetic goes into the memory arrays and one scratch array: allocating costs more than arithmetic.
Parameters may have a leading axis of K networks; the learning rate may then be an array (K, 1).
"""

from nnlib.optimizers.adaptive import AdaDelta, AdaGrad, Adam, AdamW, AMSGrad, NAdam, RMSProp
from nnlib.optimizers.base import Optimizer
from nnlib.optimizers.clipping import clip_by_norm, clip_by_value
from nnlib.optimizers.momentum import SGD, Momentum, Nesterov

__all__ = [
    "Optimizer", "SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam", "AMSGrad", "NAdam",
    "AdamW", "clip_by_norm", "clip_by_value",
]
