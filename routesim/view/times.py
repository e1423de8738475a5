"""Times as the views show them: always with a day and with the clock that they follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from routesim.text.durations import format_duration
from routesim.text.names import format_city
from routesim.text.quantities import format_rounded_share
from routesim.text.times import ZONE_UTC, format_offset, to_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Clock:
    """A zone, and how the views name it.

    ``steps`` holds the offsets within the time that is shown: from when (POSIX seconds,
    0 for the first) and the offset in seconds.
    """

    zone: str
    place: str
    offset: str
    steps: tuple[tuple[int, int], ...]

    @property
    def label(self) -> str:
        """Its name with the offset: ``Pyongyang (UTC+9)``; UTC alone is ``UTC``."""
        return self.place if self.zone == ZONE_UTC else f"{self.place} ({self.offset})"


def list_clocks(zones: Sequence[str], start_s: float, end_s: float) -> tuple[Clock, ...]:
    """Return UTC and the zones, each with its offsets between two instants."""
    names = dict.fromkeys((ZONE_UTC, *zones))
    return tuple(_make_clock(zone, start_s, end_s) for zone in names)


def format_offsets(zone: str, start_s: float, end_s: float) -> str:
    """Format the offsets of a zone between two instants: ``UTC+9``, ``UTC+2 then UTC+1``."""
    return _make_clock(zone, start_s, end_s).offset


def format_margin(margin_s: float | None) -> str:
    """Format a margin in hours and minutes: ``3 h 20 min of room``, ``45 min short``."""
    if margin_s is None or not isfinite(margin_s):
        return ""
    return f"{format_duration(abs(margin_s))} {'of room' if margin_s >= 0 else 'short'}"


def format_draw_share(share: float) -> str:
    """Format a share of the draws; empty where all are meant."""
    return "" if share == 1.0 else f"in {format_rounded_share(share)} of the draws"


def _make_clock(zone: str, start_s: float, end_s: float) -> Clock:
    info = ZoneInfo(zone)
    steps = [(0, _get_offset_s(info, to_datetime(start_s)))]
    moment = to_datetime(start_s).replace(minute=0, second=0, microsecond=0)
    while moment.timestamp() <= end_s:
        moment += timedelta(hours=1)
        offset_s = _get_offset_s(info, moment)
        if offset_s != steps[-1][1]:
            steps.append((round(moment.timestamp()), offset_s))
    names = dict.fromkeys(format_offset(max(since, start_s), [zone]) for since, _ in steps)
    place = format_city(zone)
    return Clock(zone, place, " then ".join(names), tuple(steps))


def _get_offset_s(info: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(UTC).astimezone(info).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
