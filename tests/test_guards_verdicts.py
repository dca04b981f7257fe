"""The report sets what a section decides beside what it asserts."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from guards import verdicts


def test_the_report_sets_sentences_beside_assertions():
    printed = new_output("stream", name="stdout", text="claim: it is | holds | s\n3\n")
    cells = [new_markdown_cell("# Title\n\nA curve. It never falls, and $x$ is 1.\n\n## Two\n\nThis is the best."),
             new_code_cell("a = 1\nassert (a > 0).all()", outputs=[printed]),
             new_markdown_cell("Plain words.\n\n```{exercise}\nWhich is best?\n```\n\n## Three\n\nAll fail.\n"
                               "## Four\n\nA cat.")]
    assert "\n".join(verdicts.report("p", new_notebook(cells=cells))).splitlines() == [
        "", "Title", "  cell 1: It never falls, and x is 1.", "  asserted: nothing",
        "", "Two", "  cell 1: This is the best.", "  asserted in cell 2: (a > 0).all()",
        "  asserted in cell 2: claim: it is | holds | s",
        "", "Three", "  cell 3: All fail.", "  asserted: nothing"]
