"""The windows of two ensembles side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import lazy_loader

from routesim.answers import Answer, get_fields
from routesim.journey import Ensemble, PassageWindow, measure_windows

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy_loader.load("pandas")


PLACE_COLUMNS = ("station=station.name", "visit", "tz=station.tz")


@dataclass(frozen=True, slots=True)
class WindowPair(Answer):
    """The windows of one passage in the base and in the changed ensemble."""

    base: PassageWindow
    changed: PassageWindow
    json_keys = (
        *("station=base.passage.station.name", "visit=base.passage.visit"),
        *("base=base.events", "changed=changed.events", "shift_s"),
    )

    @property
    def event(self) -> str:
        """What is compared: the arrival, or the departure where one of the two begins."""
        one, two = self.base.arrive, self.changed.arrive
        return "depart" if one is None or two is None else "arrive"

    @property
    def shift_s(self) -> float:
        """By how much the median of the event moves; NaN where one of the two has none."""
        before, after = (getattr(one, self.event) for one in (self.base, self.changed))
        middle = len(self.base.levels) // 2
        return float("nan") if not (before and after) else float(after[middle] - before[middle])


@dataclass(frozen=True, eq=False)
class WindowComparison(Answer):
    """The windows of two ensembles at the passages of both; see :func:`compare_windows`.

    Parameters
    ----------
    base, changed
        The ensembles.
    every
        Whether the frame has every timing point, not only stops and ends.
    """

    base: Ensemble
    changed: Ensemble
    every: bool = False
    json_keys = (
        *("journey=changed.journey_id", "route=changed.route_id", "base_route=base.route_id"),
        *("changes=changed.changes", "windows=pairs", "ess=changed.ess"),
    )

    def __repr__(self) -> str:
        """Return the journey, both routes, and how many passages are compared."""
        return (
            f"<WindowComparison {self.changed.journey_id}: {self.base.route_id} and "
            f"{self.changed.route_id}, {len(self.shown)} passages>"
        )

    @cached_property
    def pairs(self) -> tuple[WindowPair, ...]:
        """The windows of every passage that both have, in the order of the base."""
        one, two = (
            {(w.passage.station.name, w.passage.visit): w for w in measure_windows(ensemble)}
            for ensemble in (self.base, self.changed)
        )
        return tuple(WindowPair(one[key], two[key]) for key in one if key in two)

    @property
    def shown(self) -> tuple[WindowPair, ...]:
        """Those of the frame: stops of either and ends, or all with ``every``."""
        base, changed = (e.list_shown(every=self.every) for e in (self.base, self.changed))
        return tuple(
            pair
            for pair in self.pairs
            if pair.base.index in base or pair.changed.index in changed
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row a passage.

        Columns: station, visit, tz, ``base_arrive_p05`` ... ``changed_depart_p95`` (aware UTC;
        of a posterior also ``base_arrive_p05_mcse_s`` ...), and shift_s, by how much the
        median arrival moves (where one of the two begins: the departure).
        """
        rows = []
        for pair in self.shown:
            place = get_fields(pair.base.passage, PLACE_COLUMNS)
            columns = {
                f"{side}_{name}": value
                for side, window in (("base", pair.base), ("changed", pair.changed))
                for name, value in (window.list_times() | window.list_errors()).items()
            }
            rows.append({**place, **columns, "shift_s": pair.shift_s})
        frame = pd.DataFrame(rows)
        for column in frame.filter(regex=r"_p[0-9.]+$"):
            frame[column] = pd.to_datetime(frame[column], utc=True)
        return frame


def compare_windows(
    base: Ensemble, changed: Ensemble, *, every: bool = False
) -> WindowComparison:
    """Compare the windows of two ensembles, side by side.

    Parameters
    ----------
    base, changed
        The ensembles; only passages that both have are compared.
    every
        True for every timing point in the frame, not only stops and ends.

    Returns
    -------
    WindowComparison
        ``.to_frame()`` has a row a passage, ``.to_dict()`` every one of them.
    """
    return WindowComparison(base, changed, every)
