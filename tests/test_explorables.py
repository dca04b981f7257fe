"""The explorables: their mathematics is nnlib's, and what they show and draw is their mathematics.

They are tried on a small page that is built for it, opened from disk; the last tests look at the book's own pages.
"""

import contextlib
import gzip
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from nnlib import activations, plotting

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "chapters" / "explorables"
NAMES = [name for name, phi in vars(activations).items() if isinstance(phi, activations.Activation)]
FLOOR = -20  # the product's axis ends at 10^-20

CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions = ["myst_parser", "explorables"]
html_theme = "sphinx_book_theme"
html_theme_options = {{"navbar_persistent": []}}
html_context = {{"default_mode": "auto"}}
language = "en"
"""
FIGURE = """
```{figure} explorables/activations.svg
:figclass: explorable
:alt: Three pictures of the sigmoid
The caption.
```
"""


# ---- A small site: a page with the explorable, and one without ----


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    shutil.copytree(SOURCES, folder / "chapters" / "explorables")
    (folder / "conf.py").write_text(CONF.format(ext=str(ROOT / "_ext")), encoding="utf-8")
    (folder / "index.md").write_text("# Book\n\n```{toctree}\nchapters/page\n```\n", encoding="utf-8")
    (folder / "chapters" / "page.md").write_text(f"# Page\n\n## Try\n{FIGURE}", encoding="utf-8")
    return folder


def build(book, builder="html"):
    command = [sys.executable, "-m", "sphinx", "-b", builder, "-W", "--keep-going", "-q"]
    return subprocess.run([*command, book, book / "_build" / builder], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def small(book):
    pytest.importorskip("sphinx_book_theme", reason="the book's packages are needed: `pip install -e .[book]`")
    done = build(book)
    assert done.returncode == 0, done.stderr
    return book / "_build" / "html"


def added(small):
    """The files that the explorable adds to its page."""
    assets = [set(re.findall(r'(?:src|href)="([^"?#]+)[^"]*"', (small / name).read_text(encoding="utf-8")))
              for name in ("chapters/page.html", "index.html")]
    here, elsewhere = ({Path(link).name for link in links} for links in assets)
    found = (file for name in here - elsewhere for file in small.rglob(name))
    return sorted(file for file in found if file.suffix not in {".html", ".md"})


def test_only_its_own_page_loads_it(small):
    names = {"explorable.css", "explorable.js", "activations.js"}
    assert {file.name for file in added(small)} == {*names, "activations.svg"}
    assert "explorable" not in (small / "index.html").read_text(encoding="utf-8")


def test_weight(small):
    sizes = {file.name: len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in added(small)}
    print("gzipped:", sizes)
    assert sum(sizes.values()) <= 180_000


def test_a_changed_script_reaches_the_page(small, book):
    def seen():
        page = (small / "chapters" / "page.html").read_text(encoding="utf-8")
        copied = (small / "_static" / "explorables" / "activations.js").read_text(encoding="utf-8")
        return re.search(r"explorables/activations\.js\?v=\w+", page)[0], copied

    link, script = seen()
    (book / "chapters" / "explorables" / "activations.js").write_text(script + "// changed\n", encoding="utf-8")
    assert build(book).returncode == 0
    assert seen()[1].endswith("// changed\n") and seen()[0] != link  # another address: no cache gives the old one


def test_a_missing_script_is_reported(small, tmp_path):
    for name in ("conf.py", "index.md", "chapters/page.md", "chapters/explorables/activations.svg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(small.parents[1] / name, tmp_path / name)
    done = build(tmp_path)
    assert done.returncode and "needs chapters/explorables/activations.js, which does not exist" in done.stderr


def test_in_a_single_page_it_is_a_picture(small, book):
    assert build(book, "singlehtml").returncode == 0
    html = (book / "_build" / "singlehtml" / "index.html").read_text(encoding="utf-8")
    assert 'alt="Three pictures of the sigmoid"' in html
    assert "explorable.js" not in html


def test_the_still_picture_is_up_to_date(tmp_path):
    """`python chapters/explorables/activations.py` draws it; numbers differ in their last digits between processors."""
    spec = importlib.util.spec_from_file_location("draw_activations", SOURCES / "activations.py")
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    drawing.save(tmp_path / "new.svg")
    new, stored = (re.sub(r"#?\b[mp][0-9a-f]{10}\b|-?\d+(\.\d+)?", "", path.read_text(encoding="utf-8"))
                   for path in (tmp_path / "new.svg", SOURCES / "activations.svg"))
    assert new == stored, "run `python chapters/explorables/activations.py`"


# ---- In a browser ----


# All that an explorable shows, in one go: its words, and its tick marks, paths and points in pixels of the screen.
READ = r"""(live) => {
    const plain = (el) => el.textContent.replaceAll("\u2212", "-");
    const at = (el, x, y) => {
        const point = new DOMPoint(x, y).matrixTransform(el.getScreenCTM());
        return [point.x, point.y];
    };
    const pairs = (d) => d.match(/-?[\d.]+ -?[\d.]+/g).map((pair) => pair.split(" ").map(Number));
    const plot = (svg) => {
        const all = (selector) => [...svg.querySelectorAll(selector)];
        const ticks = (axis) => all(`.tick.${axis}`)
            .map((el) => [...at(el, 0, 0), Number(el.dataset.value), plain(el)]);
        const corners = (el) => pairs(el.getAttribute("d")).map(([x, y]) => at(el, x, y));
        const paths = all("path:not(.below)").map((el) => [el.getAttribute("class"), corners(el)]);
        const dots = all("circle, .below").filter((el) => el.checkVisibility())
            .map((el) => [el.getAttribute("class") ?? "dot", [at(el, 0, 0)]]);
        return {
            x: ticks("x"), y: ticks("y"),
            shapes: Object.fromEntries([...paths, ...dots]),
        };
    };
    const [select, z, n] = live.querySelectorAll("select, input");
    return JSON.stringify({
        state: [select.value, z.valueAsNumber, n.valueAsNumber],
        words: plain(live.querySelector("[role=status]")),
        shown: [...live.querySelectorAll(".shown")].map(plain).map(Number),
        plots: [...live.querySelectorAll("svg.plot")].map(plot),
    });
}"""
POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def in_data(plot):
    """A plot's shapes in the units of its own tick marks: {kind: points (n, 2)}."""
    axes = [np.polyfit([t[i] for t in plot[key]], [t[2] for t in plot[key]], 1) for i, key in enumerate("xy")]
    return {kind: np.column_stack([np.polyval(axis, pixels) for axis, pixels in zip(axes, np.transpose(points))])
            for kind, points in plot["shapes"].items()}


class Explorable:
    """The explorable on an open page."""

    def __init__(self, page):
        self.page = page
        self.live = page.locator(".explorable-live")
        self.name = page.get_by_role("combobox", name="Activation", exact=True)
        self.z = page.get_by_role("slider", name="Position z", exact=True)
        self.n = page.get_by_role("slider", name="Layers n", exact=True)
        self.plots = [self.live.locator("svg.plot").nth(i) for i in range(3)]

    def read(self):
        return json.loads(self.live.evaluate(READ))  # as text: Playwright is slow with many numbers

    @property
    def state(self):
        return tuple(self.read()["state"])

    def where(self, plot, x):
        """Where on the screen a plot, 0, 1 or 2, has the data x (at half of its height)."""
        marks = self.read()["plots"][plot]["x"]
        box = self.plots[plot].bounding_box()
        return np.interp(x, [t[2] for t in marks], [t[0] for t in marks]).item(), box["y"] + box["height"] / 2

    def check(self):
        """All that is said and drawn, against nnlib. Returns the state: name, z and n."""
        seen = self.read()
        name, z, n = seen["state"]
        phi = getattr(activations, name)
        y, dy = phi(float(z)), phi.derivative(float(z))
        assert seen["shown"] == [z, n]
        check_words(seen["words"], name, z, n, y, dy)
        value, slope, product = map(in_data, seen["plots"])
        check_curve(value["value"], value["dot"], phi, z)
        check_curve(slope["slope"], slope["dot"], phi.derivative, z)
        np.testing.assert_allclose(value["tangent"][:, 0], [z - 2, z + 2], atol=0.02)
        height = np.ptp(value["value"][:, 1])
        np.testing.assert_allclose(value["tangent"][:, 1], [y - 2 * dy, y + 2 * dy], atol=0.01 * height)
        check_product(product, abs(dy), n)
        for plot, logarithmic in zip(seen["plots"], (False, False, True)):
            for *_, number, text in plot["x"]:
                assert float(text) == number
            for *_, number, text in plot["y"]:
                assert float(text) == number if not logarithmic else text == "1" if number == 0 else (
                    text[:2] == "10" and float(text[2:].translate(POWERS)) == number)
        return name, z, n


def check_words(words, name, z, n, y, dy):
    form = re.fullmatch(r"(\w+) at z = (\S+): value (\S+), derivative (\S+)\. After (\d+) layers? (.+)\.", words)
    assert form and (form[1], float(form[2]), int(form[5])) == (name, z, n), words
    assert [float(form[3]), float(form[4])] == pytest.approx([y, dy], rel=6e-4), words
    left, rest = abs(dy) ** n, form[6]
    number = float(re.search(r"\d\S*|$", rest)[0] or "nan")
    if dy == 0:
        assert rest == "nothing of the gradient is left"
    elif left < 1e-300:
        assert rest == "less than 1e-300 of the gradient is left"
    elif left == 1:
        assert rest == "all of the gradient is left"
    elif abs(left - 1) < 0.005:
        assert rest == "the gradient has nearly kept its size"
    else:
        assert number == pytest.approx(left, rel=0.06), words
        assert re.sub(r"\d\S*", "#", rest) == (
            "# of the gradient is left" if left < 1 else "the gradient has grown to # times its size")


def check_curve(curve, dot, f, z, step=0.02):
    x = np.arange(-400, 401) * step
    y = f(x)
    tolerance = 0.004 * max(np.ptp(y), abs(y).max())
    np.testing.assert_allclose(curve[:, 0], x, atol=step / 2)
    np.testing.assert_allclose(curve[:, 1], y, atol=tolerance)
    np.testing.assert_allclose(dot, [[z, f(float(z))]], atol=tolerance, rtol=1e-3)


def check_product(shapes, factor, n):
    counts = np.arange(1, 31)
    with np.errstate(divide="ignore"):
        exponents = counts * np.log10(factor)
    drawn = exponents > FLOOR
    np.testing.assert_allclose(shapes["product"][:, 0], counts, atol=0.02)
    np.testing.assert_allclose(shapes["product"][drawn, 1], exponents[drawn], atol=0.02)
    assert np.all(shapes["product"][~drawn, 1] < FLOOR + 0.02)
    end, kind = [n, max(exponents[n - 1], FLOOR)], "dot" if drawn[n - 1] else "below"
    assert shapes.keys() & {"dot", "below"} == {kind}
    np.testing.assert_allclose(shapes[kind], [end], atol=0.02)
    np.testing.assert_allclose(shapes["tangent"], [[n, 0], end], atol=0.02)


@pytest.fixture
def open_page(browser, small):
    """Open the small page, or another one, from disk; what goes wrong meanwhile fails the test."""
    contexts, wrong = [], []

    def open_it(address=None, **options):
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda r: r.url.startswith(("file:", "data:")) or wrong.append(f"request: {r.url}"))
        page.on("console", lambda m: m.type in ("error", "warning") and wrong.append(m.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if options.get("java_script_enabled", True):
            page.on("requestfailed", lambda r: wrong.append(f"failed: {r.url}"))
        page.goto(address or (small / "chapters" / "page.html").as_uri())
        return Explorable(page)

    yield open_it
    for context in contexts:
        context.close()
    assert not wrong, wrong


def inputs():
    rng = np.random.default_rng(0)
    sizes = rng.choice([-1, 1], 500) * 10 ** rng.uniform(-300, 300, 500)
    return np.concatenate([rng.normal(0, 5, 1000), rng.uniform(-1000, 1000, 500), sizes,
                           np.linspace(-8, 8, 161), [0.0, -0.0, np.inf, -np.inf]])


def disagreement(live):
    """For each function and its derivative the largest relative difference between the page's and nnlib's results."""
    z = inputs()
    theirs = live.page.evaluate("""(z) => Object.entries(activations.functions).flatMap(
        ([name, phi]) => ["value", "slope"].map((key) => [name, key, z.map(phi[key])]))""", z.tolist())
    found = {}
    for name, key, results in theirs:
        phi, results = getattr(activations, name), np.array(results)
        ours = phi(z) if key == "value" else phi.derivative(z)
        with np.errstate(invalid="ignore", over="ignore"):
            errors = np.where(results == ours, 0, abs(results - ours) / np.maximum(abs(ours), 1e-300))
        found[name, key] = np.max(errors)  # NaN stays NaN
    return found


@pytest.mark.browser
def test_functions_agree_with_nnlib(open_page):
    live = open_page()
    errors = disagreement(live)
    assert sorted(errors) == sorted((name, key) for name in NAMES for key in ("value", "slope"))
    assert sorted(live.name.locator("option").all_inner_texts()) == sorted(NAMES)
    print("largest relative difference:", max(errors.values()))
    assert all(error < 1e-9 for error in errors.values()), errors


@pytest.mark.browser
def test_products_agree_with_nnlib(open_page):
    live = open_page()
    slopes = np.concatenate([getattr(activations, name).derivative(np.linspace(-8, 8, 161)) for name in NAMES])
    theirs = live.page.evaluate("""(slopes) => slopes.map(
        (slope) => Array.from({ length: 30 }, (_, k) => activations.product(slope, k + 1)))""", slopes.tolist())
    ours = np.cumprod(np.repeat(abs(slopes)[:, None], 30, axis=1), axis=1)
    np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-300)


@pytest.mark.browser
def test_by_keyboard_alone(open_page):
    live = open_page()

    def press(*keys):
        for key in keys:
            live.page.keyboard.press(key)
        return live.check()

    def focus():
        return live.page.evaluate("document.activeElement.closest('.explorable-live label')?.firstChild.data")

    assert live.check() == ("sigmoid", 0, 10)
    for _ in range(60):
        live.page.keyboard.press("Tab")
        if focus():
            break
    assert focus() == "Activation"
    assert {live.check()[0], *(press("ArrowDown")[0] for _ in NAMES[1:])} == set(NAMES)
    assert press("Home") == ("sigmoid", 0, 10)

    live.page.keyboard.press("Tab")
    assert focus() == "Position z"
    assert press("ArrowRight", "ArrowRight", "ArrowUp") == ("sigmoid", 0.3, 10)
    assert press("End")[1] == 8
    assert -8 < press("Home", "PageUp")[1] < 0

    live.page.keyboard.press("Tab")
    assert focus() == "Layers n"
    assert press("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowUp")[2] == 12
    assert press("End")[2] == 30
    assert press("Home")[2] == 1
    assert live.page.evaluate("document.getAnimations().length") == 0  # nothing moves by itself
    live.page.keyboard.press("Tab")
    assert focus() is None, "there is no way out"


@pytest.mark.browser
def test_what_is_shown_is_right_everywhere(open_page):
    live = open_page(viewport={"width": 800, "height": 900})
    for name in NAMES:
        live.name.select_option(name)
        for z, n in ((-8, 30), (-1.3, 7), (0, 10), (2.4, 30)):
            live.z.fill(str(z))
            live.n.fill(str(n))
            assert live.check() == (name, z, n)


def near(x):
    return pytest.approx(x, abs=0.06)


@pytest.mark.browser
def test_by_mouse(open_page):
    live = open_page()
    mouse = live.page.mouse
    live.plots[0].scroll_into_view_if_needed()
    mouse.move(*live.where(0, 4))
    assert live.state[1] == 0  # not before the button is down
    mouse.down()
    assert live.check()[1] == near(4)
    mouse.move(*live.where(0, -2.5), steps=3)
    assert live.check()[1] == near(-2.5)
    mouse.move(0, 300)
    assert live.state[1] == -8  # the drag goes on outside, and ends where the axis ends
    mouse.up()
    mouse.move(*live.where(0, 3))
    assert live.state[1] == -8
    mouse.click(*live.where(1, 1))
    assert live.check()[1] == near(1)
    mouse.click(*live.where(2, 20))
    assert live.check()[2] == 20


@pytest.mark.browser
def test_by_touch(open_page):
    live = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2)
    live.plots[0].scroll_into_view_if_needed()
    live.page.touchscreen.tap(*live.where(0, -4))
    assert live.check()[1] == near(-4)
    session = live.page.context.new_cdp_session(live.page)
    for kind, points in (("Start", [-4]), ("Move", [0]), ("Move", [3]), ("End", [])):
        points = [dict(zip("xy", live.where(0, x))) for x in points]
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    assert live.check()[1] == near(3)
    assert live.plots[0].evaluate("(el) => getComputedStyle(el).touchAction") == "pan-y"  # up and down scrolls the page
    for control in (live.name, live.z, live.n):
        assert control.bounding_box()["height"] >= 24


# ---- How it looks ----


COLOURS = """(live) => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const ground = (el) => {
        const colour = rgba(getComputedStyle(el).backgroundColor);
        return colour[3] ? colour : ground(el.parentElement);
    };
    const seen = (selector, key) => [...live.querySelectorAll(selector)]
        .map((el) => [selector, rgba(getComputedStyle(el)[key]), ground(el)]);
    const curves = [".value", ".slope", ".product"].map((kind) => getComputedStyle(live.querySelector(kind)));
    return {
        text: [...seen("label, p, select", "color"), ...seen("svg text", "fill")],
        line: [...seen(".value, .slope, .product, .tangent", "stroke"), ...seen("circle", "fill")],
        curves: curves.map((style) => [rgba(style.stroke), style.strokeDasharray]),
    };
}"""


def contrast(first, second):
    def luminance(colour):
        c = np.array(colour[:3]) / 255
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_and_line_styles(open_page, scheme):
    live = open_page(color_scheme=scheme)
    seen = live.live.evaluate(COLOURS)
    assert (np.mean(seen["text"][0][2][:3]) < 128) == (scheme == "dark")
    for kind, enough in (("text", 4.5), ("line", 3)):
        assert seen[kind] and not [item for item in seen[kind] if contrast(*item[1:]) < enough]
    if scheme == "light":
        colours = [matplotlib.colors.to_hex(np.array(rgba[:3]) / 255) for rgba, _ in seen["curves"]]
        assert colours == [colour.lower() for colour in plotting.COLOURS[:3]]
    width, dashes = plotting.STYLE["lines.linewidth"], {"-": []}
    dashes |= {"--": matplotlib.rcParams["lines.dashed_pattern"], "-.": matplotlib.rcParams["lines.dashdot_pattern"]}
    for (_, pattern), line in zip(seen["curves"], plotting.LINES):
        drawn = [float(part) for part in re.findall(r"[\d.]+", pattern)]
        assert drawn == pytest.approx([width * part for part in dashes[line]])


@pytest.mark.browser
def test_it_fits(open_page):
    live = open_page()
    for width in (320, 390, 768, 1024, 1440):
        live.page.set_viewport_size({"width": width, "height": 844})
        figure, *parts = live.page.evaluate("""() => ["figure", "figure :is(label, input, p, svg.plot)"]
            .flatMap((which) => [...document.querySelectorAll(which)].map((el) => el.getBoundingClientRect()))
            .map((box) => [box.left, box.right])""")  # all at one moment: the sidebar is moving
        assert live.page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert len(parts) == 10  # the caption has a paragraph too
        assert min(left for left, _ in parts) >= figure[0] - 1 and max(right for _, right in parts) <= figure[1] + 1
        drawn = [plot.bounding_box()["width"] for plot in live.plots]
        assert 220 < min(drawn) and max(drawn) < 500, "drawn for 360 px; its letters grow and shrink with it"


@pytest.mark.browser
def test_focus_is_seen(open_page):
    live = open_page()
    live.name.focus()
    for control in (live.name, live.z, live.n):
        assert control.evaluate("(el) => document.activeElement === el")
        assert control.evaluate("(el) => getComputedStyle(el).outline").endswith("solid 2px")
        live.page.keyboard.press("Tab")


@pytest.mark.browser
def test_the_still_picture_without_scripts_and_on_paper(open_page, browser, small):
    live = open_page(java_script_enabled=False)
    image = live.page.locator("figure.explorable img")
    assert image.is_visible() and image.get_attribute("alt") == "Three pictures of the sigmoid"
    assert image.bounding_box()["height"] > 100 and live.live.count() == 0

    live = open_page()
    image = live.page.locator("figure.explorable img")
    assert live.live.is_visible() and not image.is_visible()
    live.page.emulate_media(media="print")
    assert image.is_visible() and not live.live.is_visible()
    assert live.page.locator("figcaption").is_visible()


@pytest.mark.browser
def test_what_a_screen_reader_is_told(open_page):
    live = open_page()
    live.name.select_option("gelu")
    live.z.fill("-1.5")
    pictures = live.live.get_by_role("img")
    assert pictures.count() == 3
    for label in (picture.get_attribute("aria-label") for picture in pictures.all()):
        assert "at z = \N{MINUS SIGN}1.5" in label and ("gelu" in label or "product" in label)
    assert live.live.get_by_role("status").count() == 1


# ---- The checks can fail ----


BARE = """<!DOCTYPE html>
<meta charset="utf-8">
<link rel="stylesheet" href="explorable.css">
<figure class="explorable explorable-activations"><img alt="" src="activations.svg"></figure>
<script src="explorable.js"></script>
<script src="activations.js"></script>
"""
BROKEN = {
    "nothing": ("activations.js", "", ""),
    "a sign in silu'": ("activations.js", "sigmoid(z) + clip(z, -1000", "sigmoid(z) - clip(z, -1000"),
    "a digit in gelu": ("activations.js", "0.044715", "0.044716"),
    "one factor too few": ("activations.js", "abs(slope) ** n", "abs(slope) ** (n - 1)"),
    "one layer too many": ("activations.js", "[k + 1, exponent(k + 1)]", "[k + 1, exponent(k + 2)]"),
    "the tangent's slope": ("activations.js", "y + dy * d]", "y + 0.9 * dy * d]"),
    "the derivative's point": ("activations.js", "dots.slope, slope, state.z, dy", "dots.slope, slope, state.z, y"),
    "the y axis": ("explorable.js", "(this.y.high - value)", "(this.y.high - value - 0.02 * (value > 0.5))"),
    "the labels of the axis": ("explorable.js", "show(v)", "show(v + 1)"),
    "a number in words": ("explorable.js", 'exponent < 0 ? "-" : "+"', '"+"'),
}


@pytest.mark.browser
@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_found(open_page, tmp_path, what):
    name, right, wrong = BROKEN[what]
    folder = shutil.copytree(SOURCES, tmp_path / "explorables")
    source = (folder / name).read_text(encoding="utf-8")
    assert right in source
    (folder / name).write_text(source.replace(right, wrong) if right else source, encoding="utf-8")
    (folder / "page.html").write_text(BARE, encoding="utf-8")
    live = open_page((folder / "page.html").as_uri())
    live.name.select_option("tanh")
    live.z.fill("1.5")
    with pytest.raises(AssertionError) if right else contextlib.nullcontext():
        assert max(disagreement(live).values()) < 1e-9
        live.check()


# ---- The book's own pages ----


@pytest.mark.browser
def test_in_the_book(open_page, site):
    """Each page loads the scripts of its own explorables and no others, and every one comes alive from disk."""
    for file in sorted(site.rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        figures = set(re.findall(r'<figure class="explorable explorable-(\w+)', html))
        scripts = set(re.findall(r'_static/explorables/(\w+)\.js', html))
        assert scripts == (figures | {"explorable"} if figures else set()), file
        if figures:
            live = open_page(file.as_uri())
            assert live.page.locator("figure.explorable.alive > .explorable-live:visible").count() == len(figures), file
