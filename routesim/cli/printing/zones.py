"""Clocks of reports, read in each zone that is plausible."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from routesim.cli.documents.records import iterate_rows
from routesim.cli.output import print_line, print_table, print_wrapped
from routesim.text.durations import format_lapse
from routesim.text.names import format_city
from routesim.text.times import format_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from routesim.journey import Journey

__all__ = ["print_zones"]


def print_zones(journey: Journey, table: pd.DataFrame) -> None:
    """Print each clock in each zone that is plausible."""
    if table.empty:
        print_line(f"{journey.title}: no report that is heard tells a clock.")
        return
    print_line(
        f"{journey.title}: each reported clock in each zone that it may have been read in."
    )
    rows = []
    for row in iterate_rows(table):
        miss_s, zone = row["miss_s"], row["zone"]
        rows.append(
            [
                row["clause"],
                f"{format_city(zone)} {row['offset']}",
                row["zone_known"],
                format_time(row["from"], zone),
                format_time(row["before"], zone),
                "yes" if row["fits"] else "no",
                "-" if isnan(miss_s) else _format_clash(row["clause"], row["against"], miss_s),
            ]
        )
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
