"""The one place that turns input into float arrays and words the errors."""

import math
from functools import partial
from typing import Any

import numpy as np

Value = float | np.ndarray  # a number for one network or point, an array for several
LARGEST = 100_000_000  # numbers in an array made here: 0.8 GB


class Diverged(FloatingPointError):
    """A training or descent that is no longer finite; until where it was, `history` says after `fit`, else `path`."""

    def __init__(self, message: str, *, history: Any = None, path: Any = None):
        super().__init__(message)
        self.history, self.path = history, path


def as_array(name, value):
    """`value` as an array of any dtype; a masked one is refused, for NumPy would forget which entries do not count."""
    if type(value) is np.ndarray:
        return value
    if isinstance(value, np.ndarray) and np.ma.is_masked(value):
        raise TypeError(f"{name} must not have masked entries; drop them, or replace them with .filled(value)")
    try:
        return np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name} must be a number or a regular array of numbers, got rows of different lengths; "
                        f"give every row the same length") from error
    except Exception as error:  # an object may raise anything when it is asked for its entries
        raise TypeError(f"{name} must be a number or an array of numbers, got {shown(value)}") from error


def as_float(name, value):
    """`value` as an array of floats: a float dtype is kept, integers and booleans become float64."""
    array = as_array(name, value)
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


def divided(rng, n):
    """n generators, seeded by the next numbers of rng: its state alone decides, where `rng.spawn` counts children."""
    return [np.random.default_rng(words) for words in rng.integers(2**32, size=(n, 4), dtype=np.uint32)]


def as_finite(name, value):
    """`value` as an array of float64 without NaN or infinity."""
    array = as_float(name, value).astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {array[~np.isfinite(array)][0]}; remove or repair such entries")
    return array


def as_number(name, value):
    """`value` as a built-in float: one real number, NaN and infinities included."""
    if not is_whole(value) and not isinstance(value, (bool, float, np.bool_, np.floating)):
        raise TypeError(f"{name} must be one real number, got {shown(value)} of type {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} must be within the range of floats, got {shown(value)}") from None


def is_whole(value):
    """Whether `value` is an integer; True is none, nor is a timedelta, which NumPy counts among them."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.timedelta64))


def as_count(name, value, least=1, most=2**53):
    """`value` as a built-in int: a whole number from `least` to `most`; True and 1.0 are none."""
    number = as_number(name, value)
    if not is_whole(value) or not least <= value <= most:
        limits = f"at least {least}" if number <= most else f"at most {most}"
        raise ValueError(f"{name} must be a whole number, {limits}, got {shown(value)}")
    return int(value)


def as_flag(name, value):
    """`value` as a built-in bool: True or False, and nothing that is only taken for one, as "no" is for True."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be one True or False, got {shown(value)}")
    return bool(value)


def as_callable(name, value, call):
    """`value`, once it is sure that it can be called; `call` says how that is done."""
    if not callable(value):
        raise TypeError(f"{name} must be callable, {call}, got {shown(value)}")
    return value


def called(name, value):
    """`value`, once it is sure that it is not what makes the like: the class L2 where L2(0.1) is meant."""
    maker = value.func if isinstance(value, partial) else value
    if isinstance(maker, type):
        kind = maker.__name__
        raise TypeError(f"{name} must be an instance, got the class {kind}; did you forget the parentheses? {kind}(...)")
    return value


def as_data(name, value):
    """`value`, once it is sure that it is a pair (X, y)."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name} must be a pair (X, y), got {shown(value)}")
    return value


def as_shaped(name, answer, shape):
    """What a function that was given has returned, as floats of this shape: nothing that broadcasts."""
    array = as_float(f"what {name} returns", answer)
    if array.shape != shape:
        raise ValueError(f"{name} must return an array of shape {shape} here, got {array.shape}")
    return array


def as_pair(name, answer, value_shape, gradient_shape):
    """What a function that was given has returned, as (value, gradient) of these shapes: nothing that broadcasts."""
    if not isinstance(answer, tuple) or len(answer) != 2:
        raise TypeError(f"{name} must return a pair (value, gradient), got {shown(answer)}")
    value, gradient = (as_float(f"{name}'s {part}", found) for part, found in zip(("value", "gradient"), answer))
    if value.shape != value_shape or gradient.shape != gradient_shape:
        raise ValueError(f"{name} must return a value of shape {value_shape} and a gradient of shape {gradient_shape} "
                         f"here, got {value.shape} and {gradient.shape}")
    return value[()], gradient


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
    try:
        text = " ".join(repr(value).split())
    except Exception:  # an object whose repr fails must not hide what is wrong with it
        text = f"an object of type {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."
