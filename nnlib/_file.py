"""A network in one .npz file: its layers as JSON, beside its arrays. Nothing is executed or unpickled on loading."""

import json
import os
from contextlib import contextmanager
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import numpy as np

from nnlib import activations, layers
from nnlib._check import shown

FORMAT, VERSION = "nnlib network", 1
LAYERS = {kind.__name__: kind for kind in (layers.Dense, layers.Activate, layers.Dropout, layers.BatchNorm)}
ACTIVATIONS = {name: kind for name, kind in vars(activations).items()
               if isinstance(kind, type) and issubclass(kind, activations.Activation)}


def described(i, layer):
    """Kind and arguments of layer i, as JSON-compatible objects."""
    arguments = {name: getattr(layer, name) for name in layer.arguments}
    _known(f"layers[{i}]", layer, LAYERS)
    if "activation" in arguments:
        phi = arguments["activation"]
        _known(f"the activation of layers[{i}]", phi, ACTIVATIONS)
        arguments["activation"] = {"kind": type(phi).__name__, "arguments": asdict(phi)}
    return {"kind": type(layer).__name__, "arguments": arguments}


def _known(name, value, kinds):
    if kinds.get(type(value).__name__) is not type(value):
        raise TypeError(f"{name} must be from nnlib to be saved, got {shown(value)}; pickle the network, or save "
                        f"network.snapshot() with np.savez and build the network anew")


def built(description):
    """A new layer from the output of `described`; its initializer does not matter."""
    arguments = dict(description["arguments"])
    if "activation" in arguments:
        phi = arguments["activation"]
        arguments["activation"] = ACTIVATIONS[phi["kind"]](**phi["arguments"])
    return LAYERS[description["kind"]](**arguments)


def write(path, about, **arrays):
    """Write a file, which appears, or replaces an older one, only once it is complete."""
    path = _as_path(path)
    about = json.dumps({"format": FORMAT, "version": VERSION, **about}, default=lambda number: number.item())
    content = BytesIO()
    np.savez(content, about=np.array(about), **arrays)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_bytes(content.getvalue())
    unfinished.replace(path)


@contextmanager
def reading(path):
    """Yield (about, arrays) as given to `write`; any exception in the block is blamed on the file."""
    path = _as_path(path)
    content = path.read_bytes()
    try:
        with np.load(BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays.pop("about").item())
        if about["format"] != FORMAT:
            raise ValueError("unknown format")
        if about["version"] <= VERSION:
            yield about, arrays
    except Exception as error:  # any part of a damaged file may be nonsense
        raise ValueError(f"{path} is damaged, or not from network.save; save the network again") from error
    if about["version"] > VERSION:
        raise ValueError(f"{path} has format version {about['version']}, but this nnlib reads up to version {VERSION}; "
                         f"update nnlib")


def _as_path(path):
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"path must be a file name, got {shown(path)}")
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"path must be a file name, got the folder {str(path)!r}")
    return path
