"""What the README says to type is typed, as far as that takes no time; no page names a call of make that fails."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
import toc
from test_installing import distributions

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
HELP = dict(re.findall(r"^([a-z]+):.*  ## (.*)", MAKEFILE, re.MULTILINE))
UNSAID = {"help"}  # plain `make` says what it says
PAGES = [*ROOT.glob("*.md"), *(ROOT / "chapters").glob("*.md"), *toc.notebooks()[0]]


def block(language, text):
    """The commands of the blocks in a language, without comments."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for kind, lines in blocks if kind == language for line in lines.splitlines()]
    return [line.partition("#")[0].rstrip() for line in lines if line.strip()]


def prose(path):
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")


def calls_of_make(text):
    return [*re.findall(r"`(make [^`\n]+)`", text), *(line for line in block("", text) if line.startswith("make "))]


CALLS = sorted({call for path in PAGES for call in calls_of_make(prose(path))})


@pytest.fixture
def readme():
    """What the checks are asked about; guards/sabotage gives them an edited one."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    if shutil.which("make") is None:
        pytest.skip("make is missing")
    return planning(tmp_path_factory.mktemp("book"))


def planning(folder):
    """What make would do, in a folder where nothing is made yet; its install.sh says which Python it was given."""
    shutil.copy(ROOT / "Makefile", folder)
    for page in toc.notebooks()[0]:
        (folder / "chapters").mkdir(exist_ok=True)
        (folder / "chapters" / page.name).touch()
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        (folder / name).touch()
    (folder / "install.sh").write_text('echo "Python: $PYTHON" >&2\n')

    bare = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}

    @cache
    def would(*words):
        done = subprocess.run(["make", "-n", *words], cwd=folder, env=bare, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr
    return would


@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_make_has_a_target_that_heeds_its_variables(plan, call):
    words = shlex.split(call)[1:]
    settings = [word for word in words if "=" in word]
    targets = [word for word in words if "=" not in word]
    assert targets and set(targets) <= set(HELP), f"`{call}`: make knows only {', '.join(HELP)}"
    for setting in settings:
        assert plan(*targets, setting) != plan(*targets), f"`{call}`: {targets[0]} does not heed {setting}"
        name, _, value = setting.partition("=")
        if name == "ONLY" and value != "NN_name":
            assert list((ROOT / "chapters").glob(f"{value}*.ipynb")), f"`{call}`: no chapter is called {value}"


def rows(readme):
    """The README's table: target, what it says of it; the block above it says the same of two more."""
    table = re.findall(r"^\| `make ([a-z]+)` \| (.*) \|$", readme, re.MULTILINE)
    return [*table, *re.findall(r"^make ([a-z]+) +# (.*)$", readme, re.MULTILINE)]


def test_the_readme_says_of_every_target_what_it_does(readme):
    """As plain `make` does: of all targets, that one has most words in common."""
    def words(text):
        return {word.rstrip("s") for word in re.findall(r"[a-z.]+", text.lower())}

    said = dict(rows(readme))
    assert len(said) == len(rows(readme)) and set(said) == set(HELP) - UNSAID
    for target, text in said.items():
        alike = {name: len(words(text) & words(told)) / len(words(text) | words(told)) for name, told in HELP.items()}
        assert max(alike, key=alike.get) == target, f"`make {target}` is said to do what plain `make` says of another"


def test_a_target_is_made_by_make(readme):
    called = [code.split() for code in re.findall(r"`([^`\n]+)`", readme)]
    assert {program for program, *words in called if set(words) & set(HELP)} == {"make"}


def test_the_addresses_are_those_that_make_prints(readme, plan):
    assert re.search(r"http://[\w.:]+", readme)[0] in plan("serve")
    assert re.search(r"then open (\S+)", readme)[1] == re.search(r"^SITE := (\S+)", MAKEFILE, re.MULTILINE)[1]


# ---- Without make: every line is run until it would do something ----

DRY = "--dry-run --no-deps --no-index --no-build-isolation --disable-pip-version-check".split()


def lines(readme):
    """The words of its lines: they make the environment, install, build, test, copy the chapters and open them."""
    make, install, build, test, copy, lab = map(shlex.split, block("sh", readme))
    return make, install, build, test, copy, lab


@cache
def run(program, *words):
    """With the Python that runs this, in the book's folder."""
    assert program == ".venv/bin/python"
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_environment_is_made_where_the_next_lines_look_for_it(readme, tmp_path):
    (python, *words), install, build, test, copy, lab = lines(readme)
    assert re.fullmatch(r"python3?", python)
    subprocess.run([sys.executable, *words, "--without-pip"], cwd=tmp_path, check=True)
    for program in (install[0], test[0], copy[0]):
        assert (tmp_path / program).exists()
    assert Path(build[0]).parent == Path(lab[0]).parent == Path(test[0]).parent


def test_pip_installs_the_pins_and_the_library(readme):
    _, install, *_ = lines(readme)
    list(distributions())  # skips where the environment is not the pinned one: all is there, so no index is needed
    assert "Would install nnlib-tested-" in run(*install, *DRY)
    alone, = re.findall(r"`pip (install \.)`", readme)
    name, = re.findall(r"To pip it is\s`([\w-]+)`", readme)
    assert f"Would install {name}-" in run(".venv/bin/python", "-m", "pip", *alone.split(), *DRY)
    code, = re.findall(r"`(from nnlib\S* import \w+)`", readme)
    exec(code, {})


def test_the_site_is_built_as_make_builds_it(readme):
    _, _, build, *_ = lines(readme)
    made = re.search(r"jupyter-book (build .*?) >", MAKEFILE)[1].replace(" --path-output $(2)", "").replace(" -q", "")
    assert [Path(build[0]).name, *build[1:]] == ["jupyter-book", *made.split()]


def test_the_tests_and_the_chapters_open(readme, plan):
    *_, test, copy, (program, command, folder) = lines(readme)
    assert run(*test, "--version").startswith("pytest ") and shlex.join(test) in plan("test")
    programs = entry_points(group="console_scripts").names
    assert f"{Path(program).name}-{command}" in programs or not find_spec("jupyterlab")
    assert shlex.join(copy) in plan("lab") and copy[-1] == folder


def test_windows_has_the_same_lines(readme):
    here = [line.replace("py -3 ", "python3 ").replace("Scripts", "bin").replace("\\", "/")
            for line in block("bat", readme)]
    assert here == block("sh", readme)


def test_chromium_is_installed_as_ci_does(readme):
    package, = re.findall(r"`apt install (\S+)`", readme)
    assert package in re.search(r"for package in (.*?); do", (ROOT / ".ci" / "run").read_text())[1].split()


def test_the_oldest_python_is_that_of_the_package(readme):
    oldest = re.search(r'^requires-python = ">=(.*)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[1]
    assert f"Python {oldest} or newer" in readme


def test_every_path_of_the_layout_is_there(readme):
    layout = readme.partition("## Layout")[2].partition("\n## ")[0]
    paths = [path for row in re.findall(r"^\| (`.*?) \|", layout, re.MULTILINE) for path in re.findall(r"`(.*?)`", row)]
    assert paths and all((ROOT / path).exists() for path in paths)
