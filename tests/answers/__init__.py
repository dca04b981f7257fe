"""What readers write for the exercises, a file a chapter: wrong in the usual ways, right in unusual ones.

An answer called "in place" writes into its arguments, one called "overflow" lets a warning through.
"""

from answers import (
    adaptive,
    gradient_descent,
    initialisation,
    l1,
    l2,
    momentum,
    sgd,
    sigmoid,
    sigmoid_and_regularisation,
    vanishing_gradients,
)

_CHAPTERS = (gradient_descent, sigmoid, l2, l1, sigmoid_and_regularisation, sgd, momentum, adaptive,
             vanishing_gradients, initialisation)
WRONG = {name: answers for chapter in _CHAPTERS for name, answers in chapter.WRONG.items()}
RIGHT = {name: answers for chapter in _CHAPTERS for name, answers in chapter.RIGHT.items()}
