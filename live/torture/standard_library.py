"""What of the standard library a reader may reach for: much of it is in the pack `rest`, which this fetches."""
import ast
import base64
import bz2
import calendar
import cmath
import contextlib
import csv
import dataclasses
import datetime
import decimal
import fractions
import gzip
import hashlib
import importlib
import inspect
import json
import lzma
import math
import os
import pathlib
import pickle
import random
import re
import shutil
import statistics
import struct
import tempfile
import threading
import time
import tomllib
import unicodedata
import xml.etree.ElementTree
import zlib

MODULES = """
    array asyncio bisect collections colorsys configparser copy difflib dis doctest email.message enum
    fnmatch functools heapq html.parser io itertools keyword locale logging numbers operator pprint pydoc
    queue secrets string tarfile textwrap timeit tokenize traceback types typing unittest urllib.parse uuid
    warnings weakref zipfile
"""
for name in MODULES.split():
    importlib.import_module(name)

assert hashlib.sha256(b"a").hexdigest().startswith("ca978112") and zlib.crc32(b"a") == 0xE8B7BE43
for module in (gzip, bz2, lzma, zlib):
    assert module.decompress(module.compress(b"a" * 99)) == b"a" * 99
assert pickle.loads(pickle.dumps([1])) == [1] and json.loads(json.dumps({"a": 1})) == {"a": 1}
assert decimal.Decimal("1.1") ** 2 == decimal.Decimal("1.21") and statistics.fmean([1, 2]) == 1.5
assert fractions.Fraction(1, 3) * 3 == 1 and math.comb(5, 2) == 10 and abs(cmath.exp(1j * math.pi) + 1) < 1e-15
assert re.findall(r"a+", "aab") == ["aa"] and unicodedata.name("a") == "LATIN SMALL LETTER A"
assert struct.unpack("<I", struct.pack("<I", 7)) == (7,) and base64.b64decode(base64.b64encode(b"x")) == b"x"
assert ast.unparse(ast.parse("x+1")) == "x + 1" and list(csv.reader(["a,b"])) == [["a", "b"]]
assert xml.etree.ElementTree.fromstring("<a><b/></a>")[0].tag == "b" and tomllib.loads("a = 1") == {"a": 1}
assert datetime.date(2020, 2, 29).isoformat() == "2020-02-29" and random.Random(1).random() < 1
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "a.txt")
    path.write_text("text")
    assert path.read_text() == "text" and shutil.copy(path, f"{path}.b") and len(os.listdir(folder)) == 2


@dataclasses.dataclass
class Point:
    x: int = 1


async def answer():
    return 42


def deeper(n):
    return deeper(n + 1)


assert str(Point()) == "Point(x=1)" and pickle.loads(pickle.dumps(Point(2))) == Point(2) and inspect.signature(Point)
time.sleep(0.01)
WRONG = [
    (lambda: deeper(0), RecursionError), (lambda: input(), EOFError), (lambda: open("/no/file"), FileNotFoundError),
    (lambda: threading.Thread(target=print).start(), RuntimeError),
    (lambda: bytearray(2**40), (MemoryError, OverflowError)),
]
for wrong, error in WRONG:
    with contextlib.suppress(error):
        wrong()
        raise AssertionError("that should not work in a page")
print("done")
