"""Two pictures compared as a reader sees them: same elements, same texts, and no curve more than half a point away.

The last digits of an SVG differ between processors, and with them the ids and the number of corners that Matplotlib
keeps of a curve. So ids are only counted, and a curve is compared with a curve, not a corner with a corner.
"""

import base64
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

import numpy as np

WITHIN = 0.5  # points (1/72 inch) that an element or a curve may move
SHADES = 2  # of 255: how much of a colour rounding may change
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
PLACES = ("x", "y", "width", "height", "cx", "cy", "r")


@dataclass
class Element:
    """One element of an SVG: what must be equal, what may move a little, its path and its pixels, if it has any."""

    group: str  # the nearest named part of the figure, such as "line2d_3", for people
    equal: list  # of (name, value)
    places: list = field(default_factory=list)
    path: str = ""
    pixels: np.ndarray | None = None


def numbers(text):
    return np.array(NUMBER.findall(text), dtype=float)


def pixels(png):
    """The colours of a PNG in base64, 0 to 255, of shape (rows, columns, channels)."""
    from matplotlib.image import imread  # takes a fifth of a second, which most tests need not wait for

    return 255 * imread(io.BytesIO(base64.b64decode(png)), format="png")


def elements(svg):
    """The elements of an SVG in order; comments, too, in which Matplotlib writes the texts that it draws as paths."""
    found: list[Element] = []
    names: dict[str, int] = {}

    def named(name):
        return names.setdefault(name, len(names))

    def walk(node, group):
        if node.tag is ET.Comment:
            found.append(Element(group, [("text", node.text.strip())]))
            return
        tag = node.tag.rpartition("}")[2]
        if tag == "metadata":
            return
        if tag == "g":
            group = node.get("id", group)
        here = Element(group, [("element", tag), ("text", (node.text or "").strip())])
        found.append(here)
        for key, value in sorted(node.attrib.items()):
            key = key.rpartition("}")[2]
            if key == "id":
                named(value)
            elif reference := re.fullmatch(r"(?:url\()?#(.*?)\)?", value):
                here.equal.append((key, named(reference[1])))
            elif key == "href":
                here.pixels = pixels(value.partition("base64,")[2])
            elif key == "d":
                here.path = value
                here.equal.append((key, re.sub(r"[\sLz]", "", NUMBER.sub("", value))))
            elif key in PLACES or key == "transform":
                loose = re.compile(".*" if key in PLACES else r"translate\(.*?\)")  # to turn or scale is no small move
                here.places += [number for part in loose.findall(value) for number in numbers(part)]
                here.equal.append((key, loose.sub(lambda part: NUMBER.sub("#", part[0]), value)))
            else:
                here.equal.append((key, value))
        for child in node:
            walk(child, group)

    walk(ET.fromstring(svg, parser=ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))), "figure")
    return found


def far(points, line):
    """The largest distance of one of the points, (n, 2), from a broken line through m corners, (m, 2)."""
    start, along = line[:-1], np.diff(line, axis=0)
    from_start = points[:, None] - start
    length = np.maximum((along * along).sum(axis=-1), 1e-12)
    part = np.clip((from_start * along).sum(axis=-1) / length, 0, 1)  # (n, m - 1): of the way, for the nearest point
    return np.sqrt(((from_start - part[..., None] * along) ** 2).sum(axis=-1).min(axis=1)).max()


def lines(path):
    """The corners of each piece of a path, (n, 2); a closed piece (z) ends where it starts."""
    for piece in path.split("M")[1:]:
        corners = numbers(piece).reshape(-1, 2)
        yield np.vstack([corners, corners[:1]]) if "z" in piece or len(corners) == 1 else corners


def apart(stored, new):
    """How far two paths of as many pieces are apart, each piece from its partner and its partner from it."""
    worst = 0.0
    for a, b in zip(lines(stored), lines(new)):
        near = np.abs(a - b).max() if len(a) == len(b) else np.inf  # corner from corner: the lines cannot be farther
        worst = max(worst, near if near <= WITHIN else max(far(a, b), far(b, a)))
    return worst


def told(element, other):
    """What of an element the other one does not have."""
    return ", ".join(f"{key} {value!r}" for key, value in element.equal if (key, value) not in other.equal) or "nothing"


def differ(stored, new):
    """What tells two PNGs apart, as arrays of pixels, or None."""
    if stored.shape != new.shape:
        return f"stored {stored.shape[1]} x {stored.shape[0]} pixels, new {new.shape[1]} x {new.shape[0]}"
    changed = (np.abs(stored - new) > SHADES).any(axis=-1)
    return f"{changed.sum()} of {changed.size} pixels have another colour" if changed.any() else None


def drawn_by(svg):
    """Which Matplotlib drew it: another one places everything a little differently."""
    return re.findall(r"Matplotlib v[\w.]+|$", svg)[0]


def difference(mime, stored, new, within=WITHIN):
    """What a reader sees of the difference of two pictures, or None.

    Parameters
    ----------
    mime : str
        "image/svg+xml" or "image/png".
    stored, new : str
        The pictures, as a notebook stores them.
    within : float
        Points by which an element or a curve may move.
    """
    if stored == new:
        return None
    if mime != "image/svg+xml":
        return differ(pixels(stored), pixels(new))
    old, now = elements(stored), elements(new)
    for a, b in zip(old, now):
        if a.equal != b.equal:
            return f"in {a.group}, stored {told(a, b)}, new {told(b, a)}"
        moved = max(np.abs(np.subtract(a.places, b.places)).max(initial=0), apart(a.path, b.path))
        if moved > within:
            return f"in {a.group}, something moved by {moved:.2g} points"
        if a.pixels is not None and (wrong := differ(a.pixels, b.pixels)):
            return f"in {a.group}, {wrong}"
    return None if len(old) == len(now) else f"stored {len(old)} elements, new {len(now)}"
