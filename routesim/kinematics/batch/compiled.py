"""Compile the functions of modules with numba, if the extra `fast` is installed."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from inspect import isfunction
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType


@cache
def has_numba() -> bool:
    """Whether numba can be imported."""
    return find_spec("numba") is not None


@cache
def compile_modules(*modules: ModuleType) -> dict[str, Any]:
    """Return compiled copies of all functions of several modules, by name.

    A module must be given after the modules that it imports from. The copies call each other.
    The modules themselves are unchanged, so that they run and can be tested without numba. A
    loop over ``prange`` runs in parallel.
    """
    import numba  # noqa: PLC0415 - optional, and takes two seconds

    names: dict[str, Any] = {}
    for module in modules:
        names.update(vars(module))
    names["prange"] = numba.prange
    for module in modules:
        for name, function in list(vars(module).items()):
            if not isfunction(function) or function.__module__ != module.__name__:
                continue
            copy = FunctionType(function.__code__, names, name, function.__defaults__)
            copy.__kwdefaults__ = function.__kwdefaults__
            copy.__module__ = function.__module__
            names[name] = numba.njit(
                copy,
                parallel="prange" in copy.__code__.co_names,
                error_model="numpy",
                nogil=True,
            )
    return names
