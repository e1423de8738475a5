"""Edits that make a journey or a folder of geodata invalid."""

from __future__ import annotations

from .steps import Edit

__all__ = ["FAULTY_FOLDERS", "FAULTY_JOURNEYS"]

FAULTY_JOURNEYS = {
    "an unknown zone": (Edit("mine.toml", r'(?m)^zone = "Asia/Vladivostok"', 'zone = "Mars"'),),
    "priors that do not add up": (Edit("mine.toml", "prior = 0[.]5", "prior = 0.7"),),
    "misspelt keys": (
        Edit("mine.toml", "zone_reason", "zone_raeson"),
        Edit("mine.toml", 'kind = "speed"', 'kind = "sped"'),
    ),
    "an unknown station": (Edit("mine.toml", 'station = "Baranovsky"', 'station = "Barano"'),),
    "a reversal without a stop": (
        Edit("mine.toml", 'station = "Baranovsky"', 'station = "Guzovo"'),
    ),
    "an unknown line": (Edit("mine.toml", 'line = "Khasan branch"', 'line = "Circle"'),),
    "an unknown default": (Edit("mine.toml", 'route = "short"', 'route = "long"'),),
    "an unknown train": (Edit("mine.toml", 'train = "special"', 'train = "specal"'),),
    "an unknown source": (Edit("mine.toml", 'source = "paper"', 'source = "radio"'),),
    "an unknown family": (Edit("mine.toml", 'family = "press"', 'family = "pres"'),),
    "a time without a zone": (Edit("mine.toml", "08:00:00[+]10:00", "08:00:00"),),
    "an unreadable when": (Edit("mine.toml", "2024-05-01 evening", "one evening"),),
    "a number as text": (Edit("mine.toml", "median = 25", 'median = "25"'),),
    "a number that is not finite": (Edit("mine.toml", "median = 25", "median = inf"),),
    "a report twice": (Edit("mine.toml", 'id = "R2"', 'id = "R1"'),),
    "an unknown format": (Edit("mine.toml", "format = 1", "format = 9"),),
    "many faults": (
        Edit("mine.toml", r'(?m)^zone = "Asia/Vladivostok"', 'zone = "Mars"'),
        Edit("mine.toml", "prior = 0[.]5", "prior = 0.7"),
        Edit("mine.toml", "weight = 1[.]0", "weight = -1.0"),
        Edit("mine.toml", "median = 18", "median = 0"),
        Edit("mine.toml", "low = 45, high = 55", "low = 55, high = 45"),
    ),
}
"""Edits that make the file from ``routesim new`` invalid."""

FAULTY_FOLDERS = {
    "a latitude outside": (Edit("geodata/stations.csv", "39[.]00470", "93.00470"),),
    "kilometres that fall": (Edit("geodata/stations.csv", "Pyongra,4[.]7", "Pyongra,-4.7"),),
    "a line without its end": (
        Edit("geodata/lines.csv", "Pyongyang,Kalli", "Pyongyang,Nowhere"),
    ),
    "a gauge that is none": (Edit("geodata/lines.csv", ",1435,", ",wide,"),),
    "an unknown movement": (Edit("geodata/junctions.csv", "through", "thru"),),
    "a length without a number": (Edit("geodata/lengths.csv", "801[.]9", "far"),),
    "a missing column": (Edit("geodata/stations.csv", "country", "county"),),
    "an unknown key": (Edit("geodata/corridor.toml", "west =", "wets ="),),
    "a faulty journey": (Edit("geodata/journeys/2023-09.toml", "format = 1", "format = 9"),),
    "an empty file": (Edit("geodata/lines.csv", "(?s).*", ""),),
}
"""Edits that make a folder of geodata invalid."""
