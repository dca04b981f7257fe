"""Python in the page: readers ask for it, lose their network, come back; and nobody else gets in.

What they do with the cells is in test_live_cells.py.
"""

import re

import pytest
from reader import CHAPTER, UNFOLD, Reader
from test_site_pages import violations

pytestmark = pytest.mark.browser


# ---- Asking for it ----


def test_nothing_is_fetched_before_it_is_asked_for_and_it_says_how_much(clean, site, address):
    reader = clean()
    reader.page.wait_for_load_state("networkidle")
    live = [url.rsplit("/", 1)[-1].partition("?")[0] for url in reader.requests if "/_static/live/" in url]
    assert sorted(live) == ["button.js", "live.css"]
    said = float(re.search(r"([\d.]+)\s*MB", reader.note.text_content())[1])
    reader.ask().run("print(1)")
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


@pytest.mark.parametrize("file, body, said", [
    ("core.pack.gz", "core.pack.gz", "could not be fetched"), ("core.pack.gz", "book.pack.gz", "core.pack.gz has "),
    ("core.pack.gz", "", "core.pack.gz has 0 bytes"), ("core.pack.gz", "<html>Log in</html>", "core.pack.gz has 19 "),
    ("worker.js", "<html>Log in</html>", "SyntaxError"),
])
def test_what_was_cut_off_or_is_another_file_is_fetched_again(clean, site, file, body, said):
    """The first half of a file, the whole of another one, or text as a network sends it before one logs in."""
    reader = clean()
    if body.endswith(".gz"):
        body = (site / "_static" / "live" / body).read_bytes()[:1_000_000]
    reader.page.route(f"**/{file}", lambda route: route.fulfill(body=body), times=1)
    reader.page.locator(".live-start").click()
    reader.until_note(said)
    reader.page.wait_for_function("() => !document.querySelector('.live-start').disabled")
    reader.ask()


def test_what_is_damaged_in_the_cache_is_fetched_again(clean):
    reader = clean().ask()
    reader.page.evaluate("""async () => {
        const cache = await caches.open((await caches.keys())[0]);
        const file = new URL("../_static/live/worker.js", location);
        while (!await cache.match(file)) await new Promise((done) => setTimeout(done, 100));
        await cache.put(file, new Response("damaged"));
    }""")
    reader.page.reload()
    reader.page.wait_for_selector("html.live")
    reader.run("print(6 * 7)")    # finds it out, unless going into the cell did
    assert "42" in reader.run("print(6 * 7)")[0]


@pytest.mark.parametrize("pack, module", [("mpmath", "mpmath"), ("rest", "smtplib")])
def test_a_pack_that_does_not_come_is_asked_for_again_and_nothing_is_lost(clean, pack, module):
    reader = clean().ask()
    other = reader.page.locator("div.cell").nth(2)
    reader.run(other, "kept = 42")
    for answer in (lambda route: route.fulfill(body=b"cut off"), lambda route: route.abort()):
        reader.page.route(f"**/{pack}.pack.gz", answer)
        shown, _ = reader.run(f"import {module}")
        assert "could not be fetched" in shown and "onnect" in shown and "gone" not in shown
        reader.page.unroute(f"**/{pack}.pack.gz")
    assert "42" in reader.run(f"import {module}\nprint(kept)")[0]


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


def test_where_the_storage_is_full_it_runs_all_the_same(clean):
    full = "() => { throw new DOMException('full', 'QuotaExceededError'); }"
    reader = clean(before=f"Storage.prototype.setItem = Cache.prototype.put = {full};").ask()
    assert "2" in reader.run("print(1 + 1)")[0]


def test_two_tabs_have_a_python_each(reader, address):
    other = Reader(reader.page.context.new_page(), address)
    other.page.wait_for_selector("html.live")
    for one, value in ((reader, "first"), (other, "second")):
        one.run(f"mine = '{value}'")
    assert "first" in reader.run(reader.page.locator("div.cell").nth(2), "print(mine)")[0]
    other.page.evaluate("localStorage.removeItem('live:chapters/03_cross_entropy')")
    other.page.close()


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
    for width in (1440, 820, 390, 320):
        reader.page.set_viewport_size({"width": width, "height": 900})
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
        assert reader.page.locator(".live-bar > :visible").evaluate_all(
            "(all) => all.every((el) => el.scrollWidth <= el.clientWidth + 1)"), "something lies on something else"
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
    assert "Python is here" in page.evaluate("document.activeElement.textContent"), "its place is lost"
    assert "Python is here" in page.locator(".live-status").text_content(), "it is not read out"
    tab_to(".live-area")
    page.keyboard.press("Control+a")
    page.keyboard.type("print(6 * 7)")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("() => document.querySelector('.live-stdout')?.textContent.includes('42')")
    page.wait_for_function("() => /^(?!print.6)/.test(document.activeElement.value)")  # the next cell's field
    assert "ran in" in page.locator(".live-status").text_content()
    page.get_by_role("button", name="Reset all").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.live-status').textContent.includes('as it was')")
    assert page.evaluate("document.activeElement.matches('.live-note')"), "its place is lost"
