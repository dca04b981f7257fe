"""A page whose cells run, as readers use it; fixtures for test_live_page.py and test_live_cells.py."""

import pytest

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
