"""Comparison of the windows of two ensembles."""

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
        """Event compared: arrive, or depart where no draw of one of the ensembles arrives."""
        one, two = self.base.arrive, self.changed.arrive
        return "depart" if one is None or two is None else "arrive"

    @property
    def shift_s(self) -> float:
        """Shift of the median of the event in seconds, positive if later; NaN if missing."""
        before, after = (getattr(one, self.event) for one in (self.base, self.changed))
        middle = len(self.base.levels) // 2
        return float("nan") if not (before and after) else float(after[middle] - before[middle])


@dataclass(frozen=True, eq=False)
class WindowComparison(Answer):
    """The windows of two ensembles, side by side; made by :func:`compare_windows`.

    Parameters
    ----------
    base : Ensemble
        The ensemble to compare with.
    changed : Ensemble
        The changed ensemble.
    every : bool, default False
        Include every timing point in the frame. If False, only planned stops and both ends.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2019-04")
    >>> base = rs.simulate(journey, draws=200, route="direct")
    >>> changed = rs.simulate(journey, draws=200, route="via-ussuriysk")
    >>> compared = rs.compare_windows(base, changed, every=True)
    >>> compared
    <WindowComparison 2019-04: direct and via-ussuriysk, 186 passages>
    >>> len(compared.pairs), len(compared.to_dict()["windows"])
    (186, 186)
    """

    base: Ensemble
    changed: Ensemble
    every: bool = False
    json_keys = (
        *("journey=changed.journey_id", "route=changed.route_id", "base_route=base.route_id"),
        *("changes=changed.changes", "windows=pairs", "ess=changed.ess"),
    )

    def __repr__(self) -> str:
        """Return the journey, both routes and the number of passages shown."""
        return (
            f"<WindowComparison {self.changed.journey_id}: {self.base.route_id} and "
            f"{self.changed.route_id}, {len(self.shown)} passages>"
        )

    @cached_property
    def pairs(self) -> tuple[WindowPair, ...]:
        """Windows at every passage that both routes have, in the order of the base route."""
        one, two = (
            {(w.passage.station.name, w.passage.visit): w for w in measure_windows(ensemble)}
            for ensemble in (self.base, self.changed)
        )
        return tuple(WindowPair(one[key], two[key]) for key in one if key in two)

    @property
    def shown(self) -> tuple[WindowPair, ...]:
        """Pairs in the frame: at a planned stop or end of either route, or all if ``every``."""
        base, changed = (e.list_shown(every=self.every) for e in (self.base, self.changed))
        return tuple(
            pair
            for pair in self.pairs
            if pair.base.index in base or pair.changed.index in changed
        )

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the windows of both ensembles.

        Returns
        -------
        DataFrame
            One row per passage shown, in the order of the base route. Columns: station,
            visit, tz, ``base_arrive_p05`` ... ``changed_depart_p95`` (aware UTC, NaT where
            missing) and shift_s. This is the shift of the median arrival in seconds, positive
            if later, or of the median departure where no draw of one ensemble arrives. A
            posterior also has the Monte Carlo standard errors ``base_arrive_p05_mcse_s`` ... .

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> one, two = (rs.what_if(journey, dwell={"Khasan": dwell}) for dwell in ("1h", "2h"))
        >>> base, changed = (rs.simulate(j, draws=200) for j in (one, two))
        >>> rs.compare_windows(base, changed).to_frame()[["station", "shift_s"]]
               station  shift_s
        0    Pyongyang      0.0
        1    Tumangang      0.0
        2       Khasan      0.0
        3   Baranovsky   3600.0
        4  Vladivostok   3600.0
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
    """Compare the windows of two ensembles at the passages that both have.

    Passages are matched by station and visit, so the routes may differ.

    Parameters
    ----------
    base : Ensemble
        The ensemble to compare with.
    changed : Ensemble
        The changed ensemble.
    every : bool, default False
        Include every timing point in the frame. If False, only planned stops and both ends.

    Returns
    -------
    WindowComparison
        ``.to_frame()`` has one row per passage shown: ``station``, ``visit``, ``tz``,
        ``base_arrive_p05`` to ``changed_depart_p95`` (aware UTC, NaT where missing) and
        ``shift_s``, the shift of the median in seconds, positive if later. ``.to_dict()`` has
        all passages that both have; there may be none.

    See Also
    --------
    what_if : Change the assumptions of a journey.
    simulate : Draw an ensemble from the priors.
    Ensemble.windows : Windows of one ensemble.

    Notes
    -----
    Simulate both with the same seed. Their draws then differ only by the changes.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> base = rs.simulate(journey, draws=200)
    >>> changed = rs.simulate(rs.what_if(journey, speed_kmh=50), draws=200)
    >>> compared = rs.compare_windows(base, changed)
    >>> compared
    <WindowComparison 2023-09: vladivostok and vladivostok, 5 passages>
    >>> [pair.event for pair in compared.shown]
    ['depart', 'arrive', 'arrive', 'arrive', 'arrive']
    """
    return WindowComparison(base, changed, every)
