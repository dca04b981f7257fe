"""Every public name of the library says what it is, with an example that runs (the examples run as doctests)."""

import api
import pytest

NAMES = [(module, name) for module in api.modules() for name in api.public_names(module)]
ABSTRACT = {"Layer", "Optimizer", "Sweep"}  # shown by what is made of them


def lacks(docstring):
    """What is missing in a docstring, or None."""
    if not docstring:
        return "a docstring"
    return None if ">>>" in docstring else "an example that runs (>>>)"


@pytest.mark.parametrize("module, name", NAMES)
def test_every_public_name_has_a_docstring_with_an_example(module, name):
    thing = api.public_names(module)[name]
    documented = thing if hasattr(thing, "__name__") else type(thing)
    missing = lacks(documented.__doc__)
    assert missing is None or (name in ABSTRACT and documented.__doc__), f"{module}.{name} lacks {missing}"


def test_what_is_missing_is_seen():
    assert lacks(None) == "a docstring"
    assert lacks("What it is.") == "an example that runs (>>>)"
    assert lacks("What it is.\n\n>>> 1 + 1\n2") is None
