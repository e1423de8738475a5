"""Measure the distance of drawn lines from published tracks, and chords against kilometres.

``python -m tools.verify.geometry REFERENCE.geojson --geodata geodata`` prints two Markdown
tables. The drawn line of a railway consists of straight chords between the placed stations of
``stations.csv``. Points without a position are skipped. The reference contains LineString
features named by their property ``leg``. ``LEGS`` assigns the legs to railways.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

Array = npt.NDArray[np.float64]

GEOD = pyproj.Geod(ellps="WGS84")
STEP_M = 200.0
M_PER_KM = 1000.0
EXCESS_KM = 0.05  # half of the 0.1 km that rounding of two kilometres can cause
SHORT_RATIO = 0.55
SHORT_FROM_KM = 3.0
WINDOW_DEG = 0.5  # about 40 km east-west, wider than any offset
UPPER_QUANTILE = 0.95

ALL_KM = (-np.inf, np.inf)
MAIN_LEGS = (
    "Vladivostok-Ussuriysk",
    "Ussuriysk-Khabarovsk",
    "Khabarovsk-Volochayevka-1",
    "Volochayevka-1-Birobidzhan",
    "Birobidzhan-Belogorsk",
    "Belogorsk-Ledyanaya",
)
NATURAL_EARTH_LEGS = (
    "Pyongyang-Sunchon",
    "Sunchon-Kowon",
    "Kowon-Hamhung",
    "Hamhung-Kilju",
    "Kilju-Chongjin",
    "Chongjin-Rajin",
)
KOMSOMOLSK_LEGS = ("Volochayevka-Komsomolsk(line junction near 136.914,50.451)",)
BORDER_LEGS = (
    "Tumangang station-border point (straight join, no geometry found)",
    "Friendship bridge border point-Khasan",
)


@dataclass(frozen=True)
class Comparison:
    """A railway, or a part of it, and the reference legs to compare it with."""

    line: str
    label: str
    reference: str
    legs: tuple[str, ...]
    km: tuple[float, float] = ALL_KM
    both_ways: bool = True


LEGS = (
    Comparison("Pyongra", "Pyongra", "Natural Earth", NATURAL_EARTH_LEGS),
    Comparison(
        "Pyongra",
        "Pyongra from km 44.1",
        "Natural Earth",
        NATURAL_EARTH_LEGS,
        (44.1, np.inf),
        both_ways=False,  # the legs begin at Pyongyang
    ),
    Comparison(
        "Pyongra",
        "Pyongra",
        "Natural Earth, shifted to the station points",
        ("P'yongra rubber-sheeted",),
    ),
    Comparison("Hambuk", "Hambuk", "Natural Earth", ("Rajin-Hongui",)),
    Comparison("Hongui", "Hongui", "Natural Earth", ("Hongui-Tumangang",)),
    Comparison(
        "Tumangang-Khasan", "Tumangang-Khasan", "half straight, half trace", BORDER_LEGS
    ),
    Comparison("Khasan branch", "Khasan branch", "trace", ("Khasan-Baranovsky",)),
    Comparison(
        "Trans-Siberian", "Trans-Siberian to Ledyanaya", "trace", MAIN_LEGS, (7764.8, np.inf)
    ),
    Comparison(
        "Volochayevka-Komsomolsk",
        "Volochayevka-Komsomolsk to the yard",
        "trace",
        KOMSOMOLSK_LEGS,
        (-np.inf, 328.3),
    ),
)


@dataclass(frozen=True)
class Section:
    """Two neighbouring placed stations, with their kilometres and the chord."""

    line: str
    start: str
    end: str
    start_km: float
    end_km: float
    chord_km: float

    @property
    def length_km(self) -> float:
        """The difference of the kilometres."""
        return abs(self.end_km - self.start_km)


def read_points(geodata: Path) -> pd.DataFrame:
    """Read ``stations.csv`` and give every row the position of its station.

    Parameters
    ----------
    geodata
        Folder of ``stations.csv``.

    Returns
    -------
    pandas.DataFrame
        Columns line, station, km, lat, lon; rows without a position are left out.
    """
    table = pd.read_csv(geodata / "stations.csv", encoding="utf-8")
    placed = table.dropna(subset=["lat", "lon"]).drop_duplicates("station")
    positions = placed.set_index("station")[["lat", "lon"]]
    rows = table[["line", "station", "km"]].join(positions, on="station")
    return rows.dropna(subset=["lat", "lon"]).reset_index(drop=True)


def read_legs(path: Path) -> dict[str, Array]:
    """Read the reference legs.

    Parameters
    ----------
    path
        A GeoJSON file of LineString features with the property ``leg``.

    Returns
    -------
    dict
        Longitudes and latitudes by name of the leg, shape (n, 2).
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    return {
        feature["properties"]["leg"]: np.array(
            [position[:2] for position in feature["geometry"]["coordinates"]], dtype=float
        )
        for feature in document["features"]
    }


def list_sections(points: pd.DataFrame) -> Iterator[Section]:
    """Yield the sections between successive placed stations of each line."""
    for line, rows in points.groupby("line", sort=False):
        for start, end in pairwise(rows.itertuples()):
            chord_m = GEOD.inv(start.lon, start.lat, end.lon, end.lat)[2]
            yield Section(
                str(line), start.station, end.station, start.km, end.km, chord_m / M_PER_KM
            )


def sample_chords(points: pd.DataFrame) -> Array:
    """Return positions every 200 m along the geodesic chords between points.

    Returns
    -------
    numpy.ndarray
        Longitudes and latitudes, shape (n, 2).
    """
    pieces = []
    for start, end in pairwise(points.itertuples()):
        length_m = GEOD.inv(start.lon, start.lat, end.lon, end.lat)[2]
        inner = int(length_m // STEP_M)
        between = GEOD.npts(start.lon, start.lat, end.lon, end.lat, inner) if inner else []
        pieces += [(start.lon, start.lat), *between]
    last = points.iloc[-1]
    pieces.append((last.lon, last.lat))
    return np.array(pieces, dtype=float)


def measure_offsets_m(samples: Array, legs: Iterable[Array]) -> Array:
    """Measure the geodesic distance from samples to the nearest point of the legs.

    The nearest point is found on a plane around each sample, with longitudes scaled by the
    cosine of its latitude. The distance to it is geodesic.

    Parameters
    ----------
    samples
        Longitudes and latitudes, shape (n, 2).
    legs
        Longitudes and latitudes of the reference, each of shape (m, 2).

    Returns
    -------
    numpy.ndarray
        Offsets in metres, shape (n,).
    """
    reference = shapely.MultiLineString([shapely.LineString(leg) for leg in legs])
    offsets = np.empty(len(samples))
    for index, (lon, lat) in enumerate(samples):
        offsets[index] = _measure_one_m(lon, lat, reference)
    return offsets


def _measure_one_m(lon: float, lat: float, reference: shapely.MultiLineString) -> float:
    scale = np.cos(np.radians(lat))
    window = shapely.box(
        *(lon - WINDOW_DEG, lat - WINDOW_DEG, lon + WINDOW_DEG, lat + WINDOW_DEG)
    )
    near = shapely.intersection(reference, window)
    flat = shapely.transform(
        near if not near.is_empty else reference,
        lambda xy: np.column_stack([xy[:, 0] * scale, xy[:, 1]]),
    )
    link = shapely.shortest_line(shapely.Point(lon * scale, lat), flat)
    x, y = link.coords[-1]
    return float(GEOD.inv(lon, lat, x / scale, y)[2])


def compare(points: pd.DataFrame, legs: Mapping[str, Array], what: Comparison) -> list[str]:
    """Measure one comparison, in both directions.

    Returns
    -------
    list of str
        Cells of a table row: label, reference, median, 95th percentile and worst offset of
        the drawn line from the reference in km, and the worst in the other direction.
    """
    low, high = what.km
    rows = points[(points["line"] == what.line) & points["km"].between(low, high)]
    chosen = [legs[name] for name in what.legs]
    offsets = measure_offsets_m(sample_chords(rows), chosen) / M_PER_KM
    numbers = (np.median(offsets), np.quantile(offsets, UPPER_QUANTILE), offsets.max())
    cells = [what.label, what.reference, *(f"{number:.2f}" for number in numbers)]
    if not what.both_ways:
        return [*cells, "-"]
    back = measure_offsets_m(np.vstack(chosen), [rows[["lon", "lat"]].to_numpy()]) / M_PER_KM
    return [*cells, f"{back.max():.2f}"]


def format_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Format a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def describe_chords(sections: Iterable[Section]) -> str:
    """Format the sections with a chord that is too long or very short for their kilometres."""
    rows = []
    for section in sections:
        excess = section.chord_km - section.length_km
        ratio = section.chord_km / section.length_km
        if excess > EXCESS_KM:
            verdict = f"{excess:.2f} km too long"
        elif ratio < SHORT_RATIO and section.length_km > SHORT_FROM_KM:
            verdict = f"short, {ratio:.2f} of the kilometres"
        else:
            continue
        numbers = (f"{section.length_km:.1f}", f"{section.chord_km:.2f}")
        rows.append([section.line, f"{section.start} - {section.end}", *numbers, verdict])
    return format_table(["line", "section", "km", "chord, km", "verdict"], rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", type=Path, help="GeoJSON of LineStrings with `leg`")
    parser.add_argument(
        "--geodata",
        type=Path,
        default=Path(__file__).resolve().parents[2] / "geodata",
        help="folder with stations.csv",
    )
    options = parser.parse_args(arguments)
    points = read_points(options.geodata)
    legs = read_legs(options.reference)
    known = [what for what in LEGS if all(name in legs for name in what.legs)]
    for what in LEGS:
        if what not in known:
            print(f"no reference for {what.label} ({what.reference})", file=sys.stderr)
    header = ["line", "reference", "median, km", "95 %, km", "worst, km", "worst back, km"]
    print(format_table(header, [compare(points, legs, what) for what in known]))
    print()
    print(describe_chords(list_sections(points)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
