"""Python in the page as readers use it: they ask for it, change cells, run and stop them, and come back.

One page of chapter 3 stays open with Python in it for most tests; what needs a clean profile opens its own.
"""

import json
import re

import pytest
from test_site_pages import violations

pytestmark = pytest.mark.browser

CHAPTER = "chapters/03_cross_entropy"
READY = 60_000  # ms, on a slow machine
UNFOLD = "(cell) => { const fold = cell.querySelector('details'); if (fold) fold.open = true; }"
ENDED = "(cell) => !['waits', 'runs'].includes(cell.dataset.live)"


class Reader:
    """A page with cells that run."""

    def __init__(self, page, address, name=CHAPTER):
        self.page, self.wrong, self.requests = page, [], []
        page.set_default_timeout(READY)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.wrong.append(message.text))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(f"{address}/{name}.html")
        self.note, self.second = page.locator(".live-note"), page.locator("div.cell").nth(1)

    def until_note(self, words):
        self.page.wait_for_function(
            "(words) => document.querySelector('.live-note').textContent.includes(words)", arg=words)

    def ask(self):
        self.page.locator(".live-start").click()
        self.page.wait_for_selector("html.live")
        return self

    def cell(self, text):
        """The cell whose code holds a text."""
        place = self.page.locator(".live-area").evaluate_all(
            "(all, text) => all.findIndex((area) => area.value.includes(text))", text)
        assert place >= 0, f"no cell has {text!r}"
        return self.page.locator("div.cell:has(.live-area)").nth(place)

    def start(self, cell, code=None):
        if code is not None:
            cell.evaluate(UNFOLD)
            cell.locator(".live-area").fill(code)
        cell.locator(".live-go").evaluate("(button) => button.click()")

    def run(self, cell, code=None):
        """Run it (the second one, where only code is given); what it shows, and what its line says."""
        if isinstance(cell, str):
            cell, code = self.second, cell
        self.start(cell, code)
        self.page.wait_for_function(ENDED, arg=cell.element_handle(), timeout=READY)
        return cell.locator(".cell_output").text_content(), cell.locator(".live-said").text_content()


@pytest.fixture(scope="module")
def desk(browser, address):
    """One page with Python in it."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        yield Reader(context.new_page(), address).ask()


@pytest.fixture
def reader(desk):
    """That page, as the book has it, and without errors in the browser's console."""
    desk.wrong.clear()
    yield desk
    desk.page.evaluate("localStorage.removeItem('live:chapters/03_cross_entropy')")
    desk.page.locator(".live-back:not([hidden])").evaluate_all("(all) => all.forEach((button) => button.click())")
    assert not desk.wrong


@pytest.fixture
def clean(browser, address):
    """A function that opens a page in a profile of its own."""
    contexts = []

    def open_it(name=CHAPTER, before="", **options):
        contexts.append(browser.new_context(**options))
        contexts[-1].add_init_script(before)
        return Reader(contexts[-1].new_page(), address, name)

    yield open_it
    for context in contexts:
        context.close()


# ---- Asking for it ----


def test_nothing_is_fetched_before_it_is_asked_for_and_it_says_how_much(clean, site, address):
    reader = clean()
    reader.page.wait_for_load_state("networkidle")
    live = [url.rsplit("/", 1)[-1].partition("?")[0] for url in reader.requests if "/_static/live/" in url]
    assert sorted(live) == ["button.js", "live.css"]
    said = float(re.search(r"([\d.]+)\s*MB", reader.note.text_content())[1])
    reader.ask()
    files = {url.rsplit("/", 1)[-1] for url in reader.requests if url.endswith(".gz")}
    size = sum((site / "_static" / "live" / file).stat().st_size for file in files) / 1e6
    assert abs(said - size) < 0.06 and size < 12.9
    assert not [url for url in reader.requests if not url.startswith((address, "data:", "blob:"))]
    assert not reader.wrong
    # Remembered: the cells can be changed at once, and Python starts when a reader goes into one.
    reader.page.reload()
    reader.page.wait_for_selector("html.live")
    assert not reader.page.workers
    with reader.page.expect_event("worker"):
        reader.cell("import matplotlib").evaluate(UNFOLD)
        reader.page.locator(".live-area").first.focus()


def test_from_disk_the_button_says_what_it_needs(open_page, site):
    page = open_page(site / f"{CHAPTER}.html")
    assert page.locator(".live-start").is_disabled() and "make serve" in page.locator(".live-note").text_content()
    assert not page.locator(".live-area").count()


def test_a_browser_that_cannot_says_so(clean):
    reader = clean(before="WebAssembly.validate = () => false;")
    reader.page.locator(".live-start").click()
    reader.until_note("Firefox 131")
    assert not reader.page.locator(".live-area").count()


def test_a_slow_network_shows_progress_can_be_cancelled_and_asked_again(clean):
    reader = clean()
    session = reader.page.context.new_cdp_session(reader.page)
    limits = {"offline": False, "latency": 50, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", {**limits, "downloadThroughput": 1_000_000})
    reader.page.locator(".live-start").click()
    reader.page.wait_for_function("() => document.querySelector('.live-head progress')?.value > 1e6")
    reader.page.get_by_role("button", name="Cancel").click()
    reader.until_note("cancelled")
    session.send("Network.emulateNetworkConditions", {**limits, "downloadThroughput": 2_000_000})
    reader.page.locator(".live-start").click()
    reader.page.wait_for_function("() => document.querySelector('.live-head progress')?.value > 1e6")
    reader.page.reload()  # in the middle
    session.send("Network.emulateNetworkConditions", {**limits, "downloadThroughput": -1})
    reader.page.wait_for_selector("html.live")  # it was agreed to
    assert "1" in reader.run("print(1)")[0]


def test_a_file_that_was_cut_off_is_named_and_fetched_again(clean, site):
    reader = clean()
    half = (site / "_static" / "live" / "core.pack.gz").read_bytes()[:100_000]
    reader.page.route("**/core.pack.gz", lambda route: route.fulfill(body=half), times=1)
    reader.page.locator(".live-start").click()
    reader.until_note("could not be fetched")
    reader.ask()


def test_without_a_network_python_comes_from_the_cache(clean):
    reader = clean().ask()
    reader.page.wait_for_timeout(500)
    reader.page.route(re.compile(r"\.gz$|worker\.js"), lambda route: route.abort())
    reader.page.reload()
    reader.page.wait_for_selector("html.live")
    assert "2" in reader.run("print(1 + 1)")[0]


def test_where_nothing_may_be_stored_it_runs_all_the_same(clean):
    blocked = """for (const name of ["localStorage", "sessionStorage", "caches"]) {
        const get = () => { throw new DOMException("no", "SecurityError"); };
        Object.defineProperty(window, name, { get, configurable: true });
    }"""
    reader = clean(before=blocked).ask()
    assert "2" in reader.run("print(1 + 1)")[0]


def test_two_tabs_have_a_python_each(reader, address):
    other = Reader(reader.page.context.new_page(), address)
    other.page.wait_for_selector("html.live")
    for one, value in ((reader, "first"), (other, "second")):
        one.run(one.page.locator("div.cell").nth(1), f"mine = '{value}'")
    assert "first" in reader.run("print(mine)")[0]
    other.page.evaluate("localStorage.removeItem('live:chapters/03_cross_entropy')")
    other.page.close()


# ---- Running ----


def test_all_cells_print_what_the_book_prints(reader):
    """Those that can run here; the others say what they need."""
    reader.page.get_by_role("button", name="Run all", exact=True).click()
    reader.page.wait_for_function("""() => {
        const states = [...document.querySelectorAll('div.cell')].map((c) => c.dataset.live);
        return states.some(Boolean) && !states.some((state) => ['waits', 'runs'].includes(state));
    }""", timeout=4 * READY)
    said = reader.page.locator("div.cell[data-live] .live-said").all_text_contents()
    fine = re.compile(r"ran in [\d.]+ s(, prints what the book prints)?$|^Not here: needs ")
    wrong = [line for line in said if not fine.search(line)]
    assert len(said) > 20 and not wrong, wrong
    assert sum("what the book prints" in line for line in said) >= 10


def test_a_figure_keeps_its_words_and_runs_first_what_it_needs(clean):
    reader = clean("chapters/02_sigmoid").ask()
    cell = reader.cell("draw_mails(200_000")
    alt, caption = cell.locator("img").get_attribute("alt"), cell.locator("figcaption").text_content()
    reader.run(cell)
    image = cell.locator("img")
    assert image.get_attribute("src").startswith("blob:") and image.get_attribute("alt") == alt
    assert cell.locator("figcaption").text_content() == caption
    reader.page.wait_for_function("(img) => img.complete && img.naturalWidth > 300", arg=image.element_handle())
    states = reader.page.locator("div.cell").evaluate_all("(all) => all.map((cell) => cell.dataset.live)")
    assert states[0] == "done" and states.count("done") < 8, "it ran more than it needs"


def test_output_comes_as_it_is_printed(reader):
    cell = reader.second
    reader.start(cell, "import time\nfor i in range(4):\n    print('line', i)\n    time.sleep(0.7)")
    cell.locator(".live-stdout").wait_for()
    assert "line 0" in cell.locator(".cell_output").text_content() and cell.get_attribute("data-live") == "runs"
    reader.page.wait_for_function(ENDED, arg=cell.element_handle())
    assert "line 3" in cell.locator(".cell_output").text_content()


def test_a_traceback_names_the_readers_line(reader):
    shown, said = reader.run("x = 1\n\nx / 0")
    assert "line 3" in shown and "x / 0" in shown and "ZeroDivisionError" in shown and "nnkernel" not in shown
    assert said.startswith("an error")


@pytest.mark.parametrize("code", [
    "while True:\n    pass", "import time\ntime.sleep(1e6)", "while True:\n    print('x' * 99)"])
def test_what_does_not_end_is_stopped_and_python_is_back(reader, code):
    cell, other = reader.second, reader.page.locator("div.cell").nth(2)
    reader.run(other, "kept = 1")
    reader.start(cell, code)
    reader.page.wait_for_function("(cell) => cell.dataset.live === 'runs'", arg=cell.element_handle())
    reader.page.wait_for_timeout(300)
    cell.locator(".live-go").click()
    assert cell.get_attribute("data-live") == "stopped"
    assert "What the cells had defined is gone" in cell.locator(".cell_output").text_content()
    assert "NameError" in reader.run(other, "print(kept)")[0]
    assert "42" in reader.run(cell, "print(42)")[0]


@pytest.mark.parametrize("code, said", [
    ("def f(n):\n    return f(n + 1)\nf(0)", "RecursionError|recursion was deeper"),
    ("x = []\nfor i in range(10**5):\n    x = [x]\nprint(x)", "Recursion|recursion"),
    ("import numpy as np\nall = []\nwhile True:\n    all.append(np.empty(10**8))", "Memory|memory"),
    ("import sys\nsys.exit()", "SystemExit|exit"),
    ("import os\nos._exit(3)", "exit"),
    ("import scipy.optimize\nscipy.optimize.minimize", "SciPy|scipy"),
])
def test_what_ends_python_is_told_and_the_next_cell_runs(reader, code, said):
    cell = reader.second
    shown, _ = reader.run(cell, code)
    assert re.search(said, shown), shown[-500:]
    assert "42" in reader.run(cell, "print(42)")[0]


def test_a_part_of_python_that_is_not_there_yet_is_fetched_when_it_is_imported(reader):
    shown, _ = reader.run("import calendar\nprint(calendar.isleap(2024))")
    assert "True" in shown


def test_an_exercise_is_solved_in_the_page(clean):
    reader = clean("chapters/02_sigmoid").ask()
    cell = reader.cell("def my_sigmoid")
    stub = cell.locator(".live-area").input_value()
    wrong = stub.replace("...  # your code here", "return 1 / (1 + np.exp(-z))", 1)
    shown, _ = reader.run(cell, wrong)
    assert "log_sigmoid: 0 of 14" in shown and not re.search(r"^sigmoid: 14 of 14", shown, re.MULTILINE)
    right = stub.replace("...  # your code here", "return np.exp(-np.logaddexp(0, -np.asarray(z)))", 1).replace(
        "...  # your code here", "return -np.logaddexp(0, -np.asarray(z))")
    shown, _ = reader.run(cell, right)
    assert shown.count("14 of 14 cases right") == 2, shown


# ---- Writing ----


def test_the_editor_indents_colours_undoes_and_lets_go(reader):
    page, cell = reader.page, reader.second
    cell.evaluate(UNFOLD)
    area, before = cell.locator(".live-area"), cell.locator(".live-area").input_value()
    area.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("def f(x):\nreturn (x,\n2)\nif f:\n")
    page.keyboard.press("Tab")
    page.keyboard.type("pass  # end")
    assert area.input_value() == "def f(x):\n    return (x,\n    2)\nif f:\n        pass  # end"
    assert cell.locator(".live-code .k").count() == 4 and cell.locator(".live-code .c1").text_content() == "# end"
    area.evaluate("(area) => area.setSelectionRange(area.value.indexOf('(x,') + 1, area.value.indexOf('(x,') + 1)")
    page.keyboard.press("Shift")  # the caret is looked at after every key
    assert cell.locator(".live-pair").count() == 2
    for _ in range(80):  # letter by letter
        page.keyboard.press("Control+z")
    assert area.input_value() == before
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('.live-area')") and area.input_value() == before


def test_the_letters_lie_on_the_coloured_code(reader):
    """The field and what is under it break lines alike."""
    for width in (1440, 390):
        reader.page.set_viewport_size({"width": width, "height": 900})
        found = reader.page.locator(".live-code:visible").evaluate_all("""(all) => all.map((pre) => {
            const area = pre.querySelector("textarea"), [one, two] = [area, pre].map((el) => getComputedStyle(el));
            return [area.scrollHeight - pre.clientHeight, one.font === two.font, one.lineHeight === two.lineHeight];
        })""")
        assert found and all(abs(over) <= 1 and font and line for over, font, line in found), (width, found)
    reader.page.set_viewport_size({"width": 1440, "height": 900})


def test_changes_survive_a_reload_and_are_in_the_download(clean):
    reader = clean().ask()
    cell = reader.second
    cell.evaluate(UNFOLD)
    before = cell.locator(".live-area").input_value()
    cell.locator(".live-area").fill("print('mine')")
    reader.page.reload()
    reader.page.wait_for_selector("html.live")
    assert cell.locator(".live-area").input_value() == "print('mine')" and not reader.page.workers, "it ran by itself"
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name="Download with my changes").click()
    notebook = json.loads(download.value.path().read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert download.value.suggested_filename == "03_cross_entropy.ipynb"
    assert "print('mine')" in sources and before not in sources
    cell.evaluate(UNFOLD)
    cell.locator(".live-back").click()
    assert cell.locator(".live-area").input_value() == before and not cell.locator(".live-back").is_visible()


def test_the_code_of_a_picture_has_its_values(reader):
    slider = reader.page.locator(".explorable-live input[type=range]").first
    slider.evaluate("(el) => { el.value = 1.5; el.dispatchEvent(new Event('input')); }")
    reader.page.get_by_role("button", name="Show me the code of this picture").click()
    cell = reader.page.locator(".live-scratch")
    assert "1.5 + 2" in cell.locator(".live-area").input_value()
    shown, said = reader.run(cell)
    words = reader.page.locator(".explorable-live [role=status]").text_content()
    numbers = re.findall(r"epoch \d+: output ([\d.]+)", words)
    assert numbers and all(number in shown for number in numbers), (words, shown, said)
    assert cell.locator("img").count() == 1


# ---- Safe, and for everybody ----


def test_the_policy_lets_nothing_else_in(reader):
    """Neither a script that somebody puts into the page, nor another host; the worker has no fetch at all."""
    assert reader.page.locator("meta[http-equiv=Content-Security-Policy]").count() == 1
    refused = reader.page.evaluate("""async () => {
        const seen = [];
        addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.broken = 1";
        document.body.append(script);
        const image = document.createElement("img");
        image.src = "https://example.org/x.png";
        await fetch("https://example.org").catch(() => {});
        await new Promise((done) => setTimeout(done, 200));
        return [window.broken ?? null, seen.sort()];
    }""")
    assert refused == [None, ["connect-src", "img-src", "script-src-elem"]]
    reader.wrong.clear()
    reader.run("print(1)")
    worker, = reader.page.workers
    assert worker.url.startswith("blob:")
    assert worker.evaluate("[typeof fetch, typeof XMLHttpRequest, typeof WebSocket]") == ["undefined"] * 3
    shown, _ = reader.run(reader.second,
                          "import urllib.request\nurllib.request.urlopen('https://example.org')")
    assert "Error" in shown
    reader.wrong.clear()


def test_an_address_runs_nothing(clean):
    reader = clean().ask()
    reader.page.goto(f"{reader.page.url}?run=all&code=print(1)#live-hint")
    reader.page.wait_for_selector("html.live")
    reader.page.wait_for_timeout(500)
    assert not reader.page.workers and not reader.page.locator("[data-live=done]").count()


def test_it_fits_every_screen_and_axe_finds_nothing(clean):
    reader = clean(viewport={"width": 1440, "height": 900}).ask()
    reader.run("import sys\nprint(1, 'a' * 300)\nprint(2, file=sys.stderr)\n1 / 0")
    for width in (1440, 820, 390):
        reader.page.set_viewport_size({"width": width, "height": 900})
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    assert not list(violations(reader.page))  # light, dark and narrow


def test_with_the_keyboard_alone(clean):
    reader = clean()
    page = reader.page

    def tab_to(selector):
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached")

    tab_to(".live-start")
    page.keyboard.press("Enter")
    page.wait_for_selector("html.live")
    tab_to(".live-area")
    page.keyboard.press("Control+a")
    page.keyboard.type("print(6 * 7)")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("() => document.querySelector('.live-stdout')?.textContent.includes('42')")
    page.wait_for_function("() => /^(?!print.6)/.test(document.activeElement.value)")  # the next cell's field
    assert "ran in" in page.locator(".live-status").text_content()
