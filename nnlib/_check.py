"""The one place that turns input into float arrays and words the errors."""

import math

import numpy as np

Value = float | np.ndarray  # a number for one network or point, an array for several


def as_float(name, value):
    """`value` as an array of floats: a float dtype is kept, integers and booleans become float64."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name} must be a number or a regular array of numbers, got rows of different lengths; "
                        f"give every row the same length") from error
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise TypeError(f"{name} must hold real numbers, got {shown(value)} of dtype {array.dtype}; "
                    f"convert it first, for example with np.asarray({name}, dtype=float)")


def as_generator(rng):
    """`rng`, once it is sure that it is a numpy.random.Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {shown(rng)}; use np.random.default_rng(seed)")
    return rng


def as_finite(name, value):
    """`value` as an array of float64 without NaN or infinity."""
    array = as_float(name, value).astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {array[~np.isfinite(array)][0]}; remove or repair such entries")
    return array


def as_number(name, value):
    """`value` as a built-in float: one real number, NaN and infinities included."""
    if not isinstance(value, (bool, int, float, np.bool_, np.integer, np.floating)):
        raise TypeError(f"{name} must be one real number, got {shown(value)} of type {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} must be within the range of floats, got {shown(value)}") from None


def as_count(name, value, least=1, most=2**53):
    """`value` as a built-in int: a whole number from `least` to `most`; True and 1.0 are none."""
    number = as_number(name, value)
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or not least <= value <= most:
        limits = f"at least {least}" if number <= most else f"at most {most}"
        raise ValueError(f"{name} must be a whole number, {limits}, got {shown(value)}")
    return int(value)


def all_finite(values):
    """Whether a number, or every entry of an array, is neither NaN nor infinite."""
    return math.isfinite(values) if isinstance(values, (float, np.floating)) else np.isfinite(values).all()


def like(value, result):
    """`result` as its caller expects it: a built-in float where one number comes out and no NumPy object went in."""
    if np.ndim(result) == 0 and not isinstance(value, (np.ndarray, np.generic)):
        return float(result)
    return result[()]


def shown(value):
    """`value` in at most 60 characters, for an error message."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."
