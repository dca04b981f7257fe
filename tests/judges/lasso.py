"""lasso.js: two weights, a loss, a penalty, and where the solution lands."""

import functools

import numpy as np

from judges import Live, close, error, numbers
from nnlib.descent import coordinate_descent
from nnlib.objectives import least_squares
from nnlib.penalties import L1, L2, ElasticNet

PENALTIES = {"L1": L1, "elastic net": ElasticNet, "L2": L2}  # the elastic net's ratio is a half by default
STRENGTHS = np.linspace(0, 2, 401)
WEIGHTS = ("w₁", "w₂")


def data(w1, w2, curvature, correlation):
    """X and y of a least-squares problem with this optimum: X^T X / n is the matrix of the curvatures."""
    root = np.sqrt(curvature)
    X = np.sqrt(2) * np.linalg.cholesky([[1, correlation * root], [correlation * root, curvature]]).T
    return X, X @ [w1, w2]


@functools.cache
def solve(problem, penalty, strength):
    return coordinate_descent(*data(*problem), PENALTIES[penalty](strength), tolerance=1e-13)


class Lasso(Live):
    NAME = "lasso"
    TITLES = (("loss, penalty and solution", "w₁", "w₂"), ("the solution's weights", "λ"))
    LEGENDS = (("first", "loss as at the solution"), ("second", "penalty as at the solution"),
               ("third", "solutions as λ grows"), ("fourth", "w₁"), ("fifth", "w₂"))
    CONTROLS = ("Penalty", "Strength λ", "Optimum w₁*", "Optimum w₂*", "Curvature along w₂", "Correlation")
    STATES = (
        {"Strength λ": 0.3}, {"Strength λ": 1.8}, {"Strength λ": 0}, {"Penalty": "elastic net", "Strength λ": 0.8},
        {"Optimum w₁*": -0.7, "Optimum w₂*": 1.55, "Curvature along w₂": 1.9, "Correlation": -0.85, "Strength λ": 0.1},
        {"Penalty": "L2", "Correlation": 0.9, "Strength λ": 1.3}, {"Optimum w₂*": 0, "Correlation": 0},
        {"Optimum w₁*": 1.75, "Optimum w₂*": -0.5, "Curvature along w₂": 1, "Correlation": 0.5, "Strength λ": 1},
        {"Penalty": "L1"}, {"Optimum w₁*": 0, "Optimum w₂*": 0},
    )
    PICKS = {0: ("Optimum w₁*", "Optimum w₂*"), 1: ("Strength λ",)}
    TELLING = {"Strength λ": 0.62}
    BROKEN = {
        "a threshold that does not shrink": ("lasso.js", "x - min(max(x, -l1), l1)", "(abs(x) > l1 ? x : 0)"),
        "the sign of the correlation": ("lasso.js", "[1, r * sqrt(h), h]", "[1, -r * sqrt(h), h]"),
        "half the ridge": ("lasso.js", "l2 = strength * (1 - ratio)", "l2 = strength * (1 - ratio) / 2"),
        "a smaller diamond": ("lasso.js", "return [r * c, r * s]", "return [0.97 * r * c, 0.97 * r * s]"),
        "an ellipse that leans the other way": ("lasso.js", "long * c - b * up", "long * c + b * up"),
        "a dot at the optimum": ("lasso.js", "plane.move(dots.both, ...w)", "plane.move(dots.both, ...state.optimum)"),
        "zero too early": ("lasso.js", "return high;", "return 0.9 * high;"),
        "the wrong weight in words": ("lasso.js", "filter((_, i) => w[i] === 0)", "filter((_, i) => w[1 - i] === 0)"),
    }

    def check_content(self, words, plots, penalty, strength, *problem):
        X, y = data(*problem)
        loss, charge = least_squares(X, y), PENALTIES[penalty](1.0)
        optimum, w = problem[:2], solve(problem, penalty, strength)
        self.check_words(*words, penalty, strength, problem, w)

        plane, path = plots
        np.testing.assert_allclose(plane.marks["handle"], [optimum], atol=0.01)
        np.testing.assert_allclose(plane.marks["dot"], [w], atol=0.01)
        for k, ring in enumerate((points for kind, _, points in plane.all if kind == "level"), 1):
            np.testing.assert_allclose(np.sqrt(loss(ring)[0]), np.sqrt(0.048) * k, atol=0.01)
        assert k == 9
        np.testing.assert_allclose(np.sqrt(loss(plane.lines["first"])[0]), np.sqrt(loss(w)[0]), atol=0.01)
        border = plane.lines["second area"]
        np.testing.assert_allclose(np.sqrt(charge(border)[0]), np.sqrt(charge(w)[0]), atol=0.01)
        assert np.ptp(border, axis=0).min() >= 2 * abs(w).max() - 0.02  # it goes all around the origin

        some = [0, 37, 111, 260, 400]
        ours = np.array([solve(problem, penalty, STRENGTHS[k]) for k in some])
        np.testing.assert_allclose(plane.lines["third"][some], ours, atol=0.01)
        np.testing.assert_allclose(plane.lines["third"][-1], 0, atol=0.01)
        high = np.ptp(path.window[1])
        for i, kind in enumerate(("fourth", "fifth")):
            np.testing.assert_allclose(path.lines[kind][:, 0], STRENGTHS, atol=0.01)
            np.testing.assert_allclose(path.lines[kind][some, 1], ours[:, i], atol=0.01 * high)
        np.testing.assert_allclose(path.lines["guide"][:, 0], strength, atol=0.01)
        np.testing.assert_allclose(path.marks["dot"], [[strength, x] for x in w], atol=0.01 * high)

    def check_words(self, words, penalty, strength, problem, w):
        start, _, rest = words.partition(")")
        close(numbers(start), [strength, *w])
        if penalty == "L2" and strength and any(problem[:2]):
            zero = [i for i, x in enumerate(w) if abs(x) < 1e-12]
            why = "by coincidence, at this λ alone" if zero and problem[zero[0]] else "without a penalty, too"
            assert rest == (f": {WEIGHTS[zero[0]]} is zero {why}." if zero else
                            ". As λ grows, L2 makes the vector shorter, and keeps no weight at zero.")
            return
        if not any(problem[:2]):
            assert rest == ": the optimum is zero already."
            return
        if strength == 0:
            assert rest == ": without a penalty it is the optimum w*."
            return
        now, when = rest.split(". ")
        assert now == ": " + {(0, 0): "no weight is zero", (1, 1): "both weights are exactly zero"}.get(
            tuple(w == 0), f"{WEIGHTS[int(w[1] == 0)]} is exactly zero")
        for part in when.split(", "):
            weight, at = WEIGHTS.index(part[:2]), numbers(part)[0]
            assert solve(problem, penalty, 1.006 * at + 1e-6)[weight] == 0
            assert at == 0 or solve(problem, penalty, 0.994 * at)[weight] != 0

    def disagreement(self):
        rng = np.random.default_rng(0)
        problems = [(penalty, float(strength), *rng.uniform(-1.8, 1.8, 2).tolist(), rng.uniform(0.2, 2),
                     rng.uniform(-0.9, 0.9)) for penalty in PENALTIES for strength in [0, *rng.uniform(0, 2, 60)]]
        theirs = self.run("""(problems) => problems.map(([penalty, strength, ...rest]) => {
            const [x, y, curvature, correlation] = rest;
            const problem = { penalty, strength, optimum: [x, y], curvature, correlation };
            const from = lasso.zeros(problem).map((s) => (s === Infinity ? -1 : s));
            return [lasso.solution(problem), from, lasso.loss(problem, [0.3, -0.2]),
                lasso.penalty(lasso.RATIO[penalty], [0.3, -0.2])];
        })""", problems)
        w, from_strength, loss, charge = (np.array(part) for part in zip(*theirs))
        ours = np.array([solve(tuple(problem), penalty, strength) for penalty, strength, *problem in problems])
        at = np.array([0.3, -0.2])
        edges = []
        for (penalty, _, *rest), pair in zip(problems, from_strength):
            problem = tuple(rest)
            for weight, edge in enumerate(pair):
                if penalty == "L2":
                    edges.append(edge == -1)
                else:  # just above it the weight is exactly zero, just below it is not
                    edges.append(solve(problem, penalty, edge + 1e-8)[weight] == 0)
                    edges.append(solve(problem, penalty, edge - 1e-8)[weight] != 0)
        return {
            "solution": np.max(np.abs(w - ours)), "exact zeros": np.inf if ((w == 0) != (ours == 0)).any() else 0,
            "where they begin": 0 if all(edges) else np.inf,
            "loss": error(loss, [least_squares(*data(*problem))(at)[0] for _, _, *problem in problems]),
            "penalty": error(charge, [PENALTIES[penalty](1.0)(at)[0] for penalty, *_ in problems]),
        }
