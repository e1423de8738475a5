"""A small journey with hostile names, and every kind of answer about it."""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import TYPE_CHECKING, Any

import routesim as rs
from routesim import kinematics
from tests.support.journeys import (
    PRINTED,
    build_journey,
    fixed,
    make_time,
    make_window,
    uniform,
    write_departure,
    write_family,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_stop,
)
from tests.support.networks import Folder, copy_network

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["ANSWERS", "COMMANDS", "DRAWS", "HOSTILE", "NOON", "Asked"]

HOSTILE = """<b>"it's"</b>"""
"""Used as a name wherever an input has one."""
DRAWS = 200
NOON = make_time("12:00").isoformat()
SPEED_KMH = (50, 60)


class Asked:
    """A journey past a station with a hostile name, and answers that are used repeatedly."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_network(folder)
        names = {"station": HOSTILE, "name_ru": HOSTILE}
        match = {"station": "Ugolnaya", "line": "Trans-Siberian"}
        Folder(folder).change("stations.csv", match, **names)
        self.network = rs.load_network(folder)
        self.path = folder / "mine.toml"

    @cached_property
    def journey(self) -> rs.Journey:
        """A journey of two routes; R1 and R2 conflict, and the zone of R4 is inferred."""
        clock = {"when": "2024-05-02 08:20", **PRINTED, "zone_known": "inferred"}
        words = {"words": HOSTILE}
        said = {"claim": HOSTILE, "note": HOSTILE, "hedge": HOSTILE}
        events = (
            ("R1", "arrive", "Vladivostok", make_window("12:00", "13:00")),
            ("R2", "arrive", "Vladivostok", make_window("15:00", "16:00")),
            ("R3", "pass", HOSTILE, make_window("10:00", "12:00")),
            ("R4", "depart", "Ussuriysk", clock),
        )
        reports = [
            write_report(name, {"kind": kind, "place": place, **window, **words}, **said)
            for name, kind, place, window in events
        ]
        silent = write_report("R5", claim=HOSTILE, silent=HOSTILE)
        return build_journey(
            "mine",
            write_route("south", "Vladivostok", title=HOSTILE, from_="Ussuriysk", prior=0.75),
            write_route("north", "Spassk-Dalny", title=HOSTILE, from_="Ussuriysk", prior=0.25),
            write_departure("08:00", "09:00"),
            write_stop(HOSTILE, fixed(10), ["south"]),
            write_speed("Trans-Siberian", uniform(45, 85)),
            write_source(publisher=HOSTILE, title=HOSTILE, zone="Asia/Tokyo"),
            *(write_family(f"R{number}", HOSTILE) for number in range(1, 6)),
            *reports,
            silent,
            default_route="south",
            folder=self.folder,
            network=self.network,
        )

    @cached_property
    def prior(self) -> rs.Ensemble:
        """A small ensemble from the priors."""
        return rs.simulate(self.journey, draws=DRAWS)

    @cached_property
    def posterior(self) -> rs.Posterior:
        """A small ensemble, given the reports."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rs.SampleWarning)
            return rs.condition(self.journey, draws=DRAWS)

    @cached_property
    def track(self) -> rs.Track:
        """One kilometre of track with a curve."""
        return rs.Track(length_m=1000.0, curves=[rs.Curve(100.0, 200.0, 500.0)])

    def make_many(self, **options: Any) -> Any:
        """Run a train twice over the track, with different speeds."""
        asked = {"at_m": [500.0, 1000.0], "speed_factor": [0.9, 1.0], **options}
        return rs.run_many(rs.Train(), self.track, **asked)


ANSWERS: dict[str, Callable[[Asked], Any]] = {
    "load_network": lambda asked: asked.network,
    "route": lambda asked: asked.network.route("Ussuriysk", HOSTILE),
    "Train": lambda _: rs.Train(),
    "Curve": lambda _: rs.Curve(100.0, 200.0, 500.0),
    "Track": lambda asked: asked.track,
    "Supplements": lambda _: rs.Supplements(percent=5.0),
    "run": lambda asked: rs.run(rs.Train(), asked.track),
    "run_many": lambda asked: asked.make_many(),
    "run_many, quantiles": lambda asked: asked.make_many(quantiles=(0.5,)),
    "list_journeys": lambda _: rs.list_journeys(),
    "load_journey": lambda asked: asked.journey,
    "report": lambda asked: asked.journey.reports[0],
    "source": lambda asked: asked.journey.sources["S"],
    "window": lambda asked: asked.journey.reports[0].clauses[0].time.window,
    "simulate": lambda asked: asked.prior,
    "simulate, where": lambda asked: asked.prior.where(NOON),
    "condition": lambda asked: asked.posterior,
    "condition, where": lambda asked: asked.posterior.where(NOON),
    "compare_routes": lambda asked: rs.compare_routes(asked.journey),
    "track_routes": lambda asked: rs.track_routes(asked.journey, reliabilities=(0.9,)),
    "check": lambda asked: rs.check(asked.journey, draws=DRAWS),
    "check, first": lambda asked: rs.check(asked.journey, draws=DRAWS)[0],
    "score": lambda asked: rs.score(asked.journey, draws=DRAWS),
    "conflicts": lambda asked: rs.conflicts(asked.journey),
    "conflicts, first": lambda asked: rs.conflicts(asked.journey)[0],
    "conflicts, repair": lambda asked: rs.conflicts(asked.journey)[0].repairs[0],
    "worlds": lambda asked: rs.worlds(asked.journey),
    "worlds, first": lambda asked: rs.worlds(asked.journey)[0],
    "bounds": lambda asked: rs.bounds(asked.journey),
    "bounds, where": lambda asked: rs.bounds(asked.journey).where(NOON),
    "could": lambda asked: rs.could(asked.journey, stand={HOSTILE: "1h"}),
    "could not": lambda asked: rs.could(asked.journey, stand={HOSTILE: "30h"}),
    "compare_zones": lambda asked: rs.compare_zones(asked.journey),
    "compare_windows": lambda asked: rs.compare_windows(
        asked.prior,
        rs.simulate(rs.what_if(asked.journey, speed_kmh=SPEED_KMH), draws=DRAWS),
    ),
}
"""Functions that answer each question."""

FEW = ("--draws", str(DRAWS))
COMMANDS: dict[str, tuple[tuple[str, ...], str | Callable[[Asked], Any]]] = {
    "journeys": ((), "list_journeys"),
    "stations": ((), "load_network"),
    "route": (("Ussuriysk", HOSTILE), "route"),
    "train": (("--list",), lambda _: kinematics.list_trains()),
    "simulate": (FEW, "simulate"),
    "condition": (FEW, "condition"),
    "routes": ((), "compare_routes"),
    "check": (FEW, "check"),
    "score": (FEW, "score"),
    "conflicts": ((), "conflicts"),
    "worlds": ((), "worlds"),
    "bounds": ((), "bounds"),
    "could": (("--stand", f"{HOSTILE}=1h"), "could"),
    "zones": ((), "compare_zones"),
    "whatif": (("--speed", "50:60", *FEW), "compare_windows"),
}
"""For each command, its further arguments and the answer that it prints with --json."""
