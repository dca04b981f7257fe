"""Claims: a published number beside ours, or a statement that holds, printed as one line; one that fails raises.

The lines have a fixed form, ``claim: text | key value | ... | verdict | source``, so that the book's page of
reproductions can be made from the notebooks' stored outputs.
"""

import math

from nnlib._check import as_flag, as_number, shown


class ClaimError(AssertionError):
    """A claim of the book is not supported by the number beside it.

    Examples
    --------
    >>> issubclass(ClaimError, AssertionError)
    True
    """


def claim(text: str, *, ours: float, published: float, tolerance: float, source: str, reproduces: bool = True,
          spread: float | None = None, scale: tuple[float, str] | None = None) -> None:
    """Print one line that sets our number beside the published one, and raise if the verdict is not what the text says.

    Parameters
    ----------
    text : str
        What is claimed, without line breaks or " | ".
    ours : float
        Our number; it agrees when ``abs(ours - published) <= tolerance``.
    published : float
        The published number.
    tolerance : float
        Absolute, at least 0 and at most a tenth of ``abs(published)``, unless `spread` or `scale` is given; ours is
        printed to one digit beyond it.
    source : str
        Author, year and place.
    reproduces : bool
        False for a published number that does not reproduce: then agreement raises.
    spread : float, optional
        Standard deviation of our number over seeds; the tolerance is then at most twice that, too. For a published
        number of one run.
    scale : (float, str), optional
        Only where `published` is 0: the size that it is small beside, and whose size that is; the tolerance is then at
        most a tenth of that.

    Raises
    ------
    ClaimError
        If the verdict is not `reproduces`; a NaN agrees with nothing.
    ValueError, TypeError
        If an argument is unusable, or the tolerance so wide that agreement would say nothing.

    Examples
    --------
    >>> claim("largest slope of the sigmoid", ours=0.25, published=0.25, tolerance=0, source="calculus")
    claim: largest slope of the sigmoid | published 0.25 | ours 0.25 | tolerance 0 | reproduces | calculus
    >>> claim("slope at 40", ours=4e-18, published=0, tolerance=1e-6, scale=(0.25, "its largest"), source="a plot")
    claim: slope at 40 | published 0 | ours 4e-18 | tolerance 1e-06 | scale 0.25, its largest | reproduces | a plot
    """
    as_flag("reproduces", reproduces)
    ours, published = as_number("ours", ours), as_number("published", published)
    tolerance = as_number("tolerance", tolerance)
    if not 0 <= tolerance < math.inf or not math.isfinite(published):
        raise ValueError(f"published must be finite and tolerance at least 0, got {published} and {tolerance}")
    bounds = _bounds(published, tolerance, spread, scale)
    agrees = abs(ours - published) <= tolerance
    verdict = "reproduces" if agrees else "does not reproduce"
    line = _line(text, f"published {published:.12g}", f"ours {_to_tolerance(ours, tolerance)}",
                 f"tolerance {tolerance:.12g}", *bounds, verdict, source)
    if agrees != reproduces:
        raise ClaimError(f"{line}; the text says that it {'reproduces' if reproduces else 'does not reproduce'}")
    print(line)


def _bounds(published, tolerance, spread, scale):
    """What the tolerance is measured by, other than the published number, as printed; raise where it is too wide."""
    widest, printed = abs(published) / 10, []
    if spread is not None:
        spread = as_number("spread", spread)
        widest, printed = max(widest, 2 * spread), [f"spread {spread:.2g}"]
    if scale is not None:
        size, whose = scale
        if published != 0:
            raise ValueError(f"scale must be left out unless published is 0, got {published}; give spread instead")
        widest, printed = as_number("scale", size) / 10, [f"scale {size:.12g}, {whose}"]
    if not tolerance <= widest * (1 + 1e-9) < math.inf:  # so that 0.1 is a tenth of 1
        raise ValueError(f"tolerance must be at most {widest:.3g}, a tenth of published or scale or twice spread, got "
                         f"{tolerance}; narrow it, or give spread, measured over seeds, or scale where published is 0")
    return printed


def claim_holds(text: str, condition: bool, source: str) -> None:
    """Print one line saying that a statement without a number holds, or raise.

    Parameters
    ----------
    text : str
        The statement, without line breaks or " | ".
    condition : bool
        Whether it holds.
    source : str
        Author, year and place.

    Raises
    ------
    ClaimError
        If it does not hold.

    Examples
    --------
    >>> claim_holds("1/4 is reached at 0", True, "calculus")
    claim: 1/4 is reached at 0 | holds | calculus
    """
    if getattr(condition, "ndim", 0):
        raise TypeError(f"condition must be True or False, got {shown(condition)}; use .all() or .any()")
    if not as_flag("condition", condition):
        raise ClaimError(_line(text, "does not hold", source))
    print(_line(text, "holds", source))


def _line(*parts):
    for part in parts:
        if not isinstance(part, str) or not part.strip() or " | " in part or "\n" in part:
            raise ValueError(f"text and source must be text in one line without ' | ', got {shown(part)}")
    return "claim: " + " | ".join(parts)


def _to_tolerance(value, tolerance):
    """`value` rounded to one digit beyond the first of the tolerance; to 12 digits where the tolerance is 0."""
    if not tolerance or not value or not math.isfinite(value):
        return f"{value:.12g}"
    decimals = 1 - math.floor(math.log10(tolerance))
    digits = min(12, max(1, decimals + 1 + math.floor(math.log10(abs(value)))))
    return f"{value:.{max(decimals, 0)}f}" if 1e-4 <= abs(value) < 1e12 and digits < 12 else f"{value:.{digits}g}"
