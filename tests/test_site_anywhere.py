"""The site in browsers that lack something: scripts, storage, a server. What is closed opens for who looks for it."""

import re
from collections import defaultdict
from urllib.parse import quote, unquote

import pytest
from test_site import CHAPTERS, MODEL, PAGES, parsed
from test_site_in_use import results
from test_site_pages import UNSEEN

pytestmark = pytest.mark.browser

SEEN = """(id) => {
  const el = document.getElementById(id), { top } = el.getBoundingClientRect();
  return el.checkVisibility({ visibilityProperty: true }) && top > -1 && top < innerHeight;
}"""


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def tab(browser, address, request):
    with browser.new_context(java_script_enabled=request.param, base_url=address) as context:
        yield context.new_page()


# ---- What is closed ----


def test_links_into_closed_solutions_open_them(tab, site):
    """From the record of statements and reproductions, one link a chapter."""
    inside = defaultdict(list)
    for record in ("fact_check", "reproductions"):
        for link in parsed(site / "chapters" / f"{record}.html").links:
            page, _, anchor = unquote(link).partition("#")
            if re.match(r"\d\d_", page) and anchor:
                inside[page].append(anchor)
    tried = 0
    for page, anchors in inside.items():
        tab.goto(f"/chapters/{page}")
        closed = tab.evaluate("(ids) => ids.filter((id) => document.getElementById(id).closest('details'))", anchors)
        for anchor in closed[:1]:
            tab.goto("about:blank")
            tab.goto(f"/chapters/{page}#{anchor}")
            tab.wait_for_timeout(300)
            assert tab.evaluate(SEEN, anchor), f"{page}#{anchor} is not to be seen"
            tried += 1
    assert tried, "no link leads into a solution: find another one to try"


def test_what_is_searched_for_in_the_page_opens(tab):
    """By an address with a text, which opens what is closed as Ctrl-F does."""
    tab.goto(f"/{MODEL}.html")
    words = tab.evaluate("""() => [...document.querySelectorAll("details.solution section > p")]
        .flatMap((p) => [...p.childNodes]).find((node) => /^\\s*(\\w+ ){5}/.test(node.data)).data""").split()[:5]
    tab.goto("about:blank")
    tab.goto(f"/{MODEL}.html#:~:text={quote(' '.join(words))}")
    tab.locator("details.solution[open]").first.wait_for()


def test_a_script_opens_the_target_where_the_browser_does_not(page, address):
    """And it opens what it leads to, not only what is inside."""
    page.goto(f"{address}/{MODEL}.html")
    solution = page.locator("details.solution").nth(1)
    page.goto(f"{page.url}#{solution.get_attribute('id')}")
    page.wait_for_function("() => document.querySelector('details.solution:target').open")
    page.evaluate("document.querySelector(':target').open = false")
    page.evaluate("dispatchEvent(new Event('hashchange'))")
    assert solution.evaluate("(el) => el.open")


@pytest.mark.parametrize("name", CHAPTERS)
def test_paper_shows_what_is_closed(tab, name):
    """By the style alone, for the PDF and without scripts; by a script in browsers that do not know that style."""
    tab.goto(f"/{name}.html")
    tab.emulate_media(media="print")
    unseen = tab.evaluate(UNSEEN, "summary, .explorable")
    assert not unseen
    tab.emulate_media(media="screen")
    shut = "document.querySelectorAll('article details:not([open])').length"
    before = tab.evaluate(shut)
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    if tab.locator("html[data-mode]").count():    # only a script writes that
        assert tab.evaluate(shut) == 0 < before
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.evaluate(shut) == before


# ---- Without storage ----

THROWS = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { configurable: true, get() { throw new DOMException("denied"); } });
"""


@pytest.fixture(params=["cookies off", "sandboxed frame"])
def without_storage(browser, address, request):
    """A function that opens an address where every access to storage throws, and what went wrong meanwhile."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light") as context:
        page, wrong = context.new_page(), []
        page.on("pageerror", lambda error: wrong.append(str(error)))

        def open_it(path):
            if request.param == "cookies off":
                page.goto(f"{address}/{path}")
                return page
            frame = f'<iframe sandbox="allow-scripts allow-forms" width="1400" height="880" src="/{path}"></iframe>'
            page.route("**/frame.html", lambda route: route.fulfill(body=frame, content_type="text/html"))
            page.goto(f"{address}/frame.html")
            return page.frames[1]

        if request.param == "cookies off":
            page.add_init_script(THROWS)
        yield open_it
        assert not wrong


def test_a_chapter_without_storage(without_storage):
    """Theme, copy button, solutions and the menu work."""
    here = without_storage(f"{MODEL}.html")
    assert here.evaluate("document.documentElement.dataset.theme") == "light"
    themes = set()
    for _ in range(3):
        here.locator(".theme-switch-button:visible").first.click()
        themes.add(here.evaluate("document.documentElement.dataset.mode"))
    assert themes == {"auto", "light", "dark"}
    cell = here.locator("article > section .cell_input:visible").first
    cell.hover()
    cell.locator(".copybtn").click()
    cell.locator(".copybtn.success").wait_for()
    solution = here.locator("details.solution").first
    assert not solution.locator("section").first.is_visible()
    solution.locator("summary").first.click()
    assert solution.locator("section").first.is_visible()
    here.locator("button.primary-toggle:visible").click()
    here.locator("#pst-primary-sidebar").wait_for(state="hidden")


def test_search_without_storage(without_storage):
    here = without_storage(f"{PAGES[0]}.html")
    here.locator(".search-button-field:visible, .search-button:visible").first.click()
    here.locator("#pst-search-dialog input[name=q]").fill("minibatch")
    here.locator("#pst-search-dialog input[name=q]").press("Enter")
    here.wait_for_url("**/search.html?q=*")
    assert results(here)[0].endswith("glossary.html#term-mini-batch")


# ---- From disk ----


@pytest.mark.parametrize("name", [MODEL, "chapters/glossary"])
def test_sources_are_saved_from_disk(open_page, site, tmp_path, name):
    """A browser shows a file from disk instead, whatever the link says."""
    page = open_page(site / f"{name}.html")
    page.locator("button[aria-label='Download this page']:visible").first.click()
    with page.expect_download() as download:
        page.locator(".btn-download-source-button:visible").first.click()
    download.value.save_as(tmp_path / "saved")
    (source,) = (site / "_sources").glob(f"{name}.*[!s]")
    assert (tmp_path / "saved").read_bytes() == source.read_bytes()
    assert download.value.suggested_filename == source.name
