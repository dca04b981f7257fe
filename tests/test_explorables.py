"""The explorables: their mathematics is nnlib's, and what they show and draw is their mathematics.

They are tried on pages of their own: on one that Sphinx builds, with the site's theme, or on a bare one, which is
quicker; both are opened from disk. The last test looks at the book's own pages. What is particular to each explorable
stands in tests/live/.
"""

import gzip
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from live.activations import NAMES, Activations
from live.depth import SCALES, Depth, theory, through
from live.descent import Descent
from live.lasso import Lasso

from nnlib import activations, initializers, plotting
from nnlib.layers import Activate, Dense
from nnlib.network import Network

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "chapters" / "explorables"
LIVE = {kind.NAME: kind for kind in (Activations, Lasso, Descent, Depth)}
NEEDS = {"activations": ["functions.js"], "depth": ["functions.js"]}

CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions = ["myst_parser", "explorables"]
html_theme = "sphinx_book_theme"
html_theme_options = {{"navbar_persistent": []}}
html_context = {{"default_mode": "auto"}}
language = "en"
"""
PAGE = """# Page {name}

## Try

```{{figure}} explorables/{name}.svg
:figclass: explorable
:alt: Still, {name}
The caption.
```
"""
BARE = """<!DOCTYPE html>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="explorable.css">
<style>figure {{ margin: 0; }}</style>
<figure class="explorable explorable-{name}"><img alt="" src="{name}.svg"></figure>
{scripts}
"""

each = pytest.mark.parametrize("name", LIVE)


def test_each_one_is_tested():
    assert {file.stem for file in SOURCES.glob("*.svg")} == LIVE.keys()
    assert {file.name for file in SOURCES.glob("*.js")} == {
        "explorable.js", *(f"{name}.js" for name in LIVE), *(file for files in NEEDS.values() for file in files)}


# ---- A small site: a page for each explorable, and one without ----


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    shutil.copytree(SOURCES, folder / "chapters" / "explorables")
    (folder / "conf.py").write_text(CONF.format(ext=str(ROOT / "_ext")), encoding="utf-8")
    pages = "\n".join(f"chapters/{name}" for name in LIVE)
    (folder / "index.md").write_text(f"# Book\n\n```{{toctree}}\n{pages}\n```\n", encoding="utf-8")
    for name in LIVE:
        (folder / "chapters" / f"{name}.md").write_text(PAGE.format(name=name), encoding="utf-8")
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


def added(small, name):
    """The files that the explorable adds to its page, in the page's order."""
    assets = [re.findall(r'(?:src|href)="([^"?#]+)[^"]*"', (small / page).read_text(encoding="utf-8"))
              for page in (f"chapters/{name}.html", "index.html")]
    here, elsewhere = ([Path(link).name for link in links] for links in assets)
    found = (file for link in dict.fromkeys(here) if link not in elsewhere for file in small.rglob(link))
    return [file for file in found if file.suffix not in {".html", ".md"}]


@each
def test_only_its_own_page_loads_it(small, name):
    files, scripts = [file.name for file in added(small, name)], ["explorable.js", *NEEDS.get(name, []), f"{name}.js"]
    assert sorted(files) == sorted(["explorable.css", *scripts, f"{name}.svg"])
    assert [file for file in files if file.endswith(".js")] == scripts
    assert "explorable" not in (small / "index.html").read_text(encoding="utf-8")


@each
def test_weight(small, name, record_property):
    sizes = {file.name: len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in added(small, name)}
    record_property("measured", f"explorable {name}: {sum(sizes.values()) / 1000:.1f} kB gzipped, the picture included")
    assert sum(sizes.values()) <= 180_000, sizes


def test_a_changed_script_reaches_the_page(small, book):
    def seen(name):
        page = (small / "chapters" / "depth.html").read_text(encoding="utf-8")
        copied = (small / "_static" / "explorables" / name).read_text(encoding="utf-8")
        return re.search(rf"explorables/{name}\?v=\w+", page)[0], copied

    before = {name: seen(name) for name in ("depth.js", "functions.js")}
    for name, (_, script) in before.items():
        (book / "chapters" / "explorables" / name).write_text(script + "// changed\n", encoding="utf-8")
    assert build(book).returncode == 0
    for name, (link, _) in before.items():
        assert seen(name)[1].endswith("// changed\n") and seen(name)[0] != link  # another address: no old one is used


def test_a_missing_script_is_reported(small, tmp_path):
    for file in ("conf.py", "chapters/depth.md", *(f"chapters/explorables/depth.{kind}" for kind in ("svg", "js")),
                 "chapters/lasso.md", "chapters/explorables/lasso.svg"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(small.parents[1] / file, tmp_path / file)
    (tmp_path / "index.md").write_text("# Book\n\n```{toctree}\nchapters/depth\nchapters/lasso\n```\n")
    done = build(tmp_path)
    assert done.returncode
    for name in ("lasso.js", "functions.js"):
        assert f"needs chapters/explorables/{name}, which does not exist" in done.stderr


def test_in_a_single_page_it_is_a_picture(small, book):
    assert build(book, "singlehtml").returncode == 0
    html = (book / "_build" / "singlehtml" / "index.html").read_text(encoding="utf-8")
    assert all(f'alt="Still, {name}"' in html for name in LIVE)
    assert "explorable.js" not in html


@each
def test_the_still_picture_is_up_to_date(name, tmp_path, monkeypatch):
    """`python chapters/explorables/lasso.py` draws it; numbers differ in their last digits between processors."""
    monkeypatch.syspath_prepend(SOURCES)
    spec = importlib.util.spec_from_file_location(f"draw_{name}", SOURCES / f"{name}.py")
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    drawing.save(drawing.draw, tmp_path / "new.svg")
    new, stored = (re.sub(r"#?\b[mp][0-9a-f]{10}\b|[ML]? ?-?\d+(\.\d+)?\s*", "", path.read_text(encoding="utf-8"))
                   for path in (tmp_path / "new.svg", SOURCES / f"{name}.svg"))
    assert new == stored, f"run `python chapters/explorables/{name}.py`"


# ---- In a browser ----


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A page with nothing else on it, which opens quickly; from a copy of the sources, or one that was changed."""
    def write(name, folder=None):
        folder = folder or shutil.copytree(SOURCES, tmp_path_factory.mktemp("bare") / "explorables")
        scripts = "\n".join(f'<script src="{file}"></script>'
                            for file in ("explorable.js", *NEEDS.get(name, []), f"{name}.js"))
        page = folder / f"{name}.html"
        page.write_text(BARE.format(name=name, scripts=scripts), encoding="utf-8")
        return page

    return write


@pytest.fixture
def open_page(browser, request):
    """Open an explorable's page, built or bare, from disk; what goes wrong meanwhile fails the test."""
    contexts, wrong = [], []

    def open_it(name, address=None, **options):
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda r: r.url.startswith(("file:", "data:")) or wrong.append(f"request: {r.url}"))
        page.on("console", lambda m: m.type in ("error", "warning") and wrong.append(m.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if options.get("java_script_enabled", True):
            page.on("requestfailed", lambda r: wrong.append(f"failed: {r.url}"))
        page.goto((address or request.getfixturevalue("small") / "chapters" / f"{name}.html").as_uri())
        return LIVE[name](page)

    yield open_it
    for context in contexts:
        context.close()
    assert not wrong, wrong


@pytest.mark.browser
@each
def test_its_mathematics_is_nnlibs(open_page, bare, name):
    errors = open_page(name, bare(name)).disagreement()
    assert all(error < 1e-9 for error in errors.values()), errors


@pytest.mark.browser
@each
def test_what_is_shown_is_right(open_page, bare, name):
    live = open_page(name, bare(name), viewport={"width": 800, "height": 900})
    seen = {live.check()}
    for changes in live.STATES:
        live.set(changes)
        seen.add(live.check())
    assert len(seen) > len(live.STATES)  # they were all reached


@pytest.mark.browser
@each
def test_by_keyboard_alone(open_page, name):
    live = open_page(name)

    def press(*keys):
        for key in keys:
            live.page.keyboard.press(key)
        return live.state

    def focus():
        """The place, among all controls and buttons, of the one that has the focus."""
        return live.page.evaluate("""[...document.querySelectorAll('.explorable-live :is(select, input, button)')]
            .indexOf(document.activeElement)""")

    parts = live.live.locator("select, input, button")
    first = live.state
    for _ in range(60):
        live.page.keyboard.press("Tab")
        if focus() >= 0:
            break
    for place, part in enumerate(parts.all()):
        if part.is_disabled():
            continue
        assert focus() == place, part
        kind = part.evaluate("(el) => el.type")
        i = part.evaluate("(el) => [...document.querySelectorAll('.explorable-live :is(select, input)')].indexOf(el)")
        if kind == "select-one":
            options = part.locator("option").evaluate_all("(all) => all.map((el) => el.value)")
            back = options.index(first[i])
            assert {press("Home")[i], *(press("ArrowDown")[i] for _ in options[1:])} == set(options)
            assert press("Home", *["ArrowDown"] * back)[i] == first[i]
            first = live.check()
        elif kind == "range":
            ends = part.evaluate("(el) => [el.min, el.max].map(Number)")
            if live.CONTROLS[i] in live.LISTS:
                ends = [live.LISTS[live.CONTROLS[i]][end] for end in ends]
            assert [press("End")[i], press("Home")[i]] == ends[::-1]
            steps = [press("ArrowRight")[i], press("ArrowUp")[i], press("ArrowLeft")[i]]
            assert ends[0] < steps[0] == steps[2] < steps[1] <= press("PageUp")[i] <= ends[1]
            live.set({i: first[i]})
            assert live.state == first
        live.page.keyboard.press("Tab")
    assert focus() == -1, "there is no way out"
    assert tuple(live.buttons.all_inner_texts()) == live.BUTTONS
    assert live.page.evaluate("document.getAnimations().length") == 0  # nothing moves by itself


def spots(plot, *fractions):
    """Points of a plot, in its data: the same fraction of each axis."""
    return [[low + fraction * (high - low) for low, high in plot.window] for fraction in fractions]


def check_pick(live, plot, labels, point):
    """The sliders have followed to the point, or as near as their steps and their range let them."""
    values = live.state
    for label, wanted, (low, high) in zip(labels, point, plot.window):
        place = live.CONTROLS.index(label)
        least, most, step = live.controls.nth(place).evaluate("(el) => [el.min, el.max, el.step].map(Number)")
        assert abs(values[place] - np.clip(wanted, least, most)) <= step / 2 + 0.01 * (high - low), label


@pytest.mark.browser
@each
def test_by_mouse(open_page, bare, name):
    live = open_page(name, bare(name))
    mouse = live.page.mouse
    for plot, labels in live.PICKS.items():
        live.plots.nth(plot).scroll_into_view_if_needed()
        shown, before = live.read()["plots"][plot], live.state
        first, second, third = spots(shown, 0.7, 0.35, 0.55)
        mouse.move(*shown.pixels(*first))
        assert live.state == before  # not before the button is down
        mouse.down()
        check_pick(live, shown, labels, first)
        mouse.move(*shown.pixels(*second), steps=3)
        check_pick(live, shown, labels, second)
        outside = [shown.window[0][0] - 0.1 * np.ptp(shown.window[0]), second[1]]
        mouse.move(*shown.pixels(*outside))
        mouse.up()
        check_pick(live, shown, labels, outside)  # the drag goes on outside, and ends where the slider ends
        ended = live.state
        mouse.move(*shown.pixels(*third))
        assert live.state == ended
        mouse.click(*shown.pixels(*third))
        check_pick(live, shown, labels, third)
    live.check()


@pytest.mark.browser
@each
def test_by_touch(open_page, bare, name):
    live = open_page(name, bare(name), viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
                     device_scale_factor=2)
    session = live.page.context.new_cdp_session(live.page)

    def drag(shown, *points):
        for kind, point in (("Start", points[0]), *(("Move", point) for point in points[1:]), ("End", None)):
            at = [dict(zip("xy", shown.pixels(*point)))] if point else []
            session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": at})

    for plot, labels in live.PICKS.items():
        live.plots.nth(plot).scroll_into_view_if_needed()
        shown = live.read()["plots"][plot]
        first, second, third, fourth = spots(shown, 0.7, 0.35, 0.55, 0.2)
        live.page.touchscreen.tap(*shown.pixels(*first))
        check_pick(live, shown, labels, first)
        drag(shown, first, second, third)
        check_pick(live, shown, labels, third)
        touch = live.plots.nth(plot).evaluate("(el) => getComputedStyle(el).touchAction")
        if len(labels) == 1:
            assert touch == "pan-y"  # up and down scrolls the page
        else:
            before = live.state
            drag(shown, fourth, second)
            assert live.state == before  # beside the handle, a finger scrolls the page
            assert touch == "manipulation"
    live.check()
    for control in [*live.controls.all(), *live.buttons.all()]:
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
    const kinds = ["first", "second", "third", "fourth", "fifth"];
    const curves = kinds.map((kind) => live.querySelector(`.plot path.${kind}:not(.points)`));
    return {
        text: [...seen("label, p, select, button, .legend span", "color"), ...seen("svg text", "fill")],
        line: [...seen("path:is(.first, .second, .third, .fourth, .fifth, .guide, .goal), .ring", "stroke"),
            ...seen("circle:not(.ring, .reach)", "fill")],
        curves: curves.map((el) => el && getComputedStyle(el))
            .map((style, i) => style && [i, rgba(style.stroke), style.strokeDasharray]),
    };
}"""
DASHES = {"-": [], **{line: matplotlib.rcParams[f"lines.{name}_pattern"]
                     for line, name in (("--", "dashed"), ("-.", "dashdot"), (":", "dotted"))}}


def contrast(first, second):
    def luminance(colour):
        c = np.array(colour[:3]) / 255
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.browser
@each
def test_colours_and_line_styles(open_page, name):
    live = open_page(name)
    for scheme in ("light", "dark"):
        live.page.emulate_media(color_scheme=scheme)
        live.page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
        seen = live.live.evaluate(COLOURS)
        assert (np.mean(seen["text"][0][2][:3]) < 128) == (scheme == "dark")
        for kind, enough in (("text", 4.5), ("line", 3)):
            assert seen[kind] and not [item for item in seen[kind] if contrast(*item[1:]) < enough]
        for place, rgba, pattern in filter(None, seen["curves"]):
            if scheme == "light":
                assert matplotlib.colors.to_hex(np.array(rgba[:3]) / 255) == plotting.COLOURS[place].lower()
            line, width = plotting.LINES[place], plotting.STYLE["lines.linewidth"]
            dashes = line[1] if isinstance(line, tuple) else DASHES[line]
            drawn = [float(part) for part in re.findall(r"[\d.]+", pattern)]
            assert drawn == pytest.approx([width * part for part in dashes])


@pytest.mark.browser
@each
def test_it_fits_and_shows_where_the_focus_is(open_page, name):
    live = open_page(name)
    for width in (320, 390, 768, 1024, 1440):
        live.page.set_viewport_size({"width": width, "height": 844})
        figure, *parts = live.page.evaluate("""() => ["figure", "figure :is(label, input, button, p, svg.plot)"]
            .flatMap((which) => [...document.querySelectorAll(which)].map((el) => el.getBoundingClientRect()))
            .map((box) => [box.left, box.right, box.width])""")  # all at one moment: the sidebar is moving
        assert live.page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert len(parts) > len(live.CONTROLS) + len(live.BUTTONS) + 2
        assert min(left for left, *_ in parts) >= figure[0] - 1 and max(right for _, right, _ in parts) <= figure[1] + 1
        drawn = [plot.bounding_box()["width"] for plot in live.plots.all()]
        assert 220 < min(drawn) and max(drawn) < 500, "drawn for 360 px; its letters grow and shrink with it"

    parts = [part for part in live.live.locator("select, input, button").all() if part.is_enabled()]
    parts[0].focus()
    for part in parts:
        assert part.evaluate("(el) => document.activeElement === el")
        assert part.evaluate("(el) => getComputedStyle(el).outline").endswith("solid 2px")
        live.page.keyboard.press("Tab")


@pytest.mark.browser
@each
def test_the_still_picture_without_scripts_and_on_paper(open_page, name):
    live = open_page(name, java_script_enabled=False)
    image = live.page.locator("figure.explorable img")
    assert image.is_visible() and image.get_attribute("alt") == f"Still, {name}"
    assert image.bounding_box()["height"] > 100 and live.live.count() == 0

    live = open_page(name)
    image = live.page.locator("figure.explorable img")
    assert live.live.is_visible() and not image.is_visible()
    live.page.emulate_media(media="print")
    assert image.is_visible() and not live.live.is_visible()
    assert live.page.locator("figcaption").is_visible()


@pytest.mark.browser
@each
def test_what_a_screen_reader_is_told(open_page, bare, name):
    live = open_page(name, bare(name))
    assert live.live.get_by_role("status").count() == 1
    labels = live.labels(live.read(drawn=False))
    for place, label in enumerate(labels):
        role = "combobox" if live.controls.nth(place).evaluate("(el) => el.tagName") == "SELECT" else "slider"
        named = live.live.get_by_role(role, name=label, exact=True)
        assert named.count() == labels.count(label)
    before = [picture.get_attribute("aria-label") for picture in live.live.get_by_role("img").all()]
    assert len(before) == live.plots.count() and all(len(label) > 30 for label in before)
    live.set({label: value for changes in live.STATES for label, value in changes.items()})
    after = [picture.get_attribute("aria-label") for picture in live.live.get_by_role("img").all()]
    assert not set(before) & set(after)  # what is drawn has changed, and so has what is said of it
    for _, _, shown, _ in live.read(drawn=False)["controls"]:
        assert shown is None or live.live.locator(f'[aria-valuetext="{shown}"]').count() or shown.startswith("-")


# ---- Particular to one of them ----


@pytest.mark.browser
def test_activations_offers_all(open_page, bare):
    for name in ("activations", "depth"):
        live = open_page(name, bare(name))
        assert sorted(live.control("Activation").locator("option").all_inner_texts()) == sorted(NAMES)


@pytest.mark.browser
def test_descent_plays(open_page, bare):
    live = open_page("descent", bare("descent"))
    steps, play = live.control("Steps"), live.buttons.nth(0)
    live.set({"Steps": 90})
    play.press("Enter")
    assert play.inner_text() == "Pause"
    live.page.wait_for_function("document.querySelector('.explorable-live button').textContent === 'Play'")
    assert steps.input_value() == "100"  # it ends by itself
    play.press("Enter")
    live.page.wait_for_function("(el) => el.value > 2 && el.value < 90", arg=steps.element_handle())  # from the start
    play.press("Enter")
    assert play.inner_text() == "Play"
    stopped = steps.input_value()
    live.page.wait_for_timeout(150)
    assert steps.input_value() == stopped
    live.check()


@pytest.mark.browser
def test_descent_takes_a_rate_that_suits_the_rule(open_page, bare):
    live = open_page("descent", bare("descent"))
    live.set({5: "Adam", 8: "Nesterov", 9: 0.05})
    assert live.check()[5:] == ("Adam", 0.1, 0.9, "Nesterov", 0.05, 0.9)
    live.set({5: "RMSProp", 8: "SGD"})
    assert live.check()[5:10] == ("RMSProp", 0.1, 0.99, "SGD", 0.05)  # one set by hand stays, within the family
    live.set({"Surface": "rosenbrock"})
    assert live.check()[5:10] == ("RMSProp", 0.1, 0.99, "SGD", 0.001)


@pytest.mark.browser
def test_depth_has_marks_at_the_schemes_and_other_networks(open_page, bare):
    live = open_page("depth", bare("depth"))
    for button, *schemes in (("LeCun, Glorot", initializers.lecun_normal, initializers.glorot_normal),
                             ("He", initializers.he_normal)):
        live.live.get_by_role("button", name=button, exact=True).click()
        scale = live.check()[1]
        for init in schemes:  # for as many outputs as inputs
            assert init(np.random.default_rng(0), (400, 400)).std() * np.sqrt(400) == pytest.approx(scale, rel=0.01)
    marks = live.page.locator("datalist option").evaluate_all("(all) => all.map((el) => Number(el.value))")
    assert [SCALES[mark] for mark in marks] == [1, np.sqrt(2)]
    live.live.get_by_role("button", name="Another network").click()
    live.seed += 1
    live.check()


@pytest.mark.browser
def test_depths_theory_is_what_wide_networks_do(open_page, bare):
    """Within 4 %: six layers of 400 units, averaged over 40 examples and four networks."""
    live = open_page("depth", bare("depth"))
    width, layers, rng = 400, 6, np.random.default_rng(0)
    for name, scale in (("tanh", 1.0), ("relu", np.sqrt(2)), ("sigmoid", 2.0), ("gelu", 1.2), ("elu", 0.8)):
        init = initializers.variance_scaling(scale**2, "fan_in", "normal")
        runs = []
        for _ in range(4):
            phi = getattr(activations, name)
            parts = [part for _ in range(layers) for part in (Dense(width, width, init), Activate(phi))]
            runs.append(through(Network(parts, rng=rng), *rng.normal(size=(2, 40, width))))
        measured = np.sqrt(np.mean(np.square(runs), axis=0))
        theirs = live.page.evaluate(f"""() => {{
            const {{ forward, backward }} = depth.theory("{name}", {scale}, {layers});
            return [forward, backward];
        }}""")
        np.testing.assert_allclose(measured, theirs, rtol=0.04)
        np.testing.assert_allclose(theirs, theory(name, scale, layers), rtol=1e-9)


# ---- The checks can fail ----


@pytest.mark.browser
@each
def test_what_is_broken_is_found(open_page, bare, name):
    def sound():
        page.reload()
        live = LIVE[name](page)
        live.set(live.TELLING)
        try:
            live.check()
            return all(error < 1e-9 for error in live.disagreement().values())
        except AssertionError:
            return False

    address = bare(name)
    page = open_page(name, address).page
    assert sound()
    unnoticed = []
    for what, (file, right, wrong) in LIVE[name].BROKEN.items():
        script = address.with_name(file)
        source = script.read_text(encoding="utf-8")
        assert right in source, what
        script.write_text(source.replace(right, wrong), encoding="utf-8")
        unnoticed += [what] if sound() else []
        script.write_text(source, encoding="utf-8")
    assert not unnoticed


# ---- The book's own pages ----


@pytest.mark.browser
def test_in_the_book(open_page, site):
    """Each page loads the scripts of its own explorables and no others, and every one comes alive from disk."""
    for file in sorted(site.rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        figures = set(re.findall(r'<figure class="explorable explorable-(\w+)', html))
        needed = {script.removesuffix(".js") for name in figures for script in ("explorable.js", *NEEDS.get(name, []))}
        assert set(re.findall(r'_static/explorables/(\w+)\.js', html)) == figures | needed, file
        for name in sorted(figures):
            live = open_page(name, file)
            assert live.page.locator(f"figure.explorable-{name}.alive > .explorable-live:visible").count() == 1, file
