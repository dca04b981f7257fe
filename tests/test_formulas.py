"""Formulas: what is typeset while the site is built, and how long ones fit into the page."""

import re
import subprocess
import sys

import formulas
import pytest
from test_site import CHAPTERS, PAGES, ROOT

# ---- Rows that were broken for their width ----


def aligned(*rows):
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"


@pytest.mark.parametrize("rows, lines", [
    (["a &= b", r"&\quad + c"], [r"a &= b +c"]),                                   # goes on with an operator
    (["a &= b", "&= c"], ["a &= b =c"]),                                           # ... or with a relation
    (["& a", r"& \quad \le b"], [r"& a \le b"]),                                   # & at the margin only
    (["a &= b", "& - c", "d &= e"], ["a &= b -c", "d &= e"]),                      # two statements, one of them broken
    ([r"a = {} & b \cdots", r"& \cdot c \cdots", "& d"], [r"a = {} & b \cdots c \cdots d"]),    # three dots, not four
    (["a &= b", "&= c", "& + d", "&= e"], ["a &= b", "&= c +d", "&= e"]),          # a derivation keeps its steps
    ([r"a &= \{ x &", r"&+ y \}"], None),                                          # three columns
    (["a &= b", "c &= d"], None),                                                  # a system
    (["& a = b ,", "& c = d"], None),                                              # another one
    (["a &= b", "&= c", "&= d"], None),                                            # nothing but steps
    ([r"a &= \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "b &= c"], None),      # marks inside are the matrix's
])
def test_what_is_joined(rows, lines):
    def bare(tex):
        return tex and re.sub(r"\s", "", tex)

    assert bare(formulas.joined(aligned(*rows))) == bare(lines and aligned(*lines))


def test_only_aligned_is_joined():
    assert formulas.joined("a = b") is None
    assert formulas.joined(r"x \begin{aligned} a &= b \\ &= c \end{aligned}") is None


# ---- A small site ----

CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions = ["myst_parser", "formulas"]
myst_enable_extensions = ["dollarmath", "amsmath"]
html_math_renderer = "formulas"
"""


@pytest.fixture
def build(tmp_path):
    """A function that makes a site of one page, and returns its HTML and what was said."""
    pytest.importorskip("myst_parser", reason="the book's packages are needed: `pip install -e .[book]`")
    (tmp_path / "conf.py").write_text(CONF.format(ext=str(ROOT / "_ext")), encoding="utf-8")

    def build(text):
        (tmp_path / "index.md").write_text(f"# Page\n\n{text}\n", encoding="utf-8")
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-a", "-d", tmp_path / "kept"]
        done = subprocess.run([*command, tmp_path, tmp_path / "html"], capture_output=True, text=True, check=False)
        return (tmp_path / "html" / "index.html").read_text(encoding="utf-8"), done

    return build


@pytest.mark.parametrize("tex", [r"\undefinedmacro", r"\frac{1", r"\begin{aligned} a"])
def test_invalid_tex_ends_the_build(build, tex):
    """With the page, the line and the formula."""
    _, done = build(f"Once\n\n${tex}$ in a sentence")
    assert done.returncode and "index.md:5" in done.stderr and f"in {tex}" in done.stderr, done.stderr


def test_what_is_typeset_is_kept(build, tmp_path):
    """The next build takes it from the store, if the formula is the same."""
    html, done = build("$x + 1$ and $y$")
    assert done.returncode == 0 and html.count("<mjx-container") == html.count("<math ") == 2, done.stderr
    store = tmp_path / "kept" / "formulas.json"
    marked = store.read_text(encoding="utf-8").replace("<mjx-container", "<mjx-container kept")
    store.write_text(marked, encoding="utf-8")
    html, _ = build("$x + 1$ and $z$")
    assert html.count("<mjx-container") == 2 and html.count("<mjx-container kept") == 1
    assert store.read_text(encoding="utf-8").count("<mjx-container") == 2, "$y$ is kept, though no page has it"


def test_numbers_stand_beside_the_formula(build):
    html, _ = build("$$\na &= b \\\\ &= c\n$$ (eq-x)\n\nSee {eq}`eq-x`.\n\n\\begin{align*}\na &= b\n\\end{align*}")
    assert re.search(r'<div class="math[^>]*id="equation-eq-x">\s*<span class="eqno">\(1\)', html)
    assert html.count("<mjx-container") == 2 and "href=\"#equation-eq-x\">(1)" in html


def test_a_full_stop_stays_with_its_formula(build):
    """Also a bracket and a quotation mark; a word does not, nor does the comma of another word."""
    html, done = build("A *one*, $a$, *two* ($b$), three $c$ **four**, five “$d$”; six $e$-fold and $f$.")
    assert re.findall(r"</mjx-container>([^<]*)</span>", html) == [",", "),", "", "”;", "", "."], done.stderr
    assert "</em>, <span" in html and "</strong>, five" in html


# ---- The site ----

SEEN = r"""() => [...document.querySelectorAll(".math:has(> .joined)")].map((el) => {
  const parts = [...el.querySelectorAll(":scope > mjx-container")];
  const shown = parts.filter((part) => part.checkVisibility());
  return {
    texts: parts.map((part) => part.querySelector("math").textContent.replace(/[\s\u2061\u2062⋅]/g, "")),
    shown: shown.map((part) => part.classList.contains("joined") ? "joined" : "as written"),
    cut: shown.some((part) => part.scrollWidth > part.clientWidth + 1),
  };
})"""


@pytest.mark.browser
def test_joined_formulas(page, site):
    """One of the two versions is shown, the joined one where there is room, and it fits; they say the same."""
    seen = {}
    for name in CHAPTERS:
        page.goto((site / f"{name}.html").as_uri(), wait_until="domcontentloaded")
        for width in (320, 390, 768, 1024, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            for k, formula in enumerate(page.evaluate(SEEN)):
                where = f"{name}, formula {k + 1} of those, {width} px: {formula}"
                assert len(formula["shown"]) <= 1 and len(set(formula["texts"])) == 1, where
                assert formula["shown"] != ["joined"] or not formula["cut"], where
                seen.setdefault(width, set()).update(formula["shown"])
    assert seen[320] == {"as written"} and "joined" in seen[1440], seen  # boxes are narrower: some stay as written


@pytest.mark.browser
@pytest.mark.parametrize("name", CHAPTERS)
def test_formulas_need_no_script(browser, address, name):
    """Each is drawn, in MathJax's type, and has MathML for those who cannot see it."""
    with browser.new_context(java_script_enabled=False, base_url=address) as context:
        page, scripts = context.new_page(), []
        page.on("request", lambda request: scripts.append(request.url) if "mathjax" in request.url else None)
        page.goto(f"/{name}.html")
        wrong = page.evaluate("""async () => {
            await document.fonts.ready;
            const width = (el) => el.querySelector("mjx-math").getBoundingClientRect().width;
            const drawn = (el) => !el.checkVisibility() || width(el) > 1;
            return [...document.querySelectorAll(".math")].filter((el) => {
                const boxes = [...el.querySelectorAll("mjx-container")];
                return !boxes.length || !boxes.every((box) => box.querySelector("math") && drawn(box));
            }).map((el) => el.outerHTML.slice(0, 200));
        }""")
        fonts = page.evaluate("[...document.fonts].map(({ family, status }) => status === 'loaded' && family)")
        assert not wrong and "MJXTEX" in fonts, wrong
    assert scripts and all(url.endswith(".woff") for url in scripts), scripts


def test_no_page_has_raw_formulas(site):
    for name in PAGES:
        html = (site / f"{name}.html").read_text(encoding="utf-8")
        assert html.count('class="math ') <= html.count("<mjx-container"), name
