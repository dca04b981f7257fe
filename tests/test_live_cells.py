"""Cells of a page as readers use them: they run and stop them, write, solve an exercise, take their changes along.

One page of chapter 3 stays open with Python in it for most tests; what needs a clean profile opens its own.
"""

import json
import re

import pytest
from reader import ENDED, READY, UNFOLD

pytestmark = pytest.mark.browser


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


def test_a_line_is_written_over_as_in_a_terminal_and_counts_once(reader):
    shown, _ = reader.run("""import sys
for i in range(9_000):
    print(f"\\rstep {i:4d} {'=' * 40}", end="")
print("\\nloss 0.25\\rloss 0.1\\nlong\\r", end="")
print("so\\n\\x1b[31mred\\x1b[0m\\r\\nlast")""")
    assert shown.strip() == f"step 8999 {'=' * 40}\nloss 0.15\nsong\nred\nlast"


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
    for _ in range(50):    # the browser takes a moment to end what computes
        if len(reader.page.workers) == 1:
            break
        reader.page.wait_for_timeout(200)
    assert len(reader.page.workers) == 1, "the old one still computes"


def test_all_is_reset_while_a_cell_runs_and_another_waits(reader):
    cell, other = reader.second, reader.page.locator("div.cell").nth(2)
    book = cell.locator(".cell_output").text_content()
    reader.start(cell, "while True:\n    pass")
    reader.start(other)
    reader.page.wait_for_function("(cell) => cell.dataset.live === 'runs'", arg=cell.element_handle())
    reader.page.get_by_role("button", name="Reset all").click()
    reader.page.wait_for_function("(cell) => cell.dataset.live === ''", arg=cell.element_handle())
    assert cell.locator(".cell_output").text_content() == book and not other.get_attribute("data-live")
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


def test_a_cell_says_that_it_ran_before_a_change_above_and_gives_what_the_order_gives(reader):
    cells = [reader.page.locator("div.cell").nth(place) for place in (1, 2, 3)]
    reader.run(cells[0], "mine = [1]")
    reader.run(cells[1], "yours = mine + [2]")
    assert "[1, 3] [1, 2]" in reader.run(cells[2], "mine.append(3)\nprint(mine, yours)")[0]
    assert "[1, 3] [1, 2]" in reader.run(cells[2])[0], "it gives the same again"
    reader.run(cells[0], "mine = [5]")
    said = [cell.locator(".live-said").text_content() for cell in cells]
    assert "ran in" in said[0] and said[1:] == 2 * ["ran before a change above"]
    assert "[5, 3] [5, 2]" in reader.run(cells[2])[0] and cells[1].get_attribute("data-live") == "done"
    reader.run(cells[0], "mine =")
    assert "not run: cell 2, which it needs" in reader.run(cells[2])[1]


def test_a_variable_that_was_renamed_is_gone_and_one_whose_cell_was_emptied(reader):
    cells = [reader.page.locator("div.cell").nth(place) for place in (1, 2, 3)]
    for cell, code in zip(cells, ("mine = 1", "yours = 2", "print(mine, yours)"), strict=True):
        reader.run(cell, code)
    reader.run(cells[0], "renamed = 1")
    shown, _ = reader.run(cells[2])
    assert "name 'mine' is not defined" in shown and "No cell of the page defines mine any more." in shown
    reader.run(cells[0], "mine = 1")
    cells[1].locator(".live-area").fill("")
    assert "name 'yours' is not defined" in reader.run(cells[2])[0]


@pytest.mark.parametrize("code, advice", [
    ("%pip install pandas", "leave that line out"), ("input()", "write the value into the code"),
    ("import requests", "download the notebook"), ("open('mine.csv')", "none of your files"),
    ("import urllib.request\nurllib.request.urlopen('https://example.org')", "no network"),
    ("import subprocess\nsubprocess.run(['ls'])", "no other processes"),
    ("import threading\nthreading.Thread(target=print).start()", "no threads"),
])
def test_what_the_page_lacks_is_told_with_what_to_do(reader, code, advice):
    shown, _ = reader.run(code)
    assert advice in shown and "site-packages" not in shown


def test_a_pack_of_another_chapter_comes_when_a_cell_asks_for_it(reader):
    assert "3.14159265358979323846" in reader.run("import mpmath\nmpmath.mp.dps = 40\nprint(mpmath.pi)")[0]


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


@pytest.mark.parametrize("chapter, name", [("04_xor", "perceptron_pass"), ("12_adaptive", "adam")])
def test_an_exercise_is_not_solved_as_it_stands_and_is_by_its_solution(clean, chapter, name):
    reader = clean(f"chapters/{chapter}").ask()
    stub, solution = reader.cell(f'\n_ = check("{name}"'), reader.cell(f'assert check("{name}"')
    right = re.compile(rf"^{name}: (\d+) of \1 cases right$", re.MULTILINE)
    shown, _ = reader.run(stub)
    assert f"{name}: " in shown and not right.search(shown)
    shown, _ = reader.run(stub, solution.locator(".live-area").input_value())
    assert right.search(shown), shown


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
            const alike = ["font", "lineHeight", "padding", "whiteSpace", "overflowWrap", "letterSpacing", "tabSize"];
            return [area.scrollHeight - pre.clientHeight, ...alike.filter((name) => one[name] !== two[name])];
        })""")
        assert found and all(abs(over) <= 1 and not differ for over, *differ in found), (width, found)
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
