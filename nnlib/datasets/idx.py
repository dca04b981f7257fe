"""The format of MNIST's files, and what can be wrong with one. Not public; `datasets.read_idx` is."""

import hashlib
import math
import zlib

import numpy as np

from nnlib._check import shown

GZIP = b"\x1f\x8b"  # how each member of a gzip file begins
IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}


def contents(path, remedy):
    """The bytes of a file; the error for an unreadable one ends with the remedy."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{path} is missing; {remedy}") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error}; {remedy}") from error


def parsed(name, stored, sha256=None):
    """The array in the bytes of the file `name`; sha256 is the checksum that they must have when decompressed."""
    raw, wrong = _decompressed(stored) if stored[:2] == GZIP else (bytearray(stored), "")
    found = hashlib.sha256(raw).hexdigest() if sha256 else None
    header = 4 + 4 * raw[3] if len(raw) > 3 else 4
    if wrong:
        pass
    elif len(raw) < header or raw[:2] != b"\0\0" or raw[3] > 32:
        wrong = f"it should begin with 0, 0, type, number of dimensions and sizes, not {shown(bytes(raw[:8]))}"
    elif raw[2] not in IDX_TYPES:
        wrong = f"its type must be one of {', '.join(map(hex, IDX_TYPES))}, not {raw[2]:#x}"
    else:
        numbers, shape = np.dtype(IDX_TYPES[raw[2]]), np.frombuffer(raw[4:header], ">u4").tolist()
        if len(raw) - header != numbers.itemsize * math.prod(shape):
            wrong = f"its sizes {shown(shape)} do not fit {len(raw) - header} bytes of type {numbers}"
        elif found == sha256:
            big_endian = np.frombuffer(raw, numbers.newbyteorder(">"), offset=header)
            return big_endian.astype(numbers, copy=False).reshape(shape)
    sums = f"; SHA-256 when decompressed: expected {sha256}, found {found}" if sha256 else ""
    raise ValueError(f"{name} is damaged: {wrong or 'its content has changed'}{sums}; replace it with a fresh copy")


def _decompressed(stored):
    """What gzip yields before the first fault, and that fault. Members and then zeros may follow one another."""
    raw, at = bytearray(), 0
    try:
        while at < len(stored):
            member = zlib.decompressobj(wbits=31)
            while at < len(stored) and not member.eof:
                part = stored[at:at + (1 << 16)]
                raw += member.decompress(part)
                at += len(part) - len(member.unused_data)
            if not member.eof:
                return raw, "its gzip data end early"
            at = len(stored) - len(stored[at:].lstrip(b"\0")) if stored[at:at + 1] == b"\0" else at
            if stored[at:at + 2] not in (b"", GZIP):
                return raw, "it continues after the end of its gzip data"
    except zlib.error as error:
        return raw, f"gzip cannot decompress it ({error})"
    return raw, ""
