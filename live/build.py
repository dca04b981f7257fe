"""What the site's _static/live/ holds: the interpreter, the packs, and manifest.json, which says what is what."""

import gzip
import hashlib
import json
import shutil
import zipfile
from pathlib import Path

from live import licences, needs, packs
from live.strip import stripped
from live.wheel import BINARY, wheel

ROOT = Path(__file__).parents[1]
PARTS = {  # what is made at once, and of which files, the wheel apart
    "python": ("live/*.py", "live/*.txt", "live/strip.json"),
    "book": ("live/packs.py", "live/guest/*.py", "nnlib/**/*.py", "nnlib/data/experiments/*"),
    "mnist": ("live/packs.py", "nnlib/data/mnist/*"),
}


def key(patterns):
    """A sum of the files' names and contents."""
    found = hashlib.sha256()
    for file in sorted({file for pattern in patterns for file in ROOT.glob(pattern)}):
        found.update(f"{file.relative_to(ROOT)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return found.hexdigest()


def made(part, cache):
    """The files of a part by name, compressed; the wheel is kept in the cache."""
    if part == "python":
        path = wheel(cache)
        binary = gzip.compress(stripped(zipfile.ZipFile(path).read(BINARY)), mtime=0)
        return {"python.wasm.gz": binary, **packed(packs.python(path)), "licences.html": licences.page(path).encode()}
    return packed(packs.book() if part == "book" else packs.mnist())


def packed(found):
    return {f"{name}.pack.gz": packs.packed(files) for name, files in found.items()}


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
        The manifest: wasm and packs (file, bytes, and plain: those unzipped), asks, build (a sum), and by page
        needs and away (needs.py).
    """
    cache, out, keys = Path(cache), Path(out), {part: key(patterns) for part, patterns in PARTS.items()}
    for part, sources in keys.items():
        folder = cache / part
        if not (folder / sources).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for name, content in made(part, cache).items():
                (folder / name).write_bytes(content)
            (folder / sources).touch()  # written last: a part that was half made is made again
    out.mkdir(parents=True, exist_ok=True)
    files = {}
    for file in sorted(cache.glob("*/*.*")):
        content = file.read_bytes()
        (out / file.name).write_bytes(content)
        if file.suffix == ".gz":  # which ends with the length of what it holds
            files[file.name.split(".")[0]] = {"file": file.name, "bytes": len(content),
                                              "plain": int.from_bytes(content[-4:], "little")}
    keys["worker"] = key(["live/page/worker/*.js"])  # a reader's browser keeps it beside them
    manifest = {"wasm": files.pop("python"), "packs": files,
                "asks": needs.ASKS, "build": hashlib.sha256("".join(keys.values()).encode()).hexdigest()[:16],
                "needs": {name: needs.packs(notebook) for name, notebook in chapters.items()},
                "away": {name: needs.away(notebook) for name, notebook in chapters.items()}}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return manifest
