"""Data for the map's script: all texts of data files, as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from routesim.answers import to_plain
from routesim.assessment.verdicts import VERDICTS
from routesim.network.stations import APPROXIMATE_KM
from routesim.text.quantities import format_draw_share
from routesim.text.times import format_years
from routesim.view.map.basemap import Box, City, read_cities
from routesim.view.times import list_clocks
from routesim.view.windows import find_key_indices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.assessment.verdicts import Verdict
    from routesim.evidence import Clause, Report
    from routesim.journey import PassageWindow
    from routesim.network import Passage, Route, Station
    from routesim.view.windows import MeasuredEnsemble


CITY_RANK = 10
VIEW_SHARE = 0.75
"""Distance from the centre to an edge of the view, as a share of the longer extent."""

VIEW_MARGIN_DEG = 0.5
POSITION_WORDS = {
    "surveyed": "a mapped or published point",
    "map-1942": "read from a map of 1942, which can be a kilometre off",
    "interpolated": "placed by kilometre between known neighbours",
    "approximate": f"only roughly known, up to {APPROXIMATE_KM:g} km off",
    "schematic": "unknown; drawn between its neighbours by kilometre",
}


@dataclass(frozen=True, slots=True)
class MapRoute:
    """Route to draw, with its windows if they are shown."""

    title: str
    route: Route
    measured: MeasuredEnsemble | None = None


@dataclass(frozen=True, slots=True)
class MapSubject:
    """Contents of a map; the first route is drawn as the main one."""

    title: str
    routes: tuple[MapRoute, ...]
    zones: tuple[str, ...]
    attribution: tuple[str, ...]
    reports: tuple[Report, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    has_ledger: bool = False


def make_map_data(subject: MapSubject) -> dict[str, Any]:
    """Return the JSON document of a map."""
    stations = _list_stations(subject)
    places = {station.name: number for number, station in enumerate(stations)}
    major, stops = _find_major(subject), _find_stops(subject)
    drawn = [r.measured.ensemble for r in subject.routes if r.measured is not None]
    starts = [ensemble.departure_s.min() for ensemble in drawn]
    ends = [ensemble.arrive_s[:, -1].max() for ensemble in drawn]
    base_s = int(min(starts, default=0.0)) // 60 * 60
    clocks = list_clocks(subject.zones, base_s, float(max(ends, default=base_s)))
    return {
        "title": subject.title,
        "ledger": subject.has_ledger,
        "base": base_s,
        "clocks": [
            {"label": clock.label, "steps": [list(step) for step in clock.steps]}
            for clock in clocks
        ],
        "stations": [_encode_station(station, major, stops) for station in stations],
        "routes": [_encode_route(item, places, base_s) for item in subject.routes],
        "reports": _encode_reports(subject, places, format_years(base_s)),
        "cities": [
            [city.name, round(city.lat, 3), round(city.lon, 3)] for city in list_cities(subject)
        ],
        "attribution": list(subject.attribution),
    }


def measure_view(subject: MapSubject) -> Box:
    """Return the approximate opening view, independent of the shape of the frame."""
    stations = _list_stations(subject)
    lon, lat = [s.lon for s in stations], [s.lat for s in stations]
    longer = max(max(lon) - min(lon), max(lat) - min(lat))
    half = VIEW_SHARE * longer + VIEW_MARGIN_DEG
    x, y = (max(lon) + min(lon)) / 2, (max(lat) + min(lat)) / 2
    return x - half, y - half, x + half, y + half


def list_cities(subject: MapSubject) -> list[City]:
    """Return the cities for orientation; empty if the opening view contains none."""
    names = {station.name for station in _list_stations(subject)}
    cities = [c for c in read_cities() if c.rank >= CITY_RANK and c.name not in names]
    west, south, east, north = measure_view(subject)
    if any(west < city.lon < east and south < city.lat < north for city in cities):
        return cities
    return []


def has_approximate(subject: MapSubject) -> bool:
    """Return whether the position of a station on the map is approximate."""
    return any(station.is_approximate for station in _list_stations(subject))


def _list_stations(subject: MapSubject) -> list[Station]:
    found: dict[str, Station] = {}
    for item in subject.routes:
        for passage in item.route.passages:
            found.setdefault(passage.station.name, passage.station)
    return list(found.values())


def _find_major(subject: MapSubject) -> set[str]:
    """Find the stations drawn large: key passages, bridges and reported places."""
    names = {place for report in subject.reports for place in report.named_places}
    for item in subject.routes:
        measured = item.measured
        keys = find_key_indices(item.route) if measured is None else measured.key_indices
        names |= {item.route.passages[index].station.name for index in keys}
        names |= {p.station.name for p in item.route.passages if p.station.kind == "bridge"}
    return names


def _find_stops(subject: MapSubject) -> set[str]:
    """Find the stations with planned stops."""
    return {
        item.route.passages[index].station.name
        for item in subject.routes
        if item.measured is not None
        for index in item.measured.ensemble.dwell_s
    }


def _encode_station(station: Station, major: set[str], stops: set[str]) -> dict[str, Any]:
    return {
        "name": station.name,
        "ko": station.name_ko or "",
        "ru": station.name_ru or "",
        "at": [station.lat, station.lon],
        "kind": station.kind,
        "position": POSITION_WORDS[station.position],
        "schematic": station.is_schematic,
        "approximate": station.is_approximate,
        "major": station.name in major,
        "stop": station.name in stops,
    }


def _encode_route(item: MapRoute, places: Mapping[str, int], base_s: int) -> dict[str, Any]:
    measured = item.measured
    windows = zip(measured.raw, measured.windows, strict=True) if measured is not None else ()
    shown = {raw.index: _encode_window(raw, rounded, base_s) for raw, rounded in windows}
    passages = [
        {
            "s": places[passage.station.name],
            "km": passage.km,
            "line": passage.line,
            "visit": passage.visit,
            "text": _format_passage(passage, shown.get(index, {}).get("share", 1.0)),
            **shown.get(index, {}),
        }
        for index, passage in enumerate(item.route.passages)
    ]
    return {
        "title": item.title,
        "band": measured.band if measured is not None else "",
        "strokes": _cut_strokes(item.route.passages, places),
        "turns": [
            {"s": places[turn.station], "movement": turn.movement}
            for turn in item.route.reversals_found
        ],
        "passages": passages,
    }


def _format_passage(passage: Passage, share: float) -> str:
    """Format the position of a passage, and the share of the draws that pass it."""
    visit = f"visit {passage.visit}" if passage.visit > 1 else ""
    parts = (f"line {passage.line}", visit, format_draw_share(share))
    return ", ".join([f"km {passage.km:.1f} of the route", *filter(None, parts)])


def _encode_window(raw: PassageWindow, shown: PassageWindow, base_s: int) -> dict[str, Any]:
    """Encode a window: POSIX seconds with errors, and minutes as shown in ``a`` and ``d``."""
    data: dict[str, Any] = {
        "share": raw.share,
        "arrive_s": raw.arrive,
        "depart_s": raw.depart,
        "arrive_mcse_s": to_plain(raw.arrive_mcse_s),
        "depart_mcse_s": to_plain(raw.depart_mcse_s),
        "a": _count_minutes(shown.arrive, base_s),
    }
    if shown.depart != shown.arrive:
        data["d"] = _count_minutes(shown.depart, base_s)
    return data


def _count_minutes(times_s: Sequence[int] | None, base_s: int) -> list[int] | None:
    """Return whole minutes since the base, rounded like ``format_local``."""
    return None if times_s is None else [round(s / 60.0) - base_s // 60 for s in times_s]


def _cut_strokes(
    passages: Sequence[Passage], places: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Cut a route into strokes of schematic and of other sections."""
    strokes: list[dict[str, Any]] = []
    for start, end in pairwise(passages):
        schematic = start.section.is_schematic
        if not strokes or strokes[-1]["schematic"] != schematic:
            strokes.append({"schematic": schematic, "s": [places[start.station.name]]})
        strokes[-1]["s"].append(places[end.station.name])
    return strokes


def _encode_reports(
    subject: MapSubject, places: Mapping[str, int], usual_year: str
) -> list[dict[str, Any]]:
    encoded = []
    for report in subject.reports:
        verdict = subject.verdicts.get(report.id)
        spots = [
            {
                "s": [places[place] for place in clause.named_places if place in places],
                "text": clause.text,
                "when": _list_times(subject, clause, usual_year),
            }
            for clause in report.clauses
        ]
        encoded.append(
            {
                "id": report.id,
                "claim": report.claim,
                "verdict": verdict.verdict if verdict is not None else "",
                "rank": VERDICTS.index(verdict.verdict) if verdict is not None else 9,
                "spots": [spot for spot in spots if spot["s"]],
            }
        )
    return [report for report in encoded if report["spots"]]


def _list_times(subject: MapSubject, clause: Clause, usual_year: str) -> list[str]:
    """Return a clause's time in every zone, with its year if that is not the usual one."""
    if clause.window is None or not clause.is_timed:
        return []
    ends = [end.timestamp() for end in (clause.window.start, clause.window.end) if end]
    years = format_years(*ends)
    suffix = "" if years == usual_year else f", {years}"
    return [
        f"{clause.format_time(clock.zone)}, {clock.label}{suffix}"
        for clock in list_clocks(subject.zones, ends[0], ends[-1])
    ]
