"""Scripts about the package: its names, data files, network, errors and documents."""

from __future__ import annotations

import ast
import inspect
import json
import re
import resource
import runpy
import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .allowed import RENAMED
from .api_format import format_fields, format_shown
from .api_trains import make_tracks
from .bundled import GEODATA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .api_format import Files

__all__ = [
    "dump_document",
    "dump_errors",
    "dump_full_disk",
    "dump_geodata",
    "dump_names",
    "dump_network",
]

CONSTRUCTED_BY_USERS = (
    "Arrival", "Curve", "Davis", "Gradient", "SpeedLimit", "Stop", "Supplements", "Track",
    "Train",
)  # fmt: skip


def dump_names(rs: Any, _subject: str) -> Files:
    """Yield the public names, the parameters of functions and the bases of errors."""
    yield "names.txt", "\n".join(sorted(RENAMED.get(name, name) for name in rs.__all__))
    for name in sorted(rs.__all__):
        value = getattr(rs, name)
        if isinstance(value, type) and issubclass(value, BaseException):
            parents = [
                one.__name__ for one in value.__mro__ if not one.__name__.startswith("_")
            ]
            yield f"{name}.txt", "\n".join(parents)
        elif inspect.isfunction(value) or name in CONSTRUCTED_BY_USERS:
            yield f"{name}.txt", "\n".join(_list_parameters(value))


def _list_parameters(value: Any) -> Iterator[str]:
    for name, parameter in inspect.signature(value).parameters.items():
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        yield f"{parameter.kind.name} {name}{default}"


def dump_network(rs: Any, _subject: str) -> Files:
    """Yield the railway network and some routes."""
    network = rs.load_network()
    yield "network.txt", format_fields(network, "name", "attribution") + repr(network)
    for name in ("stations", "lines", "lengths"):
        yield f"{name}.csv", getattr(network, name).to_csv()
    for line in sorted(set(network.lines["line"])):
        rows = [f"{km!r} {station.name}" for km, station in network.list_line(line)]
        yield f"line {line}.txt", "\n".join(rows)
    for name in ("두만강", "Хасан", "cheongjin", "Vladivostok"):
        found = network.find_station(name)
        yield f"station {name}.txt", format_fields(found, "name", "lat", "lon", "country", "tz")
    for ends in (
        ("Khasan", "Vladivostok"),
        ("Pyongyang", "Vladivostok", "Ussuriysk"),
        ("Komsomolsk-na-Amure", "Pyongyang"),
    ):
        yield from _dump_route(rs, network.route(*ends[:2], via=ends[2:]))


def _dump_route(rs: Any, route: Any) -> Files:
    name = f"route {route.origin} {route.destination}"
    yield (
        f"{name}.txt",
        format_fields(route, "origin", "destination", "length_km") + repr(route),
    )
    yield f"{name}.html", route._repr_html_()
    for table in ("points", "reversals", "gauge_changes"):
        yield f"{name} {table}.csv", getattr(route, table).to_csv()
    yield f"{name}.wkt", route.geometry.wkt
    middle = route.length_km / 2
    lon, lat = route.lonlat_at([0.0, middle, route.length_km])
    text = (lon, lat, route.locate(lon=lon, lat=lat), route.km_of("Khasan"))
    yield f"{name} places.txt", f"{text!r}\n{route.point_at(middle).wkt}"
    yield f"{name} map.html", rs.draw_map(route)._repr_html_()


def dump_geodata(rs: Any, part: str) -> Files:
    """Yield the bundled data files: the facts or the schemas."""
    package = Path(rs.__file__).parent
    places = (package.parent / GEODATA, package / GEODATA, package / f"_{GEODATA}")
    folder = next(place for place in places if (place / "stations.csv").is_file())
    for path in sorted(folder.rglob("*")):
        is_schema = "schema" in path.name
        if path.suffix in {".csv", ".toml", ".json", ".geojson"} and is_schema == (
            part == "schemas"
        ):
            yield " ".join(path.relative_to(folder).parts), path.read_bytes()


def dump_errors(rs: Any, _subject: str) -> Files:
    """Yield the errors and messages for invalid arguments."""
    journey = rs.load_journey("2023-09")
    track, train = make_tracks(rs)[0], rs.load_train("special")
    weak = rs.Train(mass_kg=5e6, traction=((0, 1000), (25, 1000)), resistance=rs.Davis(5000))
    calls: tuple[Callable[[], Any], ...] = (
        lambda: rs.load_journey("1999-01"),
        lambda: rs.load_journey("missing.toml"),
        lambda: rs.load_network("missing"),
        lambda: rs.load_train("specal"),
        lambda: rs.load_network().route("Kasan", "Vladivostok"),
        lambda: rs.load_network().find_station("Atlantis"),
        lambda: rs.simulate(journey, draws=0),
        lambda: rs.simulate("2023-09"),
        lambda: rs.simulate(journey, draws=10).windows(levels=(2,)),
        lambda: rs.simulate(journey, draws=10).where("2023-09-11T19:00"),
        lambda: rs.condition(journey, reliability={"C99": 0.5}),
        lambda: rs.condition(journey, draws=500, particles=16, strict=True),
        lambda: rs.condition(journey, ends="outside"),
        lambda: rs.compare_routes(journey, drop=("C99",)),
        lambda: rs.conflicts(journey, max_size=0),
        lambda: rs.bounds(journey, world=99),
        lambda: rs.could(journey),
        lambda: rs.could(journey, station="Khasan", time="soon"),
        lambda: rs.what_if(journey, speed_kmh=(60, 50), dwell={"Khasan": "soon"}),
        lambda: rs.what_if(journey, dwell="1h"),
        lambda: rs.set_priors(journey, {"trust.reliability": 2, "nonsense": 1}),
        lambda: rs.run(train, track, stops=(rs.Stop(99_000),)),
        lambda: rs.run(weak, make_tracks(rs)[1]),
        lambda: rs.run(train, track, entry_speed_mps=50),
        lambda: rs.run_many(train, track, speed_factor=[0.0], dwell_s=[-1.0], engine="fast"),
        lambda: rs.Track(length_m=-1, limits=(rs.SpeedLimit(0, 1, 1),)),
        lambda: rs.SpeedLimit(5, 1, -3, applies_to="tail"),
        lambda: rs.Gradient(0, 1, 900),
        lambda: rs.Curve(0, 1, -1),
        lambda: rs.Train(length_m=-1, braking_mps2=0),
        lambda: rs.Supplements(percent=-1),
        lambda: rs.draw_map("2023-09"),
        lambda: rs.write_page(journey, "page.txt"),
        lambda: rs.save_diagram(rs.draw_diagram(journey), "diagram.gif"),
    )
    for number, call in enumerate(calls):
        try:
            text = f"no error: {call()!r}"
        except Exception as error:  # noqa: BLE001 (any error is an output)
            text = f"{type(error).__name__}: {error}"
        yield f"error {number:02}.txt", text


def dump_full_disk(rs: Any, _subject: str) -> Files:
    """Yield the exit code of a command that cannot write its file: the disk is full."""
    loaded = rs.draw_map  # load it now, as the limit also holds for compiled modules
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    sys.argv = ["routesim", *shlex.split("map 2019-04 --prior -o map.html --draws 100")]
    try:
        runpy.run_module("routesim", run_name="__main__")
    except SystemExit as stop:
        yield "exit code.txt", f"{stop.code!r} {loaded.__name__}"


def dump_document(_rs: Any, name: str) -> Files:
    """Run the Python code of a document; yield what each block displays."""
    shown: list[str] = []
    names: dict[str, Any] = {"display": lambda *values: shown.extend(map(format_shown, values))}
    for number, source in enumerate(_list_blocks(Path(name))):
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), names)  # noqa: S102 (the checkout's own)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), name, "eval"), names)  # noqa: S307
            names["display"](value)
        yield f"block {number:02}.txt", "\n".join(shown)
        shown.clear()


def _list_blocks(path: Path) -> list[str]:
    """List the blocks of Python code; the number of draws is reduced."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return re.findall(r"(?s)```python\n(.*?)```", text)
    cells = json.loads(text)["cells"]
    blocks = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    few = "DRAWS, FEW = 400, 256"
    return [re.sub(r"(?m)^DRAWS, FEW = .*$", few, block) for block in blocks]
