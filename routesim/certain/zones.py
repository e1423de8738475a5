"""Zones: what each unlabelled clock would mean in each zone it may have been read in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.certain.problem import Testimony, take_testimony
from routesim.certain.wording import tell_taken
from routesim.certain.worlds import list_mildest
from routesim.evidence import EventClause, NotYetClause, PresenceClause
from routesim.text.times import format_offset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import pandas as pd

    from routesim.certain.interpretation import Witness
    from routesim.evidence import TimeTelling
    from routesim.journey import Journey

__all__ = ["compare_zones"]

COLUMNS = (
    "report", "clause", "zone", "offset", "zone_known", "from", "before", "fits", "miss_s",
    "against", "reading",
)  # fmt: skip


def compare_zones(
    journey: Journey,
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    route: str | None = None,
) -> pd.DataFrame:
    """Read each clock in each zone that is plausible, and see whether the rest allows it.

    Plausible are the zone as filed, that of the place (at a border those of both sides),
    of whoever printed it and of whoever knew it. A printed zone is the only one.

    Parameters
    ----------
    journey
        The journey.
    as_of, drop, route
        What is heard, and the one route held possible; see :func:`routesim.conflicts`.

    Returns
    -------
    DataFrame
        A row a clock and zone: report, clause, zone, offset (of UTC, at that time),
        zone_known (printed, inferred or assumed; ``alternative`` for zones not filed),
        from, before (aware UTC, half-open), fits (whether a world of the fewest families
        dropped keeps the clause so read), miss_s (of the conflict that speaks against it;
        NaN where none does), against (its clauses), reading (that it needs of others;
        empty if none).

    Examples
    --------
    >>> import routesim as rs
    >>> table = rs.compare_zones(rs.load_journey("2023-09"))
    >>> table.query("report == 'C15'")[["offset", "zone_known"]].values.tolist()
    [['UTC+9', 'printed']]
    """
    import pandas as pd  # noqa: PLC0415 (heavy)

    testimony = take_testimony(journey, as_of=as_of, drop=drop, route=route)
    judge = _Judge(testimony)
    rows = [row for witness in testimony.witnesses for row in _list_rows(witness, judge)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"miss_s": float})


class _Judge:
    """Says whether an option fits, from the conflicts and the worlds of a testimony."""

    def __init__(self, testimony: Testimony) -> None:
        self.testimony = testimony
        self.worlds = list_mildest(testimony)

    def weigh(self, clause: str, choice: str | None, number: int) -> dict[str, Any]:
        """Return whether it fits, and the worst conflict that it alone brings about."""
        from routesim.certain.certificates import find_exhibit  # noqa: PLC0415 (only if needed)

        register = self.testimony.register
        bit = register.clause_bits[clause]
        option = 0 if choice is None else register.option_bits[choice, number]
        other = 0 if choice is None else sum(register.list_options(choice)) & ~option
        fits = any(
            clause not in world.dropped
            and world.is_consistent({choice: number} if choice else {})
            for world in self.worlds
        )
        misses = []
        for owners in self.testimony.conflict_sets:
            if not owners & bit or owners & other:
                continue
            exhibit = find_exhibit(self.testimony, owners | option)
            if exhibit.refusal is None:
                told = tuple(
                    tell_taken(self.testimony, taken)
                    for taken in register.list_taken(owners & ~option)
                )
                misses.append((not told, -exhibit.cycle.weight_s, owners, told))
        # A clash that needs no reading of another report goes before one that does.
        _, miss, against, told = max(misses, default=(False, float("nan"), 0, ()))
        return {
            "fits": fits,
            "miss_s": miss,
            "against": register.list_clauses(against),
            "reading": "; ".join(told),
        }


def _list_rows(witness: Witness, judge: _Judge) -> Iterator[dict[str, Any]]:
    for clause in witness.clauses:
        seen: set[tuple[str, float]] = set()
        for variant in clause.variants:
            told = variant.clause
            if not isinstance(told, EventClause | PresenceClause | NotYetClause):
                continue
            if not told.time.is_clock or (told.time.zone, told.time.window.start_s) in seen:
                continue
            seen.add((told.time.zone, told.time.window.start_s))
            zone = next((t for t in variant.taken if t[0].endswith(":zone")), None)
            known = told.time.zone_known if zone is None or zone[1] == 0 else "alternative"
            yield {
                "report": witness.id,
                "clause": clause.id,
                **_tell_time(told.time),
                "zone_known": known,
                **judge.weigh(clause.id, *(zone or (None, 0))),
            }


def _tell_time(time: TimeTelling) -> dict[str, Any]:
    import pandas as pd  # noqa: PLC0415 (heavy)

    start, end = time.window.start, time.window.end
    anchor = time.window.start_s if start else time.window.end_s
    return {
        "zone": time.zone,
        "offset": format_offset(anchor, [time.zone]),
        "from": pd.NaT if start is None else pd.Timestamp(start),
        "before": pd.NaT if end is None else pd.Timestamp(end),
    }
