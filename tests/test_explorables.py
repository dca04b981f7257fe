"""The explorables: their mathematics is nnlib's, and what they show and draw is their mathematics.

They are tried here on small pages that Sphinx builds with the site's theme, and in test_explorables_alone.py on bare
ones, which are quicker; both are opened from disk. The last test looks at the book's own pages.
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

from judges.activations import Activations
from judges.depth import Depth
from judges.descent import Descent
from judges.evidence import Evidence
from judges.floats import Floats
from judges.graph import Graph
from judges.kink import Kink
from judges.lasso import Lasso
from judges.masks import Masks
from judges.neuron import Neuron
from judges.ridge import Ridge
from judges.survival import Survival
from judges.validation import Validation
from judges.xor import Xor

from guards.pictures import difference
from nnlib import plotting

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "chapters" / "explorables"
LIVE = {kind.NAME: kind for kind in (Activations, Lasso, Descent, Depth, Evidence, Floats, Graph, Neuron, Ridge, Xor,
                                     Survival, Validation, Kink, Masks)}
NEEDS = {name: ["functions.js"] for name in ("activations", "depth", "evidence", "masks", "neuron", "survival",
                                             "xor")}

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
    stored, new = (path.read_text(encoding="utf-8") for path in (SOURCES / f"{name}.svg", tmp_path / "new.svg"))
    changed = difference("image/svg+xml", stored, new)
    assert changed is None, f"{changed}: run `python chapters/explorables/{name}.py`"


# ---- In a browser ----


@pytest.fixture
def on_page(open_page, small):
    """Open an explorable on its page of the small site."""
    return lambda name, **options: LIVE[name](open_page(small / "chapters" / f"{name}.html", **options))


@pytest.mark.browser
@each
def test_by_keyboard_alone(on_page, name):
    live = on_page(name)

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
def test_colours_and_line_styles(on_page, name):
    live = on_page(name)
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
def test_it_fits_and_shows_where_the_focus_is(on_page, name):
    live = on_page(name)
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
def test_the_still_picture_without_scripts_and_on_paper(on_page, name):
    live = on_page(name, java_script_enabled=False)
    image = live.page.locator("figure.explorable img")
    assert image.is_visible() and image.get_attribute("alt") == f"Still, {name}"
    assert image.bounding_box()["height"] > 100 and live.live.count() == 0

    live = on_page(name)
    image = live.page.locator("figure.explorable img")
    assert live.live.is_visible() and not image.is_visible()
    live.page.emulate_media(media="print")
    assert image.is_visible() and not live.live.is_visible()
    assert live.page.locator("figcaption").is_visible()


# ---- The book's own pages ----


@pytest.mark.browser
def test_in_the_book(page, open_page, site):
    """Each page loads the scripts of its own explorables and no others, and every one comes alive from disk."""
    page.route("**/tex-chtml.js*", lambda route: route.fulfill(body=""))  # nobody waits for the formulas
    for file in sorted(site.rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        figures = set(re.findall(r'<figure class="explorable explorable-(\w+)', html))
        needed = {script.removesuffix(".js") for name in figures for script in ("explorable.js", *NEEDS.get(name, []))}
        assert set(re.findall(r'_static/explorables/(\w+)\.js', html)) == figures | needed, file
        if figures:
            open_page(file)
        for name in sorted(figures):
            assert page.locator(f"figure.explorable-{name}.alive > .explorable-live:visible").count() == 1, (file, name)
