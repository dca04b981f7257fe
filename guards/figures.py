"""The stored figures: each was drawn by the code above it, and a new run draws the same.

`make notebooks` leaves three fingerprints: in the metadata of each figure's output that of the code up to its cell
("by") and that of the picture ("as"), in the notebook's that of all its code ("ran"). `faults` needs them only, and no
run; nbval, which runs the chapters, compares the pictures themselves (conftest.py). A figure that differs more between
processors says so in its cell's metadata: `"compare": {"within": 2, "because": "why, by so many points"}`.
"""

import hashlib
import io
import tokenize
from pathlib import Path, PurePosixPath

import nbformat

from guards.book import Fault
from guards.pictures import WITHIN, difference, drawn_by


def remedy(path):
    """What to type when stored outputs are not those of the code."""
    return f"run `make notebooks ONLY={PurePosixPath(path).stem}`"


def pictures(outputs):
    """Every picture in the outputs of a cell: the output that has it, and its MIME type."""
    return [(output, mime) for output in outputs for mime in output.get("data", {}) if mime.startswith("image/")]


def bare(source):
    """The code without its comments and blank lines, which draw nothing."""
    lines = source.split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column]
    except (SyntaxError, tokenize.TokenError):
        return source
    return "\n".join(line.rstrip() for line in lines if line.strip())


def fingerprint(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def cells(notebook):
    """Every cell with its place and the fingerprint of all code up to it."""
    code = ""
    for place, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            code = fingerprint(f"{code}\n{bare(cell.source)}")
        yield place, cell, code


def stamp(notebook):
    """Write the fingerprints into a notebook that has just run."""
    for _, cell, code in cells(notebook):
        for output, mime in pictures(cell.get("outputs", [])):
            output.metadata["drawn"] = {"by": code, "as": fingerprint(output.data[mime])}
        notebook.metadata["ran"] = code


def wrong(cell, code):
    """What is wrong with the stored figure of a cell, where the code up to it has this fingerprint."""
    drawn = pictures(cell.get("outputs", []))
    if "figure" in cell.metadata.get("mystnb", {}) and not drawn:
        yield "its metadata name a figure, which is not stored"
    for output, mime in drawn:
        stamped = output.metadata.get("drawn", {})
        if stamped.get("as") != fingerprint(output.data[mime]):
            yield "the stored figure is not the one that was drawn"
        elif stamped.get("by") != code:
            yield "its code, or that of a cell above, is not the code that drew the stored figure"


def faults(book):
    """Figures that are not those of the code, code that has not run, exceptions without a reason."""
    for path, notebook in book.notebooks.items():
        code = None
        for place, cell, code in cells(notebook):
            for fault in wrong(cell, code):
                yield Fault(path, place, fault, remedy(path))
            if "compare" in cell.metadata and not cell.metadata.compare.get("because"):
                yield Fault(path, place, "its figure may move without a reason", 'write compare["because"]')
        if notebook.metadata.get("ran") != code:
            yield Fault(path, None, "its code is not the code that ran", remedy(path))


def within(cell):
    """The points by which the figure of a cell may move."""
    return cell.metadata.get("compare", {}).get("within", WITHIN)


def change(cell, outputs):
    """What tells the pictures in new outputs of a cell from the stored ones, or None."""
    stored, new = pictures(cell.outputs), pictures(outputs)
    kinds = [", ".join(mime for _, mime in side) or "none" for side in (stored, new)]
    if kinds[0] != kinds[1]:
        return f"stored {kinds[0]}, new {kinds[1]}"
    for (old, mime), (now, _) in zip(stored, new):
        pair = old.data[mime], now.data[mime]
        if drawn_by(pair[0]) == drawn_by(pair[1]) and (how := difference(mime, *pair, within(cell))):
            return how
    return None


def keep_and_stamp(notebook, resources):
    """The last step of `make notebooks`, by nbconvert: a new picture that looks like the stored one gives way to it."""
    place = resources["metadata"]
    stored = nbformat.read(Path(place["path"], f"{place['name']}.ipynb"), as_version=4)
    before = {cell.id: pictures(cell.get("outputs", [])) for cell in stored.cells}
    for cell in notebook.cells:
        for (output, mime), (old, kind) in zip(pictures(cell.get("outputs", [])), before.get(cell.id, [])):
            if mime == kind and difference(mime, old.data[mime], output.data[mime], within(cell)) is None:
                output.data[mime] = old.data[mime]
    stamp(notebook)
    return notebook, resources
