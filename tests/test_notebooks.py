"""The form of the chapters. That their stored outputs are right is nbval's work; the rest is asked for here.

Each check takes a notebook and returns what is wrong with it, a line each; the last tests see every check go red. A
chapter may be two notebooks, 02_sigmoid and 02_sigmoid_deeper; what it needs once may be in either.
"""

import csv
import re
from pathlib import Path

import nbformat
import pytest
import toc
from cores import minutes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

NOTEBOOKS, _ = toc.notebooks()  # none: pytest skips the tests over them and says so
FOLDER = Path(__file__).parent.parent / "chapters"
CORES = [path for path in NOTEBOOKS if path.name[:2].isdigit() and not path.stem.endswith("_deeper")]
SITTING = 40  # minutes
OLD_FORM = {"10", "11", "12", "13", "14"}  # chapters that wait for their turn; may only shrink

with open(FOLDER / "claims.csv", encoding="utf-8", newline="") as file:
    CLAIMS = {row["id"]: row["chapter"] for row in csv.DictReader(file)}  # S2-16 -> 02; the appendices are A and B

over_notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
over_chapters = pytest.mark.parametrize("chapter", [path.name[:2] for path in CORES], ids=[path.stem for path in CORES])


def read(path):
    return nbformat.read(path, as_version=4)


def whole(chapter):
    """The notebooks of a chapter as one."""
    pages = [path for path in NOTEBOOKS if path.name[:2] == chapter]
    return nbformat.NotebookNode(cells=[cell for path in pages for cell in read(path).cells])


def code_cells(notebook):
    """Yield (where, cell); a cell is called by its place in the notebook, from 1, and by its first line."""
    for place, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            first = cell.source.strip().partition("\n")[0]
            yield f"cell {place} ({first[:60]!r})", cell


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def execution(notebook):
    """Every code cell ran, in order, from a fresh kernel, without an error and without a warning."""
    for count, (where, cell) in enumerate(code_cells(notebook), start=1):
        if not cell.source.strip():
            yield f"{where} is empty: delete it"
        if cell.execution_count != count:
            yield f"{where} has execution count {cell.execution_count}, not {count}: run `make notebooks ONLY=NN_name`"
        if cell.source.rstrip().endswith(";"):
            yield f"{where} ends with a semicolon, which nbval does not heed: assign the value, or end with plt.show()"
        if re.search(r"^check\(.*\)\s*\Z", cell.source, re.MULTILINE):
            yield f"{where} shows what check returns below what it says: write _ = check(...)"
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"{where} stores the error {output.ename}: catch it in the cell and print what it says"
            if output.get("name") == "stderr":
                yield f"{where} stores a warning or other text on stderr: avoid it, or catch it and print what it says"


def metadata(notebook):
    """As `make notebooks` leaves it: the kernel, the language, and nothing that changes from run to run."""
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield f"the kernel is {notebook.metadata.get('kernelspec')}, not python3: run `make notebooks ONLY=NN_name`"
    if extra := set(notebook.metadata) - {"kernelspec", "language_info", "mystnb", "ran"}:
        yield f"the notebook's metadata has {sorted(extra)}: run `make notebooks ONLY=NN_name`"
    if set(notebook.metadata.get("language_info", {})) - {"name"}:
        yield "the notebook's metadata names the version of Python: run `make notebooks ONLY=NN_name`"
    for where, cell in code_cells(notebook):
        if "execution" in cell.metadata:
            yield f"{where} stores the time of its execution: run `make notebooks ONLY=NN_name`"


def claims(notebook, chapter):
    """Every statement that claims.csv gives to this chapter is the tag of a cell here, and no other statement is."""
    tags = {tag: place for place, cell in enumerate(notebook.cells, start=1) for tag in cell.metadata.get("tags", [])
            if re.fullmatch(r"s\d+[-_ ]?\d+", tag, re.IGNORECASE)}
    for tag, place in tags.items():
        if tag not in CLAIMS:
            yield f"cell {place} has the tag {tag}, which is not in claims.csv"
        elif CLAIMS[tag] != chapter:
            yield f"cell {place} has the tag {tag}, which claims.csv gives to chapter {CLAIMS[tag]}, not to {chapter}"
    for claim, home in CLAIMS.items():
        if home == chapter and claim not in tags:
            yield f"no cell has the tag {claim}: tag the cell that answers it"


def figures(notebook):
    """Every figure has alt text, a caption and a name in its cell's metadata, and a cell has one figure."""
    for where, cell in code_cells(notebook):
        images = sum(any(mime.startswith("image/") for mime in output.get("data", {})) for output in cell.outputs)
        form = cell.metadata.get("mystnb", {})
        for part, key in [("image", "alt"), ("figure", "caption"), ("figure", "name")]:
            if images and not str(form.get(part, {}).get(key) or "").strip():
                yield f"{where} draws a figure without {key}: set mystnb.{part}.{key} in the cell's metadata"
        if images > 1:
            yield f"{where} draws {images} figures, which would share one caption: one a cell"


def exercises(notebook):
    """At least five exercises, each with a label and a gated solution behind a dropdown."""
    text = markdown(notebook)
    directive = re.compile(r"^(?:`{3,}|:{3,})\{(exercise|exercise-start|solution|solution-start|solution-end)\}"
                           r"[ \t]*(.*)\n((?:[ \t]*:[\w-]+:.*\n?)*)", re.MULTILINE)
    labels, solved, open_solution = [], [], None
    for kind, argument, options in directive.findall(text + "\n"):
        option = dict(re.findall(r":([\w-]+):[ \t]*(.*)", options))
        if kind.startswith("exercise"):
            if "label" not in option:
                yield f"exercise {len(labels) + 1} has no :label:"
            labels.append(option.get("label", "").strip())
        elif kind == "solution":
            yield f"the solution of {argument} is not gated: write solution-start and solution-end around its cells"
        elif kind == "solution-start":
            if open_solution:
                yield f"the solution of {open_solution} has no solution-end before that of {argument}"
            if "dropdown" not in option.get("class", ""):
                yield f"the solution of {argument} gives itself away: add :class: dropdown"
            open_solution = argument.strip()
            solved.append(open_solution)
        else:
            open_solution = None
    if open_solution:
        yield f"the solution of {open_solution} has no solution-end"
    if len(labels) < 5:
        yield f"the chapter has {len(labels)} exercises: it needs at least 5"
    for label in labels:
        if label and label not in solved:
            yield f"exercise {label} has no solution: add a gated solution-start with its label"
    for label in solved:
        if label not in labels:
            yield f"a solution is given for {label}, which is no exercise of this chapter"


def lengths(notebook):
    """One idea a cell: at most 20 lines that are neither blank nor a comment."""
    for where, cell in code_cells(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("#")]
        if len(lines) > 20:
            yield f"{where} has {len(lines)} lines of code, more than 20: split it, or move plotting to nnlib.plotting"


def expect_nothing(path, problems):
    problems = [f"chapters/{path.name}: {problem}".replace("NN_name", path.stem) for problem in problems]
    assert not problems, "\n" + "\n".join(problems)


@over_notebooks
@pytest.mark.parametrize("check", [execution, metadata, figures, lengths], ids=lambda check: check.__name__)
def test_form(path, check):
    expect_nothing(path, check(read(path)))


@over_chapters
@pytest.mark.parametrize("check", [claims, exercises], ids=lambda check: check.__name__)
def test_what_a_chapter_needs(chapter, check):
    problems = list(check(whole(chapter), *([chapter] if check is claims else [])))
    assert not problems, "\n".join(f"chapter {chapter}: {problem}" for problem in problems)


@pytest.mark.parametrize("path", CORES, ids=lambda path: path.name)
def test_a_core_is_read_in_one_sitting(path):
    too_long = minutes(read(path)) > SITTING
    assert too_long == (path.name[:2] in OLD_FORM), (
        f"chapters/{path.name} takes {minutes(read(path)):.0f} minutes: "
        + (f"at most {SITTING}; move what a first reading can miss to {path.stem}_deeper.ipynb" if too_long
           else "take it off the list OLD_FORM"))


def test_the_minutes_of_a_chapter():
    form = {"mystnb": {"figure": {"name": "fig-x", "caption": "seven words " * 3 + "here"}}}
    text = "# Title\n\n" + "word " * 198 + "$x + y$\n\n$$\n" + r"a \\ " * 5 + "b\n$$ (eq-x)\n\n```python\nx\n\ny\n```"
    hidden = new_code_cell("x\n" * 50, metadata={"tags": ["hide-input"], **form})
    cells = [new_markdown_cell(text), new_code_cell("x\n\n" * 10), hidden,
             new_markdown_cell("## Exercises\n\n" + "word " * 500), new_code_cell("x\n" * 100)]
    # 1 + 198 + 1 + 7 words; 2 + 10 lines; a display of six lines; one figure
    assert minutes(new_notebook(cells=cells)) == pytest.approx(207 / 200 + 12 / 12 + 2 + 0.75)


@pytest.mark.parametrize("path", CORES, ids=lambda path: path.name)
def test_the_front_page_lists_a_chapter_by_its_title(path):
    title = re.search(r"^# (.*)$", read(path).cells[0].source, re.MULTILINE)[1]
    front = (FOLDER.parent / "intro.md").read_text(encoding="utf-8")
    assert f" [{title}](chapters/{path.name}) |" in front, "add it to the table of contents in intro.md"


def test_names_are_unique():
    """A chapter's number, a figure's name and an exercise's label each stand for one thing in the whole book."""
    names = [path.name.partition("_")[0] for path in CORES]
    for path in NOTEBOOKS:
        names += [cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for _, cell in code_cells(read(path))]
        names += re.findall(r"^:label:[ \t]*(\S+)", markdown(read(path)), re.MULTILINE)
    twice = {name for name in names if name and names.count(name) > 1}
    assert not twice, f"used more than once: {sorted(twice)}"


def test_claims_are_whole():
    assert len(CLAIMS) == 274
    assert all(re.fullmatch(r"S\d-\d\d", claim) for claim in CLAIMS)
    assert set(CLAIMS.values()) <= {f"{n:02d}" for n in range(18)} | {"A", "B"}


# A small sound chapter, and the damage that each check must see.

def sound():
    exercise = "```{exercise}\n:label: ex-%d\n\nWhy?\n```\n\n````{solution-start} ex-%d\n:class: dropdown\n````"
    end = "```{solution-end}\n```"
    figure = {"mystnb": {"image": {"alt": "A curve."}, "figure": {"caption": "A curve.", "name": "fig-curve"}}}
    cells = [new_code_cell("plt.show()", execution_count=1, metadata={**figure, "tags": ["S9-01"]},
                           outputs=[new_output("display_data", data={"image/svg+xml": "<svg></svg>"})]),
             new_code_cell("1 + 1", execution_count=2, metadata={"tags": ["hide-input", "S9-02"]})]
    cells += [new_markdown_cell(source) for n in range(5) for source in (exercise % (n, n), end)]
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"},
                                               "language_info": {"name": "python"}})


@pytest.fixture
def claims_of_99(monkeypatch):
    for claim, chapter in [("S9-01", "99"), ("S9-02", "99"), ("S9-03", "98")]:
        monkeypatch.setitem(CLAIMS, claim, chapter)


def claims_99(notebook):
    return claims(notebook, "99")


CHECKS = [execution, metadata, claims_99, figures, exercises, lengths]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_valid_chapter_passes(check, claims_of_99):
    assert list(check(sound())) == []


@pytest.mark.parametrize("check, damage, said", [
    (execution, lambda c: c[0].update(execution_count=None), "execution count None, not 1"),
    (execution, lambda c: c.insert(0, c.pop(1)), "execution count 2, not 1"),
    (execution, lambda c: c[1].update(source=" "), "empty"),
    (execution, lambda c: c[1].update(source="f(x);"), "semicolon"),
    (execution, lambda c: c[1].update(source='f = abs\ncheck("abs", f)'), "what check returns"),
    (execution, lambda c: c[1].update(outputs=[new_output("error", ename="ValueError", evalue="")]), "ValueError"),
    (execution, lambda c: c[1].update(outputs=[new_output("stream", name="stderr", text="!")]), "stderr"),
    (metadata, lambda c: c[1].metadata.update(execution={"iopub.execute_input": "2026"}), "time of its execution"),
    (claims_99, lambda c: c[1].metadata.update(tags=[]), "no cell has the tag S9-02"),
    (claims_99, lambda c: c[1].metadata.tags.append("S9-99"), "S9-99, which is not in claims.csv"),
    (claims_99, lambda c: c[1].metadata.tags.append("s9_1"), "s9_1, which is not in claims.csv"),
    (claims_99, lambda c: c[2].metadata.update(tags=["S9-03"]), "gives to chapter 98, not to 99"),
    (figures, lambda c: c[0].metadata.mystnb.pop("image"), "without alt"),
    (figures, lambda c: c[0].metadata.mystnb.figure.update(caption=" "), "without caption"),
    (figures, lambda c: c[0].metadata.mystnb.figure.pop("name"), "without name"),
    (figures, lambda c: c[0].outputs.append(c[0].outputs[0]), "2 figures"),
    (exercises, lambda c: [c.pop() for _ in range(2)], "4 exercises"),
    (exercises, lambda c: c.pop(), "no solution-end"),
    (exercises, lambda c: c.pop(3), "ex-0 has no solution-end before that of ex-1"),
    (exercises, lambda c: c[2].update(source=c[2].source.partition("````")[0]), "ex-0 has no solution"),
    (exercises, lambda c: c[2].update(source=c[2].source.replace(":label: ex-0\n", "")), "has no :label:"),
    (exercises, lambda c: c[2].update(source=c[2].source.replace("-start} ex-0", "-start} ex-7")), "no exercise of"),
    (exercises, lambda c: c[2].update(source=c[2].source.replace("solution-start", "solution")), "not gated"),
    (exercises, lambda c: c[2].update(source=c[2].source.replace(":class: dropdown", "")), "dropdown"),
    (lengths, lambda c: c[1].update(source="x = 1\n" * 21), "21 lines"),
], ids=lambda value: value.__name__ if value in CHECKS else value if isinstance(value, str) else "")
def test_a_damaged_chapter_is_seen(check, damage, said, claims_of_99):
    notebook = sound()
    damage(notebook.cells)
    problems = "\n".join(check(notebook))
    assert said in problems


@pytest.mark.parametrize("damage, said", [
    (lambda m: m.kernelspec.update(name="conda-env"), "not python3"),
    (lambda m: m.language_info.update(version="3.11.7"), "version of Python"),
    (lambda m: m.update(toc={}), "toc"),
], ids=["kernel", "version", "extra"])
def test_damaged_metadata_is_seen(damage, said):
    notebook = sound()
    damage(notebook.metadata)
    assert said in "\n".join(metadata(notebook))
