"""What a chapter says to type, as its notebook has it.

A Markdown cell with the tag framework-torch, framework-keras or framework-jax holds one block of Python that leaves its
result in `answer`: a number or an array. The nearest code cell above with the tag framework-nnlib leaves nnlib's there.
Both run on their own, imports included.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np

CHAPTERS = Path(__file__).parents[1] / "chapters"
RESULTS = Path(__file__).with_name("results.json")
FRAMEWORKS = ("torch", "keras", "jax")
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Snippet:
    """One call: where it stands (the cell's id and place, from 1), in which framework, its code, and nnlib's."""

    chapter: str
    cell: str
    place: int
    framework: str
    code: str
    ours: str

    @property
    def fingerprint(self) -> str:
        """The SHA-256 sum of both codes: a stored result belongs to them and to nothing else."""
        return hashlib.sha256(f"{self.code}\0{self.ours}".encode()).hexdigest()


def answer(code):
    """What a piece of code leaves in `answer`, as a list of floats."""
    names = {}
    exec(compile(code, "<snippet>", "exec"), names)
    return np.asarray(names["answer"], dtype=float).ravel().tolist()


def snippets(folder=CHAPTERS):
    """Every snippet of the chapters in a folder, in the order of the book."""
    for path in sorted(Path(folder).glob("*.ipynb")):
        ours = None
        for place, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1):
            tags = set(cell.metadata.get("tags", []))
            if "framework-nnlib" in tags:
                ours = cell.source
            for framework in FRAMEWORKS:
                if f"framework-{framework}" in tags:
                    blocks = BLOCK.findall(cell.source)
                    if len(blocks) != 1 or ours is None:
                        raise ValueError(f"chapters/{path.name}, cell {place}: a snippet is one block of Python below "
                                         f"a code cell tagged framework-nnlib, got {len(blocks)} blocks")
                    yield Snippet(path.stem, cell.id, place, framework, blocks[0], ours)
