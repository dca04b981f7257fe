"""Sorting, statistics, types, text, dates, files: what NumPy does with arrays."""
import io

import numpy as np

a = np.arange(24.0).reshape(2, 3, 4)[:, ::-1]
for kind in ("quicksort", "heapsort", "stable"):
    for code in np.typecodes["AllInteger"] + np.typecodes["AllFloat"] + "U":
        assert (np.sort(np.array([3, 1, 2] * 30).astype(code), kind=kind)[30:60] == np.array(2).astype(code)).all()
assert np.partition(a, 1, axis=1)[0, 1, 0] == 4 and np.unique([3, 1, 1], return_counts=True)[1].tolist() == [2, 1]
assert np.allclose(np.percentile(a, [5, 50]), [1.15, 11.5]) and np.quantile(a, 0.3, method="median_unbiased") > 0
assert np.allclose(np.cov(a[0]), 5 / 3) and np.allclose(np.corrcoef(a[0]), 1) and np.allclose(np.gradient(a)[2], 1)
assert np.convolve([1, 2], [3, 4]).tolist() == [3, 10, 8] and np.allclose(np.roots([1, -3, 2]), [2, 1])
assert np.allclose(np.polyfit([1, 2, 3], [2, 4, 6], 1), [2, 0]) and np.interp(1.5, [1, 2], [3, 4]) == 3.5
assert np.polynomial.Polynomial.fit([1, 2, 3], [2, 4, 6], 1)(5).round(9) == 10 and np.trapezoid([1, 3]) == 2
assert np.histogram([1, 2, 2], 2)[0].tolist() == [1, 2] and np.histogram2d([1, 2], [2, 3])[0].sum() == 2
assert np.einsum("ijk->k", a).tolist() == [60, 66, 72, 78] and np.diff(a).max() == 1 and np.cumsum(a)[-1] == 276
assert np.pad(a, 1).shape == (4, 5, 6) and np.roll(a, 1).shape == a.shape and len(np.meshgrid([1], [2])) == 2
assert np.lib.stride_tricks.sliding_window_view(np.arange(5), 3).shape == (3, 3) and np.isin([1], [1, 2]).all()
assert np.bincount([1, 2]).tolist() == [0, 1, 1] and np.digitize([1], [0, 2])[0] == 1 == np.searchsorted([1, 2], 1.5)
assert np.vectorize(lambda x: x + 1)(a).sum() == 300 and np.apply_along_axis(sum, 0, a).shape == (3, 4)
assert np.nanmean([1, np.nan]) == 1 and np.ma.masked_array([1, 2], [0, 1]).mean() == 1
assert np.array(["a", "bc"]).astype("U5").dtype == "<U5" and np.char.upper(["a"])[0] == "A"
assert np.strings.add(np.array(["a"], dtype=np.dtypes.StringDType()), "b")[0] == "ab"
assert str(np.datetime64("2020-01-01") + np.arange(32)[-1]) == "2020-02-01"
assert np.busday_count("2020-01-01", "2020-02-01") == 23
assert np.rec.array([(1, 2)], dtype=[("x", int), ("y", float)]).y[0] == 2 and np.array([1, "a"], dtype=object)[1] == "a"
assert abs(np.longdouble(2) ** 0.5 - 1.4142135623730951) < 1e-15 and np.float16(3) * 2 == 6
file = io.BytesIO()
np.savez_compressed(file, a=a)
file.seek(0)
assert (np.load(file)["a"] == a).all() and np.loadtxt(io.StringIO("1 2")).sum() == 3
assert np.genfromtxt(io.StringIO("1,2"), delimiter=",").sum() == 3
text = io.StringIO()
np.savetxt(text, a[0])
assert "array(" in repr(a) and np.array2string(a, precision=2) and text.getvalue()
for code in np.typecodes["AllInteger"] + np.typecodes["AllFloat"]:
    x = np.full(9, 2, code)
    assert (x + x == 4).all() and (x * x == 4).all() and (x / x == 1).all() and x.sum() == 18 and x @ x == 36
    assert x.max() == 2 and (x > 0).any() and x.real.astype(int)[0] == 2 and len(x.argsort()) == 9
    assert np.power(x, x)[0] == 4
    for name in """exp exp2 expm1 log log2 log10 log1p sin cos tan arcsinh arctan sinh cosh tanh sqrt square abs
                   sign""".split():
        assert np.isfinite(getattr(np, name)(x)).all(), (code, name)
    if code not in np.typecodes["Complex"]:
        for name in "floor ceil trunc rint cbrt isnan".split():
            getattr(np, name)(x)
        np.hypot(x, x), np.arctan2(x, x), np.maximum(x, x), np.mod(x, x), np.floor_divide(x, x), np.logaddexp(x, x)
print("done")
