"""python.wasm without the code of packages that no page uses: 100 MB become 30, or 6.5 with gzip.

strip.json, which prune.py makes, lists ranges of functions and of data. A function there becomes one instruction: a
trap, or nothing for the C++ initialisers, which all run at the start. Its data become zeros. Numbers stay as they are,
so that nothing else changes, and the names of functions go.
"""

import hashlib
import json
from pathlib import Path

RANGES = json.loads(Path(__file__).with_name("strip.json").read_text(encoding="utf-8"))
CUSTOM, CODE, DATA = 0, 10, 11
TRAP, NOTHING = b"\x03\x00\x00\x0b", b"\x02\x00\x0b"  # size, no locals, `unreachable` or none, end


def unsigned(data, at):
    """A number in LEB128, and where what follows begins."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at


def signed(data, at):
    start = at
    number, at = unsigned(data, at)
    bits = 7 * (at - start)
    return number - (1 << bits) if data[at - 1] & 64 else number, at


def leb128(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def sections(wasm):
    """(kind, start, end) of each section, its head apart."""
    at = 8
    while at < len(wasm):
        size, start = unsigned(wasm, at + 1)
        yield wasm[at], start, start + size
        at = start + size


def bodies(wasm, start):
    """(start, end) of each function's body in the section of code."""
    count, at = unsigned(wasm, start)
    for _ in range(count):
        size, at = unsigned(wasm, at)
        yield at, at + size
        at += size


def segments(wasm, start):
    """(address in memory, start, end) of each piece of data."""
    count, at = unsigned(wasm, start)
    for _ in range(count):
        _, at = unsigned(wasm, at)
        address, at = signed(wasm, at + 1)  # after i32.const; before end
        size, at = unsigned(wasm, at + 1)
        yield address, at, at + size
        at += size


def members(ranges):
    return {number for first, last in ranges for number in range(first, last + 1)}


def without(wasm, ranges):
    """The binary without what the ranges say."""
    wasm, out = bytearray(wasm), bytearray(wasm[:8])
    gone, quiet = members(ranges["stub"]), members(ranges["quiet"])
    for kind, start, end in list(sections(wasm)):
        if kind == CUSTOM:
            continue
        if kind == DATA:
            for address, begin, stop in segments(wasm, start):
                for low, high in ranges["zero"]:
                    first, last = max(low - address, 0), min(high - address, stop - begin)
                    wasm[begin + first:begin + last] = bytes(max(last - first, 0))
        body = wasm[start:end]
        if kind == CODE:
            functions = list(bodies(wasm, start))
            body = bytearray(leb128(len(functions)))
            for number, (begin, stop) in enumerate(functions, ranges["imported"]):
                whole = leb128(stop - begin) + wasm[begin:stop]
                body += (NOTHING if number in quiet else TRAP) if number in gone else whole
        out += bytes([kind]) + leb128(len(body)) + body
    return bytes(out)


def stripped(wasm, ranges=RANGES):
    """The same; a ValueError unless it is the one that strip.json expects."""
    out = without(wasm, ranges)
    found = hashlib.sha256(out).hexdigest()
    if found != ranges["sha256"]:
        raise ValueError(f"python.wasm, stripped, must have the SHA-256 sum {ranges['sha256']}, got {found}; "
                         f"run `make book` with the wheel that live/requirements.txt pins")
    return out
