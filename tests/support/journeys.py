"""Journeys for tests: writers of the tables of a file, small files, and their loading."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import routesim as rs
from routesim.evidence import ReportRow, SourceBook, load_words, make_reports
from routesim.files.read import find_geodata, validate_record
from tests.support.networks import Folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.errors import Fault
    from routesim.evidence.words import WordTable

__all__ = [
    "EVEN",
    "HOSTILE_TEXT",
    "PRINTED",
    "build_journey",
    "fixed",
    "load_bundled",
    "load_hostile_journey",
    "load_text",
    "lognormal",
    "make_book",
    "make_time",
    "make_window",
    "read_reports",
    "refuse_record",
    "uniform",
    "write_departure",
    "write_family",
    "write_head",
    "write_origin",
    "write_report",
    "write_route",
    "write_small_event",
    "write_source",
    "write_speed",
    "write_standing",
    "write_stop",
    "write_table",
    "write_variation",
]

Row = dict[str, Any]

MADE_UP = "made up"
DAY = "2024-05-02"
ZONE = "Asia/Vladivostok"
OFFSET = timezone(timedelta(hours=10))
PRINTED = {"zone": ZONE, "zone_known": "printed"}
"""Fields of a clause that give the zone of its clock."""


# ------------------------------------------------------------------ values


def make_time(clock: str, day: str = DAY) -> datetime:
    """Return a local time in Vladivostok, UTC+10."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=OFFSET)


def make_window(
    start: str, end: str, soft_min: float | None = None, *, day: str = DAY
) -> dict[str, Any]:
    """Return the fields of a clause for a window between two printed clock times."""
    ends: Row = {"from": make_time(start, day), "to": make_time(end, day)}
    soft = {} if soft_min is None else {"soft_min": [soft_min, soft_min]}
    return {"window": ends | soft, **PRINTED}


def fixed(value: float) -> Row:
    """Return a fixed value."""
    return {"dist": "fixed", "value": value}


def uniform(low: float, high: float) -> Row:
    """Return a uniform distribution."""
    return {"dist": "uniform", "low": low, "high": high}


def lognormal(median: float, p95: float) -> Row:
    """Return a lognormal distribution by its median and 95 % point."""
    return {"dist": "lognormal", "median": median, "p95": p95}


# ------------------------------------------------------------------ tables


def write_value(value: Any) -> str:
    """Write a value in TOML."""
    if isinstance(value, dict):
        return f"{{ {', '.join(_write_fields(value))} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(write_value, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value)


def write_table(header: str, **fields: Any) -> str:
    """Write a table with its header; ``from_`` is the key ``from``, and None is left out."""
    return "\n".join(["", header, *_write_fields(fields), ""])


def _write_fields(fields: Mapping[str, Any]) -> list[str]:
    return [
        f"{key.rstrip('_')} = {write_value(value)}"
        for key, value in fields.items()
        if value is not None
    ]


def write_head(
    name: str, default_route: str, *, title: str = "Made up", zone: str = ZONE
) -> str:
    """Write the top-level keys of a file."""
    fields = {"format": 1, "id": name, "title": title, "default_route": default_route}
    return "\n".join([*_write_fields({**fields, "train": "special", "zones": [zone]}), ""])


def write_source(name: str = "S", **changes: Any) -> str:
    """Write a source, printed on 1 June 2024."""
    fields: Row = {"publisher": "nobody", "title": MADE_UP, "published": date(2024, 6, 1)}
    fields |= {"known_at": datetime(2024, 6, 1, tzinfo=UTC), "known_basis": MADE_UP}
    return write_table(f"[sources.{name}]", **fields | changes)


def write_family(name: str, title: str = MADE_UP) -> str:
    """Write a family."""
    return write_table(f"[families.{name}]", name=title)


def write_route(name: str, to: str, *, from_: str = "Khasan", **changes: Any) -> str:
    """Write a route, with prior 1 if none is given."""
    ends = {"id": name, "title": MADE_UP, "from_": from_, "to": to}
    return write_table("[[routes]]", **ends | {"prior": 1.0, "reason": MADE_UP} | changes)


def write_departure(
    start: str, end: str, *, day: str = DAY, weight: float | None = None
) -> str:
    """Write a window of the departure between two clock times."""
    ends = {"from_": make_time(start, day), "to": make_time(end, day)}
    return write_table("[[plan.departure]]", **ends, weight=weight, reason=MADE_UP)


def write_origin(station: str, weight: float | None = None) -> str:
    """Write a possible station of departure."""
    return write_table("[[plan.origins]]", station=station, weight=weight, reason=MADE_UP)


def write_stop(station: str, dwell_min: Row, routes: Sequence[str] | None = None) -> str:
    """Write a planned stop."""
    fields = {"station": station, "dwell_min": dwell_min, "routes": routes}
    return write_table("[[plan.stops]]", **fields, reason=MADE_UP)


def write_speed(line: str, running_kmh: Row) -> str:
    """Write the running speed of a line."""
    return write_table("[[plan.speeds]]", line=line, running_kmh=running_kmh, reason=MADE_UP)


def write_standing(line: str, min_per_100km: Row, halts: int | None = None) -> str:
    """Write the unplanned standing on a line; ``halts`` has no effect."""
    fields = {"line": line, "min_per_100km": min_per_100km, "halts": halts}
    return write_table("[[plan.standing]]", **fields, reason=MADE_UP)


def write_variation(**fields: Any) -> str:
    """Write how speed and standing vary; other fields keep their defaults."""
    return write_table("[plan.variation]", **{"reason": MADE_UP} | fields)


EVEN = write_variation(slack_spread=0, grain_s=0)
"""Running times without variation."""


def write_report(name: str, *clauses: Row, **changes: Any) -> str:
    """Write a report of the source S; its family has the name of the report by default."""
    fields: Row = {"id": name, "claim": MADE_UP, "family": name}
    fields |= {"said": [{"source": "S", "lines": "1"}]}
    head = write_table("[[reports]]", **fields | changes)
    return head + "".join(write_table("[[reports.clauses]]", **clause) for clause in clauses)


# ------------------------------------------------------------------ journeys

BUNDLED = ("2019-04", "2023-09")


@cache
def load_bundled() -> dict[str, rs.Journey]:
    """Load the bundled journeys by id, once."""
    return {name: rs.load_journey(name) for name in BUNDLED}


def load_text(
    text: str | bytes,
    folder: Path | None = None,
    *,
    name: str = "journey",
    network: rs.Network | Path | None = None,
) -> rs.Journey:
    """Write the text of a journey's file and load it; the default folder is temporary."""
    if folder is None:
        with TemporaryDirectory() as temporary:
            return load_text(text, Path(temporary), name=name, network=network)
    path = folder / f"{name}.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return rs.load_journey(path, network)


def build_journey(
    name: str,
    *parts: str,
    default_route: str,
    folder: Path | None = None,
    network: rs.Network | Path | None = None,
) -> rs.Journey:
    """Load a journey made of tables, in the order given."""
    text = write_head(name, default_route) + "".join(parts)
    return load_text(text, folder, name=name, network=network)


# Khasan - Vladivostok via Baranovsky with everything fixed: 238 km of the branch at 60 km/h,
# ten minutes at Baranovsky, and 89.4 km of the Trans-Siberian at 72 km/h.
TINY = (
    write_head("tiny", "short", title="Everything fixed")
    + write_route("short", "Vladivostok", title="Short")
    + write_departure("08:00", "08:00", day="2024-05-01")
    + write_stop("Baranovsky", fixed(10))
    + write_speed("Khasan branch", fixed(60))
    + write_speed("Trans-Siberian", fixed(72))
)

# A journey with one report and the smallest possible plan.
WITHOUT_REPORT = (
    write_head("small", "short", title="A small journey")
    + write_route("short", "Vladivostok", from_="Ussuriysk", title="Short")
    + write_departure("08:00", "09:00", day="2024-05-01")
    + write_speed("Trans-Siberian", uniform(45, 85))
    + write_source(
        "paper",
        publisher="The paper",
        title="Its headline",
        published=date(2024, 5, 1),
        known_at=make_time("20:00", "2024-05-01"),
        known_basis="printed",
    )
    + write_family("press", "The paper itself")
)
OF_THE_PAPER = {"family": "press", "said": [{"source": "paper", "lines": "1"}]}
SMALL = WITHOUT_REPORT + write_report(
    "R1",
    {
        "kind": "speed",
        "kmh": {"low": 46.5, "high": 47.5},
        "basis": "running",
        "words": "47 km/h",
    },
    claim="It ran at 47 km/h.",
    **OF_THE_PAPER,
)


def write_small_event(
    name: str, start: str, end: str, *, place: str = "Vladivostok", kind: str = "arrive"
) -> str:
    """Write a report of an event of the small journey between two clock times."""
    window = make_window(start, end, day="2024-05-01")
    clause = {"kind": kind, "place": place, **window, "words": "then"}
    return write_report(name, clause, claim=f"{name} is about {place}.", **OF_THE_PAPER)


# ------------------------------------------------------------------ reports


def make_book(
    published: Mapping[str, str], known: Mapping[str, str] | None = None
) -> SourceBook:
    """Make sources with one family; ``published`` and ``known`` give their times by id."""
    sources = {
        name: {
            "publisher": name,
            "title": name,
            "published": time,
            "known_at": (known or {}).get(name, time),
            "known_basis": "printed",
        }
        for name, time in published.items()
    }
    families = {"press": {"name": "the press"}}
    return SourceBook.model_validate({"sources": sources, "families": families})


def read_reports(
    rows: Sequence[Row],
    *,
    book: SourceBook,
    words: WordTable | None = None,
    network: rs.Network | None = None,
    file: str = "j.toml",
) -> tuple[tuple[rs.Report, ...], list[Fault]]:
    """Read rows like those of a journey's file; return the reports and the faults."""
    found_in = network or rs.load_network()
    return make_reports(
        [ReportRow.model_validate(row) for row in rows],
        book=book,
        words=words or load_words(),
        find_place=lambda name: found_in.find_station(name).name,
        file=file,
    )


def refuse_record(row: Row, model: type[Any] = ReportRow) -> list[str]:
    """Expect that a row is refused; return its faults as text."""
    record, faults = validate_record(model, row, "j.toml")
    assert record is None
    assert faults
    return [str(fault) for fault in faults]


# ------------------------------------------------------------------ hostile texts

HOSTILE_STATION = "{{7*7}}<img src=x onerror=1>${1}"
FORMULA_STATION = "=HYPERLINK(1)"
HOSTILE_TEXT = (
    "{{7*7}} {% raw %} </script><script>alert(1)</script> <img src=x onerror=alert(1)> "
    "`tick` ${alert(1)} ]]> <!-- --> \u2028 \u2029 \u202e bidi \u202c javascript:alert(1) "
    "\" ' \\ &amp; #{1} %7B $x^2$ end"
)
POISONED_KEYS = {
    *("title", "summary", "reason", "claim", "note", "words"),
    *("hedge", "identity", "silent", "zone_reason"),
}


def load_hostile_journey(folder: Path) -> rs.Journey:
    """Load a bundled journey with hostile texts and names, from a new folder."""
    shutil.copytree(find_geodata(), folder)
    names = {"Sopyongyang": HOSTILE_STATION, "Sopo": FORMULA_STATION}
    Folder(folder).change_all(
        "stations.csv", lambda row: {"station": names.get(row["station"], row["station"])}
    )
    path = folder / "journeys" / "2023-09.toml"
    path.write_text(_poison(path.read_text(encoding="utf-8")), encoding="utf-8")
    return rs.load_journey(path, folder)


def _poison(text: str) -> str:
    quoted = json.dumps(HOSTILE_TEXT)
    lines = []
    for number, line in enumerate(text.splitlines()):
        key, _, value = line.partition(" = ")
        if key in POISONED_KEYS and value.startswith('"'):
            lines.append(f"{key} = {quoted}")
        elif key == "says":  # the readings of a report must differ
            lines.append(f"says = {json.dumps(f'{HOSTILE_TEXT} {number}')}")
        else:
            lines.append(line)
    pyongyang = timezone(timedelta(hours=9))
    clause = {
        "kind": "present",
        "place": HOSTILE_STATION,
        "window": {
            "from": datetime(2023, 9, 10, 12, tzinfo=pyongyang),
            "to": datetime(2023, 9, 11, tzinfo=pyongyang),
        },
        "zone": "Asia/Pyongyang",
        "zone_known": "assumed",
        "zone_reason": HOSTILE_TEXT,
        "words": HOSTILE_TEXT,
    }
    said = [{"source": "S0", "lines": HOSTILE_TEXT}]
    return "\n".join(lines) + write_report(
        "X01", clause, claim=HOSTILE_TEXT, family="F1", said=said
    )
