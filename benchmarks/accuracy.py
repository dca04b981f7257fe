"""Errors in units of the last place of float64: |computed - exact| / ulp(exact), the largest one over many inputs.

Exact is the textbook formula in mpmath with 400 digits, rounded once at the end. Two sets of inputs: the usual range (numbers up to
30, logits from N(0, 3)), and everything: also random bit patterns (any finite float is as likely as any other),
subnormals, +-1e308 and the tails, and for rows logits from N(0, 40).
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
    table = {name: {"nnlib": getattr(activations, name)} for name in ("sigmoid", "log_sigmoid", "softplus", "silu", "gelu")}
    table["sigmoid'"] = {"nnlib": activations.sigmoid.derivative}
    table["tanh'"] = {"nnlib": activations.tanh.derivative}
    table["logsumexp"] = {"nnlib": activations.logsumexp}
    table["log_softmax"] = {"nnlib": activations.log_softmax}
    table["gradient of cross-entropy"] = {"nnlib": lambda z: cross_entropy(z, z.argmax(-1))[1]}
    if sc:
        for name, f in (("sigmoid", sc.expit), ("log_sigmoid", sc.log_expit), ("softplus", getattr(sc, "softplus", None)),
                        ("logsumexp", lambda z: sc.logsumexp(z, axis=-1)),
                        ("log_softmax", lambda z: sc.log_softmax(z, axis=-1))):
            if f:
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
                        ("logsumexp", lambda z: torch.logsumexp(z, -1)), ("log_softmax", lambda z: F.log_softmax(z, -1))):
            table[name]["PyTorch"] = lambda z, f=f: f(torch.from_numpy(z)).numpy()
        for name, f in (("sigmoid'", lambda z: torch.sigmoid(z).sum()), ("tanh'", lambda z: torch.tanh(z).sum()),
                        ("gradient of cross-entropy", lambda z: F.cross_entropy(z, z.argmax(-1)))):
            table[name]["PyTorch"] = lambda z, f=f: _torch_gradient(f, z)
    return table


def exact():
    """{function: (textbook formula for one number, or for a row of logits)}, in mpmath."""
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
        "softplus": lambda x: mp.log(1 + mp.exp(x)), "tanh'": lambda x: 1 - mp.tanh(x)**2, "silu": lambda x: x * sigma(x),
        "gelu": lambda x: x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mpf(0.044715) * x**3))),
        "logsumexp": logsumexp, "log_softmax": log_softmax, "gradient of cross-entropy": gradient,
    }


def inputs():
    """{function's kind: {range: array}}: numbers for the activations, rows of ten logits for the rest."""
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2**64, 2000, dtype=np.uint64).view(np.float64)
    bits = bits[np.isfinite(bits)]
    subnormal = rng.integers(1, 2**52, 100, dtype=np.uint64).view(np.float64)
    edges = np.array([0, 5e-324, 1e-308, 1e-16, 1e308])
    usual = np.concatenate([rng.uniform(-30, 30, 500), rng.normal(size=500)])
    everything = np.concatenate([usual, bits[:1000], subnormal, -subnormal, edges, -edges,
                                 rng.uniform(-760, 760, 500)])
    rows = rng.normal(size=(128, 10)) * 3
    wide = np.concatenate([rows, rng.normal(size=(64, 10)) * 40, bits[1000:1640].reshape(64, 10)])
    return {"number": {"usual": usual, "all": everything}, "row": {"usual": rows, "all": wide}}


def errors():
    """{function: {library: (error over the usual range, error over all)}}, None where a library lacks the function."""
    with mp.workdps(DIGITS), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        formulas, data, table = exact(), inputs(), {}
        for name, libraries in contenders().items():
            kind = "row" if name in ("logsumexp", "log_softmax", "gradient of cross-entropy") else "number"
            table[name] = {library: () if library in libraries else None for library, there in LIBRARIES.items() if there}
            for values in data[kind].values():
                truth = [formulas[name]([mpf(x) for x in row] if kind == "row" else mpf(row)) for row in values.tolist()]
                scale = np.abs(values).max(-1) if name == "logsumexp" else 0
                n = len(values) if name == "gradient of cross-entropy" else 1  # a mean over n examples, a power of two
                for library, f in libraries.items():
                    table[name][library] += (_largest(n * np.asarray(f(values)), truth, scale),)
    return table


def _largest(computed, truth, scale):
    """The largest error; for logsumexp in units of the largest logit where the result is smaller: it loses digits there."""
    flat = [x for row in truth for x in (row if isinstance(row, list) else [row])]
    unit = np.maximum(np.abs([float(x) for x in flat]), scale)
    return max(_error(c, t, u) for c, t, u in zip(computed.ravel().tolist(), flat, unit.tolist()))


def _error(computed, truth, unit):
    if computed == float(truth):  # infinities too
        return 0.0 if math.isinf(computed) else float(abs(mpf(computed) - truth) / math.ulp(unit))
    return math.inf if not math.isfinite(computed) else float(abs(mpf(computed) - truth) / math.ulp(unit))


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
