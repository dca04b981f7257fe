"""The exercises of all chapters."""

from nnlib.exercises import (
    adaptive,
    conventions,
    cross_entropy,
    dropout_early_stopping,
    gradient_descent,
    initialisation,
    l1,
    l2,
    momentum,
    overfitting,
    sgd,
    sigmoid,
    sigmoid_and_regularisation,
    vanishing_gradients,
    xor,
)

CHAPTERS = (conventions, gradient_descent, sigmoid, cross_entropy, xor, overfitting, l2, l1, sigmoid_and_regularisation,
            dropout_early_stopping, sgd, momentum, adaptive, vanishing_gradients, initialisation)
EXERCISES = {name: exercise for chapter in CHAPTERS for name, exercise in chapter.EXERCISES.items()}
