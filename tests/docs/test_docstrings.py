"""Every public docstring is complete: numpydoc's own validator, and examples that run."""

from __future__ import annotations

import inspect

import pytest
from numpydoc.validate import validate

import routesim as rs

# numpydoc's codes: parameters missing (PR01), unknown (PR02), in another order (PR03), without
# a type (PR04) or a description (PR07); no return value (RT01), none described (RT03); no
# summary (SS01), a summary on several lines (SS06); errors without a type or description
# (PR06 names a wrong type).
RULES = {"PR01", "PR02", "PR03", "PR04", "PR06", "PR07", "RT01", "RT03", "SS01", "SS06"}


def list_members():
    """List the public functions, classes and members, each where it is defined."""
    found = {}
    for name in rs.__all__:
        value = getattr(rs, name)
        if not callable(value):
            continue
        found[f"{value.__module__}.{value.__qualname__}"] = value
        for member in dir(value) if inspect.isclass(value) else ():
            defined = inspect.getattr_static(value, member)
            function = unwrap(defined)
            if member.startswith("_") or not inspect.isfunction(function):
                continue
            if function.__module__.startswith("routesim."):
                path = f"{function.__module__}.{function.__qualname__}"
                found[path] = defined
    return found


def unwrap(member):
    """Return the function behind a property, a cached property or a class method."""
    for name in ("fget", "func", "__func__"):
        member = getattr(member, name, member)
    return member


MEMBERS = list_members()
CALLED = [path for path, value in MEMBERS.items() if inspect.isclass(value) or callable(value)]


@pytest.mark.parametrize("path", MEMBERS)
def test_a_public_docstring_is_complete(path):
    faults = [(code, text) for code, text in validate(path)["errors"] if code in RULES]
    assert faults == []


@pytest.mark.parametrize("path", CALLED)
def test_what_can_be_called_has_an_example_that_runs(path):
    text = inspect.getdoc(MEMBERS[path])
    assert "Examples\n--------" in text
    example = text.partition("Examples\n--------")[2]
    assert ">>> " in example
    assert "+SKIP" not in text
