"""Sentences of the commands: the lines around their tables, and some cells."""

from __future__ import annotations

from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, Any

from routesim.text.bounds import NOT_CERTAIN
from routesim.text.durations import format_hms, format_lapse
from routesim.text.names import format_list, format_visit
from routesim.text.positions import (
    ANYWHERE,
    PAST_WORDS,
    TOLERANCE_KM,
    format_certain_km,
    format_stations,
)
from routesim.text.posterior import format_draws
from routesim.text.quantities import format_chance, format_count
from routesim.text.times import format_local, format_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


NONE = "-"
"""Shown for a missing value."""
OWN_PRIORS = "Changed priors: {}."
NO_CHANGE = "Nothing is changed; give --speed, --depart, --route, --dwell or --drop."
WHAT_IF = (
    "Base and changed are both draws from the priors; the reports are not used. Shift h is the "
    "change of the median in hours."
)
ROUTE_CHANGE = "The base takes route {}, the changed journey route {}."
SIMULATION = (
    "{} - route {}: {:,} draws from the priors. Reports are not used here, except that "
    "some priors are based on them. Times are local to each station."
)
TRACK_READING = (
    "Known since is when the first source of a report was published, unless the report states "
    "another time. Reports that change no route by half a percentage point are left out."
)
CHECK_READING = (
    "Margin h: hours by which the report overlaps the 90 % band of the draws; below 0, the "
    "size of its miss or of its conflict with other reports. Holds in: share of the draws in "
    "which the whole report holds. The draws come from the priors alone. Consistent does not "
    "mean likely: the report only overlaps this band."
)
MORE_WORLDS = "There may be more worlds; none of them ranks before these {}."
OTHER_WORLDS = (
    "There are other worlds, and some may drop fewer families: the search stopped before it "
    "could show that these are the best ones."
)
LIKELY = "likely: {}, near {} (90 % of {})"
"""The likely position: its kilometres, the nearest station, and the draws in words."""
NOT_DEPARTED = "not departed yet in any of {}"
ENDS = "not departed yet: {}; arrived: {}"


def format_best(worlds: int) -> str:
    """Write which of the listed worlds are the best ones, and what uses them.

    Examples
    --------
    >>> format_best(1)
    'World 1 is the best one. All commands use it.'
    >>> format_best(8)
    'Worlds 1 to 8 are the best ones. bounds uses those on its route, other commands all.'
    """
    if worlds == 1:
        return "World 1 is the best one. All commands use it."
    last = "and 2" if worlds == 2 else f"to {worlds}"  # noqa: PLR2004
    used = "bounds uses those on its route, other commands all."
    return f"Worlds 1 {last} are the best ones. {used}"


def format_heading(
    title: str, subject: str, *, route: str | None = None, as_of_s: float = inf
) -> str:
    """Write the heading of an answer: its journey, route, time of knowledge and subject.

    Examples
    --------
    >>> format_heading("A journey", "earliest and latest times.", route="direct")
    'A journey - route direct: earliest and latest times.'
    """
    by = f" - route {route}" if route else ""
    known = f", known by {format_utc(as_of_s)}" if isfinite(as_of_s) else ""
    return f"{title}{by}{known}: {subject}"


def format_bounds_command(
    journey: str, route: str | None, as_of_s: float, dropped: Iterable[str]
) -> str:
    """Write the command that shows the bounds from the same reports.

    Examples
    --------
    >>> format_bounds_command("2023-09", None, 1_694_426_400.0, ["C23"])
    'routesim bounds 2023-09 --as-of 2023-09-11T10:00:00Z --drop C23'
    """
    parts = [f"routesim bounds {journey}"]
    parts += [f"--route {route}"] if route else []
    parts += [f"--as-of {format_utc(as_of_s)}"] if isfinite(as_of_s) else []
    return " ".join([*parts, *(f"--drop {report}" for report in dropped)])


def format_reversal(*, station: str, km: float, movement: str, basis: str, **_: Any) -> str:
    """Write where a train reverses or may reverse."""
    verb = "reverses" if movement == "reverse" else "may reverse (not known)"
    return f"{verb} at {station}, km {km:.1f} ({basis})"


def format_gauge_change(
    *, station: str, km: float, from_mm: int, to_mm: int, possible_from_km: float, **_: Any
) -> str:
    """Write where the gauge changes at the latest, and from where the change is possible."""
    possible = f"possible from km {possible_from_km:.1f}"
    return f"gauge changes from {from_mm} to {to_mm} mm by {station}, km {km:.1f} ({possible})"


def format_conditioned(
    title: str,
    route: str,
    *,
    used: int,
    as_of_s: float,
    dropped: Sequence[str],
    draws: int,
    ess: float,
) -> str:
    """Write which reports a posterior is given, and how many draws it has."""
    known = f" known by {format_utc(as_of_s)}" if isfinite(as_of_s) else ""
    without = f" without {', '.join(dropped)}" if dropped else ""
    given = f"given {format_count(used, 'report')}{known}{without}"
    return f"{title} - route {route}, {given}: {format_draws(draws, ess)}."


def format_reading(worlds: int, *, is_complete: bool = True) -> str:
    """Write how to read a table of likely and certain times."""
    held = f"in one of {worlds} worlds" if worlds > 1 else "in the one world used"
    return (
        "Times are local to each station and rounded to their Monte Carlo error. 90 % of the "
        "draws lie between 5 % and 95 %. The certain bounds hold if the reports are true "
        f"{held}; `routesim worlds` lists the worlds. In a draw each report may be wrong, so a "
        f"draw may lie outside the certain bounds.{'' if is_complete else f' {NOT_CERTAIN}'}"
    )


def format_doubted(chances: Mapping[str, str], doubted: Iterable[str]) -> str:
    """Write the probability of being right for each report in doubt."""
    named = ", ".join(f"{name} {chances[name]}" for name in doubted)
    return f"In doubt, with the probability of being right: {named}."


def format_bound(seconds: float, write: Callable[[float], str] = format_lapse) -> str:
    """Write a bound of a duration; a dash for a missing one."""
    return write(seconds) if isfinite(seconds) else NONE


def format_stretch_name(from_station: str, to_station: str, km: float) -> str:
    """Write the ends of a stretch, or its place if it has no length."""
    return f"{from_station} - {to_station}" if km else f"at {from_station}"


def format_checked(count: int, routes: Sequence[str]) -> str:
    """Write how many reports are checked for conflicts, and on which routes."""
    if not count:
        return "no report sets a constraint that can be checked."
    reports = format_count(count, "report")
    return f"{reports} checked, on route {format_list(routes, 'or')}."


def format_shown(shown: int, total: int) -> str:
    """Write the number of conflicts, and how many of them are not shown.

    Examples
    --------
    >>> format_shown(10, 31), format_shown(1, 1)
    ('31 conflicts, 21 of them not shown (--limit 31 shows all).', '1 conflict.')
    """
    rest = total - shown
    more = f", {rest:,} of them not shown (--limit {total} shows all)" if rest else ""
    return f"{format_count(total, 'conflict')}{more}."


def format_zone_clash(clause: str, against: Iterable[str], miss_s: float) -> str:
    """Write the clauses that a clause contradicts most if read in a zone, and by how much."""
    if isnan(miss_s):
        return NONE
    others = " + ".join(name for name in against if name != clause)
    return f"{others or 'itself'}, by {format_lapse(miss_s)}"


def format_instant(time_s: float, zones: Iterable[str], route: str) -> str:
    """Write a time in UTC and by every clock of a journey."""
    clocks = ", ".join(f"{format_local(time_s, zone)} {zone}" for zone in zones)
    return f"{format_utc(time_s)} ({clocks}), route {route}:"


def format_certain(
    min_km: float, max_km: float, length_km: float, stations: tuple[str, str]
) -> str:
    """Write the certain range of the train's position."""
    if min_km <= 0 and max_km >= length_km - TOLERANCE_KM:
        return ANYWHERE
    return f"{format_certain_km(min_km, max_km, length_km)}, {format_stations(stations)}"


def format_numbers(worlds: Sequence[int]) -> str:
    """Write the numbers of worlds: ``worlds 1, 2``."""
    return f"world{'s' if len(worlds) > 1 else ''} {', '.join(map(str, worlds))}"


def format_past(
    *, station: str, visit: int, share: float, mcse: float, certain: bool | None, ess: float
) -> list[str]:
    """Write how likely the train had reached a place, and what is certain about it."""
    chance = format_chance(share, mcse, ess)
    return [
        f"reached {format_visit(station, visit)}: {chance}",
        f"  certain: {PAST_WORDS[certain]}",
    ]


def format_quantity(name: str) -> str:
    """Write the name of a train's quantity without its unit.

    Examples
    --------
    >>> format_quantity("max_speed_kmh"), format_quantity("rotating_mass_factor")
    ('max speed', 'rotating mass factor')
    """
    words = name.split("_")
    return " ".join(words if words[-1] == "factor" else words[:-1])


def format_figure(value: float, low: float | None, high: float | None) -> tuple[str, str]:
    """Write a figure with all its digits, and its range, which is empty if none is given."""
    return f"{value:,.10g}", "" if low is None else f"{low:,.10g} to {high:,.10g}"


def format_factors(low: float | None, high: float | None) -> str:
    """Write the factors between which a force curve may lie; empty if none are given."""
    return "" if low is None else f"x {low:g} to {high:g}"


def format_points(count: int, most_kmh: float) -> str:
    """Write the number of points of a traction curve, and its highest speed."""
    return f"kN, {count} points to {most_kmh:g} km/h"


def format_resistance(a_n: float, b_n_s_per_m: float, c_n_s2_per_m2: float) -> str:
    """Write a resistance as a polynomial of the speed."""
    return f"N: {a_n:,g} + {b_n_s_per_m:g} v + {c_n_s2_per_m2:g} v2, v in m/s"


def format_basis(source: str | None, reports: Sequence[str], reason: str) -> str:
    """Write the sources and reports that a figure is based on, and its reason."""
    sources = "; ".join(filter(None, [source, ", ".join(reports)]))
    return f"{sources}: {reason}" if sources else reason


def format_reached(value: float, digits: int) -> str:
    """Write the time or distance at which a speed is reached; NaN if it is not reached."""
    return "not reached" if isnan(value) else f"{value:,.{digits}f}"


def format_run_setting(ends: tuple[str, str], km: float, speed_kmh: float | None) -> str:
    """Write the ends of a run, its length and its speed limit."""
    limit = "the cap of each line" if speed_kmh is None else f"{speed_kmh:g} km/h"
    return (
        f"{ends[0]} - {ends[1]}, {km:.1f} km, as fast as the train and {limit} allow, on level "
        "track and without a timetable"
    )


def format_run(lapses_s: tuple[float, float, float], speeds_kmh: tuple[float, float]) -> str:
    """Write the running, standing and total time of a run, and its speeds."""
    running, standing, duration = map(format_hms, lapses_s)
    return (
        f"running {running}, standing {standing} (startup delays included), total {duration}; "
        f"running speed {speeds_kmh[0]:.1f} km/h, overall speed {speeds_kmh[1]:.1f} km/h"
    )
