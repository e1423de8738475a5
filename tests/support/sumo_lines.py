"""Simulation of straight one-way lines with Eclipse SUMO, one train per line.

The benchmark and the differential test share this module. SUMO is installed from PyPI
(``eclipse-sumo``, dependency group ``sumo``). Its netconvert builds the network from plain XML
files in a folder of the caller.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from time import perf_counter
from xml.etree import ElementTree as ET

__all__ = ["Forces", "Line", "Sumo", "build_network", "find_sumo", "read_stops", "run_network"]

REST_MPS = 0.1
"""Speed below which SUMO counts a train as stopped."""

KILO = 1000.0
GAP_M = 200
"""Distance between two neighbouring parallel lines, so that they never meet."""


@dataclass(frozen=True, slots=True)
class Sumo:
    """Paths of SUMO's programs, and its version."""

    simulate: Path
    convert: Path
    version: str


@dataclass(frozen=True, slots=True)
class Forces:
    """Forces and mass of a train, in SI units.

    Parameters
    ----------
    mass_kg, rotating_mass_factor
        Mass of the train and its factor for rotating parts.
    traction
        Pairs of speed and force, with increasing speeds.
    resistance
        Constant, linear and quadratic coefficient of the running resistance.
    """

    mass_kg: float
    rotating_mass_factor: float
    traction: tuple[tuple[float, float], ...]
    resistance: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with one train on it, in SI units.

    Parameters
    ----------
    sections
        Pairs of length and speed limit, in order.
    length_m, max_speed_mps, acceleration_mps2, braking_mps2
        Length and performance of the train.
    start_m
        Position of the head of the train at the start, at rest.
    stops
        Pairs of head position and dwell, in order.
    forces
        Forces for SUMO's rail model, which replace the acceleration.
    permille
        Gradient of each section; empty for a level line.
    """

    sections: tuple[tuple[float, float], ...]
    length_m: float
    max_speed_mps: float
    acceleration_mps2: float
    braking_mps2: float
    start_m: float
    stops: tuple[tuple[float, float], ...]
    forces: Forces | None = None
    permille: tuple[float, ...] = ()

    @property
    def heights_m(self) -> list[float]:
        """Heights of the ends of the sections."""
        rises = self.permille or (0.0,) * len(self.sections)
        steps = (
            length_m * rise / KILO
            for (length_m, _), rise in zip(self.sections, rises, strict=True)
        )
        return list(accumulate(steps, initial=0.0))

    @property
    def edges_m(self) -> list[float]:
        """Positions of the ends of the sections."""
        return list(accumulate((length for length, _ in self.sections), initial=0.0))


def find_sumo(python: str = sys.executable) -> Sumo | None:
    """Return the SUMO installed for a Python interpreter, or None."""
    if python == sys.executable:
        spec = importlib.util.find_spec("sumo")
        home = Path(spec.origin).parent if spec and spec.origin else None
    else:
        ask = "import sumo; print(sumo.SUMO_HOME)"
        answer = subprocess.run(
            [python, "-c", ask], capture_output=True, text=True, check=False
        )
        home = Path(answer.stdout.strip()) if answer.returncode == 0 else None
    if home is None or not (home / "bin" / "sumo").exists():
        return None
    simulate = home / "bin" / "sumo"
    stated = subprocess.run([simulate, "--version"], capture_output=True, text=True, check=True)
    return Sumo(simulate, home / "bin" / "netconvert", stated.stdout.split("\n")[0].split()[-1])


def build_network(sumo: Sumo, lines: list[Line], folder: Path) -> Path:
    """Write the lines as plain XML, run netconvert on them, and return the network file."""
    nodes, edges = ET.Element("nodes"), ET.Element("edges")
    for number, line in enumerate(lines):
        y = str(GAP_M * number)
        for index, (x, z) in enumerate(zip(line.edges_m, line.heights_m, strict=True)):
            place = {"x": str(x), "y": y, "z": str(z)}
            ET.SubElement(nodes, "node", place, id=f"{number}_{index}")
        for index, (length_m, limit_mps) in enumerate(line.sections):
            ET.SubElement(
                edges,
                "edge",
                {"from": f"{number}_{index}", "to": f"{number}_{index + 1}"},
                id=f"e{number}_{index}",
                numLanes="1",
                speed=str(limit_mps),
                length=str(length_m),
                allow="rail",
            )
    _write(nodes, folder / "plain.nod.xml")
    _write(edges, folder / "plain.edg.xml")
    network = folder / "lines.net.xml"
    _call(
        [
            sumo.convert,
            "--node-files", folder / "plain.nod.xml",
            "--edge-files", folder / "plain.edg.xml",
            "--output-file", network,
            # Junctions then have no length, so that a line is as long as its sections.
            "--no-internal-links",
            "--precision", "4",
        ]
    )  # fmt: skip
    return network


def run_network(
    sumo: Sumo, lines: list[Line], network: Path, *, step_s: float, end_s: float | None = None
) -> float:
    """Run every train over its line, or until ``end_s``; return SUMO's wall time in seconds.

    Trains run at the highest speed that limits, acceleration and braking allow: the model is
    Krauss without noise, with ballistic steps and a speed factor of 1. The vehicle class is
    rail, so that a limit applies to the whole train. If one train has forces, all must have
    them. The model is then Rail with SUMO's default steps (semi-implicit Euler). The stops are
    written to a file beside the network.
    """
    folder = network.parent
    _write(_make_traffic(lines), folder / "traffic.rou.xml")
    command: list[object] = [
        sumo.simulate,
        "--net-file", network,
        "--route-files", folder / "traffic.rou.xml",
        "--step-length", step_s,
        *(["--step-method.ballistic"] if lines[0].forces is None else []),
        "--time-to-teleport", "-1",
        "--stop-output", folder / "stops.xml",
        "--no-step-log",
        "--precision", "6",
    ]  # fmt: skip
    if end_s is not None:
        command += ["--end", end_s]
    begun = perf_counter()
    _call(command)
    return perf_counter() - begun


def read_stops(network: Path) -> dict[int, list[tuple[float, float]]]:
    """Return the arrival and departure at each stop in SUMO, by number of the line."""
    found: dict[int, list[tuple[float, float]]] = {}
    for stop in ET.parse(network.parent / "stops.xml").getroot():  # noqa: S314 (SUMO wrote it)
        times = float(stop.attrib["started"]), float(stop.attrib["ended"])
        found.setdefault(int(stop.attrib["id"][1:]), []).append(times)
    return {number: sorted(times) for number, times in found.items()}


def _make_traffic(lines: list[Line]) -> ET.Element:
    routes = ET.Element("routes")
    for number, line in enumerate(lines):
        ET.SubElement(
            routes,
            "vType",
            _make_model(line),
            id=f"t{number}",
            vClass="rail",
            tau="0.01",
            minGap="0",
            decel=str(line.braking_mps2),
            emergencyDecel=str(line.braking_mps2),
            maxSpeed=str(line.max_speed_mps),
            length=str(line.length_m),
            speedFactor="1",
            speedDev="0",
        )
    for number, line in enumerate(lines):
        vehicle = ET.SubElement(
            routes,
            "vehicle",
            id=f"v{number}",
            type=f"t{number}",
            depart="0",
            departPos=str(line.start_m),
            departSpeed="0",
            insertionChecks="none",
        )
        ways = " ".join(f"e{number}_{index}" for index in range(len(line.sections)))
        ET.SubElement(vehicle, "route", edges=ways)
        for position_m, dwell_s in line.stops:
            index, offset_m = _place(line, position_m)
            ET.SubElement(
                vehicle,
                "stop",
                lane=f"e{number}_{index}_0",
                endPos=f"{offset_m:.6f}",
                duration=str(dwell_s),
            )
    return routes


def _make_model(line: Line) -> dict[str, str]:
    """Return the attributes of the car-following model; the Rail model uses kN."""
    forces = line.forces
    if forces is None:
        return {"carFollowModel": "Krauss", "sigma": "0", "accel": str(line.acceleration_mps2)}
    constant, linear, quadratic = (part / KILO for part in forces.resistance)
    return {
        "carFollowModel": "Rail",
        "trainType": "custom",
        "mass": str(forces.mass_kg),
        "massFactor": str(forces.rotating_mass_factor),
        "speedTable": " ".join(str(speed_mps) for speed_mps, _ in forces.traction),
        "tractionTable": " ".join(str(force_n / KILO) for _, force_n in forces.traction),
        "resCoef_constant": str(constant),
        "resCoef_linear": str(linear),
        "resCoef_quadratic": str(quadratic),
    }


def _place(line: Line, position_m: float) -> tuple[int, float]:
    """Return the section of a position, and its distance from the start of the section."""
    for index, (start_m, end_m) in enumerate(pairwise(line.edges_m)):
        if start_m < position_m <= end_m:
            return index, position_m - start_m
    raise ValueError(f"{position_m:g} m lies off the line")


def _write(root: ET.Element, path: Path) -> None:
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _call(command: list[object]) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{Path(str(command[0])).name} failed: {done.stderr.strip()}")
