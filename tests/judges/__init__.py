"""What the explorables show on an open page, read back in the units of their axes; test_explorables.py uses it.

Each explorable has a module here: a subclass of `Live` that says what its controls are, checks all that is said and
drawn against nnlib, and lists changes of the code that these checks must notice.
"""

import json
import re

import numpy as np
import pytest

pytest.register_assert_rewrite(*(f"judges.{name}" for name in (  # failures say more
    "activations", "depth", "descent", "evidence", "floats", "graph", "kink", "lasso", "masks", "neuron", "ridge",
    "survival", "validation", "xor")))

# All that an explorable shows, in one go: its controls, its words, and its tick marks, lines and points in pixels of
# the screen. A line may have several pieces; their points follow one another.
READ = r"""([live, drawn, levels]) => {
    const plain = (el) => el.textContent.replaceAll("\u2212", "-");
    const at = (el, pairs) => {
        const screen = el.getScreenCTM();
        return pairs.map(([x, y]) => [screen.a * x + screen.c * y + screen.e, screen.b * x + screen.d * y + screen.f]);
    };
    const pairs = (d) => (d.match(/-?[\d.]+ -?[\d.]+/g) ?? []).map((pair) => pair.split(" ").map(Number));
    const plot = (svg) => {
        const all = (selector) => [...svg.querySelectorAll(selector)];
        const ticks = (axis) => all(`.tick.${axis}`)
            .map((el) => [...at(el, [[0, 0]])[0], Number(el.dataset.value), plain(el)]);
        const marks = all("circle:not(.handle *), .handle, .below, .goal").filter((el) => el.checkVisibility())
            .map((el) => [el.getAttribute("class") ?? "dot", null, at(el, [[0, 0]])]);
        const lines = all(`path:not(.below, .goal${levels ? "" : ", .level"})`)
            .map((el) => [el.getAttribute("class"), el.dataset.value ?? null, at(el, pairs(el.getAttribute("d")))]);
        const titles = all(".title, .label").map(plain).filter(Boolean);
        return { x: ticks("x"), y: ticks("y"), marks, lines, titles };
    };
    const words = (label) => [...label.childNodes].filter((node) => node.nodeType === 3)
        .map((node) => node.data).join("");
    const controls = [...live.querySelectorAll("select, input")].map((el) => {
        const label = el.closest("label"), shown = label.querySelector(".shown");
        const value = el.tagName === "SELECT" ? el.value : el.valueAsNumber;
        return [words(label), value, shown && plain(shown), el.disabled];
    });
    const legends = [...live.querySelectorAll(".legend span")]
        .map((el) => [el.querySelector("path").getAttribute("class"), plain(el)]);
    const said = live.querySelector("[role=status]");
    return JSON.stringify({
        controls, legends, plots: drawn ? [...live.querySelectorAll("svg.plot")].map(plot) : [],
        words: (said.children.length ? [...said.children] : [said]).map(plain),
    });
}"""
POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?"


class Plot:
    """One picture: its lines and marks in the units of its axes."""

    def __init__(self, seen):
        self.ticks = [[(tick[i], tick[2], tick[3]) for tick in seen[axis]] for i, axis in enumerate("xy")]
        self.axes = [np.polyfit([t[0] for t in ticks], [t[1] for t in ticks], 1) for ticks in self.ticks]
        self.marks = {}
        for kind, _, points in seen["marks"]:
            self.marks.setdefault(kind, []).extend(self._data(points).tolist())
        self.all = [(kind, value, self._data(points)) for kind, value, points in seen["lines"]]
        self.lines = {kind: points for kind, _, points in self.all}
        self.titles = tuple(seen["titles"])

    def _data(self, points):
        pixels = np.reshape(points, (-1, 2)).T
        return np.column_stack([np.polyval(axis, row) for axis, row in zip(self.axes, pixels)])

    def pixels(self, *point):
        """Where on the screen a point of the data is."""
        return [((x - offset) / slope).item() for x, (slope, offset) in zip(point, self.axes)]

    @property
    def window(self):
        """The lowest and highest tick mark of each axis."""
        return [(min(t[1] for t in ticks), max(t[1] for t in ticks)) for ticks in self.ticks]

    def check_ticks(self, logarithmic):
        for *_, number, text in self.ticks[0]:
            assert float(text) == number
        for *_, number, text in self.ticks[1]:
            assert float(text) == number if not logarithmic else text == "1" if number == 0 else (
                text[:2] == "10" and float(text[2:].translate(POWERS)) == number)


class Live:
    """An explorable on an open page. What stands here in capitals is each explorable's own."""

    NAME = ""
    TITLES: tuple[tuple[str, ...], ...] = ()  # of each plot, and the labels of its axes
    LEGENDS: tuple[tuple[str, str], ...] = ()  # the kinds of line that are named, and how
    CONTROLS: tuple[str, ...] = ()  # the labels of all choices and sliders, in the order of the Tab key
    BUTTONS: tuple[str, ...] = ()
    LISTS: dict[str, list] = {}  # the values of the sliders that go along a list
    STATES: tuple[dict, ...] = ()  # to try beside the first one; a control's label, or its place among all
    PICKS: dict[int, tuple[str, ...]] = {}  # the sliders that are set by clicks and drags, in each plot
    TELLING: dict = {}  # the state in which something broken shows
    BROKEN: dict[str, tuple[str, str, str]] = {}  # file, what stands there, what to put in its place

    def __init__(self, page):
        self.page = page
        self.live = page.locator(".explorable-live")
        self.controls = self.live.locator("select, input")
        self.buttons = self.live.locator("button")
        self.plots = self.live.locator("svg.plot")

    def read(self, drawn=True, levels=False):
        """With what is drawn, if wanted, and with the level lines, which are long."""
        seen = json.loads(self.page.evaluate(READ, [self.live.element_handle(), drawn, levels]))  # text is quicker
        seen["plots"] = [Plot(plot) for plot in seen["plots"]]
        return seen

    def values(self, seen):
        """What the controls are at, in their order."""
        return tuple(self.LISTS[label][int(value)] if label in self.LISTS else value
                     for label, value, *_ in seen["controls"])

    def run(self, function, argument):
        """What a function of the page's JavaScript returns, as text on the way: that is much quicker."""
        text = self.page.evaluate(f"""(argument) => JSON.stringify(({function})(argument), (key, value) =>
            (typeof value === "number" && !Number.isFinite(value) ? String(value) : value))""", argument)
        return json.loads(text)

    @property
    def state(self):
        return self.values(self.read(drawn=False))

    def control(self, label):
        return self.controls.nth(label if isinstance(label, int) else self.CONTROLS.index(label))

    def set(self, changes):
        for label, value in changes.items():
            name = self.CONTROLS[label] if isinstance(label, int) else label
            if name in self.LISTS:
                value = int(np.argmin(np.abs(np.array(self.LISTS[name]) - value)))
            if isinstance(value, str):
                self.control(label).select_option(value)
            else:
                self.control(label).fill(f"{value:g}")

    def check(self):
        """All that is said and drawn, against nnlib. Returns the state."""
        seen = self.read(levels=self.levels())
        assert tuple(label for label, *_ in seen["controls"]) == self.labels(seen)
        assert tuple(plot.titles for plot in seen["plots"]) == self.TITLES
        assert tuple(map(tuple, seen["legends"])) == self.LEGENDS
        state = self.values(seen)
        for value, (label, _, shown, _) in zip(state, seen["controls"]):
            assert shown is None or abs(float(shown) - value) <= 0.006 * abs(value), (label, value, shown)
        for plot, logarithmic in zip(seen["plots"], self.logarithmic(state)):
            plot.check_ticks(logarithmic)
        self.check_content(seen["words"], seen["plots"], *state)
        return state

    def labels(self, seen):
        return self.CONTROLS

    def levels(self):
        """Whether the level lines are to be checked."""
        return True

    def logarithmic(self, state):
        """Which plots have a logarithmic y axis, drawn by exponents; none, unless an explorable says so."""
        return (False,) * len(self.TITLES)

    def check_content(self, words, plots, *state):
        raise NotImplementedError

    def disagreement(self):
        """The largest relative error of each part of the page's mathematics, measured by nnlib's."""
        raise NotImplementedError


def numbers(text):
    return [float(part) for part in re.findall(NUMBER, text)]


def close(found, expected, tolerance=0.012):
    """Numbers in words, of three digits or more precisely."""
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-9)


def error(theirs, ours, floor=1e-300):
    """The largest relative difference; NaN stays NaN, and equal infinities are equal."""
    theirs, ours = np.asarray(theirs, float), np.asarray(ours, float)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.max(np.where(theirs == ours, 0, np.abs(theirs - ours) / np.maximum(np.abs(ours), floor)))
