"""Figures carry what they are given: the data, labels, units, and colours with a line style each."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from nnlib import plotting


@pytest.fixture(autouse=True)
def style():
    with matplotlib.rc_context():
        plotting.use_style()
        yield


@pytest.mark.parametrize("draw", [plotting.curves, plotting.points])
def test_data_labels_and_scale_arrive_on_the_axes(draw):
    x, ys = np.arange(1.0, 4), {"a": np.array([1.0, 2, 3]), "b": np.array([3.0, 2, 1])}
    ax = draw(x, ys, xlabel="z", ylabel="value", title="two", log=True)
    for line, (label, y) in zip(ax.lines, ys.items()):
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([x, y]))
        assert line.get_label() == label
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(), ax.get_yscale()) == ("z", "value", "two", "log")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]


def test_given_axes_are_drawn_on_and_returned():
    ax = plt.subplots()[1]
    assert plotting.curves([0, 1], {"a": [0, 1]}, ax, xlabel="x", ylabel="y") is ax
    assert ax.get_legend() is None  # one line needs no key


def test_the_tangent_touches_with_its_slope():
    ax = plotting.tangent(lambda x: x**2, slope=2.0, at=1.0, ax=plt.subplots()[1], reach=1.0)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[0, -1], [2, 3]])


def test_every_line_of_a_figure_differs_in_colour_and_in_style():
    ax = plotting.curves([0, 1], {str(i): [i, i] for i in range(7)}, xlabel="x", ylabel="y")
    assert len({line.get_color() for line in ax.lines}) == 7
    assert len({str(line._unscaled_dash_pattern) for line in ax.lines}) == 7


def test_the_same_figure_is_the_same_svg(tmp_path):
    files = []
    for i in range(2):
        ax = plotting.curves([0, 1], {"a": [0, 1], "b": [1, 0]}, xlabel="x", ylabel="y")
        ax.figure.savefig(tmp_path / f"{i}.svg", metadata={"Date": None})
        files.append((tmp_path / f"{i}.svg").read_bytes())
    assert files[0] == files[1]


def test_clouds_of_points_differ_in_colour_and_in_marker_on_given_axes():
    ax = plt.subplots()[1]
    assert plotting.points([0, 1], {str(i): [i, i] for i in range(7)}, ax, xlabel="x", ylabel="y") is ax
    assert tuple(line.get_color() for line in ax.lines) == plotting.COLOURS
    assert len({line.get_marker() for line in ax.lines}) == 7


def test_the_tangent_marks_the_point_where_it_touches():
    ax = plotting.tangent(lambda x: x**2 + 1, slope=4.0, at=2.0, ax=plt.subplots()[1])
    assert ax.lines[1].get_xydata().tolist() == [[2, 5]]
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[0, -3], [4, 13]])  # two to both sides


@pytest.mark.parametrize("draw", [plotting.curves, plotting.points])
def test_scales_are_linear_and_titles_absent_unless_requested(draw):
    ax = draw([0, 1], {"a": [0, 1]}, xlabel="x", ylabel="y")
    assert (ax.get_yscale(), ax.get_title(), ax.get_legend()) == ("linear", "", None)


def test_a_band_reaches_from_the_lowest_to_the_highest_run_around_the_median():
    runs = np.array([[1.0, 2, 9], [4, 3, 8]])  # two places, three seeds
    ax = plotting.bands([0, 1], {"a": runs, "b": runs + 10}, xlabel="epoch", ylabel="loss", title="runs", log=True)
    assert [line.get_ydata().tolist() for line in ax.lines] == [[2, 4], [12, 14]]
    for band, line, shift in zip(ax.collections, ax.lines, [0, 10], strict=True):
        corners = band.get_paths()[0].vertices
        for place, (low, high) in enumerate([(1, 9), (3, 8)]):
            heights = corners[corners[:, 0] == place, 1]
            assert (heights.min(), heights.max()) == (low + shift, high + shift)
        assert matplotlib.colors.same_color(band.get_facecolor()[0][:3], line.get_color())
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(), ax.get_yscale()) == ("epoch", "loss", "runs", "log")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]


def test_contours_are_where_the_objective_has_their_height():
    ax = plotting.contours(lambda theta: (theta[0] ** 2 + 4 * theta[1] ** 2, None), (-3, 3), (-2, 2),
                           xlabel="theta 1", ylabel="theta 2", levels=[1, 4])
    for level, line in zip([1, 4], ax.collections[0].get_paths(), strict=True):
        x, y = line.vertices.T
        np.testing.assert_allclose(x**2 + 4 * y**2, level, atol=0.01)
        assert (x.min(), x.max()) == pytest.approx((-(level**0.5), level**0.5), abs=0.01)  # all the way round
        assert (y.min(), y.max()) == pytest.approx((-(level**0.5) / 2, level**0.5 / 2), abs=0.01)
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("theta 1", "theta 2", "")


def test_a_path_runs_through_its_points_from_an_open_ring():
    ax, thetas = plt.subplots()[1], np.array([[3.0, 1], [2, 0], [1, 0.5]])
    assert plotting.path(thetas, ax) is ax and ax.get_legend() is None
    plotting.path(-thetas, ax, label="back")
    way, ring, back, _ = ax.lines
    np.testing.assert_array_equal(way.get_xydata(), thetas)
    assert ring.get_xydata().tolist() == [[3, 1]] and ring.get_markerfacecolor() == "white"
    assert ring.get_color() == way.get_color()
    assert back.get_color() != way.get_color()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["back"]


def test_a_ridge_is_a_histogram_as_high_as_its_row_and_the_first_layer_is_at_the_top():
    values = [np.array([0.1, 0.1, 0.9]), np.array([-0.5])]
    ax = plotting.ridges({"a": values}, xlim=(-1, 1), xlabel="a", ylabel="layer", title="two layers")
    for row, (patch, tallest) in enumerate(zip(ax.patches, [0.1, -0.5]), start=1):
        tops, edges, base = patch.get_data()
        assert base == row and tops.min() == row - 0.85 and np.sum(tops == tops.min()) == 1
        assert edges[tops.argmin()] <= tallest <= edges[tops.argmin() + 1]
    assert ax.patches[0].get_data().values[-1] == pytest.approx(1 - 0.425)  # one of three is half as many as two
    assert ax.get_ylim()[0] > ax.get_ylim()[1] and ax.get_title() == "two layers" and ax.get_legend() is None
    assert ax.get_xlim() == (-1, 1) and (ax.get_xlabel(), ax.get_ylabel(), ax.get_xscale()) == ("a", "layer", "linear")
    assert [line.get_ydata()[0] for line in ax.lines] == [1, 2]  # what the rows stand on
    middle = [(tick, label.get_text()) for tick, label in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)]
    assert middle == [(1, "1"), (2, "2")]


def test_ridges_on_a_logarithmic_axis_show_sizes_and_leave_out_zeros():
    layers = {"a": [np.array([-0.01, 0.0])], "b": [np.zeros(3)]}
    ax = plotting.ridges(layers, xlim=(1e-4, 1), xlabel="|a|", ylabel="layer", log=True)
    first, nothing = (patch.get_data() for patch in ax.patches)
    assert first.values.tolist() == [pytest.approx(0.15)] and nothing.values.tolist() == [1]
    assert first.edges[0] <= 0.01 * (1 + 1e-12) and 0.01 <= first.edges[1] * (1 + 1e-12)
    assert ax.get_xscale() == "log" and [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]


LABELS = {"xlabel": "x", "ylabel": "y"}


@pytest.mark.parametrize("draw", [
    lambda ax: plotting.curves([0, 1], {"a": [1, 2]}, ax, title="t", **LABELS),
    lambda ax: plotting.points([0, 1], {"a": [1, 2]}, ax, title="t", **LABELS),
    lambda ax: plotting.bands([0, 1], {"a": np.ones((2, 3))}, ax, title="t", **LABELS),
    lambda ax: plotting.contours(lambda theta: (theta[0], None), (0, 1), (0, 1), ax, title="t", **LABELS),
    lambda ax: plotting.ridges({"a": [[0.5]]}, ax, xlim=(0, 1), title="t", **LABELS),
])
def test_each_draws_on_the_axes_that_it_is_given_or_on_new_ones(draw):
    given = plt.subplots()[1]
    for ax in (draw(given), draw(None)):
        assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(), ax.get_yscale()) == ("x", "y", "t", "linear")
        assert ax.has_data() and len(ax.get_figure().axes) == 1
    assert given.has_data() and ax is not given and len(plt.get_fignums()) == 2


def test_a_path_and_a_tangent_are_drawn_on_the_axes_given_and_a_path_may_have_one_point():
    ax = plt.subplots()[1]
    assert plotting.path([[1.0, 2.0]], ax) is ax and plotting.tangent(np.sin, slope=1.0, at=0.0, ax=ax) is ax


@pytest.mark.parametrize("call, error, words", [
    (lambda: plotting.curves([0, 1], [1, 2], **LABELS), TypeError, "ys must be a dictionary from label to data"),
    (lambda: plotting.curves([0, 1], {}, **LABELS), ValueError, "ys must have at least one entry, got 0"),
    (lambda: plotting.curves([0, 1], {"a": [1, 2, 3]}, **LABELS), ValueError, "ys['a'] must have shape (2,) beside x"),
    (lambda: plotting.curves([0, 1], {"a": ["1", "2"]}, **LABELS), TypeError, "ys['a'] must hold real numbers"),
    (lambda: plotting.curves([[0, 1]], {"a": [1, 2]}, **LABELS), ValueError, "x must have shape (n,), got (1, 2)"),
    (lambda: plotting.curves([0], {"a": [1]}, **LABELS | {"xlabel": None}), TypeError, "xlabel must be text, got None"),
    (lambda: plotting.curves([0], {"a": [1]}, 3, **LABELS), TypeError, "ax must be matplotlib's Axes"),
    (lambda: plotting.curves([0], {"a": [1]}, log="y", **LABELS), TypeError, "log must be True or False"),
    (lambda: plotting.points([0], {str(i): [i] for i in range(8)}, **LABELS), ValueError,
     "ys must have at most 7 entries, got 8"),  # there are colours for no more, and none is left out
    (lambda: plotting.bands([0, 1], {"a": [1, 2]}, **LABELS), ValueError, "runs['a'] must have shape (2, seeds)"),
    (lambda: plotting.contours(3, (0, 1), (0, 1), **LABELS), TypeError, "f must be callable"),
    (lambda: plotting.contours(max, (1, 0), (0, 1), **LABELS), ValueError, "xlim must be two finite numbers"),
    (lambda: plotting.contours(max, (0, 1), (0, 1), levels=10**6, **LABELS), ValueError, "levels must be a"),
    (lambda: plotting.path([1.0, 2.0], None), ValueError, "thetas must have shape (steps + 1, 2), got (2,)"),
    (lambda: plotting.path(np.ones((0, 2)), None), ValueError, "thetas must have shape (steps + 1, 2), got (0, 2)"),
    (lambda: plotting.path([[1.0, 2.0]], None, label=3), TypeError, "label must be text or None, got 3"),
    (lambda: plotting.ridges({"a": [[1.0]]}, xlim=(0, 1), log=True, **LABELS), ValueError, "above 0 on a log"),
    (lambda: plotting.ridges({str(i): [[1.0]] for i in range(8)}, xlim=(0, 1), **LABELS), ValueError, "at most 7"),
    (lambda: plotting.tangent(np.sin, slope=np.inf, at=0.0, ax=None), ValueError, "slope must be finite, got inf"),
])
def test_bad_input_is_named_and_nothing_is_drawn(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value) and not plt.get_fignums()
