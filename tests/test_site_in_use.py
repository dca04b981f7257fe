"""The site as readers use it: they search it, go by keyboard, lose their way, choose a theme, and print it.

What they do in a chapter is in test_site_chapters.py.
"""

import re
from urllib.parse import quote, urlsplit

import downloads
import pytest
from test_site import MODEL, PAGES
from test_site_pages import INSPECT, PAPER, SETTLED, UNSEEN

pytestmark = pytest.mark.browser


# ---- Finding one's way ----


def results(page):
    """The links that a search gives, once it has finished."""
    page.locator("#search-results li a").first.wait_for()
    page.wait_for_function("document.querySelector('#search-results p, .search-summary')?.textContent.match(/\\d/)")
    return page.locator("#search-results li a").evaluate_all("(all) => all.map((a) => a.href)")


@pytest.mark.parametrize("name", [PAGES[0], MODEL])
def test_search_leads_to_the_page(page, address, name):
    """The longest word of a page's text is typed into the search field; a result is that page and holds the word."""
    page.goto(f"{address}/{PAGES[0]}.html")
    text = page.evaluate("""async (name) => {
        const doc = new DOMParser().parseFromString(await (await fetch(name)).text(), "text/html");
        doc.querySelectorAll(".math").forEach((el) => el.remove());
        return [...doc.querySelectorAll("article p, article h1")].map((el) => el.textContent).join(" ");
    }""", f"{name}.html")
    word = max(re.findall(r"\b[a-z]+\b", text), key=len)
    page.locator(".search-button-field:visible, .search-button:visible").first.click()
    page.locator("#pst-search-dialog input[name=q]").fill(word)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    paths = [urlsplit(link).path for link in results(page)]
    assert f"/{name}.html" in paths, f"searching {word!r} gives {paths}, not {name}.html"
    page.locator(f'#search-results li a[href*="{name}.html"]').first.click()  # by name: more may still be added
    page.wait_for_url(f"**/{name}.html*", wait_until="domcontentloaded")
    assert word in page.locator("article").text_content()


@pytest.mark.parametrize("query, first", [
    ("backpropagation", "glossary.html#term-backward-pass"),
    ("hyperparameter", "glossary.html#term-hyperparameter"),
    ("minibatch", "glossary.html#term-mini-batch"),
    ("regularization", "glossary.html#term-penalty"),
    ("L2 regularization", "glossary.html#term-L2-regularisation"),
    ("initialization", "glossary.html#term-He-initialisation"),
    ("cross entropy", "glossary.html#term-cross-entropy"),
    ("sweep", "glossary.html#term-sweep-of-coordinate-descent"),
    ("install", "intro.html#install"),
    ("license", "intro.html#licence"),
    ("σ", "glossary.html#term-sigmoid"),
    ("sigma", "glossary.html#term-sigmoid"),
    ("β", "glossary.html#term-momentum"),
    ("weight decay", "glossary.html#term-weight-decay"),
    ("binary_cross_entropy", "losses.html#nnlib.losses.binary_cross_entropy"),
])
def test_search_puts_first(open_page, site, query, first):
    """What a word means, by whichever name, spelling or letter; from disk as well."""
    page = open_page(site / "search.html")
    page.goto(f"{page.url}?q={quote(query)}")
    links = results(page)
    assert links[0].endswith(first), f"searching {query!r} gives {links[:3]}"
    assert len(links) == len(set(links)), f"searching {query!r} lists a place twice: {links}"


@pytest.mark.parametrize("query, first", [
    ("softplus", "softplus: The function ln(1+e^z), a smooth version of ReLU"),
    ("odds", "odds: A probability divided by its complement, p/(1−p): a probability"),
])
def test_search_shows_prose(page, address, query, first):
    """What a word of the glossary means; of a page, no menus, buttons or imports; formulas in one line."""
    page.goto(f"{address}/search.html?q={query}")
    results(page)
    page.wait_for_function("document.querySelectorAll('#search-results p.context').length > 3")
    lines = page.locator("#search-results p.context").all_inner_texts()
    assert lines[0].startswith(first)
    for line in lines:
        assert not re.search("On this page|Show the code|minutes, exercises apart|^(from|import) ", line), line


@pytest.mark.parametrize("american, british", [
    ("regularization", "regularisation"), ("initialized", "initialised"), ("standardize", "standardise"),
    ("color", "colour"), ("behavior", "behaviour"), ("center", "centre"), ("labeled", "labelled"),
])
def test_search_reads_both_spellings(page, address, american, british):
    """The same pages, by the rules that the index was made with."""
    found = []
    for query in (american, british):
        page.goto(f"{address}/search.html?q={query}")
        found.append({urlsplit(link).path for link in results(page)})
    assert found[0] == found[1]


@pytest.mark.parametrize("query, page_and_anchor", [
    ("binary_cross_entropy", "chapters/api/losses.html#nnlib.losses.binary_cross_entropy"),
    ("sigmoid", "chapters/api/activations.html#nnlib.activations.sigmoid"),
    ("softplus", "chapters/02_sigmoid.html"),  # a formula's name
    ("log-odds", "chapters/glossary.html#term-log-odds"),
])
def test_search_finds(page, address, query, page_and_anchor):
    page.goto(f"{address}/search.html?q={query}")
    links = results(page)
    found = [link for link in links if page_and_anchor in link]
    assert found, f"searching {query!r} does not give {page_and_anchor}, but {links}"


def test_keyboard(page, address):
    """Tab reaches everything that can be used, shows where it is, and starts with the way past the menus."""
    name = MODEL
    page.set_viewport_size({"width": 560, "height": 900})  # narrow enough for a scroll box
    page.goto(f"{address}/{name}.html")
    page.evaluate(SETTLED)
    page.wait_for_timeout(300)
    page.evaluate("""() => {
        window.reached = [];
        document.addEventListener("focusout", ({relatedTarget}) => { window.done ||= !relatedTarget; });
        document.addEventListener("focusin", ({target: el}) => {
            const style = getComputedStyle(el), box = el.getBoundingClientRect();
            const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
            const shown = (outline || style.boxShadow !== "none") && box.width > 0 && box.height > 0;
            reached.push({html: el.outerHTML.slice(0, 120), classes: [...el.classList], tag: el.tagName, shown,
                        tabindex: el.getAttribute("tabindex"), inside: !!el.closest("article")});
        });
    }""")
    while not page.evaluate("window.done"):
        for _ in range(10):
            page.keyboard.press("Tab")
    stops = page.evaluate("window.reached")
    assert "skip" in stops[0]["html"].lower(), f"{name}: the first stop is {stops[0]['html']}"
    unseen = [stop["html"] for stop in stops if not stop["shown"]]
    assert not unseen, f"{name}: the focus cannot be seen on " + "\n".join(unseen)
    wanted = {"menu": "primary-toggle", "search": "search-button", "theme": "theme-switch-button",
              "on this page": "secondary-toggle", "copy": "copybtn"}
    classes = {c for stop in stops for c in stop["classes"]}
    assert not [what for what, c in wanted.items() if c not in classes], sorted(classes)
    summaries = [stop["classes"] for stop in stops if stop["tag"] == "SUMMARY"]
    assert ["admonition-title"] in summaries, f"{name}: no solution is reached"
    assert [] in summaries, f"{name}: no hidden code is reached"
    assert any(stop["tabindex"] == "0" and stop["inside"] for stop in stops), f"{name}: no scroll box is reached"
    assert any("next" in c for c in classes), f"{name}: the next page is not reached"


def test_lost_address(page, address):
    """At any depth, at the root of a host or below a folder, the page for lost addresses knows the way home."""
    for lost, home in (("/no/such/page.html", "/intro.html"), ("/book/chapters/nothing", "/book/intro.html")):
        if lost.startswith("/book"):  # a host whose root is another site
            page.route(f"{address}/_static/logo.svg", lambda route: route.fulfill(status=404))
        answer = page.goto(f"{address}{lost}")
        assert answer.status == 404 and page.locator("h1").is_visible()
        page.wait_for_load_state("networkidle")
        page.locator("main a").first.click()
        page.wait_for_url(f"{address}{home}")


def test_theme_toggle(page, address):
    page.goto(f"{address}/{PAGES[-1]}.html")
    seen = {}
    for _ in range(3):
        page.locator(".theme-switch-button:visible").first.click()
        mode = page.evaluate("document.documentElement.dataset.mode")
        seen[mode] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert set(seen) == {"auto", "light", "dark"}
    assert seen["auto"] == seen["light"] != seen["dark"]
    page.locator(".theme-switch-button:visible").first.click()
    chosen = page.evaluate("document.documentElement.dataset.mode")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.mode") == chosen, "the choice is forgotten by the next page"


def test_menu_on_a_phone(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/{PAGES[0]}.html")
    target = page.locator("#pst-primary-sidebar-modal a[href], #pst-primary-sidebar a[href]").filter(visible=True)
    assert target.count() == 0
    page.locator(".primary-toggle:visible").first.click()
    target.last.wait_for()
    target.last.click()
    page.wait_for_url(f"**/{PAGES[-1]}.html")


# ---- As one book ----


@pytest.fixture(scope="module")
def printed(browser, site, tmp_path_factory):
    """A few pages of the book as one, and that as a PDF."""
    names = [f"{name}.html" for name in (PAGES[0], MODEL, "chapters/glossary", PAGES[-1])]
    pages = [(name, html) for name, html in downloads.in_order(site) if name in names]
    with browser.new_context() as context:
        page, file = context.new_page(), tmp_path_factory.mktemp("pdf") / "book.pdf"
        downloads.print_book(page, site, pages, file)
        yield page, file.read_bytes()


def test_the_book_on_one_page(printed):
    """All is there and to be seen, nothing is cut off, and every link inside the book arrives."""
    page, _ = printed
    assert page.locator("article h1").count() == page.locator("article").count() == 4
    found = page.evaluate(INSPECT) + page.evaluate(PAPER) + page.evaluate(UNSEEN, "summary, .explorable")
    assert not [sentence for sentence in found if "more than one h1" not in sentence]
    dead = page.evaluate("""() => [...document.querySelectorAll("article a[href]")]
        .filter((a) => !(a.host || document.getElementById(decodeURIComponent(a.hash.slice(1)))))
        .map((a) => a.outerHTML)""")
    assert not dead


def test_the_pdf(printed):
    """Tagged, in English, with a title, with links, with an outline of all chapters and sections."""
    page, pdf = printed
    assert b"/Marked true" in pdf and b"/StructTreeRoot" in pdf and b"/Lang (en)" in pdf and b"file:" not in pdf
    assert pdf.count(b"/Subtype /Link") >= page.locator("article a[href]:not(.headerlink)").count()

    def words(raw):
        text = bytes.fromhex(raw[5:].decode()).decode("utf-16-be") if raw[:1] == b"<" else raw[1:].decode()
        return " ".join(text.replace("\\", "").split())

    titles = [words(raw) for raw in re.findall(rb"/Title (<FEFF[^>]*|\((?:[^\\)]|\\.)*)", pdf)]
    assert titles[0] == page.title()
    headings = [" ".join(text.split()) for text in page.locator("article :is(h1, h2, h3)").all_inner_texts()]
    assert titles[1:] and set(headings) <= set(titles), set(headings) - set(titles)
