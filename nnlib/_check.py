"""Input checks: the one place that turns input into float arrays and words the errors."""

import math
from collections import UserString
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

Value = float | np.ndarray  # a number for one network or point, an array for several
LARGEST = 100_000_000  # entries of an array made here: 0.8 GB
PLAIN = {int, float, bool, np.ndarray, np.float64, np.float32, np.int64, str, bytes, range, type(None)}
READABLE = ("to_numpy", "__dlpack__")  # data frames, series and tensors: converting them loses nothing


class Diverged(FloatingPointError):
    """Training or descent that is no longer finite. `history` (from `fit`) or `path` (from `minimize`) ends there."""

    def __init__(self, message: str, *, history: Any = None, path: Any = None):
        super().__init__(message)
        self.history, self.path = history, path


class Computing:
    """A base class with two entry points: `call` checks its input and then runs `rule`; training calls `rule` directly.

    A subclass that overrides `call` alone is refused: training would ignore the change.
    """

    call, rule = "__call__", "compute"

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls.call in vars(cls) and cls.rule not in vars(cls):
            raise TypeError(f"{cls.__name__} must define {cls.rule}, not {cls.call} alone: training calls {cls.rule}, "
                            f"which skips the checks")


def as_array(name, value):
    """`value` as an array of any dtype; raises where NumPy would silently drop a mask or units."""
    if type(value) is np.ndarray:
        return value
    _refuse_more_than_numbers(name, value)
    try:
        return np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name} must be a number or a regular array of numbers, got rows of different lengths; "
                        f"give every row the same length") from error
    except Exception as error:  # reading the entries of an object may raise anything
        raise TypeError(f"{name} must be a number or an array of numbers, got {shown(value)}") from error


def _refuse_more_than_numbers(name, value, depth=64):
    """Raise for masks and units, also inside sequences; `depth` is NumPy's limit of 64 axes."""
    sequence = isinstance(value, Sequence) and not isinstance(value, (str, bytes, UserString)) and depth > 0
    if (set(map(type, value)) if sequence and type(value) is not range else {type(value)}) <= PLAIN:
        return
    known = True
    if sequence:
        for entry in value:
            _refuse_more_than_numbers(name, entry, depth - 1)
    elif np.ma.is_masked(value):
        raise TypeError(f"{name} must not have masked entries; drop them, or replace them with .filled(value)")
    elif isinstance(value, np.ndarray):
        known = type(value).__module__.startswith("numpy")
    else:
        known = isinstance(value, np.generic) or any(hasattr(type(value), way) for way in READABLE) or not any(
            hasattr(type(value), way) for way in ("__array__", "__array_interface__", "__array_struct__"))
    if not known:
        given = _expression(name)
        remedy = f"np.asarray({given})" if depth == 64 else f"[np.asarray(x) for x in {given}]"
        raise TypeError(f"{name} must be a plain array, got a {type(value).__name__}, which may hold units or a mask; "
                        f"for the bare numbers use {remedy}")


def as_float(name, value):
    """`value` as an array of float32 or float64; integers and booleans become float64."""
    array = as_array(name, value)
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "f" and size in (4, 8):
        return array
    if kind in "iub":
        return array.astype(np.float64)
    if kind == "f":
        better, why = (("np.float32", "overflows at 65504") if size < 4 else ("np.float64", "differs between machines"))
        given = _expression(name)
        remedy = f"{given}.astype({better})" if hasattr(value, "astype") else f"np.asarray({given}, dtype={better})"
        raise TypeError(f"{name} must be float32 or float64, got {array.dtype}, which {why}; use {remedy}")
    raise TypeError(f"{name} must hold real numbers, got {shown(value)} of dtype {array.dtype}; "
                    f"{conversion(name, value)}")


def conversion(name, value):
    """The remedy for a `value` that is not numeric: the first conversion that works."""
    given, array = _expression(name), np.asarray(value)
    if hasattr(value, "toarray"):  # SciPy's sparse matrices
        return f"use {given}.toarray()"
    if array.dtype.kind == "c":
        return f"use np.real({given}) or np.abs({given})"
    for way, trial in (("np.asarray({}, dtype=float)", lambda: array.astype(float)),
                       ("np.unique({}, return_inverse=True)[1] for labels", lambda: np.sort(array))):
        try:
            trial()
        except Exception:  # converting or comparing the entries may raise anything
            continue
        return "use " + way.format(given)
    return "replace its entries by numbers"


def _expression(name):
    """The argument's name if it can be typed as an expression, else "it"."""
    return name if name.partition("[")[0].isidentifier() else "it"


def as_generator(rng):
    """`rng`; raises unless it is a numpy.random.Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {shown(rng)}; use np.random.default_rng(seed)")
    return rng


def divided(rng, n):
    """n generators that depend on the state of rng alone; those of `rng.spawn` depend on how many it has made."""
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
    """Whether `value` is an integer; bool and timedelta64 do not count."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.timedelta64))


def as_count(name, value, least=1, most=2**53):
    """`value` as a built-in int: a whole number from `least` to `most`; True and 1.0 do not count."""
    number = as_number(name, value)
    if not is_whole(value) or not least <= value <= most:
        limits = f"at least {least}" if number <= most else f"at most {most}"
        raise ValueError(f"{name} must be a whole number, {limits}, got {shown(value)}")
    return int(value)


def as_positive(name, value, zero=False):
    """`value` as a built-in float, finite and positive, or with `zero` not negative."""
    number = as_number(name, value)
    if not 0 <= number < math.inf or (number == 0 and not zero):
        raise ValueError(f"{name} must be a {'non-negative number' if zero else 'positive number'}, got {shown(value)}")
    return number


def as_rate(name, value, zero=False):
    """`value` as a built-in float or an array of float64: positive throughout, or with `zero` not negative."""
    array = as_float(name, value).astype(np.float64)
    if array.size == 0 or not (np.isfinite(array) & ((array >= 0) if zero else (array > 0))).all():
        raise ValueError(f"{name} must be finite and {'not negative' if zero else 'positive'}, got {shown(value)}")
    return array.item() if array.ndim == 0 else array


def as_step(name, value):
    """`value` as a built-in int: a whole number of steps; a float such as 10.0 will do."""
    number = as_number(name, value)
    if not 1 <= number <= 2**53 or number != int(number):
        raise ValueError(f"{name} must be a whole number of steps, from 1 to 2**53, got {shown(value)}")
    return int(value)


def as_size(name, value):
    """`value` as a built-in float from 0 to 1e100, so that its square is finite."""
    if not 0 <= as_number(name, value) <= 1e100:
        raise ValueError(f"{name} must be a number from 0 to 1e100, got {shown(value)}")
    return float(value)


def as_fraction(name, value):
    """`value` as a built-in float in [0, 1)."""
    number = as_number(name, value)
    if not 0 <= number < 1:
        raise ValueError(f"{name} must be in [0, 1), got {shown(value)}")
    return number


def fits(shape, beside):
    """Whether an array of this shape broadcasts to the shape `beside`."""
    return len(shape) <= len(beside) and all(n in (1, m) for n, m in zip(shape[::-1], beside[::-1]))


def as_labels(name, value, classes=None):
    """`value` as an array of integers from 0 to classes - 1, or without `classes`, of non-negative integers."""
    array = as_array(name, value)
    if array.dtype.kind == "f":
        wrong = array[array != np.rint(array)]
        remedy = f"got {shown(wrong.flat[0].item())}" if wrong.size else (
            f"got dtype {array.dtype}; use np.asarray({_expression(name)}, dtype=int)")
        raise TypeError(f"{name} must hold integer labels, {remedy}")
    if array.dtype.kind not in "iub":
        raise TypeError(f"{name} must hold integer labels, got {shown(value)} of dtype {array.dtype}; "
                        f"{conversion(name, value)}")
    most = LARGEST if classes is None else classes - 1
    wrong = array[(array < 0) | (array > most)]
    if wrong.size:
        raise ValueError(f"{name} must hold labels from 0 to {most}, got {wrong[0]}")
    return array.astype(np.intp, copy=False)


def as_flag(name, value):
    """`value` as a built-in bool; raises for other truthy or falsy values, such as "no"."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {shown(value)}")
    return bool(value)


def as_callable(name, value, call):
    """`value`; raises unless it is callable. `call` describes the expected call."""
    if not callable(value):
        raise TypeError(f"{name} must be callable, {call}, got {shown(value)}")
    return value


def called(name, value):
    """`value`; raises if it is a class where an instance is needed: L2 instead of L2(0.1)."""
    maker = value.func if isinstance(value, partial) else value
    if isinstance(maker, type):
        raise TypeError(f"{name} must be an instance, got the class {maker.__name__}; did you forget the parentheses? "
                        f"{maker.__name__}(...)")
    return value


def as_data(name, value):
    """`value`; raises unless it is a pair (X, y)."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ValueError(f"{name} must be a pair (X, y), got {shown(value)}")
    return value


def as_shaped(name, answer, shape):
    """The answer of a caller's function as floats; raises unless its shape is exactly this one."""
    array = as_float(f"what {name} returns", answer)
    if array.shape != shape:
        raise ValueError(f"{name} must return an array of shape {shape} here, got {array.shape}")
    return array


def as_pair(name, answer, value_shape, gradient_shape):
    """The answer of a caller's function as (value, gradient); raises unless their shapes are exactly these."""
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
    """`result` as a built-in float if it is one number and `value` is not a NumPy object; else unchanged."""
    if np.ndim(result) == 0 and not isinstance(value, (np.ndarray, np.generic)):
        return float(result)
    return result[()]


def shown(value):
    """`value` in at most 60 characters, for an error message."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a failing repr must not hide the actual error
        text = f"an object of type {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."
