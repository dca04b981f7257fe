"""The modules of the pack `rest`, which the page fetches when the first of them is imported."""

import gzip
import json
import os
import struct
from importlib.machinery import PathFinder

HERE = os.path.dirname(__file__)


class Rest:
    """The last finder: it asks the page for the pack, and writes its files to where Python looks."""

    def __init__(self, send):
        self.send = send
        with open(f"{HERE}/rest.txt") as file:
            self.names = set(file.read().split())

    def find_spec(self, name, path=None, target=None):
        if name not in self.names:
            return None
        data = self.send("need", pack="rest")
        if not data:
            raise ImportError(f"{name} is in a part of Python that could not be fetched; connect, run the cell again")
        unpack(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)  # some hosts have unzipped it on the way
        self.names = set()
        PathFinder.invalidate_caches()
        return PathFinder.find_spec(name, path)


def unpack(pack):
    """The length of the index in four bytes, the index (path and size, in JSON), the files."""
    length, = struct.unpack_from("<I", pack)
    at = 4 + length
    for path, size in json.loads(pack[4:at]).items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(pack[at:at + size])
        at += size
