"""The copies that `make lab` opens: `python _ext/reading.py _build/html reading`.

A reader may write in them. A copy in which something was written is never overwritten: when the book has a new edition
of that chapter, a line says so. What was put into the folder stands in a list there, by checksum.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

LIST = ".exported.json"


def checksum(data):
    return sha256(data).hexdigest()


def renew(editions, folder):
    """Put every notebook of `editions` into the folder, except where a reader has written. Return those left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / LIST
    exported = json.loads(book.read_text(encoding="utf-8")) if book.exists() else {}
    kept = []
    for edition in sorted(editions):
        copy, data = folder / edition.name, edition.read_bytes()
        there = checksum(copy.read_bytes()) if copy.exists() else None
        if there == checksum(data):
            exported[copy.name] = there
        elif there in (None, exported.get(copy.name)):
            copy.write_bytes(data)
            exported[copy.name] = checksum(data)
            NotebookNotary().sign(nbformat.read(copy, as_version=4))    # else JupyterLab shows none of its stored SVGs
        elif exported.get(copy.name) != checksum(data):
            kept.append(copy)
    book.write_text(json.dumps(exported, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return kept


def main(site, folder):
    for copy in renew(Path(site).glob("_sources/chapters/*.ipynb"), Path(folder)):
        print(f"{copy} holds what you wrote and stays; the book has a newer edition: rename yours to get that as well")


if __name__ == "__main__":
    main(*sys.argv[1:])
