"""What all activation functions share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import Computing, Value, as_float, like


@dataclass(frozen=True)
class Activation(Computing):
    """A function phi of one number, applied to every element: ``phi(z)`` is its value, ``phi.derivative(z)`` its slope.

    A subclass writes `compute` and `compute_derivative`, for arrays of floats; calling it checks and converts z first.

    Examples
    --------
    >>> identity.name, identity(3), identity.derivative(3)
    ('identity', 3.0, 1.0)
    """

    name = "activation"

    def __call__(self, z: ArrayLike) -> Value:
        """phi(z), element by element.

        Parameters
        ----------
        z : array_like
            A number or an array of any shape; float dtypes are kept, integers and booleans become float64.

        Returns
        -------
        float or ndarray
            A float for a Python number, else an array of z's shape. NaN gives NaN; an infinite z gives the limit, where
            there is one.

        Raises
        ------
        TypeError
            If z is text, an object, complex or ragged.
        """
        return _elementwise(self.compute, z)

    def derivative(self, z: ArrayLike) -> Value:
        """phi'(z), element by element.

        Parameters
        ----------
        z : array_like
            A number or an array of any shape, as in a call.

        Returns
        -------
        float or ndarray
            As in a call.
        """
        return _elementwise(self.compute_derivative, z)

    def compute(self, z: np.ndarray) -> np.ndarray:
        """phi(z) without the checks.

        Parameters
        ----------
        z : ndarray
            Of floats.

        Returns
        -------
        ndarray
            Of z's shape and dtype.
        """
        raise NotImplementedError

    def compute_derivative(self, z: np.ndarray) -> np.ndarray:
        """phi'(z) without the checks.

        Parameters
        ----------
        z : ndarray
            Of floats.

        Returns
        -------
        ndarray
            Of z's shape and dtype.
        """
        raise NotImplementedError

    def pull_back(self, z: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """dL/dz from dL/dy, where y = phi(z), by the chain rule: dy * phi'(z).

        Parameters
        ----------
        z : ndarray
            Of floats.
        dy : ndarray
            The gradient by y, of z's shape.

        Returns
        -------
        ndarray
            The gradient by z.
        """
        return dy * self.compute_derivative(z)


def _elementwise(formula, z):
    with np.errstate(under="ignore", invalid="ignore"):  # underflow to 0 in a tail and NaN are both correct
        return like(z, formula(as_float("z", z)))


class Identity(Activation):
    r"""identity(z) = z: a layer without a non-linearity.

    Parameters
    ----------
    z : array_like
        A number or an array of any shape.

    Returns
    -------
    float or ndarray
        A copy of z, as floats.

    Examples
    --------
    >>> identity(3), identity.derivative(3)
    (3.0, 1.0)
    """

    name = "identity"

    def compute(self, z):
        return +z

    def compute_derivative(self, z):
        return np.where(np.isnan(z), z, 1)


identity = Identity()
