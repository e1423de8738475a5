"""Commands for likely answers: condition, routes."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim import journey as journeys
from routesim import likely, view, whatif
from routesim.cli import options
from routesim.cli.cells import QUANTILES, list_event_rows
from routesim.cli.journeys import draw_posterior, open_journey
from routesim.cli.output import (
    print_changes,
    print_line,
    print_table,
    print_wrapped,
    show,
    show_progress,
)
from routesim.errors import ArgumentError, Fault
from routesim.journey.draws import CONDITION_DRAWS
from routesim.likely.likelihood import list_in_priors
from routesim.text import standing, terminal
from routesim.text.durations import MINUTE_S, format_least_lapse, format_most_lapse
from routesim.text.posterior import (
    format_clock,
    format_evidence,
    format_left_out,
    format_rejected,
)
from routesim.text.quantities import (
    format_chance,
    format_number,
    format_percent,
    format_rounded,
    format_whole_percent,
)
from routesim.text.rounding import round_to
from routesim.text.routes import format_decision, format_points
from routesim.text.times import format_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


PERCENTILES = ("p05", "p50", "p95")
DOUBTED = 0.9
"""Probability of being right below which a report is listed as in doubt."""
MOVED = 0.005
"""Smallest change of a route's probability that is shown in the table of steps."""


def show_posterior(
    journey: options.JourneyName,
    route: options.RouteName = None,
    drop: options.Drop = None,
    reliability: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X|ID=X",
            help="Reliability of all reports (0.9), or of one report or family (C04=0.7); may "
            "be repeated.",
        ),
    ] = None,
    as_of: options.AsOf = None,
    ends: Annotated[
        bool,
        options.make_flag(
            "--ends",
            "Let no time outside a window agree; by default its ends are soft on both sides.",
        ),
    ] = False,
    strict: Annotated[
        bool,
        options.make_flag(
            "--strict",
            "Fail if the effective sample size is below 100; needs 400 draws or more.",
        ),
    ] = False,
    draws: options.Draws = CONDITION_DRAWS,
    seed: options.Seed = 0,
    every: options.Every = False,
    output: options.WindowsFile = None,
    own: options.SetPrior = None,
    priors: options.PriorsFile = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Show what is likely given the reports: times, standing times and speeds."""
    opened = open_journey(journey, network, priors, own)
    posterior = draw_posterior(
        opened,
        draws=draws,
        seed=seed,
        route=route,
        as_of=as_of,
        drop=drop or (),
        reliability=_read_reliability(opened, reliability),
        ends="inside" if ends else "around",
        strict=strict,
    )
    if output is not None:
        view.write_windows(posterior, output)
    show(as_json, posterior, _print_posterior, opened, every=every)
    if output is not None and not as_json:
        print_line(f"Wrote {output}.")


def list_routes(
    journey: options.JourneyName,
    as_of: options.AsOf = None,
    drop: options.Drop = None,
    track: Annotated[
        bool,
        options.make_flag("--track", "Also show how each report changed the probabilities."),
    ] = False,
    reliability: Annotated[
        list[float] | None,
        typer.Option(
            metavar="X",
            help="With --track, reliability of all reports (0.9); may be repeated.",
        ),
    ] = None,
    seed: options.Seed = 0,
    own: options.SetPrior = None,
    priors: options.PriorsFile = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Show how likely each route is, given the reports."""
    if reliability and not track:
        raise ArgumentError(
            [
                Fault(
                    "--reliability",
                    "needs --track",
                    "add --track, or use --set trust.reliability=X",
                )
            ]
        )
    opened = open_journey(journey, network, priors, own)
    with show_progress():
        routes = likely.compare_routes(opened, seed=seed, as_of=as_of, drop=drop or ())
        if track:
            # A step uses no later report.
            chosen = {"reliabilities": tuple(reliability)} if reliability else {}
            used = whatif.what_if(opened, drop=drop or ())
            tracked = likely.track_routes(used, seed=seed, **chosen).until(routes.as_of_s)
            routes = replace(routes, track=tracked)
    show(as_json, routes, _print_routes, opened)


def _read_reliability(
    journey: journeys.Journey, texts: Sequence[str] | None
) -> float | dict[str, float] | None:
    """Read ``X`` and ``ID=X``; with both, ``X`` applies to the families not named."""
    read: dict[str, float] = {}
    for text in texts or ():
        key, value = "", text
        if "=" in text:
            key, value = options.split_pair(
                text, option="--reliability", example="--reliability C23=0.5"
            )
        try:
            number = float(value)
        except ValueError:
            raise ArgumentError(
                [
                    Fault(
                        "--reliability",
                        f"{value!r:.40} is not a number",
                        "write 0.9 or C23=0.5",
                    )
                ]
            ) from None
        if key in read:
            raise ArgumentError(
                [Fault("--reliability", f"{text!r:.40} is a second value", "give one value")]
            )
        read[key] = number
    common = read.pop("", None)
    if read and common is not None:
        return dict.fromkeys(journey.families, common) | read
    return read or common


def _print_posterior(
    posterior: likely.Posterior, journey: journeys.Journey, *, every: bool
) -> None:
    print_line(
        terminal.format_conditioned(
            journey.title,
            posterior.route_id,
            used=len(posterior.reports_used),
            as_of_s=posterior.as_of_s,
            dropped=posterior.dropped,
            draws=posterior.draws,
            ess=posterior.ess,
        )
    )
    print_changes(journey.changes)
    windows = journeys.measure_windows(posterior, indices=posterior.list_shown(every=every))
    certain = ["certain: from", *QUANTILES, "certain: to"]
    print_table(
        [">km", "station", "", ">of draws", *certain, "clock"],
        list_event_rows(windows, posterior.certain.to_frame()),
    )
    held = posterior.certain
    print_wrapped(terminal.format_reading(len(held.worlds), is_complete=held.is_complete))
    _print_reports(posterior, journey)
    _print_clocks(posterior)
    _print_stood(posterior)
    _print_speeds(posterior)
    evidence = format_evidence(posterior.log_evidence, posterior.log_evidence_error)
    print_line(f"Log evidence {evidence} (Monte Carlo error).")


def _print_reports(posterior: likely.Posterior, journey: journeys.Journey) -> None:
    reports = posterior.reports().to_dict("records")
    if not reports:
        print_line("No report is used: these are the priors.")
        return
    in_priors = list_in_priors(journey).difference(posterior.dropped)
    left_out = [
        report.id
        for report in journey.reports
        if report.id in in_priors and report.known_s <= posterior.as_of_s
    ]
    if left_out:
        print_wrapped(format_left_out(left_out))
    chances = {
        row["id"]: format_chance(row["right"], row["mcse"], posterior.ess) for row in reports
    }
    print_wrapped(format_rejected(chances, posterior.rejected))
    doubted = [row["id"] for row in reports if row["right"] < DOUBTED and not row["thrown_out"]]
    if doubted:
        print_wrapped(terminal.format_doubted(chances, doubted))


def _print_clocks(posterior: likely.Posterior) -> None:
    for clock, settings in posterior.clocks().groupby("clock", sort=False):
        ranked = settings.sort_values("chance", ascending=False, kind="stable")
        chances = {
            row["setting"]: format_chance(row["chance"], row["mcse"], posterior.ess)
            for row in ranked.to_dict("records")
        }
        print_wrapped(format_clock(str(clock), chances))


def _print_stood(posterior: likely.Posterior) -> None:
    print_line("")
    print_line(
        "Standing time: certain bounds at reported places, likely quantiles, and change by the "
        "reports:"
    )
    stood = posterior.stood(certain=True).to_dict("records")
    likely_heads = [f">{quantile}" for quantile in QUANTILES]
    print_table(
        ["|", ">certain: least", *likely_heads, ">certain: most", ">change"],
        [
            [
                standing.format_standing_place(row["place"], row["kind"]),
                _format_bound(row["least_min"], format_least_lapse),
                *standing.format_stood(*_list_band(row, "min")),
                _format_bound(row["most_min"], format_most_lapse),
                format_whole_percent(row["learned"]),
            ]
            for row in stood
        ],
    )
    names = {
        row["place"]: standing.format_standing_place(row["place"], row["kind"]) for row in stood
    }
    for one, other, correlation in posterior.correlated:
        print_wrapped(standing.format_correlated(names[one], names[other], correlation))


def _format_bound(minutes: float, write: Callable[[float], str]) -> str:
    """Format a bound given in minutes, from times in whole seconds; a dash for none."""
    return terminal.format_bound(round(minutes * MINUTE_S, 3) or nan, write)


def _print_speeds(posterior: likely.Posterior) -> None:
    print_line("")
    print_line("Running speed, without stops; the cap is an assumption:")
    print_table(
        ["|line", *(f">{quantile}" for quantile in QUANTILES), ">cap", ">change"],
        [
            [
                row["place"],
                *standing.format_speeds(*_list_band(row, "kmh")),
                f"{format_number(row['cap_kmh'])} km/h",
                format_whole_percent(row["learned"]),
            ]
            for row in posterior.speeds().to_dict("records")
        ],
    )
    print_wrapped(standing.CHANGE_MEANING)


def _list_band(row: Any, unit: str) -> tuple[list[float], list[float]]:
    """Return the quantiles of a row and their Monte Carlo errors."""
    return (
        [row[f"{p}_{unit}"] for p in PERCENTILES],
        [row[f"{p}_mcse_{unit}"] for p in PERCENTILES],
    )


def _print_routes(routes: likely.RouteComparison, journey: journeys.Journey) -> None:
    subject = "probability of each route, given the reports."
    print_line(terminal.format_heading(journey.title, subject, as_of_s=routes.as_of_s))
    print_changes(journey.changes)
    print_table(
        ["|route", ">prior", ">probability", ">error, points", ">log evidence", ""],
        [
            [
                one.route,
                format_percent(one.prior),
                routes.chances[one.route],
                format_points(one.mcse),
                format_rounded(one.log_evidence, one.log_evidence_mcse),
                one.title,
            ]
            for one in routes
        ],
    )
    if len(routes) > 1:
        print_wrapped(routes.why)
    if routes.track is not None:
        _print_track(routes.track)


def _print_track(track: likely.RouteTrack) -> None:
    heads = ["|report", "|known since", *(f">{route}" for route in track.routes)]
    for reliability in track.reliabilities:
        print_line("")
        found = track.find_decisive_report(reliability)
        print_line(format_decision(reliability, found))
        print_table(heads, _list_moves(track.list_steps(reliability)))
    print_wrapped(terminal.TRACK_READING)


def _list_moves(steps: Sequence[likely.RouteStep]) -> Iterator[list[str]]:
    """List the steps at which a probability changed since the last step shown."""
    before: tuple[float, ...] = ()
    for step in steps:
        now = step.probabilities
        if before and max(abs(a - b) for a, b in zip(now, before, strict=True)) < MOVED:
            continue
        before = now
        known = "" if step.known_at is None else format_utc(step.known_at.timestamp())
        shares = (f"{100 * share:.1f} %" for share in map(round_to, now, step.errors))
        yield [step.report or "before any", known, *shares]
