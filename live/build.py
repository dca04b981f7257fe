"""What the site's _static/live/ holds: the interpreter, the packs, and manifest.json, which says what is what."""

import gzip
import hashlib
import json
import shutil
import zipfile
from pathlib import Path

from live import needs
from live.packs import packed, packs
from live.strip import stripped
from live.wheel import BINARY, wheel

HERE = Path(__file__).parent
SOURCES = ("live/*", "live/guest/*", "nnlib/**/*.py", "nnlib/data/**/*")


def key():
    """A sum of all that the packs are made of, the wheel by its pin."""
    found = hashlib.sha256()
    for file in sorted({file for pattern in SOURCES for file in HERE.parent.glob(pattern) if file.is_file()}):
        if "__pycache__" not in file.parts:
            found.update(f"{file.relative_to(HERE.parent)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return found.hexdigest()


def make(folder, fetched):
    """Write interpreter and packs to a folder: {name: file and bytes}, the interpreter's name being "wasm"."""
    contents = {"wasm": gzip.compress(stripped(zipfile.ZipFile(fetched).read(BINARY)), mtime=0)}
    contents |= {name: packed(files) for name, files in packs(fetched).items()}
    for name, content in contents.items():
        Path(folder, file_of(name)).write_bytes(content)
    return {name: {"file": file_of(name), "bytes": len(content)} for name, content in contents.items()}


def file_of(name):
    return "python.wasm.gz" if name == "wasm" else f"{name}.pack.gz"


def build(out, cache, chapters):
    """Fill a site's folder, from the cache where nothing has changed; a LookupError where the wheel cannot be had.

    Parameters
    ----------
    out : path
        The folder _static/live of the site.
    cache : path
        A folder that outlives the site.
    chapters : dict
        The notebook of each page that has cells to run, by the page's name.

    Returns
    -------
    dict
        The manifest: wasm and packs (files, bytes), build (a sum), needs and away (needs.py), by page.
    """
    cache, out, sources = Path(cache), Path(out), key()
    cache.mkdir(parents=True, exist_ok=True)
    stamp = cache / "made.json"
    made = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else {}
    if made.get("key") != sources:
        stamp.unlink(missing_ok=True)
        made = {"key": sources, "files": make(cache, wheel(cache))}
        stamp.write_text(json.dumps(made), encoding="utf-8")
    out.mkdir(parents=True, exist_ok=True)
    for file in made["files"].values():
        shutil.copyfile(cache / file["file"], out / file["file"])
    files = dict(made["files"])
    manifest = {"wasm": files.pop("wasm"), "packs": files, "build": sources[:16],
                "needs": {name: needs.packs(notebook) for name, notebook in chapters.items()},
                "away": {name: needs.away(notebook) for name, notebook in chapters.items()}}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return manifest
