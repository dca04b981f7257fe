"""Find what of python.wasm no page uses, and write strip.json: python -m live.prune python.wasm (five minutes).

The linker has put the functions of a package beside each other. Of those in the stretches of PACKAGES everything goes
but what other code calls, directly or through such a function: shared routines of C++, LAPACK and zlib. How a module
begins (PyInit_...) stays, as Python's table of modules names it. Initialisers of C++, which all run at the start, must
do nothing instead of ending the program. The data of what goes was found by its addresses: a stretch of DATA has none
that a function that stays mentions. tests/test_live_run.py guards what is left.
"""

import hashlib
import json
import sys
from pathlib import Path

from live.strip import CODE, CUSTOM, RANGES, bodies, sections, signed, unsigned, without

PACKAGES = [  # the names of the first function of a stretch and of the first after it
    ("PyInit__sqlite3", "set_error_from_code"),
    ("PyInit__codecs_cn", "PyInit__multibytecodec"),  # East Asian text
    ("PyInit_algos", "PyImagingNew"),  # pandas
    ("PyInit__regex", "agg::curve3_inc::init(double, double, double, double, double, double)"),  # to statsmodels
    ("sgbbrd_", "slamch_"),  # LAPACK for SciPy
    ("fitpack::_deBoor_D(double const*, double, int, int, int, double*)", "adler32_z"),  # SciPy
    ("wasi_scipy_sgees_", "wasi_numpy_ccopy_"),  # its LAPACK
    ("sqlite3_initialize", "_Py_LibHacl_Hacl_Hash_MD5_init"),
]
DATA = RANGES["zero"]
START = "__wasm_call_ctors"
TYPES = {0x63, 0x64}  # of locals: references, which have a second number


def names(wasm):
    """The name of each function, by its number."""
    for kind, start, end in sections(wasm):
        length, at = unsigned(wasm, start)
        if kind == CUSTOM and wasm[at:at + length] == b"name":
            at += length
            while at < end:
                part, (size, after) = wasm[at], unsigned(wasm, at + 1)
                if part == 1:
                    return dict(named(wasm, after))
                at = after + size
    raise ValueError("python.wasm must have a section of names, got none; take it from the wheel as it is")


def named(wasm, at):
    count, at = unsigned(wasm, at)
    for _ in range(count):
        number, at = unsigned(wasm, at)
        length, at = unsigned(wasm, at)
        yield number, wasm[at:at + length].decode("utf-8", "replace")
        at += length


def skip(wasm, at, count):
    """Past some numbers."""
    for _ in range(count):
        _, at = unsigned(wasm, at)
    return at


def block_type(wasm, at):
    return at + 1 if wasm[at] == 0x40 or 0x69 <= wasm[at] < 0x80 else signed(wasm, at)[1]


def mentioned(wasm, at, end):
    """The functions that a body calls, and the constants in it, addresses among them."""
    calls, constants = set(), set()
    count, at = unsigned(wasm, at)
    for _ in range(count):  # locals
        _, at = unsigned(wasm, at)
        at = signed(wasm, at + 1)[1] if wasm[at] in TYPES else at + 1
    while at < end:
        code = wasm[at]
        at += 1
        if code in (0x10, 0x12):  # call
            number, at = unsigned(wasm, at)
            calls.add(number)
        elif code == 0x41:  # i32.const
            number, at = signed(wasm, at)
            constants.add(number & 0xFFFFFFFF)
        elif 0x28 <= code <= 0x3E:  # load, store: alignment, address
            at = skip(wasm, at, 1)
            number, at = unsigned(wasm, at)
            constants.add(number)
        elif code in (0x02, 0x03, 0x04):  # block, loop, if
            at = block_type(wasm, at)
        elif code == 0x1F:  # try_table
            count, at = unsigned(wasm, block_type(wasm, at))
            for _ in range(count):
                at = skip(wasm, at + 1, 2 if wasm[at] in (0, 1) else 1)
        elif code == 0x0E:  # br_table
            count, at = unsigned(wasm, at)
            at = skip(wasm, at, count + 1)
        elif code == 0xFC:
            kind, at = unsigned(wasm, at)
            at = skip(wasm, at, 0 if kind < 8 else 1 if kind in (9, 11, 13, 15, 16, 17) else 2)
        elif code == 0xFD:
            kind, at = unsigned(wasm, at)
            if kind <= 11 or 84 <= kind <= 93:
                at = skip(wasm, at, 2) + (84 <= kind <= 91)
            elif kind in (12, 13):
                at += 16
            elif 21 <= kind <= 34:
                at += 1
        elif code == 0x43 or code == 0x44:  # f32.const, f64.const
            at += 4 if code == 0x43 else 8
        elif code == 0x1C:  # select
            count, at = unsigned(wasm, at)
            at += count
        else:
            at = skip(wasm, at, {0x11: 2, 0x13: 2}.get(code, int(code in (0x08, 0x0C, 0x0D, *range(0x20, 0x27),
                                                                          0x3F, 0x40, 0x42, 0xD0, 0xD2))))
    return calls, constants


def ranges(numbers):
    """[[first, last], ...] of a set of numbers."""
    found = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def pruned(wasm):
    """What strip.json says of a binary, its sum apart."""
    at = {kind: start for kind, start, _ in sections(wasm)}
    name = names(wasm)
    number = {text: index for index, text in name.items()}
    imported = RANGES["imported"]
    body = {index: mentioned(wasm, *place) for index, place in enumerate(bodies(wasm, at[CODE]), imported)}
    inside = {index for first, after in PACKAGES for index in range(number[first], number[after])}
    outside = [calls for index, (calls, _) in body.items() if index not in inside and name[index] != START]
    waiting = [call for calls in outside for call in calls]
    stays = set()
    while waiting:
        index = waiting.pop()
        if index in inside and index not in stays:
            stays.add(index)
            waiting += body[index][0]
    gone = {index for index in inside - stays if not name[index].startswith("PyInit_")}
    used = {constant for index, (_, constants) in body.items() if index not in gone for constant in constants}
    for low, high in DATA:
        if any(low <= constant < high for constant in used):
            raise ValueError(f"the data from {low} to {high} must belong to what goes, got code that stays and "
                             "mentions it; take that stretch out of strip.json")
    return {"imported": imported, "stub": ranges(gone), "quiet": ranges(gone & body[number[START]][0]), "zero": DATA}


def main(path):
    wasm = Path(path).read_bytes()
    found = pruned(wasm) | {"sha256": ""}
    found["sha256"] = hashlib.sha256(without(wasm, found)).hexdigest()
    Path(__file__).with_name("strip.json").write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
