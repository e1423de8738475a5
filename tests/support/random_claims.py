"""Random claims about a random journey on the short line, some of them false.

Unlike :mod:`tests.support.random_reports`, they leave things open: zones that are not printed,
bases and measures that are not said, passages of a station that a route passes twice, several
readings, and versions of one event by one family. All is true at face value unless planted as
false, but for the passage meant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.support.journeys import read_reports
from tests.support.small_line import (
    DAY,
    FAMILIES,
    SHARED,
    SOURCES,
    load_line,
    load_short_journey,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    import routesim as rs

__all__ = ["ClaimSettings", "ClaimedJourney", "Truth", "draw_claims", "draw_truth"]

Row = dict[str, Any]

START_S = datetime.fromisoformat(f"{DAY}T08:00+09:00").timestamp()
HOUR_S = 3600.0
MINUTE_S = 60.0
ZONES = ("Asia/Pyongyang", "Asia/Vladivostok")
PLACED = ("depart", "arrive", "pass", "arrive", "board")
KINDS = {
    "event": 5,
    "presence": 2,
    "under_way": 1,
    "not_yet": 1,
    "between": 1,
    "order": 1,
    "speed": 1,
    "distance": 1,
    "duration": 2,
    "whole": 1,
    "stand": 1,
    "heading": 1,
    "reading": 1,
    "forecast": 1,
}
"""Kinds of claims, and how often they occur."""
MOST_AWAY_H = 12


@dataclass(frozen=True)
class Truth:
    """The true route, start and times in POSIX seconds, shape (passages,)."""

    route: str
    origin: int
    arrive_s: list[float]
    depart_s: list[float]


@dataclass(frozen=True)
class ClaimedJourney:
    """A journey with random claims, its truth, and the ids of the false claims."""

    journey: rs.Journey
    truth: Truth
    planted: tuple[str, ...]

    @property
    def lying_families(self) -> set[str]:
        """Ids of the families with a false claim."""
        return {self.journey.get_report(name).family for name in self.planted}


@dataclass(frozen=True)
class ClaimSettings:
    """What to draw: numbers of claims, of false ones and of families, and shares.

    ``versions`` is the probability that a claim repeats the event of an earlier one of its
    family at another time, and ``unprinted`` that of a clock whose zone is not printed. The
    clock that the reports of one source share is ``late_h`` hours late.
    """

    claims: int = 5
    false: int = 0
    families: int = 3
    routes: int = 3
    has_origins: bool = True
    versions: float = 0.15
    unprinted: float = 0.4
    late_h: int = 0


def draw_truth(rng: random.Random, journey: rs.Journey) -> Truth:
    """Draw a route, a start and times that no cap forbids."""
    name = rng.choice(list(journey.routes))
    passages = journey.routes[name].route.passages
    origin = rng.choice([0, 0, 1, 2]) if journey.plan.origins else 0
    now = START_S + rng.randrange(6) * HOUR_S
    arrive, depart = [now] * (origin + 1), [now] * (origin + 1)
    for one, then in zip(passages[origin:], passages[origin + 1 :], strict=False):
        fastest_s = (then.km - one.km) / one.section.cap_kmh * HOUR_S
        now = round(now + fastest_s * rng.uniform(1.1, 3) + 30)
        arrive.append(now)
        now += rng.choice([0, 0, rng.randrange(60, 7200)])
        depart.append(now)
    return Truth(name, origin, arrive, depart)


def draw_claims(rng: random.Random, settings: ClaimSettings) -> ClaimedJourney:
    """Draw a true journey and claims about it."""
    blank = load_short_journey(routes=settings.routes, has_origins=settings.has_origins)
    truth = draw_truth(rng, blank)
    writer = _ClaimWriter(rng, settings, blank, truth)
    rows = writer.write()
    reports, faults = read_reports(rows, book=blank.book, network=load_line())
    assert not faults, faults
    journey = replace(blank, reports=reports)
    return ClaimedJourney(journey, truth, tuple(writer.planted))


class _ClaimWriter:
    """Writes the rows of random claims."""

    def __init__(
        self, rng: random.Random, settings: ClaimSettings, journey: rs.Journey, truth: Truth
    ) -> None:
        self.rng, self.settings, self.truth = rng, settings, truth
        self.route = journey.routes[truth.route].route
        self.passages = self.route.passages
        self.last = len(self.passages) - 1
        self.planted: list[str] = []
        self.earlier: dict[str, Row] = {}
        """One earlier event of each family, to write another version of it."""
        self.shift_s = 0.0
        """How far the present claim is from the truth."""
        self.source = ""
        """Source of the present claim."""

    def write(self) -> list[Row]:
        rng, settings = self.rng, self.settings
        false = set(rng.sample(range(settings.claims), settings.false))
        families = list(FAMILIES)[: settings.families]
        kinds = rng.choices(list(KINDS), list(KINDS.values()), k=settings.claims)
        rows = []
        for number, kind in enumerate(kinds):
            name, family = f"R{number:02d}", rng.choice(families)
            self.shift_s = 0.0
            if number in false:
                self.planted.append(name)
                self.shift_s = rng.choice([-1, 1]) * rng.uniform(1, MOST_AWAY_H) * HOUR_S
            row: Row = {"id": name, "claim": f"made up, {kind}", "family": family}
            self.source = rng.choice(list(SOURCES))
            row["said"] = [{"source": self.source, "lines": "1"}]
            again = self.earlier.get(family)
            # Another version of an event is false, unless the earlier one is.
            if again is not None and number in false and rng.random() < settings.versions * 3:
                row["clauses"] = [self._write_again(again)]
            else:
                row |= self._write_claim(kind)
            for clause in row.get("clauses", ()):
                if clause["kind"] in PLACED and "place" in clause:
                    self.earlier[family] = clause
            rows.append(row)
        return rows

    def _write_claim(self, kind: str) -> Row:
        if kind == "reading":
            return self._write_readings()
        if kind == "forecast":
            return {"forecast": True, "clauses": [self._write_event()]}
        writers: dict[str, Callable[[], Row | list[Row]]] = {
            "event": self._write_event,
            "presence": self._write_presence,
            "under_way": self._write_under_way,
            "not_yet": self._write_not_yet,
            "between": self._write_between,
            "order": self._write_order,
            "speed": self._write_speed,
            "distance": self._write_distance,
            "duration": self._write_duration,
            "whole": self._write_whole,
            "stand": self._write_stand,
            "heading": self._write_heading,
        }
        written = writers[kind]()
        return {"clauses": written if isinstance(written, list) else [written]}

    # ------------------------------------------------------------ times

    def _find_time(self, event: str, index: int) -> float:
        """Return the time at which a claim puts an event."""
        times = self.truth.depart_s if event in {"depart", "board"} else self.truth.arrive_s
        return times[index] + self.shift_s

    def _write_time(self, time_s: float) -> Row:
        """Write a time with the instant in it, with or without a printed zone."""
        rng = self.rng
        zone = rng.choice(ZONES)
        is_printed = rng.random() >= self.settings.unprinted
        if self.source == SHARED and not is_printed:
            time_s -= self.settings.late_h * HOUR_S
        local = datetime.fromtimestamp(time_s, UTC).astimezone(ZoneInfo(zone))
        half = local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)
        near = half if local - half < timedelta(minutes=14) else half + timedelta(minutes=30)
        is_near = abs(local - near) < timedelta(minutes=14)
        fields: Row = {"zone": zone, "words": "then", "zone_known": "printed"}
        if not is_printed:
            fields |= {"zone_known": "assumed", "zone_reason": "made up"}
        if is_near and rng.random() < 0.6:
            return fields | {"when": f"about {near:%Y-%m-%d %H:%M}"}
        if rng.random() < 0.3:
            part = "morning" if 5 <= local.hour < 12 else "afternoon"
            is_part = 5 <= local.hour < 18
            return fields | {"when": f"{local:%Y-%m-%d}{f' {part}' if is_part else ''}"}
        before, after = (timedelta(seconds=rng.randrange(60, 5400)) for _ in range(2))
        begin, end = (local - before).replace(microsecond=0), local + after
        return fields | {"window": {"from": begin, "to": end.replace(microsecond=0)}}

    def _pick(self, *, first: int | None = None, last: int | None = None) -> int:
        """Pick a passage; by default, any from the start to the end."""
        low = self.truth.origin if first is None else first
        return self.rng.randint(low, self.last if last is None else last)

    def _name(self, index: int) -> str:
        return self.passages[index].station.name

    def _pick_pair(self) -> tuple[int, int]:
        """Pick two passages of different places, each passed once or the same way round."""
        names = [passage.station.name for passage in self.passages]
        once = [n for n in range(self.truth.origin, self.last + 1) if names.count(names[n]) < 2]
        first, then = sorted(self.rng.sample(once, 2))
        return first, then

    # ------------------------------------------------------------ clauses

    def _write_event(self) -> Row:
        kind = self.rng.choice(PLACED)
        is_departure = kind in {"depart", "board"}
        first = self.truth.origin + (not is_departure)
        index = self._pick(first=first, last=self.last - is_departure)
        time = self._write_time(self._find_time(kind, index))
        return {"kind": kind, "place": self._name(index), **time}

    def _write_again(self, again: Row) -> Row:
        """Write another version of an event, at any other time."""
        time_s = self.truth.depart_s[self.truth.origin] + self.shift_s
        return {"kind": again["kind"], "place": again["place"], **self._write_time(time_s)}

    def _write_presence(self) -> Row:
        first, then = self._pick_pair()
        if self.rng.random() < 0.5:
            index = self._pick(first=self.truth.origin + 1)
            time = self._write_time(self._find_time("arrive", index))
            return {"kind": "present", "place": self._name(index), **time}
        low, high = self.truth.arrive_s[first], self.truth.depart_s[then]
        time = self._write_time(self.rng.uniform(low, high) + self.shift_s)
        return {"kind": "present", "between": [self._name(first), self._name(then)], **time}

    def _write_under_way(self) -> Row:
        first, then = self._pick_pair()
        low, high = self.truth.depart_s[first], self.truth.arrive_s[then]
        time = self._write_time(self.rng.uniform(low, high) + self.shift_s)
        return {"kind": "under_way", "between": [self._name(first), self._name(then)], **time}

    def _write_between(self) -> Row:
        """Write a departure somewhere between two places, or a passing there."""
        if self.rng.random() < 0.5:
            names = [self._name(0), self._name(2)]
            time = self._write_time(self._find_time("depart", self.truth.origin))
            return {"kind": "depart", "between": names, **time}
        first, then = self._pick_pair()
        time = self._write_time(self._find_time("arrive", then))
        return {"kind": "pass", "between": [self._name(first), self._name(then)], **time}

    def _write_not_yet(self) -> Row:
        # Not yet means not even for the first time.
        index, _ = self._pick_pair()
        index = max(index, self.truth.origin + 1)
        moment_s = self.truth.arrive_s[index] + abs(self.shift_s) - HOUR_S
        local = datetime.fromtimestamp(moment_s, UTC).astimezone(ZoneInfo(ZONES[1]))
        return {
            "kind": "not_yet",
            "event": "arrive",
            "place": self._name(index),
            "as_of": f"{local:%Y-%m-%d %H:%M}",
            "zone": ZONES[1],
            "zone_known": "printed",
        }

    def _write_order(self) -> Row:
        first, then = self._pick_pair()
        lapse_h = (self.truth.arrive_s[then] - self.truth.depart_s[first]) / HOUR_S
        least = max(lapse_h + self.shift_s / HOUR_S, 0.0) * self.rng.uniform(0.3, 0.99)
        moments = [
            {"event": "depart", "place": self._name(first)},
            {"event": "arrive", "place": self._name(then)},
        ]
        if self.shift_s < 0:
            moments.reverse()
            least = 0.0
        return {
            "kind": "order",
            "first": moments[0],
            "then": moments[1],
            "gap_h": {"at_least": round(least, 3)},
        }

    def _write_speed(self) -> Row:
        first, then = self._pick_pair()
        km = self.passages[then].km - self.passages[first].km
        kmh = km / (self.truth.arrive_s[then] - self.truth.depart_s[first]) * HOUR_S
        kmh *= 1.0 if not self.shift_s else self.rng.choice([0.3, 2.5])
        # Wide enough for the uncertainty of kilometres, but for neighbours.
        slack = 0.1 + 4 / km
        return {
            "kind": "speed",
            "kmh": {"low": kmh / (1 + slack), "high": kmh * (1 + slack)},
            "basis": self.rng.choice(["unsaid", "overall", "unsaid"]),
            "between": [self._name(first), self._name(then)],
        }

    def _write_distance(self) -> Row:
        # A distance is meant by the shortest way, so the route must not make a detour.
        while True:
            first, then = self._pick_pair()
            km = load_line().route(self._name(first), self._name(then)).length_km
            if abs(self.passages[then].km - self.passages[first].km - km) < 1:
                break
        km *= 1.0 if not self.shift_s else self.rng.choice([0.7, 1.4])
        return {
            "kind": "distance",
            "km": {"low": km * 0.95, "high": km * 1.05},
            "measure": self.rng.choice(["unsaid", "rail"]),
            "between": [self._name(first), self._name(then)],
        }

    def _write_hours(self, lapse_s: float) -> Row:
        lapse_h = max(lapse_s + self.shift_s, 60.0) / HOUR_S
        slack = self.rng.uniform(0.02, 0.3)
        return {"low": lapse_h * (1 - slack), "high": lapse_h * (1 + slack)}

    def _write_duration(self) -> Row:
        first, then = self._pick_pair()
        # At face value it counts from the arrival; at the start there is only a departure.
        is_open = first > self.truth.origin and self.rng.random() < 0.6
        begin = (self.truth.arrive_s if is_open else self.truth.depart_s)[first]
        row: Row = {
            "kind": "duration",
            "hours": self._write_hours(self.truth.arrive_s[then] - begin),
            "between": [self._name(first), self._name(then)],
        }
        return row if is_open else row | {"from_event": "depart"}

    def _write_whole(self) -> list[Row]:
        """Write the length and the duration of the whole journey: two clauses."""
        origin = self.truth.origin
        km = self.passages[-1].km - self.passages[origin].km
        lapse_s = self.truth.arrive_s[-1] - self.truth.depart_s[origin]
        return [
            {
                "kind": "distance",
                "km": {"low": km * 0.95, "high": km * 1.05},
                "measure": "rail",
            },
            {"kind": "duration", "hours": self._write_hours(lapse_s)},
        ]

    def _write_stand(self) -> Row:
        index = self._pick(first=self.truth.origin + 1, last=self.last - 1)
        stood_s = self.truth.depart_s[index] - self.truth.arrive_s[index] + abs(self.shift_s)
        minutes = stood_s / MINUTE_S
        ends = {"low": max(minutes * 0.8, 0.01), "high": minutes * 1.2 + 1}
        return {"kind": "stand", "place": self._name(index), "minutes": ends}

    def _write_heading(self) -> Row:
        if self.shift_s:
            ends = {"Vladivostok", "Ussuriysk", "Nadezhdinskaya"}
            missing = sorted(ends - {passage.station.name for passage in self.passages})
            return {"kind": "heading", "towards": missing[0] if missing else "Ussuriysk"}
        return {"kind": "heading", "towards": self._name(self.last)}

    def _write_readings(self) -> Row:
        """Write a claim with two readings, of which the first is true."""
        first = self._write_event()
        kept, self.shift_s = self.shift_s, self.shift_s + 2 * HOUR_S
        second = self._write_event()
        self.shift_s = kept
        return {
            "readings": [
                {"says": "as it stands", "clauses": [first]},
                {"says": "otherwise", "clauses": [second]},
            ]
        }
