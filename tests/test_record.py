"""The book's record: every statement of the sources and every claim printed by a notebook is on its page."""

import csv
import html
import re
from pathlib import Path

import nbformat
import pytest
import record
import toc
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).parent.parent

PRINTED = [line.removeprefix("claim: ") for path in toc.notebooks()[0]
           for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])
           for line in output.get("text", "").splitlines() if line.startswith("claim: ")]


def test_what_a_cell_answers_and_prints_is_found(tmp_path):
    said = "first\nclaim: a | published 1 | ours 2 | tolerance 3 | does not reproduce | x\nclaim: b | holds | y\n"
    cells = [new_code_cell("1", id="one", metadata={"tags": ["S1-07", "hide-input"]}),
             new_code_cell("2", id="two", outputs=[new_output("stream", name="stdout", text=said)])]
    nbformat.write(new_notebook(cells=cells), tmp_path / "99_x.ipynb")
    assert list(record.code_cells("99_x", tmp_path)) == [
        (["s1-07"], []),
        (["two"], [["a", "published 1", "ours 2", "tolerance 3", "does not reproduce", "x"], ["b", "holds", "y"]])]
    assert list(record.code_cells("glossary", tmp_path)) == []


@pytest.mark.parametrize("docname, called", [("chapters/02_sigmoid", "chapter 2"), ("chapters/A_bugs", "appendix A")])
def test_chapters_are_called_as_readers_call_them(docname, called):
    assert record.place(record.number_of(docname)) == called


def entries(site, page):
    """The text of each entry of a page, without what Sphinx sets in its own way: spaces, quotes, dashes, dots."""
    source = (site / "chapters" / f"{page}.html").read_text(encoding="utf-8")
    entries = re.findall(r"<dt.*?</dd>", source, re.DOTALL)
    return [plain(html.unescape(re.sub(r"<[^>]+>", "", entry))) for entry in entries]


def plain(text):
    return re.sub(r"[\s'\"‘’“”.…–—-]", "", text)


def test_every_statement_is_checked(site):
    found = {entry[:4]: entry for entry in entries(site, "fact_check")}
    with open(ROOT / "chapters" / "claims.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(found) == len(rows) == 274
    for row in rows:
        entry = found[plain(row["id"])]
        assert plain(row["claim"]) in entry and plain(row["what_holds"]) in entry
        written = list(ROOT.glob(f"chapters/{row['chapter']}_*.ipynb"))
        assert ("stilltocome" in entry) != bool(written), f"{row['id']}: {entry[:60]}"


def test_the_front_page_counts_the_statements(site):
    """From claims.csv, so that it need not be told."""
    with open(ROOT / "chapters" / "claims.csv", encoding="utf-8", newline="") as file:
        verdicts = [row["verdict"] for row in csv.DictReader(file)]
    front = re.sub(r"<[^>]+>", "", (site / "intro.html").read_text(encoding="utf-8"))
    assert f"into {len(verdicts)} statements" in front
    for verdict in ("true", "imprecise", "false"):
        assert f"{verdicts.count(verdict)} are {verdict}" in front
    assert f"the code behind {sum(verdict.startswith('code') for verdict in verdicts)} more" in front


def test_every_claim_is_listed(site):
    found = entries(site, "reproductions")
    assert len(found) == len(PRINTED) > 0
    for claim in PRINTED:
        parts = [plain(part) for part in claim.split(" | ")]
        assert any(all(part in entry for part in parts) for entry in found), claim
