"""Installing, building and the pins: what `make`, install.sh and .ci/run promise wherever the book is put.

A Python that only pretends stands in for the real one: it makes environments and builds sites in no time, and writes
down what it was told. What pip really does is tried in .ci/run.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import toc
from nbformat.v4 import new_code_cell, new_notebook
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import nnlib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PROMISED = ("3.11.0", "3.12.0", "3.13.0")  # the README: "Python 3.11 or newer"


# ---- The pins ----


def pins(file):
    found = re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def distributions():
    """Every pin's own metadata. The environment is the pinned one, except under `make latest`."""
    for name, version in {**pins("constraints.txt"), **pins("requirements.txt")}.items():
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            pytest.skip(f"{name} is not installed here")
        if found.version != version:
            pytest.skip(f"{name} {version} is not what is installed here")
        yield found


def test_no_pin_asks_for_a_newer_python():
    needs = {f"{found.name} {found.version}": found.metadata.get("Requires-Python") or "" for found in distributions()}
    needs["nnlib itself"] = PROJECT["requires-python"]
    assert not {name: need for name, need in needs.items() if not all(map(SpecifierSet(need).contains, PROMISED))}


def needed(requirements):
    """All that these bring along, by canonical names."""
    found, waiting = set(), [(canonicalize_name(one.name), frozenset(one.extras)) for one in requirements]
    while waiting:
        name, extras = item = waiting.pop()
        if item not in found:
            found.add(item)
            for one in map(Requirement, metadata.distribution(name).requires or ()):
                if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras or [""]):
                    waiting.append((canonicalize_name(one.name), frozenset(one.extras)))
    return {name for name, _ in found}


def test_pins_and_extras_bring_the_same():
    """So that `make latest`, which installs the extras, tries everything that the pinned book needs."""
    list(distributions())
    lines = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    asked = [one for line in lines for one in map(Requirement, line) if one.name != PROJECT["name"]]
    pinned = pins("requirements.txt").keys()
    assert {canonicalize_name(one.name) for one in asked} <= pinned, "an extra without a pin in requirements.txt"
    assert pinned <= needed(asked), "a pin in requirements.txt that no extra brings"


def test_every_package_is_pinned():
    assert pins("requirements.txt").items() <= pins("constraints.txt").items()


def test_the_distribution_has_a_name_of_its_own():
    """`pip install nnlib` fetches a stranger's."""
    assert PROJECT["name"] != "nnlib" and PROJECT["name"] in metadata.packages_distributions()["nnlib"]


def test_who_cites_the_book_names_its_version():
    cited = re.search(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert cited == nnlib.__version__


# ---- A folder to make things in, and the Python that pretends ----

PYTHON = r"""#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
  "-m venv --clear "*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
  *"jupyter-book build"*)
    [ ! -e _build/html/index.html ] || echo "the old site stands" >>"$CALLS"
    sleep .05; [ -z "$SAVED" ] || echo more >>"$SAVED"
    while [ "$1" != --path-output ]; do shift; done
    mkdir -p "$2/_build/html"; echo "$BUILT" >"$2/_build/html/index.html"; exit "${BUILD:-0}" ;;
  "-m pip freeze"*) cat "$FREEZE" ;;
  "-m pytest"*) exit "${TESTS:-0}" ;;
  "-m pip install"*) [ -z "$PIP" ] || exec "$REAL" "$@"; [ -z "$SAID" ] || { printf '%s\n' "$SAID"; exit 1; } ;;
  *"import numpy") [ -z "$NUMPY" ] ;;
  *sys.version\)*) echo "a version" ;;
  *) exec "$REAL" "$@" ;;
esac
"""
ODD = ["plain", "a b", "$HOME", "`date`", "it's", 'say "so"', "[1] (2) & ; # %41 ü"]


class Folder:
    """The book's folder with one page; `make` and the rest run in it with the Python that pretends."""

    def __init__(self, path, home):
        self.path, self.home, self.calls = path, home, home / "calls"
        for name in ("Makefile", "install.sh", "requirements.txt", "constraints.txt", "pyproject.toml", "_config.yml"):
            shutil.copy(ROOT / name, path / name)
        (path / "_toc.yml").write_text("format: jb-book\nroot: intro\nchapters:\n  - file: chapters/01\n")
        (path / "intro.md").write_text("# A book\n")
        for folder in ("chapters", "nnlib", "_ext", "_static", "_templates"):
            (path / folder).mkdir()
        (home / "python").write_text(PYTHON)
        (home / "python").chmod(0o755)

    def run(self, *command, **variables):
        bare = {name: value for name, value in os.environ.items() if not re.match("MAKE|PIP_|PYTHON|NNLIB", name)}
        self.calls.write_text("")
        variables = {"PYTHON": self.home / "python", "CALLS": self.calls, "REAL": sys.executable, **variables}
        env = {**bare, **{name: str(value) for name, value in variables.items()}}
        return subprocess.run(command, cwd=self.path, env=env, capture_output=True, text=True, check=False)

    def make(self, *targets, **variables):
        done = self.run("make", *targets, **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def site(self):
        return (self.path / "_build" / "html" / "index.html").read_text().strip()


@pytest.fixture
def folder(tmp_path):
    if shutil.which("make") is None:
        pytest.skip("make is missing")
    (tmp_path / "book").mkdir()
    return Folder(tmp_path / "book", tmp_path)


# ---- Installing ----


@pytest.mark.parametrize("said, shown", [
    ("Collecting x\nERROR: Could not find a version of x==9 (from versions: 1)\nERROR: No matching distribution",
     ["ERROR: Could not find a version of x==9 (from versions: 1)", "ERROR: No matching distribution"]),
    ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'", ["denied: '/x'"]),
    ("WARNING: Retrying: Temporary failure in name resolution\nERROR: No matching distribution", ["name resolution"]),
    ("it ended\nwithout a word that is known", ["it ended", "without a word"]),
], ids=["no such version", "permission", "network", "other"])
def test_pip_speaks_for_itself(folder, said, shown):
    done = folder.run("make", "book", SAID=said)
    assert done.returncode and all(words in done.stderr for words in shown) and "Collecting" not in done.stderr
    log = re.search(r"Everything it said is in (\S+)\.\n", done.stderr)[1]
    assert said in (folder.path / log).read_text()
    assert not (folder.path / ".venv" / "stamp").exists()


def test_where_nothing_can_be_written_no_log_is_promised(folder):
    (folder.path / "_build").touch()  # works for root, too, which may write into a read-only folder
    done = folder.run("make", "book")
    assert done.returncode and "must not write into" in done.stderr and ".log" not in done.stderr


def test_settings_of_pip_do_not_lead_elsewhere(folder):
    """The real pip finds NumPy in the environment and has nothing to do; led elsewhere, it would have to fetch it."""
    settings = {f"PIP_{name}": "elsewhere" for name in ("TARGET", "PREFIX", "ROOT", "PYTHON")}
    done = folder.run("sh", "install.sh", ".venv", "--no-index", "numpy", PIP="real",
                      PIP_USER="1", PIP_REQUIRE_VIRTUALENV="1", **settings)
    assert done.returncode == 0, done.stderr


def test_what_went_elsewhere_is_noticed(folder):
    """A pip.conf may say `target`, too."""
    done = folder.run("sh", "install.sh", ".venv", "x", NUMPY="elsewhere")
    assert done.returncode and "pip config list" in done.stderr and "pip put the packages elsewhere" in done.stderr


@pytest.mark.parametrize("python, said", [("/nowhere/python", "none of these runs: /nowhere/python"),
                                          ("old", "old is 3.9.1")])
def test_without_a_python_there_is_a_remedy(folder, python, said):
    (folder.home / "old").write_text('#!/bin/sh\ncase "$2" in *%d.%d*) echo 3.9.1 ;; *) exit 1 ;; esac\n')
    (folder.home / "old").chmod(0o755)
    done = folder.run("make", "book", PYTHON=folder.home / python)
    assert done.returncode and said in done.stderr and "make PYTHON=" in done.stderr


# ---- When it is made again ----


def test_nothing_is_made_twice(folder):
    assert "Making .venv" in folder.make("book")
    again = folder.make("book")
    assert "Making" not in again and "Building" not in again
    assert "Making" not in folder.make("book", PYTHON="")  # whichever Python it is from


def moved(folder):
    folder.path = folder.path.rename(folder.home / "a new name")


def copied(folder):
    folder.path = Path(shutil.copytree(folder.path, folder.home / "a copy", symlinks=True))


def without_python(folder):
    (folder.path / ".venv" / "bin" / "python").unlink()


@pytest.mark.parametrize("change", [moved, copied, without_python], ids=lambda change: change.__name__)
def test_a_stale_environment_is_rebuilt(folder, change):
    folder.make("book")
    change(folder)
    assert "Making .venv" in folder.make("book")
    assert "Making" not in folder.make("book")


def test_another_python_makes_another_environment(folder):
    folder.make("book")
    shutil.copy(folder.home / "python", folder.home / "other")
    (folder.home / "other").write_text(PYTHON.replace("a version", "another"))
    assert "Making .venv with" in folder.make("book", f"PYTHON={folder.home / 'other'}")
    assert "Making" not in folder.make("book", f"PYTHON={folder.home / 'other'}")


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt", "pyproject.toml"])
def test_changed_pins_are_installed(folder, name):
    folder.make("book")
    os.utime(folder.path / name)
    assert "Making" not in folder.make("book")
    assert "pip install" in folder.calls.read_text()


# ---- The site ----


@pytest.mark.parametrize("name", ODD)
def test_the_book_is_built_wherever_it_lies(folder, name):
    folder.path = folder.path.rename(folder.home / name)
    printed = folder.make("book")
    address = re.search(r"Open (file:\S+)", printed)[1]
    assert Path(unquote(urlsplit(address).path)) == (folder.path / "_build" / "html" / "index.html").resolve()
    assert "Building" not in folder.make("book")


@pytest.mark.parametrize("name", ODD)
def test_any_page_counts(folder, name):
    folder.make("book")
    page = folder.path / "chapters" / f"{name}.md"
    page.write_text("new")
    assert "Building" in folder.make("book")
    assert "Building" not in folder.make("book")
    page.unlink()
    assert "Building" in folder.make("book")


def test_caches_do_not_count(folder):
    folder.make("book")
    for place in ("nnlib", "_ext"):
        (folder.path / place / "__pycache__").mkdir()
        (folder.path / place / "__pycache__" / "x.pyc").touch()
    assert "Building" not in folder.make("book")


def test_what_is_saved_during_a_build_is_built_next_time(folder):
    folder.make("book", SAVED="intro.md")
    assert "Building" in folder.make("book")


def test_the_old_site_stands_until_the_new_one_does(folder):
    folder.make("book", BUILT="old")
    (folder.path / "_build" / "html" / "gone.html").touch()
    os.utime(folder.path / "intro.md")
    failed = folder.run("make", "book", BUILT="broken", BUILD="1")
    assert failed.returncode and folder.site() == "old" and "is as it was" in failed.stderr
    folder.make("book", BUILT="new")  # though nothing has changed since
    assert "the old site stands" in folder.calls.read_text()
    assert folder.site() == "new" and not (folder.path / "_build" / "html" / "gone.html").exists()


# ---- What _toc.yml does not name ----


def test_other_pages_are_left_out_with_one_line(folder, capsys):
    from sphinx.project import Project
    names = ["Untitled.ipynb", "chapters/01-Copy1.ipynb", "chapters/a [1].md", "notes/b c.md", "notes/d/e.ipynb"]
    for name in [*names, "chapters/01.md", "_build/x.md"]:
        (folder.path / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.path / name).touch()
    suffixes = [".rst", ".md", ".ipynb"]
    config = SimpleNamespace(source_suffix=suffixes, exclude_patterns=["_build"], include_patterns=["**"])
    app = SimpleNamespace(srcdir=folder.path)
    toc.leave_out(app, config)
    [line] = capsys.readouterr().err.splitlines()
    assert line == f"Left out, as _toc.yml does not name them: {', '.join(sorted(names))}"
    assert Project(folder.path, suffixes).discover(config.exclude_patterns) == {"intro", "chapters/01"}
    toc.leave_out(app, config)
    assert not capsys.readouterr().err


def test_the_toc_names_pages_in_every_form(tmp_path):
    (tmp_path / "api").mkdir()
    for name in ("index", "b", "a"):
        (tmp_path / "api" / f"{name}.rst").touch()
    (tmp_path / "api" / "a.py").touch()
    (tmp_path / "_toc.yml").write_text("root: x\nparts:\n- chapters:\n  - file: c/y.md\n  - file: api/index\n"
                                       "    sections:\n    - glob: api/*\n  - file: z\n")
    assert toc.pages(tmp_path) == ["x", "c/y", "api/index", "api/a", "api/b", "z"]


def test_other_notebooks_are_no_tests(folder):
    for name in ("conftest.py", "_ext/toc.py"):
        shutil.copy(ROOT / name, folder.path / name)
    shutil.copytree(ROOT / "guards", folder.path / "guards")
    kernel = {"name": "python3", "display_name": "Python 3"}
    for name in ("01", "01-Copy1"):
        notebook = new_notebook(cells=[new_code_cell("1")], metadata={"kernelspec": kernel})
        nbformat.write(notebook, folder.path / "chapters" / f"{name}.ipynb")
    done = folder.run(sys.executable, "-m", "pytest", "--collect-only", "chapters")
    assert "Left out, as _toc.yml does not name it: 01-Copy1.ipynb" in done.stdout
    assert "1 test collected" in done.stdout, done.stdout
    assert folder.run(sys.executable, "_ext/toc.py").stdout.split() == ["chapters/01.ipynb"]


# ---- The newest packages, line ends, Debian's Python ----


@pytest.mark.parametrize("result", [{}, {"TESTS": "1"}, {"BUILD": "1"}], ids=["all well", "tests", "build"])
def test_latest_says_what_differs(folder, result):
    (folder.path / "constraints.txt").write_text("# pins\nnumpy==2.4.6\nmypy_extensions==1.2.0\nsphinx_design==0.8.0\n")
    frozen = "numpy==3.0.0\nmypy-extensions==1.2.0\nSphinx.Design==0.9\n# Editable (ours==1)\n-e /here\nnew==1\n"
    (folder.home / "freeze").write_text(frozen)
    folder.make("book", BUILT="pinned")
    done = folder.run("make", "latest", FREEZE=folder.home / "freeze", **result)
    assert (done.returncode == 0) == (not result)
    lines = {line.strip() for line in done.stdout.splitlines() if " -> " in line}
    assert lines == {"numpy: 2.4.6 -> 3.0.0", "sphinx-design: 0.8.0 -> 0.9", "new: none -> 1"}
    calls = folder.calls.read_text()
    assert "pip install" in calls and "[book,test]" in calls and "constraints" not in calls and "-m pytest" in calls
    assert folder.site() == "pinned"


def test_git_keeps_the_line_ends(tmp_path):
    if shutil.which("git") is None:
        pytest.skip("git is missing")
    def git(*command):
        subprocess.run(["git", "-c", "core.autocrlf=true", "-c", "core.safecrlf=false", *command], cwd=tmp_path,
                       check=True, capture_output=True)
    git("init", "-q")
    (tmp_path / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    texts = dict.fromkeys(("Makefile", "a.sh", "a.py", "a.ipynb", "run", "a.svg"), b"one line\nand another\n")
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
    git("add", ".")
    for name in texts:
        (tmp_path / name).unlink()
    git("checkout", "-q", "--", ".")
    assert {name: (tmp_path / name).read_bytes() for name in texts} == texts


@pytest.mark.parametrize("own, again", [("another", True), (None, False)], ids=["Debian's differs", "Debian's it is"])
def test_ci_tries_debians_own_python(folder, own, again):
    debian = "/usr/bin/python3"
    if not os.access(debian, os.X_OK) or shutil.which("bash") is None:
        pytest.skip("this is no Debian")
    version = subprocess.check_output([debian, "-c", "import sys; print(sys.version)"], text=True).strip()
    (folder.path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder.path / ".ci" / "run")
    folder.make("book")
    python = folder.path / ".venv" / "bin" / "python"
    python.write_text(PYTHON.replace("a version", own or version))
    for name in ("make", "dpkg"):
        (folder.home / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"$CALLS"\n')
        (folder.home / name).chmod(0o755)
    done = folder.run(".ci/run", PATH=f"{folder.home}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    calls = folder.calls.read_text().splitlines()
    build, tests = f"make PYTHON={debian} book", [call for call in calls if call.startswith("-m pytest")]
    assert (build in calls) == bool(tests) == again
    assert not again or ("not browser" in tests[0] and "chapters" not in tests[0])
