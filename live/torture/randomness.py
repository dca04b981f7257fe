"""Every generator and every distribution of numpy.random; means near what they must be."""
import numpy as np

DISTRIBUTIONS = {  # arguments, mean
    "beta": ((1, 3), 0.25), "binomial": ((10, 0.3), 3), "chisquare": ((2,), 2), "exponential": ((2,), 2),
    "f": ((2, 8), 4 / 3), "gamma": ((2,), 2), "geometric": ((0.5,), 2), "gumbel": ((), 0.5772),
    "hypergeometric": ((5, 5, 4), 2), "laplace": ((1,), 1), "logistic": ((1,), 1),
    "lognormal": ((0, 0.5), np.exp(0.125)), "logseries": ((0.5,), 1.4427), "negative_binomial": ((3, 0.5), 3),
    "noncentral_chisquare": ((2, 3), 5), "noncentral_f": ((2, 12, 1), 1.8), "normal": ((1,), 1),
    "pareto": ((5,), 0.25), "poisson": ((3,), 3), "power": ((2,), 2 / 3), "rayleigh": ((), 1.2533),
    "standard_gamma": ((3,), 3), "standard_normal": ((), 0), "standard_t": ((8,), 0),
    "triangular": ((0, 1, 2), 1), "uniform": ((), 0.5), "vonmises": ((0, 4), 0), "wald": ((1, 4), 1),
    "weibull": ((1,), 1), "zipf": ((5,), 1.0437),
}
for kind in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64, np.random.PCG64DXSM):
    g = np.random.Generator(kind(1))
    for name, (arguments, mean) in DISTRIBUTIONS.items():
        found = getattr(g, name)(*arguments, size=4000)
        assert abs(found.mean() - mean) < 6 * found.std() / 60, (kind, name, found.mean())
    assert np.isfinite(g.standard_cauchy(9)).all() and g.dirichlet([1, 2]).sum().round(9) == 1
    assert g.multinomial(5, [0.2, 0.8]).sum() == g.multivariate_hypergeometric([3, 4], 5).sum() == 5
    assert g.multivariate_normal([0, 0], np.eye(2), size=3).shape == (3, 2)
    assert sorted(g.permutation(5)) == sorted(g.choice(5, 5, replace=False)) == list(range(5))
    for dtype in (np.uint8, np.int16, np.uint32, np.int64, bool):
        assert g.integers(0, 2, 50, dtype=dtype).max() == 1
    assert g.random(3, dtype=np.float32).dtype == np.float32
    g.shuffle(np.arange(5)), g.bytes(3), g.spawn(2), g.permuted(np.eye(3))
np.random.seed(0)
assert np.random.randn(3).round(3).tolist() == [1.764, 0.4, 0.979]  # the stream of 2005, which stays
np.random.binomial(100, 0.3), np.random.poisson(5), np.random.choice(4), np.random.standard_gamma(2)
assert round(np.random.default_rng(0).random(), 6) == 0.636962
print("done")
