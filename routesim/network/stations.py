"""Stations, their names, and their positions on lines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.errors import UnknownNameError, list_close_names
from routesim.geodesy import measure_distances_m
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routesim.arrays import Array


APPROXIMATE_KM = 10.0
"""How far an ``approximate`` position may be off, in km.

A coordinate that is rounded to a tenth of a degree is up to 7.9 km off: half a tenth of 111 km
to the north, and at the equator as much to the east.
"""


@dataclass(frozen=True, slots=True)
class Station:
    """A place with a name and a position, as returned by ``Network.find_station``.

    Parameters
    ----------
    name : str
        Plain name: the name by which the station is listed, in ASCII.
    lon, lat : float
        Longitude and latitude in degrees on WGS84.
    country : str
        ISO 3166 code of the country, such as ``KP``.
    tz : str
        IANA name of the time zone.
    kind : str
        ``station``, ``halt``, ``junction``, ``border``, ``bridge`` or ``yard``.
    name_ko, name_ru : str or None
        Korean and Russian names.
    aliases : tuple of str
        Other names.
    position : str
        How the position is known: ``surveyed``, ``map-1942``, ``interpolated``,
        ``approximate`` (up to 10 km off) or ``schematic``.
    position_source, note : str or None
        Source of the position, and a note.
    """

    name: str
    lon: float
    lat: float
    country: str
    tz: str
    kind: str
    name_ko: str | None
    name_ru: str | None
    aliases: tuple[str, ...]
    position: str
    position_source: str | None
    note: str | None

    @property
    def is_schematic(self) -> bool:
        """Whether it has no known position and is drawn by its kilometre between neighbours."""
        return self.position == "schematic"

    @property
    def is_approximate(self) -> bool:
        """Whether its coordinates are only roughly known, such as read off a map by eye."""
        return self.position == "approximate"

    @property
    def position_error_km(self) -> float:
        """How far the position may be off in km, where straight lines are compared.

        It is 10 for an approximate position. The others are taken as exact.
        """
        return APPROXIMATE_KM if self.is_approximate else 0.0

    @property
    def other_names(self) -> tuple[str, ...]:
        """Aliases, and the Korean and Russian names if known."""
        names = (*self.aliases, self.name_ko, self.name_ru)
        return tuple(name for name in names if name)


@dataclass(frozen=True, slots=True)
class LinePoint:
    """A station on a line: its official kilometre, and its row in ``stations.csv``.

    ``is_taken_exact`` is True if the row states no uncertainty, so that ``uncertainty_km`` is 0
    without a source.
    """

    line: str
    station: str
    km: float
    uncertainty_km: float
    row: int
    is_taken_exact: bool = False


def measure_chords_km(stations: Sequence[Station]) -> Array:
    """Return the geodesic distances between neighbouring stations, shape (stations - 1,)."""
    before, after = stations[:-1], stations[1:]
    return metres_to_km(
        measure_distances_m(
            [s.lon for s in before],
            [s.lat for s in before],
            [s.lon for s in after],
            [s.lat for s in after],
        )
    )


def fold_name(name: str) -> str:
    """Normalise a name for lookups, without case, diacritics and punctuation.

    Examples
    --------
    >>> fold_name("Ch'ŏngjin  Ch'ŏngnyŏn")
    'chongjin chongnyon'
    >>> fold_name("Komsomolsk-na-Amure") == fold_name("komsomolsk na amure")
    True
    """
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    bare = re.sub(r"['\u2018\u2019\u02bc\u02bb`]", "", bare.casefold())
    bare = re.sub(r"[^\w]+", " ", bare).strip()
    return unicodedata.normalize("NFC", bare)


class NameIndex:
    """An index from all names of things, such as stations, to their plain names.

    ``names`` maps each plain name to its other names. Error messages mention ``kind``, such as
    ``station``.
    """

    def __init__(self, kind: str, names: Mapping[str, Iterable[str]]) -> None:
        self._kind = kind
        self._plain = tuple(names)
        self._by_folded: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        for plain, others in names.items():
            for other in (plain, *others):
                self._by_folded.setdefault(fold_name(other), plain)
                self._shown.setdefault(fold_name(other), other)

    def find(self, name: str) -> str:
        """Return the plain name of a thing, given any of its names.

        Raises
        ------
        UnknownNameError
            If no name matches; it suggests similar names.
        """
        if not isinstance(name, str):
            raise UnknownNameError(self._kind, repr(name)[:60], self._plain)
        found = self._by_folded.get(fold_name(name)) if name else None
        if found is None:
            raise UnknownNameError(self._kind, name, self._suggest_from(name))
        return found

    def __contains__(self, name: str) -> bool:
        """Return whether any name matches."""
        return fold_name(name) in self._by_folded

    def _suggest_from(self, name: str) -> tuple[str, ...]:
        near = list_close_names(fold_name(name), self._shown)
        return tuple(self._shown[folded] for folded in near) or self._plain
