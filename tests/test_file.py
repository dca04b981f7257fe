"""Networks in files: they come back to the bit; what is damaged, newer or something else is named."""

import copy
import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from nnlib import activations
from nnlib.activations import Activation, LeakyReLU, tanh
from nnlib.layers import Activate, BatchNorm, Dense, Dropout, Layer
from nnlib.network import Network, load, mlp


def rng(seed=0):
    return np.random.default_rng(seed)


def deep(copies=None, dtype=np.float64):
    """Every kind of layer."""
    layers = [Dense(3, 4), BatchNorm(4), Activate(tanh), Dropout(0.5), Dense(4, 2)]
    return Network(layers, rng=rng(), dtype=dtype, copies=copies)


def examples():
    return rng(9).normal(size=(5, 3))


def saved(net, path):
    net.save(path)
    return load(path)


@pytest.mark.parametrize("copies", [None, 3], ids=["one", "copies"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_comes_back_from_its_file_to_the_bit_with_the_masks_it_would_have_drawn(copies, dtype, tmp_path):
    net = deep(copies, dtype)
    net.params[...] += rng(1).normal(size=net.params.shape)
    net.forward(examples(), train=True)  # statistics and generators move
    for path in (tmp_path / "a.npz", str(tmp_path / "no suffix"), tmp_path / "ünïcode.b"):
        twin = saved(net, path)
        assert twin.copies == net.copies and repr(twin) == repr(net) and twin.params.dtype == dtype
        np.testing.assert_array_equal(twin.params, net.params)
        np.testing.assert_array_equal(twin.statistics, net.statistics)
        np.testing.assert_array_equal(twin(examples()), net(examples()))
        masked = copy.deepcopy(net).forward(examples(), train=True)[0]
        np.testing.assert_array_equal(twin.forward(examples(), train=True)[0], masked)
        assert twin.params.flags.writeable and np.shares_memory(twin.layers[0].W, twin.params)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.npz", "no suffix", "ünïcode.b"]


def test_every_activation_and_setting_comes_back(tmp_path):
    phis = [phi for phi in vars(activations).values() if isinstance(phi, Activation)]
    phis += [LeakyReLU(0.3), LeakyReLU(np.float32(0.1)), activations.ELU()]
    assert len(phis) >= 12
    dense = Dense(3, 1, lambda rng, shape: np.ones(shape))  # an initializer that no file could hold
    layers = [*map(Activate, phis), BatchNorm(3, 0.75, 1e-3), Dropout(0.1 + 0.2), dense]
    net = saved(Network(layers, rng=rng()), tmp_path / "net")
    assert [layer.activation for layer in net.layers[:len(phis)]] == phis
    norm, dropout, _ = net.layers[len(phis):]
    assert (norm.momentum, norm.epsilon, dropout.p) == (0.75, 1e-3, 0.1 + 0.2)


def test_infinite_and_nan_parameters_come_back_too(tmp_path):
    net = mlp([1, 1], rng=rng())
    net.params[...] = [np.nan, -np.inf]
    np.testing.assert_array_equal(saved(net, tmp_path / "net").params, [np.nan, -np.inf])


def file_of(net):
    stream = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pathlib.Path.write_bytes", lambda self, content: stream.write(content))
        patch.setattr("pathlib.Path.replace", lambda self, path: None)
        net.save("x")
    return stream.getvalue()


def test_a_damaged_file_is_named_wherever_it_is_damaged(tmp_path):
    net, path = deep(), tmp_path / "net.npz"
    whole = file_of(net)
    broken = [whole[:n] for n in range(0, len(whole), 97)] + [b"", b"nothing", np.random.default_rng(0).bytes(500)]
    for place in range(0, len(whole), 31):
        broken.append(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1:])
    refused = 0
    for content in broken:
        path.write_bytes(content)
        try:
            twin = load(path)
        except ValueError as error:
            assert str(error).startswith(f"{path} is damaged, or not from network.save; save the network again")
            refused += 1
        else:  # a date, or another byte of a zip file that says nothing
            np.testing.assert_array_equal(twin.params, net.params)
            np.testing.assert_array_equal(twin.forward(examples(), True)[0],
                                          load_bytes(whole, path).forward(examples(), True)[0])
    assert refused > 0.8 * len(broken)


def load_bytes(content, path):
    path.write_bytes(content)
    return load(path)


def changed(net, path, **changes):
    """The file with parts of its description, or its arrays, replaced."""
    with np.load(io.BytesIO(file_of(net))) as file:
        parts = dict(file)
    about = json.loads(parts["about"].item())
    parts["about"] = np.array(json.dumps(about | {k: v for k, v in changes.items() if k in about}))
    np.savez(path, **parts | {k: v for k, v in changes.items() if k in parts})
    return load(path)


@pytest.mark.parametrize("changes, words", [
    ({"version": 2}, "has format version 2, but this nnlib reads up to version 1; update nnlib"),
    ({"version": "new"}, "is damaged, or not from network.save"),
    ({"format": "another"}, "is damaged"),
    ({"copies": 2}, "is damaged"),
    ({"copies": "two"}, "is damaged"),
    ({"layers": []}, "is damaged"),
    ({"layers": [{"kind": "Layer", "arguments": {}}]}, "is damaged"),
    ({"layers": [{"kind": "Dense", "arguments": {"fan_in": 10**6, "fan_out": 10**6}}]}, "is damaged"),
    ({"generators": []}, "is damaged"),
    ({"generators": [{"bit_generator": "os.system"}] * 2}, "is damaged"),
    ({"params": np.ones(3)}, "is damaged"),
    ({"params": np.ones(8, int)}, "is damaged"),
    ({"params": np.array([None] * 8)}, "is damaged"),  # would need pickle
    ({"about": np.array(["[]"])}, "is damaged"),
    ({"about": np.array("[]")}, "is damaged"),
])
def test_a_file_that_says_something_else_is_refused(changes, words, tmp_path):
    net, path = mlp([1, 2, 1], rng=rng()), tmp_path / "net.npz"
    assert changed(net, path, version=1).params.size == 7
    with pytest.raises(ValueError, match=rf"net\.npz {words}"  if words[:3] == "is " else words):
        changed(net, path, **changes)


def test_other_kinds_of_file_and_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load(tmp_path / "nowhere.npz")
    np.save(tmp_path / "array.npy", np.ones(3))
    np.savez(tmp_path / "arrays.npz", params=np.ones(3))
    (tmp_path / "pickle").write_bytes(pickle.dumps(deep()))
    with zipfile.ZipFile(tmp_path / "zip", "w") as file:
        file.writestr("about.npy", "no")
    for name in ("array.npy", "arrays.npz", "pickle", "zip"):
        with pytest.raises(ValueError, match=f"{name} is damaged, or not from network.save"):
            load(tmp_path / name)
    for folder in ("", ".", str(tmp_path), tmp_path):
        for call in (load, deep().save):
            with pytest.raises(ValueError, match="path must be a file name, got the folder"):
                call(folder)
    for nonsense in (3, None, b"name", [], deep()):
        for call in (load, deep().save):
            with pytest.raises(TypeError, match="path must be a file name, got"):
                call(nonsense)


def test_what_no_file_can_hold_is_refused_and_an_older_file_kept(tmp_path):
    class Odd(Activation):
        def compute(self, z):
            return z

    class Shift(Layer):
        def forward(self, X, train):
            return X + 1, lambda dY: dY

    class MyDense(Dense):
        pass

    path = tmp_path / "net"
    mlp([1, 1], rng=rng()).save(path)
    for layer, name in ((Shift(), "layers"), (MyDense(1, 1), "layers"), (Activate(Odd()), "the activation of layers")):
        with pytest.raises(TypeError, match=rf"^{name}\[0\] must be from nnlib to be saved"):
            Network([layer], rng=rng()).save(path)
    assert load(path).params.size == 2
    with pytest.raises(OSError):
        mlp([1, 1], rng=rng()).save(tmp_path / "no folder" / "net")
