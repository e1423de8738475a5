"""Scripts about a journey: its data, its ensembles, its changes and its pictures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .api_format import format_fields, format_place, get_frame, save_array, save_file
from .bundled import INPUTS, INSTANTS, JOURNEYS, KNOWN

if TYPE_CHECKING:
    from .api_format import Files

__all__ = [
    "dump_changes",
    "dump_journey",
    "dump_page",
    "dump_posterior",
    "dump_posteriors_by_route",
    "dump_posteriors_with_options",
    "dump_priors",
    "dump_simulation",
]


def dump_journey(rs: Any, journey_id: str) -> Files:
    """Yield a journey with its routes, sources, families and reports."""
    journey = rs.load_journey(journey_id)
    bundled = [getattr(listed, "id", listed) for listed in rs.list_journeys()]
    yield (
        "journey.txt",
        format_fields(
            journey, "id", "title", "summary", "default_route", "zones", "train_id", "changes"
        )
        + f"{journey!r}\n{journey.train!r}\n{bundled!r}\n",
    )
    yield "journey.html", journey._repr_html_()
    yield "explore.html", journey.explore()._repr_html_()
    for name, source in journey.sources.items():
        yield f"source {name}.txt", repr(source)
    yield "families.txt", "\n".join(f"{k}: {v.name}" for k, v in journey.families.items())
    for name, hypothesis in journey.routes.items():
        text = format_fields(hypothesis, "id", "title", "prior", "reason", "route")
        yield f"route {name}.txt", text
    for report in journey.reports:
        fields = (
            "id", "claim", "family", "said", "known_at", "forecast", "hedge", "identity",
            "note", "silent", "reliability", "face_value", "sources",
        )  # fmt: skip
        kinds = [clause.kind for clause in report.clauses]
        yield f"report {report.id}.txt", format_fields(report, *fields) + repr(kinds)


def dump_simulation(rs: Any, journey_id: str) -> Files:
    """Yield simulations of all routes."""
    journey = rs.load_journey(journey_id)
    for route in journey.routes:
        ensemble = rs.simulate(journey, draws=1000, seed=5, route=route)
        yield from _dump_ensemble(rs, ensemble, route)
        yield f"{route} levels.csv", ensemble.windows(levels=(0.1, 0.975), every=False).to_csv()


def _dump_ensemble(rs: Any, ensemble: Any, name: str) -> Files:
    fields = ("journey_id", "route_id", "zones", "seed", "draws", "ess")
    yield f"{name}.txt", format_fields(ensemble, *fields) + repr(ensemble)
    yield f"{name}.html", ensemble._repr_html_()
    yield f"{name} windows.csv", ensemble.windows().to_csv()
    yield f"{name} draws.csv", ensemble.to_frame().to_csv()
    data = ensemble.to_xarray()
    yield f"{name} xarray.txt", f"{data!r}\n{data.attrs!r}"
    for variable in data.data_vars:
        yield f"{name} {variable}.npy", save_array(data[variable].values)
    for number, instant in enumerate(INSTANTS):
        yield f"{name} where {number}.txt", format_place(ensemble.where(instant))
    yield f"{name} explore.html", ensemble.explore()._repr_html_()
    yield from save_file(f"{name} diagram.svg", rs.save_diagram, ensemble.plot())
    yield from save_file(f"{name} written.csv", rs.write_windows, ensemble)
    yield from save_file(f"{name} written.geojson", rs.write_windows, ensemble)


def dump_posterior(rs: Any, journey_id: str) -> Files:
    """Yield the posterior of the default route."""
    journey = rs.load_journey(journey_id)
    posterior = rs.condition(journey, draws=2000)
    yield from _dump_ensemble(rs, posterior, "posterior")
    yield from _dump_posterior(posterior, "posterior")


def dump_posteriors_by_route(rs: Any, journey_id: str) -> Files:
    """Yield the posteriors of all routes."""
    journey = rs.load_journey(journey_id)
    for route in journey.routes:
        yield from _dump_posterior(rs.condition(journey, draws=500, seed=3, route=route), route)


def dump_posteriors_with_options(rs: Any, journey_id: str) -> Files:
    """Yield posteriors with various options."""
    journey = rs.load_journey(journey_id)
    drop = JOURNEYS[journey_id].drop
    for name, options in (
        ("as of", {"as_of": KNOWN, "ends": "inside"}),
        ("drop", {"drop": (drop,), "reliability": 0.8, "particles": 512}),
        ("reliability", {"reliability": {drop: 0.6}}),
    ):
        yield from _dump_posterior(rs.condition(journey, draws=500, **options), name)


def _dump_posterior(posterior: Any, name: str) -> Files:
    fields = (
        "ess", "log_evidence", "log_evidence_error", "reports_used", "dropped", "in_priors",
        "stages", "evaluations", "rejected", "correlated",
    )  # fmt: skip
    text = format_fields(posterior, *fields) + f"{posterior!r}\n"
    share = posterior.get_passed_share("Khasan", INSTANTS[-1])
    yield f"{name} worth.txt", f"{text}{share!r}"
    yield f"{name} facts.html", posterior._repr_html_()
    yield f"{name} reports.csv", get_frame(posterior.reports).to_csv()
    yield f"{name} certain.csv", posterior.windows(certain=True, every=False).to_csv()
    yield f"{name} stood.csv", posterior.stood(certain=True).to_csv()
    yield f"{name} stood levels.csv", posterior.stood(levels=(0.25, 0.75)).to_csv()
    yield f"{name} speeds.csv", posterior.speeds().to_csv()
    yield f"{name} prior.csv", posterior.prior.windows(every=False).to_csv()
    yield f"{name} likely place.txt", format_place(posterior.where(INSTANTS[1]))


def dump_changes(rs: Any, journey_id: str) -> Files:
    """Yield changed journeys, compared with the original one."""
    journey = rs.load_journey(journey_id)
    facts = JOURNEYS[journey_id]
    base = rs.simulate(journey, draws=500)
    changes: tuple[dict[str, Any], ...] = (
        {},
        {"speed_kmh": 50},
        {
            "speed_kmh": {"Khasan branch": (40, 45)},
            "dwell": {"Khasan": "1h", "Rajin": timedelta(minutes=10)},
        },
        {"departure": (INSTANTS[1], INSTANTS[2]), "route": facts.routes[-1]},
        {"departure": {"Khasan": facts.instant}, "drop": (facts.drop,)},
    )
    for number, change in enumerate(changes):
        changed = rs.what_if(journey, **change)
        yield f"change {number}.txt", format_fields(changed, "changes") + repr(changed)
        yield f"change {number}.html", changed._repr_html_()
        other = rs.simulate(changed, draws=500)
        for every in (False, True):
            table = rs.compare_windows(base, other, every=every)
            yield f"change {number} {every}.csv", get_frame(table).to_csv()


def dump_priors(rs: Any, journey_id: str) -> Files:
    """Yield journeys with custom priors."""
    journey = rs.load_journey(journey_id)
    Path("own.toml").write_text(INPUTS["own.toml"], encoding="utf-8")
    settings: tuple[Any, ...] = (
        "own.toml",
        {"stops.Tumangang.dwell_min.p95": 1200},
        {"standing.Pyongra.min_per_100km.median": 30, "speeds.Hambuk.running_kmh.low": 30},
        {"trust.reliability": 0.8, "trust.identity": 0.99},
    )
    for number, setting in enumerate(settings):
        changed = rs.set_priors(journey, setting)
        yield f"priors {number}.txt", format_fields(changed, "changes")
        windows = rs.simulate(changed, draws=500).windows(every=False)
        yield f"priors {number}.csv", windows.to_csv()


def dump_page(rs: Any, journey_id: str) -> Files:
    """Yield the map, the diagram and the page of an ensemble."""
    journey = rs.load_journey(journey_id)
    ensemble = rs.simulate(journey, draws=500)
    drawn = rs.draw_map(journey, ensemble)
    yield "map.txt", repr(drawn)
    yield "map.html", drawn._repr_html_()
    yield "map alone.html", rs.draw_map(journey)._repr_html_()
    figure = rs.draw_diagram(journey, ensemble, bounds=rs.bounds(journey))
    for suffix in ("svg", "png"):
        yield from save_file(f"diagram.{suffix}", rs.save_diagram, figure)
    yield from save_file("diagram alone.svg", rs.save_diagram, rs.draw_diagram(journey))
    path = rs.write_page(journey, "page.html", ensemble=ensemble, draws=500)
    yield "page.txt", repr(path)
