"""Checks of arguments that several of these functions share."""

import numpy as np

from nnlib._check import as_float, shown

MANY = 10_000_000  # examples of a small problem


def float_type(dtype):
    try:
        if dtype is not None and np.dtype(dtype) in (np.float64, np.float32):
            return np.dtype(dtype)
    except Exception:  # for what is not a dtype NumPy raises any of half a dozen kinds
        pass
    raise TypeError(f"dtype must be np.float64 or np.float32, got {shown(dtype)}")


def as_rows(name, value, dimensions=None):
    """`value` as floats: at least one row, every entry finite, with any or one of these numbers of dimensions."""
    array = as_float(name, value)
    if array.size == 0 or array.ndim not in (dimensions or range(1, 65)):
        shapes = " or ".join({1: "(n,)", 2: "(n, d)"}[k] for k in dimensions) if dimensions else "(n, ...)"
        raise ValueError(f"{name} must be an array {shapes}, not empty, got shape {array.shape}")
    wrong = array[~np.isfinite(array)]
    if len(wrong):
        raise ValueError(f"{name} must hold finite numbers, got {len(wrong)} such as {wrong[0]}; drop or replace them")
    return array
