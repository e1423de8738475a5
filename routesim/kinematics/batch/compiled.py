"""Compile the functions of modules with numba, when the extra `fast` is installed."""

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
    """Return compiled copies of all functions of some modules, by name.

    The modules come in the order in which they import from each other; the copies see each
    other. The modules stay as they are, so that they can be run and tested without numba.
    A ``prange`` is shared among the processors.
    """
    import numba  # noqa: PLC0415 - an extra, and two seconds

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
