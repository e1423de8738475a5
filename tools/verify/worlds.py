"""Verify best worlds, bounds and possibilities on random journeys, against every alternative.

    python -m tools.verify.worlds --journeys 5000 --true 1000 --false 1000 --hard 20

``--journeys``
    Small random journeys with versions of one event, unsaid bases, unprinted zones, a shared
    clock, several routes and starts. Every set of clauses, with every option, route and start,
    is tried with an independent solver; the complete set of best worlds, their order, the
    bounds over them and the answers to random questions must agree.
``--true``
    Journeys whose reports are all true: a best world drops nothing, and the truth is in the
    bounds.
``--false``
    Journeys with planted false reports: best worlds drop no more families than were planted.
``--hard``
    Journeys with 32 to 60 reports, a third to a half of them false: worlds are found,
    consistent and maximal, by the independent solver.

Prints counts and differences. The exit status is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

import routesim as rs
from routesim.certain.problem import build_problem
from routesim.certain.worlds import list_best, list_worlds
from tests.support.all_worlds import AllWorlds, is_satisfiable, keep_best
from tests.support.bound_oracles import bound_by_programme, bound_worlds, find_room
from tests.support.random_claims import ClaimSettings, draw_claims
from tests.support.random_systems import seed_random

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from routesim.certain.problem import ReportProblem
    from routesim.certain.worlds import World, WorldList
    from tests.support.all_worlds import FoundWorld
    from tests.support.random_claims import ClaimedJourney

__all__ = [
    "Tally",
    "compare_journey",
    "draw_small",
    "verify_false",
    "verify_hard",
    "verify_true",
]

JOURNEYS, TRUE, FALSE, HARD = 2_000, 500, 500, 10
MOST_COMBINATIONS = 128
MOST_CLAUSES = 9
QUESTIONS = 3
ROUNDING_S = 1.0
HOUR_S = 3600


@dataclass(slots=True)
class Tally:
    """Counts and differences of a run."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def check(self, seed: int, what: str, *, holds: bool) -> None:
        """Record one comparison."""
        self.counts["comparisons"] += 1
        if not holds:
            self.faults.append(f"seed {seed}: {what}")

    def format(self) -> str:
        """Format the result in a few lines."""
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        head = [f"{self.name}, {self.seconds:.0f} s", f"  {counts}"]
        head.append(f"  differing: {len(self.faults)}")
        return "\n".join([*head, *(f"    {fault}" for fault in self.faults[:10])])


def draw_small(rng: random.Random) -> ClaimedJourney:
    """Draw a journey that is small enough to try every alternative."""
    claims = rng.randrange(2, 8)
    settings = ClaimSettings(
        claims=claims,
        false=rng.randrange(min(claims, 5)),
        families=rng.randrange(1, 5),
        routes=rng.randrange(1, 4),
        has_origins=rng.random() < 0.5,  # noqa: PLR2004 (a share)
        versions=rng.choice([0.0, 0.2, 0.3]),
        unprinted=rng.choice([0.2, 0.5]),
        late_h=rng.choice([0, 0, 1, 2]),
    )
    return draw_claims(rng, settings)


def is_small(all_worlds: AllWorlds) -> bool:
    """Return whether all combinations can be tried in a moment."""
    few = len(all_worlds.clauses) <= MOST_CLAUSES
    return few and all_worlds.count_combinations() <= MOST_COMBINATIONS


# ------------------------------------------------------------ every alternative


def compare_journey(seed: int, tally: Tally) -> None:
    """Compare the best worlds over all routes, then the answers on one route."""
    rng = seed_random(seed)
    claimed = draw_small(rng)
    problem = build_problem(claimed.journey)
    known = AllWorlds(problem)
    if not is_small(known):
        tally.counts["too large"] += 1
        return
    tally.counts["journeys"] += 1
    _compare_best(seed, tally, list_best(problem), known.best)
    _compare_all(seed, tally, problem, known)
    route = rng.choice(list(claimed.journey.routes))
    number = problem.routes.index(route)
    on_route = keep_best([world for world in known.worlds if world.route == number])
    _compare_best(seed, tally, list_best(problem, route=route), on_route)
    own = build_problem(claimed.journey, route=route)
    known = AllWorlds(own)
    best = list_best(own)
    _compare_best(seed, tally, best, known.best)
    _compare_all(seed, tally, own, known)
    if best.is_complete:
        _compare_bounds(seed, tally, claimed, best, known)
        for _ in range(QUESTIONS):
            _compare_answer(seed, tally, claimed, best, known, rng)


def _get_key(world: World) -> tuple[frozenset[str], frozenset[tuple[str, int]]]:
    return frozenset(world.dropped), frozenset(world.changed)


def _compare_best(
    seed: int, tally: Tally, found: WorldList, expected: Sequence[FoundWorld]
) -> None:
    """Compare the best worlds: which they are, and what they count as dropped."""
    got = [_get_key(world) for world in found]
    wanted = {world.key: world for world in expected}
    tally.counts["best worlds"] += len(wanted)
    tally.counts["ties"] += len(wanted) > 1
    extra = [_format_key(key) for key in got if key not in wanted]
    missing = [_format_key(key) for key in wanted if key not in got]
    tally.check(seed, f"not best: {extra}", holds=not extra)
    tally.check(seed, f"listed twice: {got}", holds=len(set(got)) == len(got))
    if found.is_complete:
        tally.check(seed, f"not listed as best: {missing}", holds=not missing)
    else:
        tally.counts["cut short"] += 1
    for world in found:
        same = wanted.get(_get_key(world))
        if same is not None:
            stated = set(world.families_dropped), set(world.versions)
            counted = set(same.families), set(same.versions)
            tally.check(seed, f"{stated} instead of {counted}", holds=stated == counted)
            tally.check(seed, f"{world} is not called best", holds=world.is_best)


def _format_key(key: tuple[frozenset[str], frozenset[tuple[str, int]]]) -> str:
    changed = [f"{name}={number}" for name, number in sorted(key[1])]
    return " ".join(["drop", *sorted(key[0]), *(["take", *changed] if changed else [])])


def _compare_all(seed: int, tally: Tally, problem: ReportProblem, known: AllWorlds) -> None:
    """Compare all worlds of one route, and their order."""
    found = list_worlds(problem, most=1000)
    got = [_get_key(world) for world in found]
    wanted = {world.key: world for world in known.worlds}
    tally.counts["worlds"] += len(wanted)
    extra = [_format_key(key) for key in got if key not in wanted]
    missing = [_format_key(key) for key in wanted if key not in got]
    tally.check(seed, f"not worlds: {extra}", holds=not extra)
    if found.is_complete:
        tally.check(seed, f"worlds not listed: {missing}", holds=not missing)
    ranks = [wanted[key].rank for key in got if key in wanted]
    tally.check(seed, f"not in order: {ranks}", holds=ranks == sorted(ranks))


def _compare_bounds(
    seed: int, tally: Tally, claimed: ClaimedJourney, best: WorldList, known: AllWorlds
) -> None:
    """Compare the bounds with the hull of the times of all best worlds."""
    route = known.problem.routes[0]
    held = rs.bounds(claimed.journey, route=route)
    hull = bound_worlds(known, known.best, best[0].settled)
    tally.counts["loose bounds"] += hull.is_loose
    for (event, end), wanted in hull.times_s.items():
        got = held.get_seconds(event, end)
        differing = np.flatnonzero(~((got == wanted) | (np.isnan(got) & np.isnan(wanted))))
        if hull.is_loose:
            # A bound for all options of an open choice may be wider than the hull of each.
            outside = got > wanted if end == "earliest" else got < wanted
            missing = np.isnan(got) & ~np.isnan(wanted)
            tally.counts["wider than the hull"] += len(differing)
            differing = np.flatnonzero(outside | missing)
        named = [(int(n), float(got[n]), float(wanted[n])) for n in differing[:3]]
        what = f"route {route}: {event} {end} {named}"
        tally.check(seed, what, holds=not len(differing))
    if seed % 20 == 0:
        for (event, end), passage, time_s in bound_by_programme(hull):
            wanted_s = hull.times_s[event, end][passage]
            what = f"the programme has {time_s} for {event} {end} {passage}, not {wanted_s}"
            agrees = time_s == wanted_s or abs(time_s - wanted_s) <= ROUNDING_S
            tally.check(seed, what, holds=agrees)


def _compare_answer(
    seed: int,
    tally: Tally,
    claimed: ClaimedJourney,
    best: WorldList,
    known: AllWorlds,
    rng: random.Random,
) -> None:
    """Compare the answer to a random question: yes if any best world allows it.

    It must allow it with one option of each choice that it leaves open. The margin of a yes is
    the largest over all options; a no misses by no more than with the nearest option.
    """
    route = known.problem.routes[0]
    passages = claimed.journey.routes[route].route.passages
    place = rng.choice(passages).station.name
    event = rng.choice(["at", "depart", "arrive"])
    times = [*claimed.truth.arrive_s, *claimed.truth.depart_s]
    low = int(rng.choice(times) + rng.uniform(-6, 6) * HOUR_S)
    window = low, low + rng.choice([0, 600, HOUR_S])
    ends = tuple(str(np.datetime64(end, "s")) + "Z" for end in window)
    got = rs.could(claimed.journey, route=route, **{event: {place: ends}})
    wanted_s = find_room(
        known, known.best, best[0].settled, place=place, event=event, window_s=window
    )
    tally.counts["yes" if wanted_s >= 0 else "no"] += 1
    tally.counts["yes with another reading"] += got.possible and bool(got.readings)
    what = f"route {route}, {event} {place} {ends}: {got} instead of {wanted_s} s"
    tally.check(seed, what, holds=got.possible == (wanted_s >= 0) and got.is_complete)
    got_s = inf if got.margin_s is None else got.margin_s
    if got.possible:
        tally.check(seed, what, holds=got_s == wanted_s)
    elif got.margin_s is not None:
        tally.counts["no, misses by more"] += got_s > wanted_s
        tally.check(seed, what, holds=wanted_s <= got_s < 0)


# ------------------------------------------------------------ truth


def verify_true(seed: int, tally: Tally) -> None:
    """Check a journey whose reports are all true."""
    rng = seed_random(seed)
    claimed = draw_claims(
        rng,
        ClaimSettings(
            claims=rng.randrange(3, 20),
            families=4,
            routes=rng.randrange(1, 4),
            has_origins=rng.random() < 0.5,  # noqa: PLR2004 (a share)
        ),
    )
    truth = claimed.truth
    tally.counts["journeys"] += 1
    found = list_best(build_problem(claimed.journey))
    # Another best world may drop a version of an event that the same family reports twice.
    families = {family for world in found for family in world.families_dropped}
    tally.check(seed, f"best worlds drop {sorted(families)}", holds=not families)
    if found.is_complete:
        keeps_all = any(not world.dropped for world in found)
        tally.check(seed, "no best world keeps every report", holds=keeps_all)
    held = rs.bounds(claimed.journey, route=truth.route)
    for event, times_s in (("arrive", truth.arrive_s), ("depart", truth.depart_s)):
        begin, end = truth.origin + (event == "arrive"), len(times_s) - (event == "depart")
        true_s = np.array(times_s)[begin:end]
        early = held.get_seconds(event, "earliest")[begin:end]
        late = held.get_seconds(event, "latest")[begin:end]
        # NaN means that the event cannot happen, but it did.
        is_inside = bool(((early <= true_s) & (true_s <= late)).all())
        tally.check(seed, f"a true {event} is outside its bounds", holds=is_inside)


def verify_false(seed: int, tally: Tally) -> None:
    """Check that best worlds drop no more families than were planted."""
    rng = seed_random(seed)
    claims = rng.randrange(4, 16)
    claimed = draw_claims(
        rng,
        ClaimSettings(
            claims=claims,
            false=rng.randrange(1, max(claims // 3, 2)),
            families=4,
            routes=rng.randrange(1, 4),
        ),
    )
    tally.counts["journeys"] += 1
    tally.counts["planted"] += len(claimed.planted)
    found = list_best(build_problem(claimed.journey))
    planted = claimed.lying_families
    for world in found:
        families = set(world.families_dropped)
        tally.counts["families dropped"] += len(families)
        tally.counts["of those planted"] += len(families & planted)
        what = f"best worlds drop {sorted(families)}, planted are {sorted(planted)}"
        tally.check(seed, what, holds=len(families) <= len(planted))


# ------------------------------------------------------------ hard journeys


def verify_hard(seed: int, tally: Tally) -> None:
    """Check that worlds of a hard journey are found, consistent and maximal.

    It has one route. With a station that a route passes twice, and more zones that are not
    printed, there are tens of thousands of contradictions, which take minutes to list.
    """
    rng = seed_random(seed)
    claims = rng.randrange(32, 61)
    settings = ClaimSettings(
        claims=claims,
        false=rng.randrange(claims // 3, claims // 2 + 1),
        families=4,
        routes=1,
        has_origins=rng.random() < 0.5,  # noqa: PLR2004 (a share)
        unprinted=0.2,
    )
    problem = build_problem(draw_claims(rng, settings).journey)
    begun = perf_counter()
    found = list_best(problem)
    tally.counts["journeys"] += 1
    tally.counts["complete"] += found.is_complete
    tally.counts["best"] += found.is_best
    tally.counts["worlds"] += len(found)
    tally.counts["seconds at most"] = max(
        tally.counts["seconds at most"], round(perf_counter() - begun)
    )
    tally.check(seed, "no world is found", holds=len(found) > 0)
    for world in found:
        consistent, larger = check_world(problem, world)
        tally.check(seed, f"{world} is not consistent", holds=consistent)
        tally.check(seed, f"{world} has room for {larger}", holds=not larger)


def check_world(problem: ReportProblem, world: World) -> tuple[bool, list[str]]:
    """Return whether a world is consistent, and the dropped clauses that could be added."""
    known = AllWorlds(problem)
    changed = dict(world.changed)
    combination = [changed.get(name, 0) for name in known.choices]
    kept = {name for name in known.clauses if name not in world.dropped}
    cases = [case for case in problem.cases if world.admits(case)]

    def holds(clauses: set[str]) -> bool:
        mask = sum(1 << n for n, name in enumerate(known.clauses) if name in clauses)
        for case in cases:
            edges, refused = known.list_edges(case, combination)
            if any(not one & ~mask for one in refused):
                continue
            if is_satisfiable(case.system.capped, [e for e, one in edges if not one & ~mask]):
                return True
        return False

    larger = [clause for clause in world.dropped if holds(kept | {clause})]
    return holds(kept), larger


def run(name: str, count: int, compare: Callable[[int, Tally], None], first: int = 0) -> Tally:
    """Compare a number of journeys."""
    tally, begun = Tally(name), perf_counter()
    for seed in range(first, first + count):
        try:
            compare(seed, tally)
        except KeyError as error:
            tally.faults.append(f"seed {seed}: {error!r}")
    tally.seconds = perf_counter() - begun
    return tally


def main() -> int:
    """Run the requested comparisons and print the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--journeys", type=int, default=JOURNEYS, metavar="N")
    parser.add_argument("--true", type=int, default=TRUE, metavar="N")
    parser.add_argument("--false", type=int, default=FALSE, metavar="N")
    parser.add_argument("--hard", type=int, default=HARD, metavar="N")
    parser.add_argument("--seed", type=int, default=0, help="first seed")
    asked = parser.parse_args()
    runs = (
        ("small journeys, every alternative", asked.journeys, compare_journey),
        ("true journeys", asked.true, verify_true),
        ("journeys with planted reports", asked.false, verify_false),
        ("32 to 60 reports, a third to a half false", asked.hard, verify_hard),
    )
    differing = 0
    for name, count, compare in runs:
        if count:
            tally = run(name, count, compare, asked.seed)
            differing += len(tally.faults)
            print(tally.format(), flush=True)
    return min(differing, 1)


if __name__ == "__main__":
    sys.exit(main())
