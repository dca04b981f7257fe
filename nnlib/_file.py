"""A network in one .npz file: its layers as JSON, beside its arrays. Nothing in it is executed or unpickled."""

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
    """Kind and arguments of the network's layer number i, as JSON can say them."""
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
    """A new layer from what `described` said; its initializer does not matter."""
    arguments = dict(description["arguments"])
    if "activation" in arguments:
        phi = arguments["activation"]
        arguments["activation"] = ACTIVATIONS[phi["kind"]](**phi["arguments"])
    return LAYERS[description["kind"]](**arguments)


def write(path, about, **arrays):
    """The file appears, or replaces an older one, when it is complete."""
    path = _as_path(path)
    about = json.dumps({"format": FORMAT, "version": VERSION, **about}, default=lambda number: number.item())
    content = BytesIO()
    np.savez(content, about=np.array(about), **arrays)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_bytes(content.getvalue())
    unfinished.replace(path)


@contextmanager
def reading(path):
    """What `write` was given, (about, arrays); whatever goes wrong in the block is laid to the file."""
    path = _as_path(path)
    content = path.read_bytes()
    try:
        with np.load(BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays.pop("about").item())
        if about["format"] != FORMAT:
            raise ValueError("another format")
        if about["version"] <= VERSION:
            yield about, arrays
    except Exception as error:  # of a damaged file any part may be nonsense
        raise ValueError(f"{path} is damaged, or not from network.save; save the network again") from error
    if about["version"] > VERSION:
        raise ValueError(f"{path} is a network of version {about['version']}, and this nnlib reads version {VERSION}; "
                         f"update nnlib")


def _as_path(path):
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"path must be the name of a file, got {shown(path)}")
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"path must be the name of a file, got the folder {str(path)!r}")
    return path
