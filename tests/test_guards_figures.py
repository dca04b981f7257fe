"""The stored figures are those of the code, and every sabotage of one is seen."""

import base64
import copy
import functools
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from guards import figures
from guards.book import Book
from guards.pictures import difference

ROOT = Path(__file__).parents[1]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
PATH = "chapters/99_sample.ipynb"


def test_every_stored_figure_is_that_of_its_code():
    faults = list(figures.faults(Book.read()))
    assert not faults, "\n" + "\n".join(map(str, faults))


# ---- Two pictures ----


@functools.cache
def drawn(kind="svg", *, shift=0.0, label="height (m)", turn=30, corners=200, salt="nnlib", shade=0.5, size=12):
    """A figure of a curve, text and dense colours: as SVG, or as PNG in base64."""
    with matplotlib.rc_context({"svg.hashsalt": salt, "font.size": size}):
        fig, (ax, image) = plt.subplots(1, 2, figsize=(6, 3))
        x = np.linspace(0, 1, corners)
        ax.plot(x, np.sin(3 * x), "o-", markevery=[0, -1])
        ax.lines[0].set_transform(ax.transData + matplotlib.transforms.Affine2D().translate(0, shift))  # points
        ax.set(xlim=(-0.1, 1.1), ylim=(-0.1, 1.1), ylabel=label)
        ax.text(0.2, 0.2, "turned", rotation=turn)
        colours = np.full((5, 5), 0.5)
        colours[2, 3] = shade
        image.imshow(colours, vmin=0, vmax=1)
        file = io.BytesIO()
        fig.savefig(file, format=kind, dpi=72, metadata={"Date": None} if kind == "svg" else None)
        plt.close(fig)
    return file.getvalue().decode() if kind == "svg" else base64.encodebytes(file.getvalue()).decode()


SVG, PNG = "image/svg+xml", "image/png"


@pytest.mark.parametrize("options", [{"salt": "another"}, {"shift": 0.3}, {"corners": 240}], ids=str)
def test_pictures_that_look_alike_are_equal(options):
    """Other ids, a curve within half a point, the same curve through other corners."""
    stored, new = drawn(), drawn(**options)
    assert stored != new and difference(SVG, stored, new) is None and difference(SVG, new, stored) is None


@pytest.mark.parametrize("options, said", [
    ({"shift": 1.0}, "moved by 1 points"),
    ({"label": "height (mm)"}, "text 'height (m)', new text 'height (mm)'"),
    ({"turn": 40}, "rotate"),
    ({"size": 12.5}, "scale"),
    ({"shade": 0.7}, "pixels have another colour"),
], ids=str)
def test_a_picture_that_looks_different_is_seen(options, said):
    stored, new = drawn(), drawn(**options)
    assert said in difference(SVG, stored, new)
    assert difference(SVG, new, stored) and difference(PNG, drawn("png"), drawn("png", **options))


@pytest.mark.parametrize("before, after, said", [
    ("stroke: #1f77b4", "stroke: #d62728", "#d62728"),
    ("<!-- turned -->", "<!-- fumed -->", "fumed"),
    (r'(<use [^>]*href="#DejaVuSans)-\w+', r"\1-17", "href"),  # the letter, not the comment
    (r' *<path d="M [^"]*"[^>]*/>\n', "", ""),
    (r'Q [^"z]*', "", "d '"),
], ids=["colour", "text", "letter", "element", "curve"])
def test_an_edited_picture_is_seen(before, after, said):
    edited, count = re.subn(before, after, drawn(), count=1)
    assert count and said in difference(SVG, drawn(), edited)


def test_a_curve_is_compared_in_both_directions():
    """Half a curve is near the whole one, but not the whole one near the half."""
    stored = drawn()
    curve = max(re.findall(r'd="(M [^Qz"]*)"', stored), key=len)
    half = stored.replace(curve, curve[: curve.index("L", len(curve) // 2)])
    assert "moved" in difference(SVG, stored, half) and "moved" in difference(SVG, half, stored)


def test_a_png_of_another_size_or_with_one_other_pixel_is_seen():
    def png(pixels):
        file = io.BytesIO()
        plt.imsave(file, pixels)
        return base64.encodebytes(file.getvalue()).decode()

    pixels = np.full((4, 6, 3), 0.5)
    other = pixels.copy()
    other[1, 2, 0] = 0.55
    assert difference(PNG, png(pixels), png(pixels + 0.002)) is None
    assert "1 of 24 pixels" in difference(PNG, png(pixels), png(other))
    assert "6 x 4 pixels, new 5 x 4" in difference(PNG, png(pixels), png(pixels[:, :5]))


# ---- Stamps ----


def sample():
    """A chapter of two figures that has just run."""
    form = {"mystnb": {"figure": {"name": "fig-x", "caption": "x"}}}
    cells = [new_markdown_cell("# A chapter", id="title"), new_code_cell("import numpy as np  # numbers", id="start")]
    for name, text in (("one", drawn()), ("two", drawn(label="depth (m)"))):
        output = new_output("display_data", data={SVG: text, "text/plain": ["<Figure>"]})
        cells.append(new_code_cell(f"draw({name!r})", id=name, outputs=[output], metadata=copy.deepcopy(form)))
    cells.append(new_code_cell("assert np.pi > 3", id="last"))
    notebook = new_notebook(cells=cells)
    figures.stamp(notebook)
    return notebook


def faults_of(notebook):
    return [str(fault) for fault in figures.faults(Book({PATH: nbformat.writes(notebook)}))]


def swap(cells, what):
    one, two = (what(cell) for cell in cells[2:4])
    for key in list(one):
        one[key], two[key] = two[key], one[key]


def test_a_chapter_that_has_just_run_has_no_fault():
    assert faults_of(sample()) == []


@pytest.mark.parametrize("edit", [
    lambda c: c[0].update(source="# A better title"),
    lambda c: c[1].update(source="# What we need:\n\nimport numpy as np  \n"),
], ids=["prose", "comment"])
def test_what_draws_nothing_needs_no_new_run(edit):
    notebook = sample()
    edit(notebook.cells)
    assert faults_of(notebook) == []


@pytest.mark.parametrize("damage, said", [
    (lambda c: swap(c, lambda cell: cell.outputs[0].data), ["cell 3: the stored figure is not the one", "cell 4"]),
    (lambda c: swap(c, lambda cell: cell.outputs[0]), ["cell 3: its code", "cell 4: its code"]),
    (lambda c: c[2].outputs[0].data.update({SVG: drawn(shift=9)}), ["cell 3: the stored figure is not the one"]),
    (lambda c: c[2].outputs[0].update(metadata={}), ["cell 3: the stored figure"]),
    (lambda c: c[3].update(source="draw('three')"), ["cell 4: its code", "99_sample.ipynb: its code"]),
    (lambda c: c[3].update(source="draw('#two')"), ["cell 4: its code"]),
    (lambda c: c[3].update(source="draw('two'"), ["cell 4: its code"]),
    (lambda c: c[1].update(source="import cupy as np"), ["cell 3: its code", "cell 4: its code"]),
    (lambda c: c[4].update(source="assert np.pi > 2"), ["99_sample.ipynb: its code is not the code that ran"]),
    (lambda c: c.pop(), ["99_sample.ipynb: its code is not the code that ran"]),
    (lambda c: c[3].update(outputs=[]), ["cell 4: its metadata name a figure, which is not stored"]),
    (lambda c: c[3].metadata.update(compare={"within": 9}), ["cell 4: its figure may move without a reason"]),
], ids=["pictures swapped", "outputs swapped", "picture pasted", "no stamp", "code", "a # in code", "no Python",
        "code above", "code without a figure", "code deleted", "figure deleted", "no reason"])
def test_sabotage_is_seen(damage, said):
    notebook = sample()
    damage(notebook.cells)
    found = faults_of(notebook)
    assert all(any(words in fault for fault in found) for words in said)
    assert all("run `make notebooks ONLY=99_sample`" in fault for fault in found) or "because" in found[0]


# ---- What `make notebooks` keeps, and what nbval compares ----


def test_only_a_figure_that_looks_different_is_stored_anew(tmp_path):
    stored = sample()
    nbformat.write(stored, tmp_path / "99_sample.ipynb")
    new = sample()
    for cell, options in zip(new.cells[2:4], ({"salt": "another"}, {"label": "width (m)"})):
        cell.outputs[0].data[SVG] = drawn(**options)
        cell.outputs[0].metadata = nbformat.NotebookNode()
    figures.keep_and_stamp(new, {"metadata": {"path": str(tmp_path), "name": "99_sample"}})
    assert new.cells[2] == stored.cells[2]
    assert new.cells[3].outputs[0].data[SVG] == drawn(label="width (m)") and faults_of(new) == []


def test_nbval_compares_figures_and_says_which_side_is_which(tmp_path):
    """As the root conftest.py has it: all in one chapter, as a kernel takes seconds to start."""
    for name in ("conftest.py", "pyproject.toml", "tests/nbval_sanitize.cfg", "_ext/toc.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "guards", tmp_path / "guards")
    (tmp_path / "_toc.yml").write_text("root: chapters/99_sample")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "new.svg").write_text(drawn())
    draw = "display({'image/svg+xml': open('new.svg').read()}, raw=True)"
    another = drawn(shift=1).replace("Matplotlib v", "Matplotlib v1")
    sound = [({SVG: drawn()}, {}), ({SVG: another}, {}),
             ({SVG: drawn(shift=1)}, {"compare": {"within": 2, "because": "it is allowed to"}})]
    changed = [({SVG: drawn(shift=1)}, {}), ({SVG: drawn(), PNG: drawn("png")}, {})]
    cells = [new_markdown_cell("# A chapter")]
    cells += [new_code_cell(draw, execution_count=1, metadata=metadata, outputs=[new_output("display_data", data=data)])
              for data, metadata in sound + changed]
    cells.append(new_code_cell("print(6, 7, 8, sep=chr(10))", execution_count=1,
                               outputs=[new_output("stream", name="stdout", text="6\n9\n8\n")]))
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), tmp_path / "chapters" / "99_sample.ipynb")
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "chapters", "-p", "no:cacheprovider"], cwd=tmp_path,
                          capture_output=True, text=True, check=False)
    said = [part.partition("\n____")[0] for part in done.stdout.split("Notebook cell execution failed")[1:]]
    assert "3 failed, 3 passed" in done.stdout, done.stdout + done.stderr
    for part, words in zip(said, [("Cell 5: Cell outputs differ", "has changed: in line2d", "moved by 1 points"),
                                  ("Cell 6: Cell outputs differ", "stored image/png, image/svg+xml, new image/svg+xml"),
                                  ("Cell 7: Cell outputs differ", "--- stdout, as stored in the notebook",
                                   "+++ stdout, new", "\n-9\n+7\n")]):
        assert all(word in part for word in words) and "run `make notebooks ONLY=99_sample`" in part, part
