"""The built site and a browser, for test_site*.py, test_explorables*.py and test_live_*.py.

NNLIB_SITE=folder tests a site that is built already.
"""

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from chromium import chromium
from reader import clean, desk, reader  # noqa: F401, fixtures

ROOT = Path(__file__).parents[1]


def missing(sentence):
    """Skip, or fail where the browser tests must have run (.ci/run sets the variable)."""
    if os.environ.get("NNLIB_REQUIRE_BROWSER", "0") not in ("", "0"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def site():
    """The folder of the built site, brought up to date with its sources (seconds when nothing changed)."""
    if ready := os.environ.get("NNLIB_SITE"):
        return Path(ready).resolve()
    program = Path(sys.executable).with_name("jupyter-book")
    if not program.exists():
        missing("The site cannot be built without Jupyter Book: `pip install -e .[book]` brings it.")
    build = [sys.executable, program, "build", ".", "-W", "--keep-going", "-n"]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    log = done.stdout + done.stderr
    wrong = [line for line in log.splitlines() if "WARNING" in line or "ERROR" in line] or log.splitlines()[-20:]
    assert done.returncode == 0, "The site was not built:\n" + "\n".join(wrong)
    return ROOT / "_build" / "html"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """As the usual hosts do it: 404.html for what does not exist. The site answers below /book/, too."""

    def log_message(self, *args):
        pass

    def translate_path(self, path):
        return super().translate_path(path.removeprefix("/book"))

    def send_error(self, code, message=None, explain=None):
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A browser that leaves a page drops what it was still loading; anything else is reported."""
        if not isinstance(sys.exception(), (BrokenPipeError, ConnectionResetError)):
            super().handle_error(request, client_address)


@pytest.fixture(scope="session")
def address(site):
    """The site on a free port of this machine."""
    with Server(("127.0.0.1", 0), functools.partial(Quiet, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """One for all tests of a worker."""
    try:
        with chromium() as running:
            yield running
    except LookupError as error:
        missing(f"The site's tests need a browser. {error}")


@pytest.fixture(scope="session")
def window(browser):
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def page(window):
    """One page for all tests, as on a desk, in the light: to open another takes longer than most tests."""
    window.set_viewport_size({"width": 1440, "height": 900})
    window.emulate_media(color_scheme="light", media="screen")
    window.set_default_timeout(10_000)
    yield window
    window.unroute_all()
    if window.url.startswith("http"):
        window.evaluate("localStorage.clear()")
    window.goto("about:blank")  # it rests


@pytest.fixture
def open_page(browser, page):
    """Open a page from disk, in a context of its own if it has options; what goes wrong meanwhile fails the test.

    A browser that leaves a page aborts what it was still loading, such as the icon; a file that is missing or a request
    that is refused fails in other words.
    """
    contexts, wrong = [], []
    listeners = {
        "request": lambda r: r.url.startswith(("file:", "data:")) or wrong.append(f"request: {r.url}"),
        "console": lambda m: m.type in ("error", "warning") and wrong.append(m.text),
        "pageerror": lambda error: wrong.append(str(error)),
        "requestfailed": lambda r: r.failure == "net::ERR_ABORTED" or wrong.append(f"failed: {r.url}, {r.failure}"),
    }

    def listen(here, scripts=True):
        for event, listener in listeners.items():
            if scripts or event != "requestfailed":
                here.on(event, listener)

    def open_it(file, **options):
        here = page
        if options:
            contexts.append(browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options}))
            here = contexts[-1].new_page()
            listen(here, options.get("java_script_enabled", True))
        here.goto(file.as_uri())
        return here

    listen(page)
    yield open_it
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    for context in contexts:
        context.close()
    assert not wrong, wrong


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """--dist loadfile, but each chapter of test_site_chapters.py counts as a file: so two workers finish together."""
    from xdist.scheduler import LoadFileScheduling

    class LoadChapter(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return re.sub(r"(test_site_chapters\.py)::.*(\[.*\])$", r"\1\2", nodeid).split("::")[0]

    return LoadChapter(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_terminal_summary(terminalreporter):
    """What tests have measured, in one place; through xdist, too."""
    reports = [report for group in terminalreporter.stats.values() for report in group]
    calls = [report for report in reports if getattr(report, "when", None) == "call"]
    lines = [value for report in calls for key, value in report.user_properties if key == "measured"]
    if lines:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(lines))
