"""Sentences about the clock that all reports of a source share."""

from __future__ import annotations

from routesim.text.names import format_city
from routesim.text.quantities import format_count


def format_shared_clock(
    source: str, *, zone: str | None = None, days: int = 0, hours: int = 0
) -> str:
    """Write a setting of the one clock of a source.

    ``zone`` is the zone of all its clocks, None for those in the file. The true times are
    ``days`` and ``hours`` later than those that the clocks show.

    Examples
    --------
    >>> format_shared_clock("feed", zone="America/Toronto")
    "all clocks of feed are Toronto's"
    >>> format_shared_clock("feed", days=-1), format_shared_clock("feed", hours=2)
    ('all times of feed are 1 day earlier than stated', 'all times of feed are 2 h later than \
stated')
    >>> format_shared_clock("feed")
    'all clocks of feed are read in the zones of the file'
    """
    if zone is not None:
        return f"all clocks of {source} are {format_city(zone)}'s"
    if not days and not hours:
        return f"all clocks of {source} are read in the zones of the file"
    lapse = format_count(abs(days), "day") if days else f"{abs(hours)} h"
    side = "later" if days + hours > 0 else "earlier"
    return f"all times of {source} are {lapse} {side} than stated"


def format_clock_variants(count: int) -> str:
    """Write for how many other sets of reports a conflict exists because of a shared clock.

    Examples
    --------
    >>> format_clock_variants(688)
    'for 688 other sets of reports, which are not listed singly'
    >>> format_clock_variants(1)
    'for 1 other set of reports, which is not listed singly'
    """
    verb = "is" if count == 1 else "are"
    sets = format_count(count, "other set")
    return f"for {sets} of reports, which {verb} not listed singly"
