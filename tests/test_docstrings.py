"""Every public name of the library is documented as numpydoc asks, with an example (the examples run as doctests)."""

import inspect
import re
from dataclasses import is_dataclass

import api
import pytest
from numpydoc.validate import validate

NAMES = [f"{module}.{name}" for module in api.modules() for name in api.public_names(module)]
WANTED = re.compile("GL08|PR..|RT01|EX01")  # a docstring, each parameter's type and meaning, a result, an example


def public(name):
    module, _, own = name.rpartition(".")
    return api.public_names(module)[own]


def found(name, wanted=WANTED):
    return {code: text for code, text in validate(name)["errors"] if wanted.match(code)}


def methods(cls):
    return [name for name, member in vars(cls).items() if inspect.isfunction(member) and member.__doc__
            and (name == "__call__" or not name.startswith("_"))]


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_documented(name):
    cls = type(public(name))
    if is_dataclass(cls) and api.own_settings(cls):  # documented by its class, as he_normal by variance_scaling
        name = f"{cls.__module__}.{cls.__name__}"
    assert not found(name)


@pytest.mark.parametrize("name", [f"{name}.{method}" for name in NAMES if inspect.isclass(public(name))
                                  for method in methods(public(name))])
def test_every_public_method_is_documented(name):
    assert not found(name, re.compile("PR..|RT01"))


def example(x, y=1):
    """What it is.

    Parameters
    ----------
    x : float
        What that is.
    """
    return x + y


def test_what_is_missing_is_seen():
    assert found(f"{__name__}.example").keys() == {"PR01", "RT01", "EX01"}
