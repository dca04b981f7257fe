"""Folds are partitions, the rule of one standard error, and sweeps: right, reproducible, the same on any executor."""

from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from itertools import cycle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import selection
from nnlib.datasets import blobs, standardize
from nnlib.layers import BatchNorm, Dense
from nnlib.losses import cross_entropy, squared_error
from nnlib.network import Network, mlp
from nnlib.optimizers import SGD, Adam
from nnlib.penalties import L1, L2
from nnlib.selection import cross_validate, k_fold, one_standard_error, sweep
from nnlib.training import fit


@given(st.integers(2, 60), st.data())
def test_folds_are_a_partition_and_validation_parts_are_even(n, data):
    k = data.draw(st.integers(2, n))
    folds = k_fold(n, k, np.random.default_rng(0))
    assert sorted(np.concatenate([held_out for _, held_out in folds])) == list(range(n))
    for train, held_out in folds:
        assert sorted([*train, *held_out]) == list(range(n))
        assert len(held_out) in (n // k, n // k + 1)


def scored(*answers):
    """Cross-validation by a score that gives these answers in turn."""
    rest = cycle(answers)
    return cross_validate(lambda *_: next(rest), X, Y, k_fold(150, 2, RNG))


def test_folds_are_shuffled_by_the_generator_alone():
    one, same, other = (k_fold(30, 3, np.random.default_rng(seed)) for seed in (0, 0, 1))
    for (a, b), (c, d) in zip(one, same):
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b, d)
    assert any((a[1] != b[1]).any() for a, b in zip(one, other))
    assert (np.diff(one[0][1]) != 1).any()


def test_cross_validation_scores_each_fold_on_what_was_held_out():
    X, y = np.arange(12.0)[:, None], np.arange(12.0)
    folds = k_fold(12, 4, np.random.default_rng(0))

    def score(X_train, y_train, X_val, y_val):
        assert not set(X_train[:, 0]) & set(X_val[:, 0]) and len(X_train) + len(X_val) == 12
        np.testing.assert_array_equal(X_val[:, 0], y_val)
        return y_val.sum(), y_train.sum()

    scores = cross_validate(score, X, y, folds)
    assert scores.shape == (4, 2) and scores[:, 0].sum() == y.sum() and (scores.sum(axis=1) == y.sum()).all()
    np.testing.assert_array_equal(cross_validate(score, X, y, iter(folds)), scores)  # as scikit-learn's splitters give


def test_one_standard_error_takes_the_strongest_that_is_not_clearly_worse():
    losses = np.array([[1.0, 0.9, 1.05, 3.0], [1.2, 1.3, 1.25, 3.0]])  # means 1.1 1.1 1.15 3, error of the first 0.1
    assert one_standard_error([0.01, 0.1, 1, 10], losses) == (1.0, 0.01)
    assert one_standard_error([10, 1, 0.1, 0.01], losses[:, ::-1]) == (1.0, 0.1)
    exact = np.array([[1.0, 1.01], [1.0, 1.01]])  # no spread: only the best will do
    assert one_standard_error([0.1, 1.0], exact) == (0.1, 0.1)


# sweeps

CENTERS = [[0, 0], [2, 2], [2, -2]]
X, Y = blobs(150, CENTERS, 1.0, np.random.default_rng(0))
SETTINGS = {"learning_rates": [0.01, 0.3], "strengths": [0.0, 0.001, 3.0], "epochs": 3, "batch_size": 25}
BUILD = partial(mlp, [2, 5, 3])


def swept(**changes):
    return sweep(BUILD, cross_entropy, SGD, X, Y, **{"rng": np.random.default_rng(1), **SETTINGS, **changes})


def equal(a, b):
    return all(np.array_equal(v, w, equal_nan=v.dtype.kind == "f") for v, w in zip(vars(a).values(), vars(b).values()))


def test_a_sweep_has_an_entry_for_each_combination_and_finds_the_obvious():
    folds = k_fold(150, 4, np.random.default_rng(2))
    result = swept(folds=folds, seeds=2)
    for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "stopped"):
        assert getattr(result, name).shape == (2, 3, 4, 2)
    assert (result.stopped == "finished").all()
    mean = result.validation_loss.mean(axis=(2, 3))
    assert mean[1, 0] < mean[0, 0]  # three epochs at rate 0.01 are not enough
    assert mean[1, 2] > mean[1, 0] and result.validation_accuracy[1, 0].mean() > 0.75  # strength 3 allows no weights
    assert (result.train_loss[1, 0].mean() < result.train_loss[1, 2].mean())
    assert len(np.unique(result.train_loss)) == result.train_loss.size  # other seeds, other weights


def test_settings_arrive_at_their_own_copy():
    """Strengths so large, or rates so small, that the end can be told without the library."""
    result = sweep(BUILD, cross_entropy, SGD, X, Y, learning_rates=[1e-12, 0.1], strengths=[0.0, 8.0], epochs=8,
                   batch_size=150, rng=np.random.default_rng(1))
    assert result.train_loss[1, 1, 0, 0] == pytest.approx(np.log(3), abs=0.02)  # weights decayed to nothing
    assert result.train_loss[1, 0, 0, 0] < result.train_loss[0, 0, 0, 0]


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_the_result_does_not_depend_on_the_executor(pool, monkeypatch):
    monkeypatch.setattr(selection, "CHUNK", 64)  # two or three networks a chunk
    here = swept(seeds=2)
    with pool(2) as executor:
        assert equal(here, swept(seeds=2, executor=executor))


def test_the_same_on_a_dask_cluster():
    from dask.distributed import Client, LocalCluster
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            assert equal(swept(), swept(executor=client.get_executor()))


def test_equal_seeds_give_equal_bits_and_others_do_not():
    assert equal(swept(), swept())
    assert not equal(swept(), swept(rng=np.random.default_rng(2)))


def test_chunks_are_of_bounded_size_and_cover_the_grid(monkeypatch):
    sizes = []
    train = selection._train
    monkeypatch.setattr(selection, "_train", lambda *job: sizes.append(len(job[7])) or train(*job))
    monkeypatch.setattr(selection, "CHUNK", 33 * 4)  # 33 parameters a network
    swept(seeds=3)
    assert sum(sizes) == 18 and max(sizes) <= 4


def test_a_chunk_whose_trainings_all_diverge_does_not_stop_the_others(monkeypatch):
    monkeypatch.setattr(selection, "CHUNK", 33)  # one network a chunk
    y = X @ [[1.0], [2.0]]
    result = sweep(partial(mlp, [2, 1]), squared_error, SGD, X, y, learning_rates=[1e-3, 1e9], epochs=60, batch_size=25,
                   rng=np.random.default_rng(1))
    assert result.stopped.ravel().tolist() == ["finished", "diverged"]
    assert np.isfinite(result.train_loss[0]).all() and np.isnan(result.train_loss[1]).all()
    assert np.isnan(result.train_accuracy).all() and np.isnan(result.validation_loss).all()


def test_a_validation_set_another_penalty_and_another_optimiser():
    (scaled, held_out), labels = standardize(X[:100], X[100:]), (Y[:100], Y[100:])
    result = sweep(BUILD, cross_entropy, Adam, scaled, labels[0], learning_rates=[0.01], strengths=[1e-4, 1.0],
                   penalty=L1, validation=(held_out, labels[1]), epochs=20, batch_size=20, rng=np.random.default_rng(0))
    assert result.validation_loss[0, 0, 0, 0] < result.validation_loss[0, 1, 0, 0] == pytest.approx(np.log(3), abs=0.05)


def test_frames_and_series_work_where_arrays_do():
    frame, series = pd.DataFrame(X, columns=["a", "b"], index=np.arange(150)[::-1]), pd.Series(Y, index=range(7, 157))
    folds = k_fold(150, 3, np.random.default_rng(0))
    arguments = {"folds": folds, "rng": np.random.default_rng(1), **SETTINGS}
    assert equal(sweep(BUILD, cross_entropy, SGD, frame, series, **arguments), swept(folds=folds))
    held_out = {"validation": (frame, series), "learning_rates": pd.Series([0.1]), "epochs": 1, "batch_size": 50}
    assert equal(*(sweep(BUILD, cross_entropy, SGD, frame, series, rng=np.random.default_rng(1), **held_out | {
        "validation": validation}) for validation in ((frame, series), (X, Y))))
    score = lambda X, y, X_val, y_val: (X.mean(), y_val.sum())  # noqa: E731
    np.testing.assert_array_equal(cross_validate(score, frame, series, folds), cross_validate(score, X, Y, folds))
    assert one_standard_error(pd.Series([0.1, 1.0]), pd.DataFrame([[1.0, 1.1], [1.2, 1.1]])) == (1.0, 0.1)


# Ctrl-C


class Tired:
    """A loss that is interrupted at one of its calls, in whatever process."""

    def __init__(self, call):
        self.left = call

    def __call__(self, output, target):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return squared_error(output, target)


T = X @ [[1.0], [2.0]]


@pytest.mark.parametrize("pool", [None, ThreadPoolExecutor, ProcessPoolExecutor])
def test_ctrl_c_in_a_sweep_reaches_the_caller_and_nothing_more_is_started(pool, monkeypatch):
    monkeypatch.setattr(selection, "CHUNK", 3)  # one network a chunk
    settings = {"learning_rates": [1e-3] * 6, "epochs": 4, "batch_size": 75, "rng": np.random.default_rng(0)}
    tired = Tired(5)
    executor = pool and pool(1)
    with pytest.raises(KeyboardInterrupt):
        try:
            sweep(partial(mlp, [2, 1]), tired, SGD, X, T, executor=executor, **settings)
        finally:
            if executor:
                executor.shutdown(cancel_futures=True)
    if pool is None:
        assert tired.left == 0


def test_a_sweep_cancels_what_it_has_not_started_when_something_fails():
    class Slow(ThreadPoolExecutor):
        """The first job fails, and the others are still waiting."""

        futures = []

        def submit(self, *_):
            self.futures.append(Future())
            if len(self.futures) == 1:
                self.futures[0].set_exception(KeyboardInterrupt())
            return self.futures[-1]

    with Slow() as executor, pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "CHUNK", 33)
        with pytest.raises(KeyboardInterrupt):
            swept(executor=executor)
    assert len(Slow.futures) == 6 and all(future.cancelled() for future in Slow.futures[1:])


def test_ctrl_c_in_a_fit_ends_the_cross_validation_around_it_and_the_network_keeps_what_it_learned():
    tired, nets = Tired(3 * 8 + 7), []

    def score(X_train, y_train, X_val, y_val):
        nets.append(mlp([2, 1], rng=np.random.default_rng(0)))
        fit(nets[-1], tired, SGD(0.01), X_train, y_train, epochs=7, batch_size=34, rng=np.random.default_rng(1),
            evaluate_every=7)
        return squared_error(nets[-1](X_val), y_val)[0]

    with pytest.raises(KeyboardInterrupt):
        cross_validate(score, X, T, k_fold(150, 3, np.random.default_rng(0)))
    assert len(nets) == 2  # 22 calls a fold: the second is hit
    assert (nets[1].params != mlp([2, 1], rng=np.random.default_rng(0)).params).all()
    history = fit(nets[0], Tired(2), SGD(0.01), X, T, epochs=1, batch_size=50, rng=np.random.default_rng(0))
    assert history.stopped == "interrupted"  # outside of it, `fit` keeps Ctrl-C


# Bad input


def norm(rng, copies):
    return Network([Dense(2, 2), BatchNorm(2)], rng=rng, copies=copies)


ONE = BUILD(rng=np.random.default_rng(0), copies=1)


def pooled(**changes):
    arguments = {"build": BUILD, "loss": cross_entropy, "optimizer": SGD, "penalty": L2} | changes
    with ProcessPoolExecutor(1) as pool:
        return sweep(X=X, y=Y, rng=np.random.default_rng(0), executor=pool, **arguments, **SETTINGS)


RNG = np.random.default_rng(0)


@pytest.mark.parametrize("call, error, words", [
    (lambda: k_fold(10, 1, RNG), ValueError, "k must be from 2 to the number of examples, 10, got 1"),
    (lambda: k_fold(3, 4, RNG), ValueError, "got 4"),
    (lambda: k_fold(2.5, 2, RNG), ValueError, "n must be a whole number"),
    (lambda: k_fold(10, "2", RNG), TypeError, "k must be one real number"),
    (lambda: k_fold(10, np.inf, RNG), ValueError, "k must be a whole number"),
    (lambda: k_fold(10, 2, 0), TypeError, "rng must be a numpy.random.Generator"),
    (lambda: cross_validate(len, X, Y[:-1], []), ValueError, "same number of examples"),
    (lambda: cross_validate(None, X, Y, []), TypeError, "score must be callable"),
    (lambda: cross_validate(len, X, Y, [([0], [150])]), ValueError, "indices from 0 to 149"),
    (lambda: cross_validate(len, X, Y, [([0], [])]), ValueError, "indices from 0 to 149"),
    (lambda: cross_validate(len, X, Y, [3]), ValueError, "folds must be"),
    (lambda: cross_validate(len, X, Y, [([0.0], [1])]), ValueError, "as k_fold(150, k, rng) makes them, got [0.0]"),
    (lambda: cross_validate(len, X, Y, [(["a"], [1])]), ValueError, "folds must hold indices from 0 to 149"),
    (lambda: cross_validate(len, X, Y, [([0], [-1])]), ValueError, "folds must hold indices from 0 to 149"),
    (lambda: cross_validate(len, X, Y, [([True, False], [1])]), ValueError, "folds must hold indices from 0 to 149"),
    (lambda: cross_validate(len, X, Y, []), ValueError, "folds must be a list of at least one pair"),
    (lambda: cross_validate(len, X, Y, 3), ValueError, "folds must be a list of at least one pair"),
    (lambda: one_standard_error([1, 2], [[1, 2]]), ValueError, "k at least 2"),
    (lambda: one_standard_error([1, 2], [[1, 2, 3], [1, 2, 3]]), ValueError, "beside strengths (m,)"),
    (lambda: one_standard_error([1, 2], [[1, np.nan], [1, 2]]), ValueError, "losses must be finite"),
    (lambda: swept(learning_rates=[]), ValueError, "learning_rates must be a list of at least one number"),
    (lambda: swept(learning_rates=0.1), ValueError, "learning_rates must be a list"),
    (lambda: swept(learning_rates=[-0.1]), ValueError, "learning_rate must be positive"),
    (lambda: swept(strengths=[-1.0]), ValueError, "strength must be finite and not negative"),
    (lambda: swept(strengths=["a"]), TypeError, "strengths must hold real numbers"),
    (lambda: k_fold(10**9, 2, RNG), ValueError, "n times k, the indices in all folds, must be at most 100,000,000"),
    (lambda: swept(learning_rates=[0.1] * 10, seeds=33_334), ValueError, "seeds must be a whole number, at most 33333"),
    (lambda: scored("good"), TypeError, "what score returns must hold real numbers, got 'good'"),
    (lambda: scored(None), TypeError, "what score returns must hold real numbers, got None"),
    (lambda: scored(1j), TypeError, "what score returns must hold real numbers, got 1j"),
    (lambda: scored(1.0, [1.0, 2.0]), ValueError, "score must return an array of the same shape on every fold, got ["),
    (lambda: swept(seeds=0), ValueError, "seeds must be a whole number, at least 1"),
    (lambda: swept(rng=None), TypeError, "rng must be a numpy.random.Generator"),
    (lambda: swept(epochs=0), ValueError, "epochs must be"),
    (lambda: swept(folds=k_fold(150, 2, RNG), validation=(X, Y)), ValueError, "validation must be None"),
    (lambda: swept(validation=(X[None].repeat(4, 0), Y)), ValueError, "validation X must have shape (n, d)"),
    (lambda: swept(validation=(X, Y[:-1])), ValueError, "validation X and y must hold the same number"),
    (lambda: swept(validation=X), ValueError, "validation must be a pair (X, y)"),
    (lambda: sweep(BUILD, cross_entropy, SGD, X[None].repeat(4, 0), Y[None].repeat(4, 0), rng=RNG, **SETTINGS),
     ValueError, "X must have shape (n, d), got (4, 150, "),  # not a data set for each of four settings
    (lambda: swept(executor=3), TypeError, "executor must be"),
    (lambda: swept(executor=ProcessPoolExecutor), TypeError, "got the class ProcessPoolExecutor; did you"),
    (lambda: swept(penalty=L2(0.1)), TypeError, "leave out the parentheses, as in penalty=L2"),
    (lambda: swept(penalty=lambda strength: L2), TypeError, "what penalty returns must be an instance"),
    (lambda: swept(penalty=lambda strength: 0.1), TypeError, "penalty must return an instance of Callable"),
    (lambda: swept(penalty=lambda: L2(0.1)), TypeError, "penalty must be a factory, as in penalty=L2, got <function"),
    (lambda: sweep(BUILD, cross_entropy, SGD(0.1), X, Y, rng=RNG, **SETTINGS), TypeError,
     "optimizer must be callable, as optimizer(learning_rate), like Adam, got SGD(learning_rate=0.1)"),
    (lambda: sweep(BUILD, cross_entropy, L1, X, Y, rng=RNG, **SETTINGS), TypeError,
     "optimizer must return an instance of Optimizer, as in optimizer=Adam, got L1"),
    (lambda: sweep(BUILD, cross_entropy, lambda rate: SGD, X, Y, rng=RNG, **SETTINGS), TypeError,
     "what optimizer returns must be an instance, got the class SGD; did you forget the parentheses?"),
    (lambda: sweep(BUILD(rng=RNG), cross_entropy, SGD, X, Y, rng=RNG, **SETTINGS), TypeError,
     "build must be a factory, got <Network of 33 parameters"),
    (lambda: sweep(mlp, cross_entropy, SGD, X, Y, rng=RNG, **SETTINGS), TypeError,
     "build must be a factory, as in build=partial(mlp, [64, 32, 10]), got <function mlp"),
    (lambda: sweep(lambda rng, copies: BUILD(rng=rng), cross_entropy, SGD, X, Y, rng=RNG, **SETTINGS), ValueError,
     "build must return a network with copies=1 when asked for them, got <Network of 33 parameters"),
    (lambda: sweep(lambda rng, copies: ONE, cross_entropy, SGD, X, Y, rng=RNG, **SETTINGS), ValueError,
     "build must make a new network at each call"),
    (lambda: sweep(lambda rng, copies: BUILD(rng=rng, copies=1), cross_entropy, SGD, X, Y, rng=RNG, **SETTINGS),
     ValueError, "build must return a network with copies=6 when asked for them, got <Network of 1 co"),
    (lambda: swept(penalty=L2(0.1), strengths=[0.0]), TypeError, "leave out the parentheses, as in penalty=L2"),
    (lambda: sweep(Network, cross_entropy, SGD, X, Y, rng=RNG, **SETTINGS), TypeError, "build must be a factory"),
    (lambda: sweep(BUILD, type(cross_entropy), SGD, X, Y, rng=RNG, **SETTINGS), TypeError, "loss must be an instance"),
    (lambda: sweep(norm, squared_error, SGD, X, X, rng=RNG, **SETTINGS | {"batch_size": 149}), ValueError,
     "batch_size must not leave BatchNorm a batch of one example, whose variance is 0, got 149"),
    (lambda: pooled(build=lambda **given: BUILD(**given)), TypeError, "build must be picklable"),
    (lambda: pooled(loss=lambda o, t: cross_entropy(o, t)), TypeError, "loss must be picklable"),
    (lambda: pooled(optimizer=lambda rate: SGD(rate)), TypeError, "optimizer must be picklable"),
    (lambda: pooled(penalty=lambda strength: L2(strength)), TypeError, "penalty must be picklable for"),
    (lambda: swept(rng=np.random.RandomState(0)), TypeError, "rng must be a numpy.random.Generator, got RandomState"),
    (lambda: cross_validate(len, X.astype(np.float16), Y, [3]), TypeError, "X must be float32 or float64"),
    (lambda: cross_validate(len, X, X.astype(np.float16), [3]), TypeError, "y must be float32 or float64"),
    (lambda: swept(validation=(X, Y + 1)), ValueError, "validation y must hold labels from 0 to 2, got 3"),
    (lambda: sweep(3, cross_entropy, SGD, X, Y, rng=RNG, **SETTINGS), TypeError, "build must be callable"),
])
def test_bad_input_is_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_a_part_of_a_fold_may_be_given_as_booleans():
    train = np.arange(150) % 3 > 0
    seen = cross_validate(lambda X, y, X_val, y_val: (X.sum(), y_val.sum()), X, Y, [(train, ~train)])
    np.testing.assert_array_equal(seen, [(X[train].sum(), Y[~train].sum())])


def test_folds_of_one_example_each_leave_one_out():
    X = np.arange(5.0)[:, None]
    scores = cross_validate(lambda X, y, X_val, y_val: y_val.item(), X, X[:, 0], k_fold(5, 5, np.random.default_rng(0)))
    assert sorted(scores) == [0, 1, 2, 3, 4]
