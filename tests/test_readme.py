"""What the README says to type is typed, as far as that takes no time; no page names a call of make that fails."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
import toc
from test_installing import distributions

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
HELP = dict(re.findall(r"^([a-z]+):.*  ## (.*)", MAKEFILE, re.MULTILINE))
UNSAID = {"help"}  # plain `make` says what help says
PAGES = [*ROOT.glob("*.md"), *(ROOT / "chapters").glob("*.md"), *toc.notebooks()[0]]


def block(language, text=README):
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


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """What make would do, in a folder where nothing is made yet; its install.sh says which Python it was given."""
    if shutil.which("make") is None:
        pytest.skip("make is missing")
    folder = tmp_path_factory.mktemp("book")
    shutil.copy(ROOT / "Makefile", folder)
    for page in toc.notebooks()[0]:
        (folder / "chapters").mkdir(exist_ok=True)
        (folder / "chapters" / page.name).touch()
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        (folder / name).touch()
    (folder / "install.sh").write_text('echo "Python: $PYTHON" >&2\n')

    bare = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}

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


def rows():
    """The README's table: target, what it says of it; the block above it says the same of two more."""
    table = re.findall(r"^\| `make ([a-z]+)` \| (.*) \|$", README, re.MULTILINE)
    return [*table, *re.findall(r"^make ([a-z]+) +# (.*)$", README, re.MULTILINE)]


def test_the_readme_says_of_every_target_what_it_does():
    """As plain `make` does: of all targets, that one has most words in common."""
    def words(text):
        return {word.rstrip("s") for word in re.findall(r"[a-z.]+", text.lower())}

    said = dict(rows())
    assert len(said) == len(rows()) and set(said) == set(HELP) - UNSAID
    for target, text in said.items():
        alike = {name: len(words(text) & words(told)) / len(words(text) | words(told)) for name, told in HELP.items()}
        assert max(alike, key=alike.get) == target, f"`make {target}` is said to do what plain `make` says of another"


def test_the_addresses_are_those_that_make_prints(plan):
    assert re.search(r"http://[\w.:]+", README)[0] in plan("serve")
    assert re.search(r"then open (\S+)", README)[1] == re.search(r"^SITE := (\S+)", MAKEFILE, re.MULTILINE)[1]


# ---- Without make: every line is run until it would do something ----

MAKE, INSTALL, BUILD, TEST, COPY, LAB = map(shlex.split, block("sh"))
DRY = "--dry-run --no-deps --no-index --no-build-isolation --disable-pip-version-check".split()


def run(program, *words):
    """With the Python that runs this, in the book's folder."""
    assert program == ".venv/bin/python"
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_environment_is_made_where_the_next_lines_look_for_it(tmp_path):
    python, *words = MAKE
    assert re.fullmatch(r"python3?", python)
    subprocess.run([sys.executable, *words, "--without-pip"], cwd=tmp_path, check=True)
    for program in (INSTALL[0], TEST[0]):
        assert (tmp_path / program).exists()
    assert Path(BUILD[0]).parent == Path(LAB[0]).parent == Path(TEST[0]).parent


def test_pip_installs_the_pins_and_the_library():
    list(distributions())  # skips where the environment is not the pinned one: all is there, so no index is needed
    assert "Would install nnlib-tested-" in run(*INSTALL, *DRY)
    alone, = re.findall(r"`pip (install \.)`", README)
    name, = re.findall(r"To pip it is\s`([\w-]+)`", README)
    assert f"Would install {name}-" in run(".venv/bin/python", "-m", "pip", *alone.split(), *DRY)
    code, = re.findall(r"`(from nnlib\S* import \w+)`", README)
    exec(code, {})


def test_the_site_is_built_as_make_builds_it():
    made = re.search(r"jupyter-book (build .*?) >", MAKEFILE)[1].replace(" --path-output $(2)", "").replace(" -q", "")
    assert [Path(BUILD[0]).name, *BUILD[1:]] == ["jupyter-book", *made.split()]


def test_the_tests_and_the_chapters_open(plan):
    assert run(*TEST, "--version").startswith("pytest ") and shlex.join(TEST) in plan("test")
    program, command, folder = LAB
    programs = entry_points(group="console_scripts").names
    assert f"{Path(program).name}-{command}" in programs or not find_spec("jupyterlab")
    program, script, site, copies = COPY
    assert (ROOT / script).exists() and copies == folder and script in plan("lab") and site in plan("lab")


def test_windows_has_the_same_lines():
    lines = [line.replace("py -3 ", "python3 ").replace("\\", "/").replace("/Scripts/", "/bin/")
             for line in block("bat")]
    assert lines == block("sh")


def test_chromium_is_installed_as_ci_does():
    package, = re.findall(r"`apt install (\S+)`", README)
    assert package in re.search(r"for package in (.*?); do", (ROOT / ".ci" / "run").read_text())[1].split()


def test_every_path_of_the_layout_is_there():
    layout = README.partition("## Layout")[2].partition("\n## ")[0]
    paths = [path for row in re.findall(r"^\| (`.*?) \|", layout, re.MULTILINE) for path in re.findall(r"`(.*?)`", row)]
    assert paths and all((ROOT / path).exists() for path in paths)
