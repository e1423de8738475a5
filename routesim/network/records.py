"""Records of the files of a geodata folder, with their validation."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from routesim.files.records import Number, Record, refuse

MAX_STATION_NAME = 120
HOST_ZONES = {"localtime", "Factory"}
"""Zone names that are refused, because their meaning depends on the machine."""


@lru_cache(maxsize=256)
def check_zone(name: str) -> str:
    """Return the name of a time zone if it is in the tz database.

    Raises
    ------
    ValueError
        If it is not.
    """
    if name not in _list_zones():
        refuse(f"unknown time zone {name!r}; give an IANA name such as Asia/Vladivostok")
    ZoneInfo(name)
    return name


@lru_cache(maxsize=1)
def _list_zones() -> frozenset[str]:
    return frozenset(available_timezones()) - HOST_ZONES


def _split_names(value: object) -> object:
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return value


def _split_gauges(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("/"))
    return value


def _read_yes_no(value: object) -> object:
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


ZoneName = Annotated[str, AfterValidator(check_zone)]
Names = Annotated[tuple[str, ...], BeforeValidator(_split_names)]
Gauges = Annotated[
    tuple[Annotated[int, Field(gt=300, lt=3000)], ...],
    BeforeValidator(_split_gauges),
    Field(min_length=1),
]
YesNo = Annotated[bool, BeforeValidator(_read_yes_no)]
StationName = Annotated[str, Field(min_length=1, max_length=MAX_STATION_NAME)]
Kind = Literal["station", "halt", "junction", "border", "bridge", "yard"]
PointClassName = Literal[
    "none", "siding", "crossing", "yard", "border", "junction", "engine", "big"
]
"""Names of the classes in ``routesim.network.operating_points``."""
PositionKnown = Literal["surveyed", "map-1942", "interpolated", "approximate", "schematic"]


class Corridor(Record):
    """``corridor.toml``: the name, bounding box in degrees and attribution of the network."""

    format: Literal[1]
    name: str
    west: Number = Field(ge=-180, le=180)
    south: Number = Field(ge=-90, le=90)
    east: Number = Field(ge=-180, le=180)
    north: Number = Field(ge=-90, le=90)
    attribution: tuple[str, ...]

    @model_validator(mode="after")
    def _check_box(self) -> Corridor:
        if self.west >= self.east or self.south >= self.north:
            refuse("the box is empty; west must be below east and south below north")
        return self

    def holds(self, lon: float, lat: float) -> bool:
        """Return whether a place is in the box."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


class StationRow(Record):
    """A row of ``stations.csv``: a timing point on a line.

    The first row of a station has its attributes. Its rows on other lines need only the line,
    the kilometre with its source, and the name. The column ``point_class`` may be missing. A
    class that is not stated is derived.
    """

    line: str
    km: float
    station: StationName
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    tz: ZoneName | None = None
    kind: Kind | None = None
    point_class: PointClassName | None = None
    name_ko: str | None = None
    name_ru: str | None = None
    aliases: Names = ()
    km_source: str
    km_uncertainty_km: float | None = Field(default=None, ge=0)
    position: PositionKnown | None = None
    position_source: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _check_position(self) -> StationRow:
        if (self.lat is None) != (self.lon is None):
            refuse("lat and lon must be given together")
        if self.position == "schematic" and self.lat is not None:
            refuse("a schematic position has no lat and lon; leave them blank")
        if self.position not in (None, "schematic") and self.lat is None:
            refuse(f"position is {self.position!r} but lat and lon are blank")
        return self


class LineRow(Record):
    """A row of ``lines.csv``: a stretch of a line with the same properties throughout."""

    line: str
    from_station: StationName
    to_station: StationName
    name_ko: str | None = None
    name_ru: str | None = None
    gauge_mm: Gauges
    power: str | None = None
    tracks: int | None = Field(default=None, ge=1, le=8)
    speed_low_kmh: float | None = Field(default=None, gt=0)
    speed_high_kmh: float | None = Field(default=None, gt=0)
    speed_basis: Literal["running", "overall"] | None = None
    speed_source: str | None = None
    cap_kmh: float = Field(gt=0)
    cap_basis: str
    source: str
    note: str | None = None

    @model_validator(mode="after")
    def _check_speeds(self) -> LineRow:
        low, high = self.speed_low_kmh, self.speed_high_kmh
        if (low is None) != (high is None):
            refuse("speed_low_kmh and speed_high_kmh must be given together")
        if low is not None and high is not None:
            if low > high:
                refuse(f"speed_low_kmh {low:g} is above speed_high_kmh {high:g}")
            if self.speed_basis is None or self.speed_source is None:
                refuse("a speed needs its speed_basis (running or overall) and speed_source")
        return self


class LengthRow(Record):
    """A row of ``lengths.csv``: the length of a stretch according to one source."""

    from_station: StationName
    to_station: StationName
    km: float = Field(gt=0)
    default: YesNo
    source: str
    note: str | None = None


class JunctionRow(Record):
    """A row of ``junctions.csv``: the movement of a train from one line to another.

    The train arrives on ``from_line`` from the direction of ``from_towards`` and leaves on
    ``to_line`` in the direction of ``to_towards``. The row also applies to the opposite
    movement.
    """

    station: StationName
    from_line: str
    from_towards: StationName
    to_line: str
    to_towards: StationName
    movement: Literal["through", "reverse", "unknown"]
    basis: Literal["read", "measured", "assumed"]
    source: str
    note: str | None = None
