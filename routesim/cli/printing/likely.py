"""What is likely, told to a person."""

from __future__ import annotations

from math import ceil, floor, isfinite
from typing import TYPE_CHECKING, Any

from routesim.cli.documents.likely import is_past
from routesim.cli.output import (
    PERCENTILES,
    iterate_rows,
    print_changes,
    print_line,
    print_table,
    print_wrapped,
    say_local,
    warn_person,
)
from routesim.text.names import format_city
from routesim.text.times import format_local, format_utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from routesim.assessment import Score
    from routesim.certain import Bounds
    from routesim.certain.positions import CertainPlace
    from routesim.journey import Ensemble, Journey, Whereabouts
    from routesim.likely import Posterior, RouteTrack

__all__ = ["print_likely_place", "print_posterior", "print_routes", "print_score", "warn_few"]

MINUTE_S = 60
QUANTILES = ("5 %", "50 %", "95 %")
FEW_EFFECTIVE = 400
DOUBTED = 0.9
"""A report that is less likely right than this is told by itself."""
TOLD = 0.9
"""A route that is likelier than this can be told from the others."""
LEAST_ERROR = 0.001
SAY_PAST = {True: "it had", False: "it had not", None: "it may have, or not"}
MOVED = 0.005
"""A report that moves no route by more than this is left out of the table."""
SCORES = {
    "scheme": "predicted",
    "kind": "kind",
    "n": "n",
    "n_reports": "reports",
    "covered_50": "in 50 %",
    "covered_90": "in 90 %",
    "mean_interval_score_h": "interval score h",
    "mean_log_probability": "log probability",
    "baseline_n": "baseline n",
    "baseline_covered_50": "in 50 %",
    "baseline_covered_90": "in 90 %",
    "baseline_mean_interval_score_h": "interval score h",
    "baseline_mean_log_probability": "log probability",
    "difference_interval_score_h": "less baseline: score h",
    "difference_log_probability": "log probability",
}


def warn_few(ensemble: Ensemble) -> None:
    """Warn on stderr where an answer rests on few independent draws of the many."""
    if ensemble.draws >= FEW_EFFECTIVE > ensemble.ess:
        warn_person(
            f"the answer is worth {ensemble.ess:.0f} independent draws only; see its errors"
        )


def print_posterior(journey: Journey, posterior: Posterior, *, every: bool) -> None:
    """Print windows, what was thrown out, standing and speeds, given the reports."""
    print_line(f"{journey.title} - route {posterior.route_id}, {_say_heard(posterior)}.")
    print_changes(journey.changes)
    _print_windows(posterior, every=every)
    _print_reports(posterior)
    _print_stood(posterior)
    _print_entangled(posterior)
    _print_speeds(posterior)
    error = posterior.log_evidence_error
    print_line(
        f"Log evidence {_round(posterior.log_evidence, error)}, Monte Carlo error {error:.1g}."
    )


def print_likely_place(
    ensemble: Ensemble,
    place: Whereabouts,
    held: Bounds,
    certain: CertainPlace,
    *,
    past: Sequence[int] = (),
) -> None:
    """Print where the train likely was, under what is certain.

    For the passages in ``past`` also how likely they were behind it.
    """
    set_out = place.waiting < 1
    if set_out:
        _print_sections(ensemble, place, held)
    else:
        print_line(f"  not set out yet in any of {_say_draws(ensemble)}")
    for index in past:
        _print_past(ensemble, place, held, index)
    least, most = certain.min_km, certain.max_km
    if not set_out or least is None or most is None:
        return
    if not least <= place.p50_km <= most:
        print_wrapped(
            "The likely median lies outside what is certain. Certain is what must hold if the "
            "reports of a world are true; what is likely takes each of them as fallible, or "
            "knows none of them.",
            indent="  ",
        )


def _print_sections(ensemble: Ensemble, place: Whereabouts, held: Bounds) -> None:
    from routesim.likely import list_place_shares  # noqa: PLC0415 (heavy)
    from routesim.text.quantities import format_chance  # noqa: PLC0415 (heavy)

    low, middle, high = (_say_km(getattr(place, f"{p}_km")) for p in PERCENTILES)
    span = f"km {low} to {high}, median {middle}" if low != high else f"km {middle}"
    print_wrapped(
        f"likely: {span}, near {place.nearest_station} (90 % of {_say_draws(ensemble)})",
        indent="  ",
    )
    passages = place.route.passages
    for section in list_place_shares(ensemble, place, held.key_passages):
        start, end = (passages[index].station.name for index in (section.start, section.end))
        where = f"at {start}" if section.start == section.end else f"{start} to {end}"
        chance = format_chance(section.share, section.error, ensemble.ess)
        print_line(f"    {where}: {chance}")
    waiting, arrived = (
        format_chance(
            float(flags.mean()),
            ensemble.find_share_error(flags.astype("float64")),
            ensemble.ess,
        )
        for flags in (
            ensemble.departure_s > place.time_s,
            ensemble.arrive_s[:, -1] <= place.time_s,
        )
    )
    print_line(f"  not set out yet: {waiting}; arrived: {arrived}")


def _print_past(ensemble: Ensemble, place: Whereabouts, held: Bounds, index: int) -> None:
    from routesim.text.quantities import format_chance  # noqa: PLC0415 (heavy)

    passage = place.route.passages[index]
    name = passage.station.name + (f" ({passage.visit})" if passage.visit > 1 else "")
    share, error = ensemble.find_passed_share(index, place.time_s)
    print_line(f"  had come to {name}: {format_chance(share, error, ensemble.ess)}")
    print_line(f"    certain: {SAY_PAST[is_past(held, place.time_s, index)]}")


def print_routes(
    journey: Journey, table: pd.DataFrame, track: RouteTrack | None, as_of_s: float
) -> None:
    """Print how likely each route is, and how that moved with each report."""
    from routesim.text.quantities import format_chance  # noqa: PLC0415 (heavy)

    known = f", known by {format_utc(as_of_s)}" if isfinite(as_of_s) else ""
    print_line(f"{journey.title}{known}: which route, given the reports.")
    print_changes(journey.changes)
    rows = [
        [
            row["route"],
            f"{row['prior']:.3g}",
            format_chance(row["probability"], row["mcse"]),
            _say_points(row["mcse"]),
            _round(row["log_evidence"], row["log_evidence_mcse"]),
            journey.routes[row["route"]].title,
        ]
        for row in iterate_rows(table)
    ]
    heads = ["route", "prior", "probability", "error, points", "log evidence", ""]
    print_table(heads, rows, right=[1, 2, 3, 4], whole=[0])
    best = max(iterate_rows(table), key=lambda row: float(row["probability"]))
    told = "can be told" if best["probability"] > TOLD else "cannot be told"
    if len(table) > 1:
        print_line(f"At 90 % {told}: the likeliest is {best['route']}.")
    if track is not None:
        _print_track(track)


def print_score(journey: Journey, found: Score) -> None:
    """Print how well reports are predicted from those of other families."""
    print_line(
        f"{journey.title} - route {found.route_id}: how well the others predict a report."
    )
    print_changes(journey.changes)
    print_wrapped(found.why)
    table = found.summary
    shown = [name for name in SCORES if name in table.columns]
    print_table(
        [SCORES[name] for name in shown],
        [[_say_score(row[name]) for name in shown] for row in iterate_rows(table)],
        right=list(range(2, len(shown))),
        whole=[0, 1],
    )
    print_wrapped(
        "family out: from the reports of all other families. rolling: from what was known "
        "before; a report counts once for each such time, so that these are not independent. "
        "Intervals are scored on clocks alone. Interval score: less is better; "
        "log probability: more is. The baseline is distance over 55 km/h from the last "
        "sighting; less baseline: over those that both predict."
    )


def _say_heard(posterior: Posterior) -> str:
    count = len(posterior.heard)
    told = "given 1 report" if count == 1 else f"given {count} reports"
    if isfinite(posterior.as_of_s):
        told += f" known by {format_utc(posterior.as_of_s)}"
    if posterior.dropped:
        told += f" without {', '.join(posterior.dropped)}"
    return f"{told}: {posterior.draws:,} draws worth {posterior.ess:,.0f} independent ones"


def _say_draws(ensemble: Ensemble) -> str:
    from routesim.likely import Posterior  # noqa: PLC0415 (heavy: not for --help)

    if isinstance(ensemble, Posterior):
        return (
            f"{ensemble.draws:,} draws given the reports, worth {ensemble.ess:,.0f} "
            "independent ones"
        )
    return f"{ensemble.draws:,} draws of the priors"


def _print_windows(posterior: Posterior, *, every: bool) -> None:
    rows = []
    for row in iterate_rows(posterior.windows(every=every, certain=True)):
        times = {event: _tell_times(row, event) for event in ("arrive", "depart")}
        for event, cells in times.items():
            if cells[1] == "-" or (event == "depart" and cells == times["arrive"]):
                continue
            share = "" if row["share"] >= 1 else f"{row['share']:.0%}"
            name = row["station"] if row["visit"] == 1 else f"{row['station']} ({row['visit']})"
            rows.append(
                [f"{row['km']:.0f}", name, event, share, *cells, format_city(row["tz"])]
            )
    print_table(
        ["km", "station", "", "of draws", "certain: from", *QUANTILES, "certain: to", "clock"],
        rows,
        right=[0, 3],
    )
    worlds = posterior.certain.worlds
    ways = f"in one of {len(worlds)} ways" if len(worlds) > 1 else "as `worlds` tells"
    certain = f"Certain if the reports are true {ways}." if worlds else "Nothing is certain."
    print_wrapped(
        "Times by the clock of the place. 90 % of the draws lie between 5 % and 95 %; times "
        f"are rounded to their Monte Carlo error. {certain} In the draws each report may be "
        "wrong, so that they may reach beyond that."
    )


def _tell_times(row: Any, event: str) -> list[str]:
    """Tell the likely times between the certain ones, these rounded outwards."""
    zone = row["tz"]
    ends = []
    for end, turn in (("earliest", floor), ("latest", ceil)):
        value = row[f"{event}_{end}"]
        missing = value is None or value != value  # noqa: PLR0124 (NaT is not itself)
        minute_s = 0 if missing else turn(value.timestamp() / MINUTE_S) * MINUTE_S
        ends.append("-" if missing else format_local(minute_s, zone))
    return [ends[0], *(say_local(row[f"{event}_{p}"], zone) for p in PERCENTILES), ends[1]]


def _print_reports(posterior: Posterior) -> None:
    from routesim.text.quantities import format_chance  # noqa: PLC0415 (heavy)

    if posterior.reports.empty:
        print_line("No report is heard: these are the priors.")
        return
    chances = {
        row["id"]: format_chance(row["right"], row["mcse"], posterior.ess)
        for row in iterate_rows(posterior.reports)
    }
    out = [f"{name} (right: {chances[name]})" for name in posterior.thrown_out]
    print_wrapped(
        f"Thrown out, being more likely wrong than right: {', '.join(out)}."
        if out
        else "No report is thrown out."
    )
    doubted = [
        f"{row['id']} {chances[row['id']]}"
        for row in iterate_rows(posterior.reports)
        if row["right"] < DOUBTED and not row["thrown_out"]
    ]
    if doubted:
        print_wrapped(f"In doubt, right with: {', '.join(doubted)}.")


def _print_stood(posterior: Posterior) -> None:
    rows = [
        [
            {"stop": "at ", "line": "on ", "sum": ""}[row["kind"]] + row["place"],
            _say_minutes(row["least_min"]),
            *(_say_minutes(row[f"{p}_min"]) for p in PERCENTILES),
            _say_minutes(row["most_min"]),
            f"{row['learned']:.0%}",
        ]
        for row in iterate_rows(posterior.stood(certain=True))
    ]
    print_line("")
    print_line(
        "How long it stood, certainly at a place reported and likely, and how far the reports "
        "move that from the prior:"
    )
    heads = ["", "certain: least", *QUANTILES, "certain: most", "learned"]
    print_table(heads, rows, right=[1, 2, 3, 4, 5, 6], whole=[0])


def _print_speeds(posterior: Posterior) -> None:
    rows = [
        [
            row["place"],
            *(f"{row[f'{p}_kmh']:g}" for p in PERCENTILES),
            f"{row['cap_kmh']:g}",
            f"{row['learned']:.0%}",
        ]
        for row in iterate_rows(posterior.speeds())
    ]
    print_line("")
    print_line("Running speed in km/h, stops not counted; certainly below the cap assumed:")
    print_table(["line", *QUANTILES, "cap", "learned"], rows, right=[1, 2, 3, 4, 5], whole=[0])


def _print_entangled(posterior: Posterior) -> None:
    for one, other, together in posterior.entangled:
        print_wrapped(
            f"The reports hardly tell standing at or on {one} and {other} apart: where the one "
            f"is longer the other is shorter (rank correlation {together:.2f})."
        )


def _print_track(track: RouteTrack) -> None:
    for value in track.reliabilities:
        mine = track.rows[track.rows["reliability"] == value]
        found = track.find_telling(value)
        told = (
            "no route can be told at 90 %"
            if found is None
            else f"{found[0]} can be told at 90 % from {found[1] or 'the priors'} on"
        )
        print_line("")
        print_line(f"If each report is right with {value:g}: {told}.")
        rows = list(_list_steps(mine, track.routes))
        right = [column + 2 for column in range(len(track.routes))]
        print_table(["report", "known", *track.routes], rows, right=right, whole=[0, 1])
    print_line("Reports that move no route by half a point are left out.")


def _list_steps(rows: pd.DataFrame, routes: tuple[str, ...]) -> Iterator[list[str]]:
    """List the steps at which a route moved since the last that is shown."""
    before: list[float] = []
    for row in iterate_rows(rows):
        now = [float(row[route]) for route in routes]
        if before and max(abs(a - b) for a, b in zip(now, before, strict=True)) < MOVED:
            continue
        before = now
        known = row["known_at"]
        shown = "" if known is None or known != known else format_utc(known.timestamp())  # noqa: PLR0124
        yield [row["report"] or "before any", shown, *(f"{share:.1%}" for share in now)]


def _say_score(value: Any) -> str:
    if isinstance(value, str | int):
        return str(value)
    missing = value is None or value != value  # noqa: PLR0124 (NaN is not itself)
    return "-" if missing else f"{value:.2f}"


def _say_points(error: float) -> str:
    return f"{100 * error:.1g}" if error >= LEAST_ERROR else "< 0.1"


def _say_km(km: float) -> str:
    return f"{km:.0f}"


def _say_minutes(minutes: float) -> str:
    from routesim.text.durations import format_lapse  # noqa: PLC0415 (heavy: not for --help)

    if not isfinite(minutes):
        return "-"
    return format_lapse(round(minutes * MINUTE_S))


def _round(value: float, error: float) -> str:
    """Write a number without digits beyond its error."""
    from routesim.sampler.rounding import round_to  # noqa: PLC0415 (heavy: not for --help)

    return f"{round_to(value, error):.6g}"
