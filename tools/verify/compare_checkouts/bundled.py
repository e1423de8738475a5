"""The bundled journeys that the cases use, and input files."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GEODATA", "INPUTS", "INSTANTS", "JOURNEYS", "KNOWN", "Facts"]

INSTANTS = ("2019-04-24T11:30+10:00", "2023-09-11T19:00+09:00", "2023-09-12T20:00+10:00")

KNOWN = "2023-09-12T13:00+09:00"
"""A time at which some reports of each journey were known, and others were not."""


@dataclass(frozen=True)
class Facts:
    """Values that are used to write commands for a bundled journey."""

    routes: tuple[str, ...]
    instant: str
    drop: str
    depart: str


JOURNEYS = {
    "2019-04": Facts(
        ("direct", "via-ussuriysk"), INSTANTS[0], "C49", "Khasan=2019-04-24T11:40+10:00"
    ),
    "2023-09": Facts(
        ("vladivostok", "vostochny", "komsomolsk"), INSTANTS[1], "C23", "2023-09-10T18:00+09:00"
    ),
}

INPUTS = {
    "own.toml": "[stops.Tumangang.dwell_min]\nmedian = 60\np95 = 120\n\n"
    "[trust]\nreliability = 0.9\n",
    "badpriors.toml": "[stops.Nowhere.dwell_min]\nmedian = 60\n\n[trust]\nreliability = 2\n",
    "badtrain.toml": 'format = 1\nid = "bad"\nname = "Bad"\nlength_m = 3\n',
    "empty.toml": "",
    "notoml.toml": "format = = 1\n",
    "zeros.toml": "format = 1\0\n",
    "deep.toml": f"a = {'[' * 60}{']' * 60}\n",
    "unknown.toml": 'format = 1\nid = "unknown"\nroutes = 3\nnonsense = true\n',
    "blocked": "A file, where a folder is needed.\n",
    "folder.svg/note.txt": "A file in a folder that is named like a picture.\n",
}
"""Input files. A case gets those that its commands name."""

GEODATA = "geodata"
"""Name of the folder of geodata. A case that names it gets a copy of that of BEFORE."""
