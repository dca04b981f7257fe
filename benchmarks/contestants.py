"""The same training in each library: `contestant(task)` gets everything ready and returns the function that is timed.

All: float32, ReLU, cross-entropy plus L2 on the weights, Adam, batches shuffled anew in every epoch, equal learning
rate and strength. ours and scikit-learn also sum up the loss, and ours looks for NaN; PyTorch and JAX are spared both.
"""

import warnings
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from nnlib.losses import cross_entropy
from nnlib.network import mlp
from nnlib.optimizers import Adam
from nnlib.penalties import L2
from nnlib.training import fit

try:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier
except ImportError:
    MLPClassifier = None
try:
    import torch
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
except ImportError:
    torch = None
try:
    import jax
    import jax.numpy as jnp
except ImportError:
    jax = None

RATE, STRENGTH, BETA1, BETA2, EPSILON = 1e-3, 1e-4, 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Task:
    """Train a network of these sizes, or so many copies of it, on X (n, d) and y (n,); n is a multiple of the batch."""

    sizes: tuple
    batch: int
    epochs: int
    X: np.ndarray
    y: np.ndarray
    copies: int | None = None

    def orders(self):
        """The examples in a new order for each epoch, cut into batches."""
        rng = np.random.default_rng(1)
        return (rng.permutation(len(self.X)).reshape(-1, self.batch) for _ in range(self.epochs))


def ours(task):
    """nnlib.training.fit. Its checks of the data and its one evaluation at the end are in the time: about 1 % of it."""
    network = mlp(task.sizes, rng=np.random.default_rng(0), dtype=np.float32, copies=task.copies)
    return lambda: fit(network, cross_entropy, Adam(RATE), task.X, task.y, epochs=task.epochs, batch_size=task.batch,
                       rng=np.random.default_rng(1), penalty=L2(STRENGTH), evaluate_every=task.epochs)


def ours_one(task):
    """One network instead of K; the time is multiplied by K afterwards."""
    return ours(replace(task, copies=None))


def scikit_learn(task):
    """MLPClassifier, which divides alpha by the batch's size. For two classes it has one output instead of two."""
    model = MLPClassifier(task.sizes[1:-1], alpha=STRENGTH * task.batch, batch_size=task.batch, learning_rate_init=RATE,
                          max_iter=task.epochs, tol=0, n_iter_no_change=task.epochs, random_state=0)

    def train():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is meant to stop after these epochs
            model.fit(task.X, task.y)
        assert model.n_iter_ == task.epochs

    return train


def pytorch(task, fused=False):
    """Eager mode. Its weight decay acts on the biases too: one group of parameters is faster than two."""
    layers = [part for i, o in zip(task.sizes, task.sizes[1:]) for part in (torch.nn.Linear(i, o), torch.nn.ReLU())]
    network, loss = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=STRENGTH, fused=fused)
    X, y = torch.from_numpy(task.X), torch.from_numpy(task.y)

    def train():
        for order in task.orders():
            for rows in torch.from_numpy(order):
                optimizer.zero_grad()
                loss(network(X.index_select(0, rows)), y.index_select(0, rows)).backward()
                optimizer.step()

    return train


def pytorch_fused(task):
    return pytorch(task, fused=True)


def jax_jit(task):
    """One compiled step a call, as one writes it first; the state's memory is given back to the step (donated)."""
    state, X, y, step = _jax_state(task), jnp.asarray(task.X), jnp.asarray(task.y), _jax_compiled("step")

    def train(state=state):
        for order in task.orders():
            for rows in order:
                state = step(state, X, y, rows)
        jax.block_until_ready(state)

    return train


def jax_vmap(task):
    """K networks by vmap, and a whole epoch compiled into one call by lax.scan."""
    state, X, y, epoch = _jax_state(task), jnp.asarray(task.X), jnp.asarray(task.y), _jax_compiled("epoch")

    def train(state=state):
        for order in task.orders():
            state = epoch(state, X, y, order)
        jax.block_until_ready(state)

    return train


def matrix_products(task, matmul=np.matmul, prepare=np.asarray):
    """Not a training: the np.matmul calls alone that the steps of this network cannot do without."""
    rng = np.random.default_rng(0)

    def matrices(shapes):
        return [prepare(rng.normal(size=shape).astype(np.float32)) for shape in shapes]

    outputs, weights = [(task.batch, units) for units in task.sizes], list(zip(task.sizes, task.sizes[1:]))
    Y, dY, W, dW = matrices(outputs), matrices(outputs), matrices(weights), matrices(weights)  # Y[0] is X

    def train():
        for _ in range(task.epochs * len(task.X) // task.batch):
            for i in range(len(W)):
                matmul(Y[i], W[i], out=Y[i + 1])
            for i in reversed(range(len(W))):
                matmul(Y[i].T, dY[i + 1], out=dW[i])
                if i > 0:  # nobody needs the gradient by the data
                    matmul(dY[i + 1], W[i].T, out=dY[i])

    return train


def pytorch_products(task):
    """The same with PyTorch's matrix product: what part of the difference is the BLAS's."""
    return matrix_products(task, torch.mm, torch.from_numpy)


def _jax_state(task):
    """Parameters by He's rule, Adam's two averages, the number of the step; with a leading axis K for K networks."""
    rng, lead = np.random.default_rng(0), (task.copies or 1,)
    params = [(np.float32(rng.normal(size=(*lead, i, o)) * np.sqrt(2 / i)), np.zeros((*lead, o), np.float32))
              for i, o in zip(task.sizes, task.sizes[1:])]
    if task.copies is None:
        params = [(W[0], b[0]) for W, b in params]
    params = jax.tree.map(jnp.asarray, params)
    zeros = jax.tree.map(jnp.zeros_like, (params, params))
    return params, *zeros, jnp.zeros(lead if task.copies else (), jnp.int32)


@cache
def _jax_compiled(what):
    def objective(params, X, y):
        for W, b in params[:-1]:
            X = jax.nn.relu(X @ W + b)
        W, b = params[-1]
        log_p = jax.nn.log_softmax(X @ W + b)
        loss = -(jax.nn.one_hot(y, log_p.shape[-1]) * log_p).sum(-1).mean()
        return loss + STRENGTH / 2 * sum((W * W).sum() for W, _ in params)

    def step(state, X, y, rows):
        theta, m, v, t = state
        g = jax.grad(objective)(theta, X[rows], y[rows])
        t = t + 1
        m = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, g)
        v = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, v, g)
        c1, c2 = 1 - BETA1**t, 1 - BETA2**t
        theta = jax.tree.map(lambda p, m, v: p - RATE * (m / c1) / (jnp.sqrt(v / c2) + EPSILON), theta, m, v)
        return theta, m, v, t

    def epoch(state, X, y, order):
        steps = jax.vmap(step, in_axes=(0, None, None, None))
        return jax.lax.scan(lambda state, rows: (steps(state, X, y, rows), None), state, order)[0]

    return jax.jit({"step": step, "epoch": epoch}[what], donate_argnums=0)
