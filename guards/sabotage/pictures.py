"""Stored figures: two swapped, a curve moved, a letter changed, by hand or as a new run would draw them."""

import re
from contextlib import contextmanager

from guards import figures
from guards.book import parsed
from guards.sabotage.trial import Edit, Kind, by_guard, shuffled, with_cell

SVG = "image/svg+xml"
CURVE = re.compile(r'(<g id="line2d_\d+">\s*<path d=")([^"]*L[^"]*)"')
LETTER = re.compile(r'(<use xlink:href="#DejaVuSans-)([0-9a-f]+)"')


def places(book):
    """Path, cell, place of the output and MIME type of each picture."""
    for path, place, cell in book.cells():
        for k, output in enumerate(cell.get("outputs", [])):
            yield from ((path, place, k, mime) for mime in output.get("data", {}) if mime.startswith("image/"))


def moved(svg, rng):
    """The picture with one curve moved by 1 to 20 points."""
    curves = list(CURVE.finditer(svg))
    if not curves:
        return None
    curve = rng.choice(curves)
    shift, axis = round(rng.choice([-1, 1]) * rng.uniform(1, 20), 2), rng.choice([0, 1])
    count = iter(range(10**9))
    path = re.sub(r"-?\d+(?:\.\d+)?", lambda it: f"{float(it[0]) + shift * (next(count) % 2 == axis):.6f}", curve[2])
    return f"a curve moved by {shift} points {'down' if axis else 'right'}", (
        svg[:curve.start(2)] + path + svg[curve.end(2):])


def respelt(svg, rng):
    """The picture with another letter in one of its texts."""
    letters = list(LETTER.finditer(svg))
    others = sorted({letter[2] for letter in letters})
    if len(others) < 2:
        return None
    letter = rng.choice(letters)
    new = rng.choice([other for other in others if other != letter[2]])
    return f"letter {new}, was {letter[2]}", svg[:letter.start(2)] + new + svg[letter.end(2):]


def edits(book, rng):
    pictures = list(places(book))
    for path, place, k, mime in shuffled(pictures, rng):
        outputs = parsed(book.texts[path]).cells[place - 1].outputs
        others = [other for other in pictures if other[0] == path and other[3] == mime and other[1] != place]
        how = rng.choice([swap, moved, respelt])
        if how is swap and others:
            yield swap(book, path, place, k, rng.choice(others))
        elif how is not swap and mime == SVG and (made := how(outputs[k].data[mime], rng)):
            what, new = made
            yield Edit(path, place, "the stored figure", what, pasted(book.texts[path], place, k, mime, new))


def pasted(text, place, k, mime, picture):
    """A notebook's text with another picture in one of its outputs."""
    return with_cell(text, place, lambda cell: cell.outputs[k].data.update({mime: picture}))


def swap(book, path, place, k, other):
    """An edit that exchanges a picture with another one of its chapter."""
    _, there, i, mime = other
    cells = parsed(book.texts[path]).cells
    one, two = cells[place - 1].outputs[k].data[mime], cells[there - 1].outputs[i].data[mime]
    text = pasted(pasted(book.texts[path], place, k, mime, two), there, i, mime, one)
    return Edit(path, place, "the stored figure", f"that of cell {there}", text)


@contextmanager
def check(book):
    """The guard, as nothing ran; for curves and letters also what nbval says of a run that draws them so."""
    with by_guard(figures.faults)(book) as by_hand:
        def noticed(edit):
            cell, drawn = (parsed(text).cells[edit.cell - 1] for text in (book.texts[edit.path], edit.text))
            return by_hand(edit) and figures.change(cell, drawn.outputs) is not None
        yield noticed


KINDS = (Kind("figures", 10, 0.95, edits, check),)
