"""The Chromium or Chrome that is installed on the machine, for `make pdf` and for the tests."""

import shutil
from contextlib import contextmanager

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = """--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update
               --disable-sync --no-first-run""".split()


@contextmanager
def chromium():
    """A running browser; where there is none, a LookupError that says what to install."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise LookupError("Playwright is missing: `pip install playwright` (without its own browsers).") from None
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise LookupError("Chromium is missing: `apt install chromium`, or put Chrome on the PATH.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
