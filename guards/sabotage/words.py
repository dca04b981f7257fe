"""Numbers of two or more digits in words, and verdicts of statements in claims.csv and in the chapters' tables."""

import csv
import io
import re

from guards import claims, read, words
from guards.formulas.printed import pages
from guards.reading import NUMBER, blank, codeless
from guards.sabotage.trial import Edit, Kind, around, by_guard, other_digit, replaced, shuffled, with_cell, with_source

# No numbers in words, or of one digit: displays, roles, targets, addresses, options, ids of statements, 1/2, 10^-4.
APART = re.compile(r"\$\$.*?\$\$|\{[\w:]+\}`[^`]*`|\]\([^)]*\)|https?://\S+|^(?:`{3,}|:{3,}|:(?!alt)[\w-]+:).*$|"
                   r"\bS\d-\d\d\b|<[^>\s][^>]*>|\\[td]?frac\d\d|10\^|\\[a-zA-Z]+", re.MULTILINE | re.DOTALL)


def said(text):
    """Where numbers of two or more digits stand in Markdown."""
    for match in re.finditer(NUMBER, APART.sub(blank, codeless(text))):
        if len(re.sub(r"^0(?=\.)|e.*|\D", "", match[0]).lstrip("0")) > 1:
            yield match.span()


def places(book):
    """Path, cell, text of prose, caption or alt text, its keys in the cell's metadata, and where a number stands."""
    for path, cell, text in pages(book):
        if path not in words.GENERATED:
            yield from ((path, cell, text, (), span) for span in said(text))
    for path, place, _, keys, text in book.described():
        yield from ((path, place, text, keys, span) for span in said(text))
    tags = {tag for _, _, cell in book.cells() for tag in cell.metadata.get("tags", [])}
    statements = book.texts[claims.STATEMENTS]
    for row in csv.DictReader(io.StringIO(statements)):
        written = row["what_holds"].replace('"', '""')
        start = statements.index(written, statements.index(f"\n{row['id']},"))
        if row["id"] in tags:
            yield from ((claims.STATEMENTS, None, statements, (), (start + a, start + b)) for a, b in said(written))


def numbers(book, rng):
    for path, cell, text, keys, (start, end) in shuffled(places(book), rng):
        new = other_digit(text[start:end], rng)
        if float(re.sub("[,_]", "", new)) == float(re.sub("[,_]", "", text[start:end])):
            continue
        edited = replaced(text, start, end, new)
        if keys:
            whole = with_cell(book.texts[path], cell, put, *keys, edited)
        else:
            whole = with_source(book.texts[path], cell, edited) if cell else edited
        yield Edit(path, cell, around(text, start, end), new, whole)


def put(cell, part, key, text):
    """Change the caption or the alternative text of a cell."""
    cell.metadata.mystnb[part][key] = text


def verdicts(book, rng):
    statements = book.texts[claims.STATEMENTS]
    known = sorted(claims.LETTERS.values())
    rows: list = [(claims.STATEMENTS, None, statements, match) for match in re.finditer(
        rf"^(S\d-\d\d),.*,({'|'.join(known)}),", statements, re.MULTILINE)]
    rows += [(path, cell, text, match) for path, cell, text in pages(book) for match in claims.ROW.finditer(text)
             if match[2] in known or match[2] in claims.SPELLED]  # not one for each of several statements
    for path, cell, text, match in shuffled(rows, rng):
        new = rng.choice([verdict for verdict in known if verdict != claims.SPELLED.get(match[2], match[2])])
        edited = replaced(text, match.start(2), match.end(2), new)
        yield Edit(path, cell, f"{match[1]} {match[2]}", new,
                   with_source(book.texts[path], cell, edited) if cell else edited)


def unread(book):
    """What is wrong with the words, or has not been read."""
    yield from words.faults(book)
    yield from read.faults(book)


KINDS = (Kind("numbers in words", 16, 0.8, numbers, by_guard(unread)),
         Kind("verdicts", 8, 0.95, verdicts, by_guard(claims.faults)))
