"""Data: MNIST's known facts, damaged files, what each drawn problem promises, and that no example is lost or leaks."""

import gzip
import shutil
import struct
import subprocess
import sys
import tomllib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib.datasets import (
    batches,
    blobs,
    load_diabetes,
    load_digits,
    load_mnist,
    moons,
    one_hot,
    read_idx,
    sparse_regression,
    spirals,
    split,
    standardize,
    xor,
)
from nnlib.datasets.stored import SHA256

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "nnlib" / "data" / "mnist"
TOLERANCES = {np.float64: {"rtol": 1e-11}, np.float32: {"rtol": 1e-4, "atol": 1e-5}}
seeds, sizes = st.integers(0, 2**32 - 1), st.integers(1, 60)


def rng(seed=0):
    return np.random.default_rng(seed)


# MNIST, digits, diabetes


@pytest.mark.parametrize("part, counts, mean, std", [
    ("train", [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], 0.1307, 0.3081),
    ("test", [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], 0.1325, 0.3105),
])
def test_mnist_has_the_counts_and_grey_levels_known_of_it(part, counts, mean, std):
    X, y = load_mnist(part, dtype=np.float32)
    assert X.shape == (sum(counts), 784) and X.dtype == np.float32 and y.dtype == np.int64
    assert np.bincount(y).tolist() == counts
    assert X.min() == 0 and X.max() == 1
    assert X.mean(dtype=np.float64) == pytest.approx(mean, abs=5e-5)
    assert np.sqrt(X.ravel() @ X.ravel() / X.size - mean**2) == pytest.approx(std, abs=1e-4)


def test_mnist_in_float64_is_the_default_and_exact_to_the_last_place():
    X, y = load_mnist("test")
    assert X.dtype == np.float64 and X.flags.writeable and X.flags.c_contiguous
    pixels = np.rint(X * 255)
    assert (X == pixels / 255).all()
    assert (load_mnist("test", "float32")[0] == pixels.astype(np.float32) / np.float32(255)).all()
    assert y[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_mnist_in_float32_is_never_held_in_float64():
    load_mnist("test")  # what is imported and kept counts no longer
    tracemalloc.start()
    try:
        X, _ = load_mnist("test", np.float32)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < X.nbytes * 1.5  # the file's bytes, a quarter of X, come on top


def test_checksums_in_code_folder_and_package_agree():
    lines = (SHIPPED / "SHA256SUMS").read_text().split("\n")[:-1]
    assert {line[66:]: line[:64] for line in lines} == SHA256
    package_data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["nnlib"]
    installed = {path.name for pattern in package_data for path in (ROOT / "nnlib").glob(pattern)}
    assert installed >= {path.name for path in SHIPPED.iterdir()} >= {f"{name}.gz" for name in SHA256}
    assert "CC BY-SA 3.0" in (SHIPPED / "README.md").read_text()


def test_digits_and_diabetes():
    X, y = load_digits()
    assert X.dtype == np.float64 and y.dtype == np.int64 and X.shape == (1797, 64)
    assert X.min() == 0 and X.max() == 1 and set(y) == set(range(10))
    assert (X * 16 == np.rint(X * 16)).all()
    X, y = load_diabetes()
    assert X.dtype == y.dtype == np.float64 and X.shape == (442, 10) and (y.min(), y.max()) == (25, 346)
    np.testing.assert_allclose(X.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((X * X).sum(axis=0), 1, rtol=1e-12)
    assert np.abs(X.T @ y).argmax() == 2  # bmi, the first to enter the lasso path of Efron et al. (2004)


@pytest.mark.parametrize("load", [load_digits, load_diabetes])
def test_without_scikit_learn_the_error_says_what_to_install(load, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=f"{load.__name__} needs scikit-learn.*pip install scikit-learn"):
        load()


def test_importing_is_light():
    code = "import sys, nnlib.datasets; print([m for m in ('sklearn', 'scipy', 'matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# damaged files

IMAGES, LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
VALID = b"\0\0\x08\x02" + struct.pack(">II", 2, 3) + b"abcdef"


def flipped(stored, place):
    return stored[:place] + bytes([stored[place] ^ 0x10]) + stored[place + 1:]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A copy of the test set that load_mnist takes for its own."""
    folder = tmp_path / "data" / "mnist"
    folder.mkdir(parents=True)
    for name in (IMAGES, LABELS):
        shutil.copy(SHIPPED / name, folder)
    monkeypatch.setattr("importlib.resources.files", {"nnlib": tmp_path}.__getitem__)
    return folder


@pytest.mark.parametrize("name", [IMAGES, LABELS])
@pytest.mark.parametrize("damage, words", [
    (lambda stored: flipped(stored, len(stored) // 2), ""),
    (lambda stored: flipped(stored, -6), "incorrect data check"),  # gzip's own checksum
    (lambda stored: stored[:len(stored) // 2], "end early"),
    (lambda stored: stored[:-1], "end early"),
    (lambda stored: stored + b"\0more", "continues after the end"),
    (lambda stored: b"", "should begin with 0, 0, type"),
    (lambda stored: b"<html>404 Not Found</html>", "should begin with 0, 0, type"),
    (lambda stored: gzip.compress(VALID, mtime=0), "its content has changed"),
    (lambda stored: gzip.compress(flipped(gzip.decompress(stored), 5000), 1, mtime=0), "its content has changed"),
    (lambda stored: flipped(gzip.decompress(stored), 5000), "its content has changed"),  # not compressed at all
], ids=["bit", "gzip sum", "half", "last byte", "appended", "empty", "web page", "other file", "pixel", "raw"])
def test_a_damaged_file_is_named_with_both_checksums(installed, name, damage, words):
    path = installed / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError) as caught:
        load_mnist("test")
    message = str(caught.value)
    expected, found = message.partition("expected ")[2][:64], message.partition("found ")[2][:64]
    assert str(path) in message and "replace it" in message and words in message
    assert expected == SHA256[name[:-3]] and len(found) == 64
    assert int(found, 16) and (expected != found or "gzip" in message)


def test_swapped_files_are_detected(installed):
    (installed / LABELS).write_bytes((installed / IMAGES).read_bytes())
    with pytest.raises(ValueError, match=f"{LABELS} is damaged: its content has changed"):
        load_mnist("test")


def test_an_intact_file_without_compression_is_accepted(installed):
    (installed / LABELS).write_bytes(gzip.decompress((installed / LABELS).read_bytes()))
    assert len(load_mnist("test", np.float32)[1]) == 10_000


def test_a_missing_file_is_file_not_found_with_a_remedy(installed):
    (installed / IMAGES).unlink()
    with pytest.raises(FileNotFoundError, match=f"{IMAGES} is missing; install nnlib again"):
        load_mnist("test")
    (installed / IMAGES).mkdir()  # any other trouble of the operating system
    with pytest.raises(ValueError, match=f"{IMAGES} cannot be read"):
        load_mnist("test")


@pytest.mark.parametrize("code, layout, values", [
    (0x08, "B", [0, 1, 255]), (0x09, "b", [-128, 0, 127]), (0x0B, "h", [-2, 258, 0]), (0x0C, "i", [-2, 16909060, 0]),
    (0x0D, "f", [0.5, -2.0, 1e30]), (0x0E, "d", [0.1, -2.0, 1e300]),
])
def test_idx_of_every_type_from_bytes_path_and_gzip(code, layout, values, tmp_path):
    stored = bytes([0, 0, code, 2]) + struct.pack(">II", 3, 1) + struct.pack(f">3{layout}", *values)
    (tmp_path / "a.idx").write_bytes(stored)
    (tmp_path / "a.gz").write_bytes(gzip.compress(stored, mtime=0))
    for source in (stored, bytearray(stored), memoryview(stored), tmp_path / "a.idx", str(tmp_path / "a.gz")):
        array = read_idx(source)
        assert array.shape == (3, 1) and array.dtype == np.dtype(layout) and array.dtype.isnative
        assert array.ravel().tolist() == np.array(values, layout).tolist()
        array += 1  # it is the caller's own


@pytest.mark.parametrize("cut", [0, 1, 13, 50_000])
@pytest.mark.parametrize("padding", [0, 1, 512, 100_000])
def test_gzip_files_may_be_padded_with_zeros_and_joined_of_several_members(cut, padding):
    """RFC 1952, section 2.2; tapes and block devices pad."""
    array = rng().integers(0, 256, (300, 20, 20)).astype(np.uint8)
    whole = b"\0\0\x08\x03" + np.array(array.shape, ">u4").tobytes() + array.tobytes()
    zeros = b"\0" * padding
    for stored in (gzip.compress(whole[:cut]) + zeros + gzip.compress(whole[cut:]) + zeros,
                   b"".join(gzip.compress(whole[i:i + 9000]) for i in range(0, len(whole), 9000)) + zeros):
        np.testing.assert_array_equal(read_idx(stored), array)


@pytest.mark.parametrize("stored, words", [
    (b"", "should begin with 0, 0, type"),
    (b"\0\0\x08", "should begin with"),
    (b"\1\0" + VALID[2:], "should begin with"),
    (b"\0\0\x08\x05" + VALID[4:12], "should begin with"),  # five sizes announced, two there
    (b"\0\0\x08\xff" + b"\0\0\0\1" * 255 + b"a", "should begin with"),
    (b"\0\0\x0a" + VALID[3:], "its type must be one of 0x8, 0x9, 0xb, 0xc, 0xd, 0xe, not 0xa"),
    (VALID[:-1], "its sizes [2, 3] do not fit 5 bytes of type uint8"),
    (VALID + b"g", "do not fit 7 bytes"),
    (b"\0\0\x0d" + VALID[3:], "do not fit 6 bytes of type float32"),
    (b"\0\0\x0e\x03" + b"\xff" * 12 + b"a" * 8, "do not fit 8 bytes"),  # 2^99 bytes announced
    (gzip.compress(VALID[:9], mtime=0) + gzip.compress(VALID[9:], mtime=0)[:-9],
     "source is damaged: its gzip data end early"),
    (gzip.compress(VALID, mtime=0) + b"\0\0more", "it continues after the end of its gzip data"),
    (gzip.compress(VALID, mtime=0)[:-9], "source is damaged: its gzip data end early"),
    (b"\x1f\x8bnonsense", "gzip cannot decompress it"),
])
def test_a_damaged_idx_file_is_named_with_what_is_wrong(stored, words, tmp_path):
    with pytest.raises(ValueError) as caught:
        read_idx(stored)
    assert str(caught.value).startswith("source is damaged: ") and words in str(caught.value)
    (tmp_path / "some.idx").write_bytes(stored)
    with pytest.raises(ValueError, match="some.idx is damaged"):
        read_idx(tmp_path / "some.idx")


@given(st.binary(max_size=40) | st.binary(max_size=40).map(lambda tail: b"\0\0\x08" + tail)
       | st.binary(max_size=20).map(lambda tail: b"\x1f\x8b\x08\0" + tail))
def test_any_bytes_give_an_array_or_a_value_error(stored):
    try:
        assert read_idx(stored).nbytes <= len(stored)
    except ValueError as error:
        assert "source is damaged" in str(error)


# problems drawn at random

DRAWN = {  # every generator, as draw(n, noise, rng)
    "xor": xor,
    "moons": moons,
    "spirals": spirals,
    "blobs": lambda n, noise, rng: blobs(n, [[0, 0], [4, 0], [0, 4]], noise, rng),
    "sparse regression": lambda n, noise, rng: sparse_regression(n, 20, 5, noise, rng),
}
each = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)


def nearest(X, y, Z):
    """The label of the nearest row of X, for each row of Z."""
    return y[((Z[:, None] - X) ** 2).sum(axis=2).argmin(axis=1)]


def best_line(X, y):
    """The largest share of points that a straight line classifies right, over lines of 180 directions."""
    best = 0
    for angle in np.linspace(0, np.pi, 180, endpoint=False):
        ordered = y[np.argsort(X @ [np.cos(angle), np.sin(angle)])]
        right = np.concatenate([[0], np.cumsum(ordered == 0)]) + (ordered == 1).sum() - np.concatenate(
            [[0], np.cumsum(ordered == 1)])
        best = max(best, right.max(), len(y) - right.min())
    return best / len(y)


@each
def test_equal_seeds_give_equal_bits_and_other_seeds_others(draw):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, again, other = (draw(30, 0.1, rng(seed)) for seed in (0, 0, 1))
    assert all((a == b).all() for a, b in zip(first, again))
    assert not (first[0] == other[0]).any()
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


@each
def test_noise_has_the_requested_standard_deviation(draw):
    clean, noisy = draw(20_000, 0.0, rng()), draw(20_000, 0.3, rng())
    moved = 1 if len(clean) == 3 else 0  # y in a regression, X in a classification
    assert (clean[1 - moved] == noisy[1 - moved]).all()
    difference = noisy[moved] - clean[moved]
    assert difference.std() == pytest.approx(0.3, rel=0.02)
    assert abs(difference.mean()) < 0.01


@pytest.mark.parametrize("name", ["xor", "moons", "spirals", "blobs"])
def test_classes_differ_by_at_most_one_point_and_shapes_hold(name):
    for n in (1, 2, 7, 40):
        X, y = DRAWN[name](n, 0.1, rng())
        assert X.shape == (n, 2) and X.dtype == np.float64 and y.shape == (n,) and y.dtype == np.int64
        counts = np.bincount(y, minlength=3 if name == "blobs" else 2)
        assert counts.max() - counts.min() <= 1


def test_xor_repeats_its_four_points():
    X, y = xor()
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]] and y.tolist() == [0, 1, 1, 0]
    more, labels = xor(10, 0.05, rng())
    assert (np.rint(more) == X[np.arange(10) % 4]).all() and (labels == y[np.arange(10) % 4]).all()
    assert best_line(X, y) == 0.75


@pytest.mark.parametrize("draw, line", [
    (lambda seed: moons(400, 0.1, rng(seed)), (0.8, 0.95)),
    (lambda seed: spirals(400, 0.02, rng(seed)), (0.6, 0.75)),
    (lambda seed: xor(400, 0.1, rng(seed)), (0.7, 0.8)),
], ids=["moons", "spirals", "xor"])
def test_no_line_separates_the_classes_but_the_nearest_neighbour_tells_them(draw, line):
    (X, y), (Z, labels) = draw(0), draw(1)
    assert line[0] < best_line(X, y) < line[1]
    assert (nearest(X, y, Z) == labels).mean() > 0.96


def test_moons_and_spirals_lie_on_their_curves():
    X, y = moons(500, 0, rng())
    np.testing.assert_allclose(np.hypot(*(X - np.where(y[:, None], [1, 0.5], 0)).T), 1, rtol=1e-12)
    assert X[y == 0, 1].min() >= 0 and X[y == 1, 1].max() <= 0.5 and X[y == 1, 1].min() < -0.49
    X, y = spirals(999, 0, rng(), classes=3, turns=1.5)
    radius, angle = np.hypot(*X.T), np.arctan2(X[:, 1], X[:, 0])
    off = (angle / (2 * np.pi) - 1.5 * radius - y / 3 + 0.5) % 1 - 0.5
    np.testing.assert_allclose(off, 0, atol=1e-12)
    assert radius.max() <= 1 and (radius < 0.5).mean() == pytest.approx(0.25, abs=0.05)
    assert set(y) == {0, 1, 2}


def test_blobs_have_their_centers_and_spread():
    centers = np.array([[0, 10, 20], [-5, 3, 1e3]])
    X, y = blobs(10_000, centers, 2.0, rng())
    for k in (0, 1):
        np.testing.assert_allclose(X[y == k].mean(axis=0), centers[k], atol=0.1)
        np.testing.assert_allclose(X[y == k].std(axis=0), 2, rtol=0.05)


def test_sparse_regression_has_the_requested_weights_and_noise():
    X, y, w = sparse_regression(5000, 30, 7, 0.5, rng())
    assert X.shape == (5000, 30) and y.shape == (5000,) and w.shape == (30,)
    assert (w != 0).sum() == 7 and (np.abs(w[w != 0]) >= 1).all() and (np.abs(w) <= 2).all()
    assert (y - X @ w).std() == pytest.approx(0.5, rel=0.03)
    np.testing.assert_allclose(np.linalg.lstsq(X, y)[0], w, atol=0.04)
    np.testing.assert_allclose(X.T @ X / 5000, np.eye(30), atol=0.08)
    X, y, w = sparse_regression(50, 30, 30, 0, rng())
    assert (y == X @ w).all() and (w != 0).all() and (w > 0).any() and (w < 0).any()
    assert not sparse_regression(50, 30, 0, 0.1, rng())[2].any()
    places = {tuple(np.flatnonzero(sparse_regression(1, 9, 2, 0, rng(seed))[2])) for seed in range(99)}
    assert len(places) > 25  # of 36


# before training


@given(hnp.arrays(np.float64, st.tuples(sizes, st.integers(1, 4)),
                  elements=st.floats(-1e300, 1e300) | st.floats(-1, 1) | st.sampled_from([1e15, 1e15 + 1, 5e-324])))
def test_standardize_gives_mean_0_and_variance_1_or_a_constant_column_0(X):
    Z = standardize(X)
    constant = np.ptp(X, axis=0) / 2 <= 1.5e-15 * np.abs(X).max(axis=0)
    assert (Z[:, (X == X[0]).all(axis=0)] == 0).all()
    np.testing.assert_allclose(Z[:, ~constant].mean(axis=0), 0, atol=1e-12)
    varied = np.std(X / np.maximum(np.abs(X).max(axis=0), 5e-324), axis=0) > 3e-15
    np.testing.assert_allclose(Z[:, varied].std(axis=0), 1, rtol=1e-12)
    assert (np.diff(np.take_along_axis(Z, X.argsort(axis=0), axis=0), axis=0) >= 0).all()  # it keeps the order


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_standardize_is_fitted_on_the_first_alone(dtype):
    train, test = rng().normal(3, 5, (40, 3)).astype(dtype), rng(1).normal(7, 2, (30, 3))
    train_copy = train.copy()
    one, two, three = standardize(train, test, 100 * test)
    assert (one == standardize(train)).all() and (train == train_copy).all()
    assert one.dtype == two.dtype == three.dtype == dtype
    expected = (test - train.mean(axis=0, dtype=float)) / train.std(axis=0, dtype=float)
    np.testing.assert_allclose(two, expected, **TOLERANCES[dtype])
    assert abs(two.mean()) > 0.3 and standardize(train, train[:1])[1].tolist() == one[:1].tolist()


def test_standardize_as_scikit_learn_does_with_constant_columns_too():
    from sklearn.preprocessing import StandardScaler
    train, test = load_mnist("test")[0][:400], load_digits()[0][:300]
    test = np.tile(test, 13)[:, :784]  # pixels that are always 0 in train are not in here
    scaler = StandardScaler().fit(train)
    ours = standardize(train, test)
    assert (train.std(axis=0) == 0).any()
    np.testing.assert_allclose(ours[0], scaler.transform(train), atol=1e-11)
    np.testing.assert_allclose(ours[1], scaler.transform(test), rtol=1e-11, atol=1e-11)


def test_standardize_sums_float32_in_float64():
    x = 1000 + rng(0).normal(size=(300_000, 2)).astype(np.float32)
    x[0] = 0
    assert np.abs(standardize(x).mean(axis=0, dtype=np.float64)).max() < 1e-4


def test_standardize_on_columns_that_break_the_textbook_formula():
    tenths = np.full((10, 1), 0.1)  # whose computed mean is not 0.1
    assert not standardize(tenths).any() and standardize(tenths, [[0.6]])[1].tolist() == [[0.5]]
    np.testing.assert_array_equal(standardize(1e15 + np.array([0.0, 2, 0, 2])), [-1, 1, -1, 1])
    np.testing.assert_array_equal(standardize(1e15 + np.array([0.0, 1, 0, 1])), [-0.5, 0.5, -0.5, 0.5])  # as rounding
    np.testing.assert_array_equal(standardize([-1.7e308, 1.7e308]), [-1, 1])
    np.testing.assert_array_equal(standardize([0, 5e-324]), [-1, 1])
    assert standardize([[1, 2]]).tolist() == [[0, 0]]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("size", [1e-200, 1e-9, 0.1, 1.0, 1.99, 3.0, 7e8, 1e200])
def test_a_column_that_varies_as_rounding_does_counts_as_constant(dtype, size):
    if dtype is np.float32 and not 1e-30 < size < 1e30:
        return
    noise = rng(2).normal(size=(200, 1))
    x = (size * (1 + np.finfo(dtype).eps * noise)).astype(dtype)
    assert len(np.unique(x)) > 2
    z, other = standardize(x, 2 * x[:5])
    assert np.abs(z).max() <= 20 * np.finfo(dtype).eps * size
    np.testing.assert_allclose(other, size, rtol=1e-5)  # it is shifted, not blown up
    x = (size * (1 + 100 * np.finfo(dtype).eps * noise)).astype(dtype)
    assert standardize(x).std(dtype=np.float64) == pytest.approx(1, rel=1e-5)  # what is more than rounding is scaled


@given(sizes, st.lists(st.integers(1, 9), min_size=1, max_size=4), seeds)
def test_split_deals_out_every_example_once_in_the_right_sizes(n, weights, seed):
    fractions = np.array(weights) / sum(weights)
    X, y = np.arange(2.0 * n).reshape(n, 2), np.arange(n)
    try:
        parts = split(X, y, fractions=fractions, rng=rng(seed))
    except ValueError as error:
        assert "at least one" in str(error) and (n * fractions < 1).any()
        return
    assert len(parts) == len(weights)
    for (rows, labels), fraction in zip(parts, fractions):
        assert len(rows) == len(labels) and abs(len(rows) - n * fraction) <= 1 and len(rows) > 0
        assert (rows == X[labels]).all()
    assert sorted(np.concatenate([labels for _, labels in parts])) == list(range(n))


def test_split_shuffles_with_the_given_rng_and_keeps_dtypes():
    X, y = np.arange(200, dtype=np.float32)[:, None], np.arange(200)
    first, again, other = (split(X, y, fractions=(0.75, 0.25), rng=rng(seed)) for seed in (0, 0, 1))
    assert (first[0][1] == again[0][1]).all() and (first[0][1] != other[0][1]).any()
    assert 60 < first[1][1].mean() < 140 and (np.diff(first[0][1]) < 0).any()
    assert first[0][0].dtype == np.float32 and first[0][1].dtype == np.int64
    assert [len(rows) for rows, _ in split(X, y, fractions=[1 / 3] * 3, rng=rng())] == [67, 66, 67]
    first[0][0][:] = -1
    assert X.min() == 0  # a part is a copy


def test_the_first_position_is_taken_by_every_example_equally_often():
    """400 examples each for a chi-square over 10 places; 27.9 is its 99.9 % point with 9 degrees of freedom."""
    generator = rng()
    for draw in (lambda: next(batches(10, 3, generator))[0],
                 lambda: split(np.eye(10), np.arange(10), fractions=(0.5, 0.5), rng=generator)[0][1][0]):
        counts = np.bincount([draw() for _ in range(4000)], minlength=10)
        assert ((counts - 400) ** 2 / 400).sum() < 27.9


@given(sizes, st.integers(1, 70), seeds)
def test_batches_cover_every_index_once_and_keep_the_last(n, size, seed):
    rows = list(batches(n, size, rng(seed)))
    assert sorted(np.concatenate(rows)) == list(range(n))
    assert [len(r) for r in rows] == [size] * (n // size) + [n % size] * (n % size > 0)
    assert all((a == b).all() for a, b in zip(rows, batches(n, size, rng(seed))))
    assert all(r.dtype.kind == "i" for r in rows)


def test_batches_reshuffle_at_each_call_and_check_at_the_call():
    generator = rng()
    first, second = (np.concatenate(list(batches(100, 7, generator))) for _ in range(2))
    assert (first != np.arange(100)).any() and (first != second).any()
    with pytest.raises(ValueError):
        batches(0, 7, generator)  # not only when the first batch is asked for


@given(hnp.arrays(np.int64, st.tuples(sizes) | st.tuples(st.integers(1, 3), sizes), elements=st.integers(0, 6)))
def test_one_hot_rows_have_a_single_one_at_the_label(labels):
    rows = one_hot(labels, 7)
    assert rows.shape == (*labels.shape, 7) and rows.dtype == np.float64
    assert (rows.sum(axis=-1) == 1).all() and ((rows == 0) | (rows == 1)).all()
    assert (rows.argmax(axis=-1) == labels).all()
    assert one_hot(labels).shape[-1] == labels.max() + 1


def test_one_hot_types():
    assert one_hot([1, 0], dtype=np.float32).dtype == np.float32
    for labels in (np.array([1, 0], np.uint8), [True, False], np.array([1, 0], np.int32)):
        assert one_hot(labels).tolist() == [[0, 1], [1, 0]]


# bad input

G, NAN, EYE = rng(), float("nan"), np.eye(4)
HALVES = {"fractions": (0.5, 0.5), "rng": G}


@pytest.mark.parametrize("call, error, words", [
    (lambda: load_mnist("validation"), ValueError, "split must be 'train' or 'test', got 'validation'"),
    (lambda: load_mnist(["test"]), ValueError, "split must be"),
    (lambda: load_mnist("test", int), TypeError, "dtype must be np.float64 or np.float32, got <class 'int'>"),
    (lambda: load_mnist("test", "float16"), TypeError, "got 'float16'"),
    (lambda: load_mnist("test", ">f8"), TypeError, "got '>f8'"),
    (lambda: load_mnist("test", None), TypeError, "got None"),
    (lambda: load_mnist("test", "(1"), TypeError, "dtype must be"),
    (lambda: load_mnist("test", [("a", "f8"), ("a", "f8")]), TypeError, "dtype must be"),
    (lambda: read_idx(3), TypeError, "source must be a path or bytes, got 3 of type int"),
    (lambda: read_idx(None), TypeError, "source must be a path or bytes"),
    (lambda: read_idx("no/such.idx"), FileNotFoundError, "no/such.idx is missing; check the path"),
    (lambda: read_idx("."), ValueError, ". cannot be read"),
    (lambda: xor(0), ValueError, "n must be a whole number, at least 1, got 0"),
    (lambda: xor(4.0), ValueError, "n must be a whole number, at least 1, got 4.0"),
    (lambda: xor(True), ValueError, "n must be a whole number, at least 1, got True"),
    (lambda: xor(8, 0.1), TypeError, "rng must be a numpy.random.Generator, got None"),
    (lambda: xor(8, NAN, G), ValueError, "noise must be a number from 0 to 1e100, got nan"),
    (lambda: xor(8, 1e308, G), ValueError, "noise must be a number from 0 to 1e100, got 1e+308"),
    (lambda: xor(8, [0.1], G), TypeError, "noise must be one real number"),
    (lambda: moons(10, -0.1, G), ValueError, "noise must be a number from 0 to 1e100, got -0.1"),
    (lambda: moons(10**30, 0.1, G), ValueError, "n must be a whole number, at most 10000000"),
    (lambda: moons(10, 0.1, 0), TypeError, "got 0; use np.random.default_rng(seed)"),
    (lambda: moons(10, 0.1, np.random), TypeError, "rng must be a numpy.random.Generator"),
    (lambda: spirals(10, 0.1, G, classes=0), ValueError, "classes must be a whole number, at least 1"),
    (lambda: spirals(10, 0.1, G, turns=float("inf")), ValueError, "turns must be a number from 0"),
    (lambda: spirals(10, 0.1, G, turns="two"), TypeError, "turns must be one real number, got 'two'"),
    (lambda: blobs(10, [0, 1], 0.1, G), ValueError, "centers must be an array (n, d), not empty, got shape (2,)"),
    (lambda: blobs(10, np.zeros((3, 0)), 0.1, G), ValueError, "got shape (3, 0)"),
    (lambda: blobs(10, [[0, NAN]], 0.1, G), ValueError, "centers must hold finite numbers, got 1 such as nan"),
    (lambda: blobs(10, [[0], [1, 2]], 0.1, G), TypeError, "centers must be a number or a regular array"),
    (lambda: sparse_regression(10, 5, 6, 0.1, G), ValueError, "nonzero must be a whole number, at most 5, got 6"),
    (lambda: sparse_regression(10, 0, 0, 0.1, G), ValueError, "d must be a whole number, at least 1"),
    (lambda: sparse_regression(10**6, 10**6, 1, 0.1, G), ValueError, "n must be a whole number, at most 100, got 10"),
    (lambda: sparse_regression(10, 5, 2.0, 0.1, G), ValueError, "nonzero must be a whole number, at least 0, got 2.0"),
    (lambda: standardize(3.0), ValueError, "train must be an array (n,) or (n, d), not empty, got shape ()"),
    (lambda: standardize(np.zeros((0, 3))), ValueError, "not empty, got shape (0, 3)"),
    (lambda: standardize(np.zeros((2, 3, 4))), ValueError, "got shape (2, 3, 4)"),
    (lambda: standardize([[1.0, NAN]]), ValueError, "train must hold finite numbers, got 1 such as nan; drop"),
    (lambda: standardize(["a"]), TypeError, "train must hold real numbers"),
    (lambda: standardize(EYE, EYE, EYE[:, :3]), ValueError, "others[1] must have train's 4 columns, got"),
    (lambda: standardize(EYE, EYE[0]), ValueError, "others[0] must be an array (n, d)"),
    (lambda: standardize(EYE, np.full((1, 4), np.inf)), ValueError, "others[0] must hold finite"),
    (lambda: standardize(EYE * 1e-300, EYE * 1e300), ValueError, "others[0] lies too far from train"),
    (lambda: standardize(EYE.astype(np.float32), EYE * 1e300), ValueError, "too far from train for a float32"),
    (lambda: split(EYE, [0, 1, 2], **HALVES), ValueError, "one row for each of the 4 rows of X, got shape (3,)"),
    (lambda: split(EYE, 1, **HALVES), ValueError, "y must be an array (n, ...)"),
    (lambda: split(np.full((4, 4), np.inf), range(4), **HALVES), ValueError, "X must hold finite numbers"),
    (lambda: split(EYE, [0, 1, 2, NAN], **HALVES), ValueError, "y must hold finite numbers"),
    (lambda: split([], [], **HALVES), ValueError, "X must be an array (n, ...), not empty"),
    (lambda: split(EYE, range(4), fractions=(0.8, 0.1), rng=G), ValueError, "sum to 1, got (0.8, 0.1)"),
    (lambda: split(EYE, range(4), fractions=(1.5, -0.5), rng=G), ValueError, "must be positive"),
    (lambda: split(EYE, range(4), fractions=0.5, rng=G), ValueError, "fractions must be an array (n,)"),
    (lambda: split(EYE, range(4), fractions=(0.99, 0.01), rng=G), ValueError, "at least one of the 4 examples"),
    (lambda: split(EYE, range(4), fractions="half", rng=G), TypeError, "fractions must hold real numbers"),
    (lambda: split(EYE, range(4), fractions=(0.5, 0.5), rng=1), TypeError, "rng must be"),
    (lambda: one_hot([0.0, 1.0]), TypeError, "got dtype float64; use np.asarray(labels, dtype=int)"),
    (lambda: one_hot(["a"]), TypeError, "use np.unique(labels, return_inverse=True)[1]"),
    (lambda: one_hot([]), ValueError, "labels must be an array (n,) or (n, d), not empty"),
    (lambda: one_hot([0, -1]), ValueError, "labels must hold labels from 0 to 100000000, got -1"),
    (lambda: one_hot([0, 3], 3), ValueError, "labels must hold labels from 0 to 2, got 3"),
    (lambda: one_hot([0, 10**12]), ValueError, "labels must hold labels from 0 to 100000000, got 1000000000000"),
    (lambda: one_hot([0], 2.0), ValueError, "classes must be a whole number"),
    (lambda: one_hot([0], 0), ValueError, "classes must be a whole number, at least 1"),
    (lambda: one_hot([0], 2, "int64"), TypeError, "dtype must be np.float64 or np.float32"),
    (lambda: batches(10, 0, G), ValueError, "batch_size must be a whole number, at least 1"),
    (lambda: batches(10, -3, G), ValueError, "batch_size must be a whole number, at least 1"),
    (lambda: batches(10, 2.5, G), ValueError, "batch_size must be a whole number, at least 1, got 2.5"),
    (lambda: batches(EYE, 2, G), TypeError, "n must be one real number"),
    (lambda: batches(10, 3, 0), TypeError, "rng must be a numpy.random.Generator, got 0"),
])
def test_bad_input_is_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


JUNK = st.one_of(st.none(), st.integers(-3, 12), st.floats(), st.text(max_size=3), st.booleans(), st.just(G),
                 st.lists(st.floats() | st.integers(-2, 4), max_size=3),
                 hnp.arrays(np.float64, hnp.array_shapes(min_side=0)))


@settings(max_examples=40)
@given(st.data())
@pytest.mark.parametrize("function", [xor, moons, spirals, blobs, sparse_regression, standardize, one_hot, batches])
def test_anything_else_gives_a_result_or_one_of_the_named_errors(function, data):
    arguments = data.draw(st.lists(JUNK, min_size=1, max_size=5))
    try:
        result = function(*arguments)
    except (ValueError, TypeError):
        return
    for array in result if isinstance(result, tuple) else [result]:
        assert function is batches or np.isfinite(array).all()
