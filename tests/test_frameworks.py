"""The calls of PyTorch, Keras and JAX that chapters show: each has run as printed, and agreed with nnlib."""

import json

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from frameworks.snippets import RESULTS, answer, snippets

STORED = {(row["chapter"], row["cell"]): row for row in json.loads(RESULTS.read_text(encoding="utf-8"))}
SNIPPETS = list(snippets())
PRECISION = 1e-5  # single precision, in which the frameworks compute unless told otherwise


def problem(snippet, stored):
    """What is wrong with the stored result of a snippet, or None."""
    where = f"chapters/{snippet.chapter}.ipynb, cell {snippet.place}"
    row = stored.get((snippet.chapter, snippet.cell))
    if row is None or row["sha256"] != snippet.fingerprint:
        return f"{where}: not run as it stands; run `make frameworks`"
    ours = answer(snippet.ours)
    if not np.allclose(row["ours"], ours, rtol=1e-12) or np.shape(row["theirs"]) != np.shape(ours) or not np.allclose(
            row["theirs"], ours, rtol=PRECISION, atol=0):
        return (f"{where}: stored {row['framework']} {row['theirs']} and nnlib {row['ours']}, new nnlib {ours}; "
                "if that is right, run `make frameworks`")
    return None


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: f"{snippet.chapter}-{snippet.cell}")
def test_a_call_has_run_as_printed_and_agreed_with_nnlib(snippet):
    assert problem(snippet, STORED) is None


def test_every_stored_result_belongs_to_a_call():
    assert set(STORED) == {(snippet.chapter, snippet.cell) for snippet in SNIPPETS}


@pytest.fixture
def sample(tmp_path):
    """A snippet in a chapter of its own, and its result."""
    cells = [new_code_cell("answer = 2.0", metadata={"tags": ["framework-nnlib"]}),
             new_markdown_cell("In PyTorch:\n\n```python\nanswer = 1 + 1\n```\n", id="call",
                               metadata={"tags": ["framework-torch"]})]
    nbformat.write(new_notebook(cells=cells), tmp_path / "99_x.ipynb")
    snippet, = snippets(tmp_path)
    row = {"framework": "torch", "sha256": snippet.fingerprint, "theirs": [2.0], "ours": [2.0]}
    return snippet, row


def test_a_valid_result_passes(sample):
    snippet, row = sample
    assert snippet.code == "answer = 1 + 1\n" and problem(snippet, {("99_x", "call"): row}) is None


@pytest.mark.parametrize("damage, said", [
    ({"sha256": "0"}, "not run as it stands"),
    ({"theirs": [2.001]}, "stored torch"),
    ({"theirs": [2.0, 2.0]}, "stored torch"),
    ({"theirs": [float("nan")]}, "stored torch"),
    ({"ours": [2.001]}, "stored torch"),
])
def test_damage_is_seen(sample, damage, said):
    snippet, row = sample
    assert said in problem(snippet, {("99_x", "call"): row | damage})
    assert "not run" in problem(snippet, {})
