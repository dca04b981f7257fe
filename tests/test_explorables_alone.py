"""Each explorable alone on a page: its mathematics is nnlib's, and what it shows and draws is its mathematics.

The pages are bare, which is quick, and opened from disk. What is particular to each explorable stands in
tests/judges/.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from judges.activations import NAMES
from judges.depth import SCALES, theory, through
from test_explorables import LIVE, NEEDS, SOURCES, each

from nnlib import activations, initializers
from nnlib.layers import Activate, Dense
from nnlib.network import Network

pytestmark = pytest.mark.browser

BARE = """<!DOCTYPE html>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="explorable.css">
<style>figure {{ margin: 0; }}</style>
<figure class="explorable explorable-{name}"><img alt="" src="{name}.svg"></figure>
{scripts}
"""


def bare(folder, name):
    """Write the page of an explorable beside its scripts."""
    scripts = "\n".join(f'<script src="{file}"></script>'
                        for file in ("explorable.js", *NEEDS.get(name, []), f"{name}.js"))
    page = folder / f"{name}.html"
    page.write_text(BARE.format(name=name, scripts=scripts), encoding="utf-8")
    return page


@pytest.fixture
def alone(open_page, tmp_path):
    """Open an explorable on a page with nothing else on it, from a copy of the sources."""
    def open_it(name, **options):
        folder = shutil.copytree(SOURCES, tmp_path, dirs_exist_ok=True)
        return LIVE[name](open_page(bare(folder, name), **options))

    return open_it


@each
def test_its_mathematics_is_nnlibs(alone, name):
    errors = alone(name).disagreement()
    assert all(error < 1e-9 for error in errors.values()), errors


@each
def test_what_is_shown_is_right(page, alone, name):
    page.set_viewport_size({"width": 800, "height": 900})
    live = alone(name)
    seen = {live.check()}
    for changes in live.STATES:
        live.set(changes)
        seen.add(live.check())
    assert len(seen) > len(live.STATES)  # they were all reached


def spots(plot, *fractions):
    """Points of a plot, in its data: the same fraction of each axis."""
    return [[low + fraction * (high - low) for low, high in plot.window] for fraction in fractions]


def check_pick(live, plot, labels, point):
    """The sliders have followed to the point, or as near as their steps and their range let them."""
    values = live.state
    for label, wanted, (low, high) in zip(labels, point, plot.window):
        place = live.CONTROLS.index(label)
        least, most, step = live.controls.nth(place).evaluate("(el) => [el.min, el.max, el.step].map(Number)")
        assert abs(values[place] - np.clip(wanted, least, most)) <= step / 2 + 0.01 * (high - low), label


@each
def test_by_mouse(alone, name):
    live = alone(name)
    mouse = live.page.mouse
    for plot, labels in live.PICKS.items():
        live.plots.nth(plot).scroll_into_view_if_needed()
        shown, before = live.read()["plots"][plot], live.state
        first, second, third = spots(shown, 0.7, 0.35, 0.55)
        mouse.move(*shown.pixels(*first))
        assert live.state == before  # not before the button is down
        mouse.down()
        check_pick(live, shown, labels, first)
        mouse.move(*shown.pixels(*second), steps=3)
        check_pick(live, shown, labels, second)
        outside = [shown.window[0][0] - 0.1 * np.ptp(shown.window[0]), second[1]]
        mouse.move(*shown.pixels(*outside))
        mouse.up()
        check_pick(live, shown, labels, outside)  # the drag goes on outside, and ends where the slider ends
        ended = live.state
        mouse.move(*shown.pixels(*third))
        assert live.state == ended
        mouse.click(*shown.pixels(*third))
        check_pick(live, shown, labels, third)
    live.check()


@each
def test_by_touch(alone, name):
    live = alone(name, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
                     device_scale_factor=2)
    session = live.page.context.new_cdp_session(live.page)

    def drag(shown, *points):
        for kind, point in (("Start", points[0]), *(("Move", point) for point in points[1:]), ("End", None)):
            at = [dict(zip("xy", shown.pixels(*point)))] if point else []
            session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": at})

    for plot, labels in live.PICKS.items():
        live.plots.nth(plot).scroll_into_view_if_needed()
        shown = live.read()["plots"][plot]
        first, second, third, fourth = spots(shown, 0.7, 0.35, 0.55, 0.2)
        live.page.touchscreen.tap(*shown.pixels(*first))
        check_pick(live, shown, labels, first)
        drag(shown, first, second, third)
        check_pick(live, shown, labels, third)
        touch = live.plots.nth(plot).evaluate("(el) => getComputedStyle(el).touchAction")
        if len(labels) == 1:
            assert touch == "pan-y"  # up and down scrolls the page
        else:
            before = live.state
            drag(shown, fourth, second)
            assert live.state == before  # beside the handle, a finger scrolls the page
            assert touch == "manipulation"
    live.check()
    for control in [*live.controls.all(), *live.buttons.all()]:
        assert control.bounding_box()["height"] >= 24


@each
def test_what_a_screen_reader_is_told(alone, name):
    live = alone(name)
    assert live.live.get_by_role("status").count() == 1
    labels = live.labels(live.read(drawn=False))
    for place, label in enumerate(labels):
        role = "combobox" if live.controls.nth(place).evaluate("(el) => el.tagName") == "SELECT" else "slider"
        named = live.live.get_by_role(role, name=label, exact=True)
        assert named.count() == labels.count(label)
    before = [picture.get_attribute("aria-label") for picture in live.live.get_by_role("img").all()]
    assert len(before) == live.plots.count() and all(len(label) > 30 for label in before)
    live.set({label: value for changes in live.STATES for label, value in changes.items()})
    after = [picture.get_attribute("aria-label") for picture in live.live.get_by_role("img").all()]
    assert not set(before) & set(after)  # what is drawn has changed, and so has what is said of it
    for _, _, shown, _ in live.read(drawn=False)["controls"]:
        assert shown is None or live.live.locator(f'[aria-valuetext="{shown}"]').count() or shown.startswith("-")


# ---- Particular to one of them ----


def test_activations_offers_all(alone):
    for name in ("activations", "depth"):
        live = alone(name)
        assert sorted(live.control("Activation").locator("option").all_inner_texts()) == sorted(NAMES)


def test_descent_plays(alone):
    live = alone("descent")
    steps, play = live.control("Steps"), live.buttons.nth(0)
    live.set({"Steps": 90})
    play.press("Enter")
    assert play.inner_text() == "Pause"
    live.page.wait_for_function("document.querySelector('.explorable-live button').textContent === 'Play'")
    assert steps.input_value() == "100"  # it ends by itself
    play.press("Enter")
    live.page.wait_for_function("(el) => el.value > 2 && el.value < 90", arg=steps.element_handle())  # from the start
    play.press("Enter")
    assert play.inner_text() == "Play"
    stopped = steps.input_value()
    live.page.wait_for_timeout(150)
    assert steps.input_value() == stopped
    live.check()


def test_descent_takes_a_rate_that_suits_the_rule(alone):
    live = alone("descent")
    live.set({6: "Adam", 9: "Nesterov", 10: 0.05})
    assert live.check()[6:] == ("Adam", 0.1, 0.9, "Nesterov", 0.05, 0.9)
    live.set({6: "RMSProp", 9: "SGD"})
    assert live.check()[6:11] == ("RMSProp", 0.1, 0.99, "SGD", 0.05)  # one set by hand stays, within the family
    live.set({"Surface": "rosenbrock"})
    assert live.check()[6:11] == ("RMSProp", 0.1, 0.99, "SGD", 0.001)


def test_descents_valley_is_dragged_by_its_tip(alone):
    live = alone("descent")
    plane, mouse, start = live.plots.nth(0), live.page.mouse, live.state[3:5]
    plane.scroll_into_view_if_needed()
    drags = ((0.28 * 3, 60, 9, 60), (0.28 * 5, -135, 25, 45), (0.1, 10, 1, 10), (9, 200, 100, 20))
    for reach, degrees, kappa, turn in drags:  # how far from the middle, and which way
        shown, angle = live.read()["plots"][0], np.radians(degrees)
        mouse.move(*shown.pixels(*shown.marks["handle grip"][0]))
        mouse.down()
        mouse.move(*shown.pixels(reach * np.cos(angle), reach * np.sin(angle)), steps=2)
        mouse.up()
        assert abs(live.state[1] - kappa) <= 1 and abs(live.state[2] - turn) <= 2
        assert live.check()[3:5] == start  # no click into the plane
    live.set({"Surface": "saddle"})
    live.check()


def test_depth_has_marks_at_the_schemes_and_other_networks(alone):
    live = alone("depth")
    for button, *schemes in (("LeCun, Glorot", initializers.lecun_normal, initializers.glorot_normal),
                             ("He", initializers.he_normal)):
        live.live.get_by_role("button", name=button, exact=True).click()
        scale = live.check()[1]
        for init in schemes:  # for as many outputs as inputs
            assert init(np.random.default_rng(0), (400, 400)).std() * np.sqrt(400) == pytest.approx(scale, rel=0.01)
    marks = live.page.locator("datalist option").evaluate_all("(all) => all.map((el) => Number(el.value))")
    assert [SCALES[mark] for mark in marks] == [1, np.sqrt(2)]
    live.live.get_by_role("button", name="Another network").click()
    live.seed += 1
    live.check()


def test_xor_starts_again(alone):
    live = alone("xor")
    live.live.get_by_role("button", name="Another start").click()
    live.seed += 1
    live.check()


def test_depths_theory_is_what_wide_networks_do(alone):
    """Within 7 %, which other draws need: six layers of 400 units, averaged over 40 examples and twelve networks."""
    live = alone("depth")
    width, layers, rng = 400, 6, np.random.default_rng(0)
    for name, scale in (("tanh", 1.0), ("relu", np.sqrt(2)), ("sigmoid", 2.0), ("gelu", 1.2), ("elu", 0.8)):
        init = initializers.variance_scaling(scale**2, "fan_in", "normal")
        runs = []
        for _ in range(12):
            phi = getattr(activations, name)
            parts = [part for _ in range(layers) for part in (Dense(width, width, init), Activate(phi))]
            runs.append(through(Network(parts, rng=rng), *rng.normal(size=(2, 40, width))))
        measured = np.sqrt(np.mean(np.square(runs), axis=0))
        theirs = live.page.evaluate(f"""() => {{
            const {{ forward, backward }} = depth.theory("{name}", {scale}, {layers});
            return [forward, backward];
        }}""")
        np.testing.assert_allclose(measured, theirs, rtol=0.07)
        np.testing.assert_allclose(theirs, theory(name, scale, layers), rtol=1e-9)


# ---- The checks can fail ----


@each
def test_what_is_broken_is_found(alone, name):
    def sound():
        page.reload()
        live = LIVE[name](page)
        live.set(live.TELLING)
        try:
            live.check()
            return all(error < 1e-9 for error in live.disagreement().values())
        except AssertionError:
            return False

    page = alone(name).page
    address = Path(page.evaluate("decodeURIComponent(location.pathname)"))
    assert sound()
    unnoticed = []
    for what, (file, right, wrong) in LIVE[name].BROKEN.items():
        script = address.with_name(file)
        source = script.read_text(encoding="utf-8")
        assert right in source, what
        script.write_text(source.replace(right, wrong), encoding="utf-8")
        unnoticed += [what] if sound() else []
        script.write_text(source, encoding="utf-8")
    assert not unnoticed
