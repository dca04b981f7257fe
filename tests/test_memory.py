"""Long vectors begin with a cache line, whatever their length, and start at zero; ones stay ones."""

import platform
import subprocess
import sys

import numpy as np
import pytest

from nnlib._memory import LINE, aligned_zeros, ones, row_starts
from nnlib.network import mlp
from nnlib.optimizers import Adam


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1,), (17,), (3, 5), (101_770,)])
def test_zeros_of_the_shape_begin_with_a_cache_line(shape, dtype):
    arrays = [aligned_zeros(shape, dtype) for _ in range(20)]  # NumPy's own would be aligned now and then
    for array in arrays:
        assert array.shape == shape and array.dtype == dtype and not array.any()
        assert array.ctypes.data % LINE == 0 and array.flags.writeable and array.flags.c_contiguous
        array[...] = 1  # within its own memory: the others stay zero, and nothing crashes
    assert all((array == 1).all() for array in arrays)


@pytest.mark.parametrize("copies", [None, 3])
def test_the_arrays_that_a_step_reads_and_writes_are_aligned(copies):
    network, adam = mlp([3, 5, 2], rng=np.random.default_rng(0), dtype=np.float32, copies=copies), Adam()
    adam.start(network.params)
    for array in (network.params, network.grad, adam.m, adam.v, adam.scratch):
        assert array.ctypes.data % LINE == 0


def test_ones_are_made_once_for_a_shape_and_dtype_and_are_read_only():
    for dtype in (np.float32, np.float64):
        once = ones((3, 1), np.dtype(dtype))
        assert once is ones((3, 1), np.dtype(dtype)) and once.dtype == dtype and once.shape == (3, 1)
        assert (once == 1).all() and not once.flags.writeable


@pytest.mark.parametrize("shape", [(4, 3), (1, 1), (2, 4, 3)])
def test_row_starts_are_where_rows_begin_and_are_read_only(shape):
    array = np.arange(np.prod(shape)).reshape(shape)
    np.testing.assert_array_equal(array.take(row_starts(shape)), array[..., 0])
    assert row_starts(shape) is row_starts(shape) and not row_starts(shape).flags.writeable


FAULTS = """
import resource, sys
import numpy as np
if sys.argv[1] == "kept":
    import nnlib._memory
def arrays():
    for _ in range(20):
        [np.ones(100_000) for _ in range(4)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
print(-arrays() + arrays())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators have other rules")
def test_freed_memory_is_reused_without_a_page_fault():
    faults = [int(subprocess.check_output([sys.executable, "-c", FAULTS, how])) for how in ("kept", "returned")]
    assert faults[0] < 20 <= faults[1], faults
