"""Clocks of reports, read in each zone that is plausible."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_table, print_wrapped
from routesim.text.durations import format_lapse
from routesim.text.names import format_city
from routesim.text.times import format_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.certain import ZoneReadings


def print_zones(zones: ZoneReadings) -> None:
    """Print each clock in each zone that is plausible."""
    title = zones.problem.journey.title
    if not zones:
        print_line(f"{title}: no report that is heard tells a clock.")
        return
    print_line(f"{title}: each reported clock in each zone that it may have been read in.")
    rows = [
        [
            one.clause,
            f"{format_city(one.zone)} {one.offset}",
            one.zone_known,
            format_time(one.window.start, one.zone),
            format_time(one.window.end, one.zone),
            "yes" if one.fits else "no",
            "-" if isnan(one.miss_s) else _format_clash(one.clause, one.against, one.miss_s),
        ]
        for one in zones
    ]
    print_table(
        ["report", "clock", "zone is", "from", "before", "fits", "worst clash, with"],
        rows,
        whole=[0, 1, 2, 3, 4, 5],
    )
    print_wrapped(
        "zone is: printed in the report, inferred from it, assumed, or an alternative to "
        "these. fits: some way of reconciling the reports keeps it so read. A clash may hang "
        "on how another report is read; `routesim conflicts` tells."
    )


def _format_clash(clause: str, against: Iterable[str], miss_s: float) -> str:
    others = [name for name in against if name != clause]
    return f"{' + '.join(others) or 'itself'}, by {format_lapse(miss_s)}"
