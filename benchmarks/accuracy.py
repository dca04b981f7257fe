"""Errors in units of the last place of float64: |computed - exact| / ulp(exact), the largest one over many inputs.

Exact is the textbook formula in mpmath with 400 digits, rounded once at the end. Two sets of inputs: the usual range
(numbers up to 30, logits from N(0, 3^2)), and everything: also random bit patterns (any finite float is as likely as
any other), subnormals, +-1e308 and the tails, and for rows logits from N(0, 40^2).
"""

import math
import warnings

import numpy as np

from nnlib import activations
from nnlib.losses import cross_entropy

try:
    import mpmath
    from mpmath import mp, mpf
except ImportError:
    mpmath = None
try:
    import scipy.special as sc
except ImportError:
    sc = None
try:
    import torch
    import torch.nn.functional as F
except ImportError:
    torch = None
try:
    import jax
    import jax.numpy as jnp
except ImportError:
    jax = None

DIGITS = 400  # 1 + exp(-700) needs 305 of them
LIBRARIES = {"nnlib": True, "SciPy": sc is not None, "JAX": jax is not None, "PyTorch": torch is not None}


def contenders():
    """{function: {library: array -> array}}; SciPy has no derivatives. GELU is everywhere the form with tanh."""
    elementwise = ("sigmoid", "log_sigmoid", "softplus", "silu", "gelu")
    table = {name: {"nnlib": getattr(activations, name)} for name in elementwise}
    table["sigmoid'"] = {"nnlib": activations.sigmoid.derivative}
    table["tanh'"] = {"nnlib": activations.tanh.derivative}
    table["logsumexp"] = {"nnlib": activations.logsumexp}
    table["log_softmax"] = {"nnlib": activations.log_softmax}
    table["gradient of cross-entropy"] = {"nnlib": lambda z: cross_entropy(z, z.argmax(-1))[1]}
    if sc:
        for name, f in (("sigmoid", sc.expit), ("log_sigmoid", sc.log_expit), ("softplus", sc.softplus),
                        ("logsumexp", lambda z: sc.logsumexp(z, axis=-1)),
                        ("log_softmax", lambda z: sc.log_softmax(z, axis=-1))):
            table[name]["SciPy"] = f
    if jax:
        slope = lambda f: lambda z: jax.vmap(jax.grad(f))(jnp.asarray(z))  # noqa: E731
        for name, f in (("sigmoid", jax.nn.sigmoid), ("log_sigmoid", jax.nn.log_sigmoid), ("softplus", jax.nn.softplus),
                        ("silu", jax.nn.silu), ("gelu", jax.nn.gelu), ("sigmoid'", slope(jax.nn.sigmoid)),
                        ("tanh'", slope(jnp.tanh)), ("logsumexp", lambda z: jax.nn.logsumexp(z, axis=-1)),
                        ("log_softmax", jax.nn.log_softmax), ("gradient of cross-entropy", jax.grad(_jax_loss))):
            table[name]["JAX"] = _in_float64(f)
    if torch:
        for name, f in (("sigmoid", torch.sigmoid), ("log_sigmoid", F.logsigmoid), ("softplus", F.softplus),
                        ("silu", F.silu), ("gelu", lambda z: F.gelu(z, approximate="tanh")),
                        ("logsumexp", lambda z: torch.logsumexp(z, -1)),
                        ("log_softmax", lambda z: F.log_softmax(z, -1))):
            table[name]["PyTorch"] = lambda z, f=f: f(torch.from_numpy(z)).numpy()
        for name, f in (("sigmoid'", lambda z: torch.sigmoid(z).sum()), ("tanh'", lambda z: torch.tanh(z).sum()),
                        ("gradient of cross-entropy", lambda z: F.cross_entropy(z, z.argmax(-1)))):
            table[name]["PyTorch"] = lambda z, f=f: _torch_gradient(f, z)
    return table


def exact():
    """{function: textbook formula for one number, or for a row of logits}, in mpmath."""
    def sigma(x):
        return 1 / (1 + mp.exp(-x))

    def softmax(z):
        e = [mp.exp(x) for x in z]
        total = mp.fsum(e)
        return [a / total for a in e]

    def logsumexp(z):
        return mp.log(mp.fsum(mp.exp(x) for x in z))

    def log_softmax(z):
        total = logsumexp(z)
        return [x - total for x in z]

    def gradient(z):  # by the logits; the true class is the likeliest one: the network is right
        return [p - (k == z.index(max(z))) for k, p in enumerate(softmax(z))]

    return {
        "sigmoid": sigma, "sigmoid'": lambda x: sigma(x) * sigma(-x), "log_sigmoid": lambda x: mp.log(sigma(x)),
        "softplus": lambda x: mp.log(1 + mp.exp(x)), "silu": lambda x: x * sigma(x),
        "tanh'": lambda x: 1 - mp.tanh(x)**2,
        "gelu": lambda x: x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mpf(0.044715) * x**3))),
        "logsumexp": logsumexp, "log_softmax": log_softmax, "gradient of cross-entropy": gradient,
    }


def inputs():
    """Numbers for the activations, rows of ten logits for the rest; how many of them, at the start, are usual ones."""
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2**64, 1000, dtype=np.uint64).view(np.float64)
    bits = bits[np.isfinite(bits)]
    tiny = rng.integers(1, 2**52, 50, dtype=np.uint64).view(np.float64)
    edges = np.array([0, 5e-324, 1e-308, 1e-16, 1e308])
    numbers = [rng.uniform(-30, 30, 200), rng.normal(size=200),  # the usual ones
               bits[:500], tiny, -tiny, edges, -edges, rng.uniform(-760, 760, 250)]
    rows = [rng.normal(size=(64, 10)) * 3,
            rng.normal(size=(32, 10)) * 40, bits[500:820].reshape(32, 10)]
    return {"number": (np.concatenate(numbers), 400), "row": (np.concatenate(rows), 64)}


def errors():
    """{function: {library: (error over the usual range, error over all)}}, None where a library lacks the function."""
    with mp.workdps(DIGITS), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        formulas, data, table = exact(), inputs(), {}
        for name, libraries in contenders().items():
            by_row = name in ("logsumexp", "log_softmax", "gradient of cross-entropy")
            values, usual = data["row" if by_row else "number"]
            truth = [formulas[name]([mpf(x) for x in row] if by_row else mpf(row)) for row in values.tolist()]
            scale = np.abs(values).max(-1) if name == "logsumexp" else 0  # it loses digits where its result is smaller
            n = len(values) if name == "gradient of cross-entropy" else 1  # a mean over n examples, a power of two
            table[name] = dict.fromkeys(library for library, there in LIBRARIES.items() if there)
            for library, f in libraries.items():
                found = _errors(n * np.asarray(f(values)), truth, scale)
                table[name][library] = float(found[:usual].max()), float(found.max())
    return table


def _errors(computed, truth, scale):
    """The error of each number, or the largest one of each row; the unit is at least that of `scale`."""
    rounded = np.array([[float(x) for x in row] if isinstance(row, list) else float(row) for row in truth])
    units = np.maximum(np.abs(rounded), scale).ravel().tolist()
    flat = [x for row in truth for x in (row if isinstance(row, list) else [row])]
    errors = [_error(*pair) for pair in zip(computed.ravel().tolist(), flat, units)]
    return np.reshape(errors, rounded.shape).max(axis=tuple(range(1, rounded.ndim)))


def _error(computed, exact, unit):
    if math.isfinite(computed) and math.isfinite(unit):
        return float(abs(mpf(computed) - exact) / math.ulp(unit))
    return 0.0 if computed == float(exact) else math.inf


def _in_float64(f):
    def computed(z):
        with jax.enable_x64(True):
            return np.asarray(f(jnp.asarray(z)))
    return computed


def _jax_loss(z):
    return -jnp.take_along_axis(jax.nn.log_softmax(z), z.argmax(-1)[:, None], -1).mean()


def _torch_gradient(f, z):
    z = torch.tensor(z, requires_grad=True)
    return torch.autograd.grad(f(z), z)[0].numpy()
