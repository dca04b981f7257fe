"""Code that is changed and not run; claims whose tolerance is widened, or whose published number is changed."""

import ast
import contextlib
import io
import keyword
import re
import tokenize
from contextlib import contextmanager

from guards import claims, figures
from guards.book import parsed
from guards.sabotage.trial import Edit, Kind, around, by_guard, other_digit, replaced, shuffled, with_cell, with_source
from nnlib.claims import ClaimError, claim

OPERATORS = ["+", "-", "*", "/", "**", "@", "<", ">", "<=", ">=", "==", "!="]
LINE = re.compile(r"^claim: (.*?) \| published (\S+) \| ours (\S+) \| tolerance (\S+)"
                  r"((?: \| (?:spread|scale) [^|\n]*)*) \| (reproduces|does not reproduce) \| (.*)$", re.MULTILINE)


def code_cells(book):
    return (found for found in book.cells() if found[2].cell_type == "code")


def tokens(source):
    """Numbers, names and operators, with where they start and end; no comments, no strings."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        named = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
        if token.type == tokenize.NUMBER or named or token.string in OPERATORS:
            kind = "number" if token.type == tokenize.NUMBER else "name" if named else "operator"
            (row, start), (_, end) = token.start, token.end
            yield kind, token.string, starts[row - 1] + start, starts[row - 1] + end


def code(book, rng):
    places = [(path, place, token) for path, place, cell in code_cells(book) for token in tokens(cell.source)]
    for path, place, (kind, old, start, end) in shuffled(places, rng):
        source = parsed(book.texts[path]).cells[place - 1].source
        names = sorted({word for what, word, *_ in tokens(source) if what == "name"})
        others = [word for word in (OPERATORS if kind == "operator" else names) if word != old] or [""]
        new = other_digit(old, rng) if kind == "number" else rng.choice(others)
        yield Edit(path, place, around(source, start, end), new or "nothing",
                   with_source(book.texts[path], place, replaced(source, start, end, new)))


# ---- Claims: the call is changed, and the lines that it printed as a run would ----


def calls(cell):
    """Each call of claim with its printed lines, where it is plain which are whose: one call, or as many as lines."""
    tree = ast.parse(cell.source)
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and claims.called(node) == "claim"]
    found = sorted((node for node in found if {"published", "tolerance"} <= {word.arg for word in node.keywords}),
                   key=lambda node: node.lineno)
    lines = list(LINE.finditer("".join(output.get("text", "") for output in cell.outputs)))
    if len(found) == 1 and lines:
        yield found[0], lines
    elif len(found) == len(lines):
        yield from ((node, [line]) for node, line in zip(found, lines))


def span(source, node):
    """Where an expression starts and ends in a source."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    ends = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
    return tuple(len(source.encode()[:end].decode()) for end in ends)


def widened(path, place, cell, text, node, lines, rng):
    """The tolerance is multiplied by 10 to 1600."""
    given = {word.arg: word.value for word in node.keywords}
    start, end = span(cell.source, given["tolerance"])
    times, old = rng.choice([10, 20, 50, 100, 400, 1600]), cell.source[start:end]
    new = f"{claims.number(given['tolerance']) * times:.12g}" if claims.number(given["tolerance"]) is not None else (
        f"{times} * ({old})")
    return rewritten(path, place, cell, text, replaced(cell.source, start, end, new), lines,
                     lambda line: (line[2], f"{float(line[4]) * times:.12g}"), f"tolerance {old}", new)


def misquoted(path, place, cell, text, node, lines, rng):
    """A digit of a published number is changed; None where it is not written in the call."""
    start, end = span(cell.source, next(word.value for word in node.keywords if word.arg == "published"))
    old = cell.source[start:end]
    if len(lines) != 1 or not re.fullmatch(r"-?[\d.]+", old):
        return None
    new = other_digit(old, rng)
    return rewritten(path, place, cell, text, replaced(cell.source, start, end, new), lines,
                     lambda line: (f"{float(new):.12g}", line[4]), f"published {old}", new)


def rewritten(path, place, cell, text, source, lines, numbers, old, new):
    printed = {line[0]: line[0].replace(f"published {line[2]} |", f"published {numbers(line)[0]} |").replace(
        f"tolerance {line[4]} |", f"tolerance {numbers(line)[1]} |").replace(
        f"tolerance {line[4]}{line[5]} |", f"tolerance {numbers(line)[1]}{line[5]} |") for line in lines}

    def change(it):
        it.source = source
        for output in it.outputs:
            if "text" in output:
                output.text = "\n".join(printed.get(line, line) for line in output.text.split("\n"))
    return Edit(path, place, f"{old} ({lines[0][1]})", new, with_cell(text, place, change))


def numbers_of_claims(book, rng):
    places = [(path, place, cell, node, lines) for path, place, cell in code_cells(book) if "claim(" in cell.source
              for node, lines in calls(cell)]
    for path, place, cell, node, lines in shuffled(places, rng):
        if float(lines[0][4]) == 0:
            continue
        for how in shuffled([widened, misquoted], rng):
            if edit := how(path, place, cell, book.texts[path], node, lines, rng):
                yield edit
                break


def refused(cell):
    """Whether `claim` raises for what a cell printed."""
    for line in LINE.finditer("".join(output.get("text", "") for output in cell.outputs)):
        text, published, ours, tolerance, bounds, verdict, source = line.groups()
        given = dict(part.split(" ", 1) for part in bounds.split(" | ") if part)
        size, _, whose = given.get("scale", "").partition(", ")
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                claim(text, ours=float(ours), published=float(published), tolerance=float(tolerance), source=source,
                      reproduces=verdict == "reproduces", spread=float(given["spread"]) if "spread" in given else None,
                      scale=(float(size), whose) if size else None)
        except (ClaimError, ValueError):
            return True
    return False


@contextmanager
def check_claims(book):
    """The guard, and `claim` itself, which a run would ask."""
    with by_guard(claims.faults)(book) as by_text:
        yield lambda edit: by_text(edit) or refused(parsed(edit.text).cells[edit.cell - 1])


KINDS = (Kind("code", 10, 0.95, code, by_guard(figures.faults)),
         Kind("claims", 8, 0.95, numbers_of_claims, check_claims))
