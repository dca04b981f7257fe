"""nnlib as a wheel, which the site offers for download, and the line that installs it."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

SOURCES = ("pyproject.toml", "README.md", "LICENSE", "nnlib")
BUILD = "import sys, setuptools.build_meta; setuptools.build_meta.build_wheel(sys.argv[1])"
YEAR_2000 = "946684800"    # the time of all files in it, so that the same library gives the same wheel


def wheel_of(root, cache):
    """The wheel of nnlib, built when nnlib has changed, from a copy (setuptools leaves files where it works)."""
    digest, files = hashlib.sha256(), []
    for place in (root / name for name in SOURCES):
        files += [place] if place.is_file() else sorted(
            file for file in place.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    for file in files:
        digest.update(b"%s\0%s\0" % (str(file.relative_to(root)).encode(), file.read_bytes()))
    home = cache / digest.hexdigest()[:16]
    if not list(home.glob("*.whl")):
        shutil.rmtree(cache, ignore_errors=True)
        home.mkdir(parents=True)
        with TemporaryDirectory() as folder:
            for file in files:
                copy = Path(folder, file.relative_to(root))
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
                copy.chmod(0o644)
            subprocess.run([sys.executable, "-c", BUILD, home.resolve()], cwd=folder, check=True, capture_output=True,
                           env={**os.environ, "SOURCE_DATE_EPOCH": YEAR_2000})
    return next(home.glob("*.whl"))
