"""`make verdicts ONLY=02_sigmoid`: what a page decides about its experiments, beside what it asserts.

For each section the sentences with a deciding word, and below them the assertions and claims that could refute them; at
the end the numbers of one digit that stand nowhere near. A list of words cannot judge, so this is read, and nothing
turns red.
"""

import ast
import re
import sys
import textwrap

from guards import reading, words
from guards.book import Book

DECIDING = re.compile(r"\b(?:best|worst|better|every|all|any|none|no|nothing|never|always|at most|at least|only|cures?|"
                      r"matters?|proves?|cannot|needs?|must|fails?|wins?|same)\b", re.IGNORECASE)


def sentences(markdown):
    """The sentences with a deciding word; not of exercises' questions."""
    text = reading.plain(re.sub(r"^`{3,}\{exercise\}.*?^`{3,}", "", markdown, flags=re.MULTILINE | re.DOTALL))
    return [sentence.strip() for sentence in re.split(r"(?<=[.!?]) (?=\W*[A-Z])|\|", text) if DECIDING.search(sentence)]


def assertions(cell):
    """What a code cell asserts, and what it claims."""
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.Assert):
            yield ast.unparse(node.test)
    for output in cell.outputs:
        yield from re.findall(r"^claim: .*$", output.get("text", ""), re.MULTILINE)


def report(path, notebook):
    """Yield the lines of the report on a page, section by section."""
    sections: list[tuple] = [(path, [], [])]
    for place, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            sections[-1][2].extend(entry(f"asserted in cell {place}", test) for test in assertions(cell))
            continue
        before, *pieces = re.split(r"^#{1,2} (.*)", cell.source, flags=re.MULTILINE)
        for title, text in [(None, before), *zip(pieces[::2], pieces[1::2])]:
            if title:
                sections.append((title, [], []))
            sections[-1][1].extend(entry(f"cell {place}", sentence) for sentence in sentences(text))
    for title, deciding, deciders in sections:
        if deciding:
            yield from [f"\n{title}", *deciding, *(deciders or ["  asserted: nothing"])]


def entry(place, text):
    return textwrap.fill(f"{place}: {text}", 118, initial_indent="  ", subsequent_indent="      ")


def main(chosen):
    book = Book.read()
    for path, notebook in book.notebooks.items():
        if words.page_of(path).startswith(chosen):
            print("\n".join(report(path, notebook)))
    print("\nNumbers of one digit that stand nowhere near:")
    for number in words.unknown(book):
        if number.digits == 1 and words.page_of(number.path).startswith(chosen):
            print(entry(f"{words.page_of(number.path)}, cell {number.cell}, {number.kind}", number.words))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
