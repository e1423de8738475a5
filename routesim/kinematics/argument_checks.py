"""Checks of arguments, which collect all faults for one error message."""

from __future__ import annotations

from dataclasses import asdict
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from routesim.answers import Answer
from routesim.errors import ArgumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from routesim.arrays import Array


ItemT = TypeVar("ItemT")

# All quantities of a railway are within this range. Within it, no square or quotient in the
# closed form of a run overflows, and the rounding error of a time stays below 1e-8 s.
SMALLEST = 1e-6
LARGEST = 1e9


class Argument(Answer):
    """Base class of frozen dataclasses that are arguments of a run and check their fields.

    ``to_dict`` has one key per field. A subclass lists its numeric fields in ``_lowest``, each
    with its least allowed value as in `check_number`. It overrides ``_check`` for all other
    checks.
    """

    __slots__ = ()
    _lowest: ClassVar[Mapping[str, float]] = {}

    def __post_init__(self) -> None:
        """Check all fields and store numbers as floats."""
        faults: list[Fault] = []
        self._check(faults)
        if faults:
            raise ArgumentError(faults)

    def _check(self, faults: list[Fault]) -> None:
        """Append all faults, and replace the given values by checked ones."""
        self._store_numbers(self._lowest, faults)

    def _describe(self) -> dict[str, Any]:
        fields: dict[str, Any] = asdict(self)  # type: ignore[call-overload]
        return fields

    def _store_numbers(self, lowest: Mapping[str, float], faults: list[Fault]) -> None:
        """Store numeric fields as floats, and append a fault for each that is not usable."""
        for name, least in lowest.items():
            number = check_number(name, getattr(self, name), least, faults)
            object.__setattr__(self, name, number)


def check_kind(where: str, value: object, kind: type, faults: list[Fault]) -> bool:
    """Return whether `value` is an instance of `kind`, and append a fault if it is not."""
    if isinstance(value, kind):
        return True
    faults.append(Fault(where, f"is of type {type(value).__name__}", f"give a {kind.__name__}"))
    return False


def check_items(
    name: str, items: Iterable[ItemT], kind: type, faults: list[Fault]
) -> Iterator[tuple[str, ItemT]]:
    """Yield each instance of `kind` after its location, such as ``stops[0]``.

    Appends a fault for every other item.
    """
    for index, item in enumerate(items):
        where = f"{name}[{index}]"
        if check_kind(where, item, kind, faults):
            yield where, item


def check_number(where: str, value: object, lowest: float, faults: list[Fault]) -> float:
    """Return a number as a float, and append a fault if it is not usable.

    The least allowed value `lowest` is ``SMALLEST`` (greater than zero), 0.0 (not negative)
    or ``-LARGEST`` (any finite number). A faulty value becomes NaN, so that later comparisons
    are false and one mistake is not reported twice.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        faults.append(Fault(where, f"is {value!r}", "give a number"))
        return float("nan")
    number = float(value)
    demand = _format_demand(number, number, lowest)
    if demand:
        faults.append(Fault(where, f"is {number:g}", demand))
        return float("nan")
    return number


def check_array(
    where: str, value: object, lowest: float, shapes: Sequence[str], faults: list[Fault]
) -> Array | None:
    """Return numbers as a float64 array, or None and a fault if any is not usable.

    `lowest` is as for `check_number`. `shapes` describes the allowed shape for 0, 1, 2 ...
    dimensions. An empty text means that this number of dimensions is not allowed.
    """
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        faults.append(
            Fault(where, "has values that are not numbers", f"give {' or '.join(shapes)}")
        )
        return None
    if array.ndim >= len(shapes) or not shapes[array.ndim]:
        what = f"has shape {array.shape}" if array.ndim else "is one number"
        faults.append(Fault(where, what, f"give {' or '.join(filter(None, shapes))}"))
        return None
    if array.size:
        # min and max propagate NaN, so two reductions are enough to check every value.
        demand = _format_demand(float(array.min()), float(array.max()), lowest)
        if demand:
            bad = array[~((array >= lowest) & (array <= LARGEST))]
            what = f"is {bad[0]:g}"
            if array.ndim:
                what = f"contains {bad[0]:g} (faulty values: {bad.size} of {array.size})"
            faults.append(Fault(where, what, demand))
            return None
    return array


def _format_demand(low: float, high: float, lowest: float) -> str:
    """Return the demand that numbers from `low` to `high` do not meet; empty if none."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return "must be finite"
    if lowest <= low and high <= LARGEST:
        return ""
    if low < 0.0 and lowest == 0.0:
        return "must not be negative"
    if low <= 0.0 and lowest > 0.0:
        return "must be greater than zero"
    return f"must lie between {lowest:g} and {LARGEST:g}"
