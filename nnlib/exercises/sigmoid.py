"""Chapter 02: the sigmoid, its derivative and its logarithm, at the places where hand-written versions break."""

import numpy as np

from nnlib.activations import log_sigmoid, sigmoid, softplus
from nnlib.exercises.exercise import Exercise

_ONE_NUMBER = (
    (0.0,), (2.0,), (-2.0,), (40.0,), (-40.0,), (1000.0,), (-1000.0,),
    (-720.0,), (720.0,), (-740.0,), (-745.0,), (21.0,),  # exp(720) overflows, and sigma(-745) is not yet 0
    (np.array([-800.0, -1.0, 0.0, 1.0, 800.0]),), (np.array([[0.5, -0.5], [30.0, -30.0]]),),
)

EXERCISES = {
    "sigmoid": Exercise(sigmoid, _ONE_NUMBER),
    "sigmoid_derivative": Exercise(sigmoid.derivative, _ONE_NUMBER),
    "log_sigmoid": Exercise(log_sigmoid, _ONE_NUMBER),
    "softplus": Exercise(softplus, _ONE_NUMBER),
}
