"""Verify conflicts and bounds on random journeys with true and with planted false reports.

    python -m tools.verify.journeys --journeys 2000

Prints the number of conflicts compared with an independent linear programme, and any
difference; how many of the planted false reports were found; and whether every true journey is
inside its bounds.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

import routesim as rs
from routesim.certain import build_problem, list_conflicts
from tests.support.random_reports import ReportedJourney, judge, list_truths, report_journey

__all__ = ["verify_false", "verify_true"]

ROUNDING_S = 2.0


def verify_true(reported: ReportedJourney) -> list[str]:
    """Return the faults of the answers on a journey whose reports are all true."""
    faults = []
    if rs.conflicts(reported.journey, route=reported.journey.default_route):
        faults.append("a true journey has a conflict")
    bounds = rs.bounds(reported.journey)
    for event, times in (("arrive", reported.arrive_s), ("depart", reported.depart_s)):
        early = bounds.get_seconds(event, "earliest")
        late = bounds.get_seconds(event, "latest")
        if np.any(times < early) or np.any(times > late):
            faults.append(f"the true {event} is outside its bounds")
    route = reported.journey.get_hypothesis().route
    for index in range(1, len(route.passages) - 1, 7):
        place = bounds.where(rs_time(reported.arrive_s[index]))
        km = route.passages[index].km
        if not place.min_km - 1e-6 <= km <= place.max_km + 1e-6:
            faults.append(
                f"it was at km {km:.1f}, not {place.min_km:.1f} to {place.max_km:.1f}"
            )
    return faults


def rs_time(seconds: float) -> str:
    """Format POSIX seconds as an aware time."""
    return np.datetime_as_string(np.datetime64(int(seconds), "s")) + "Z"


def verify_false(reported: ReportedJourney) -> tuple[Counter[str], list[str]]:
    """Compare every conflict with the linear programme; return counts and faults."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    clauses = {report.id: report.clauses[0] for report in reported.journey.reports}
    problem = build_problem(reported.journey, route=reported.journey.default_route)
    sets = {found.clauses: found.needs_cap for found in list_conflicts(problem)}
    everything = judge(reported.journey, list(clauses.values()))
    if everything == bool(sets):
        close = judge(reported.journey, list(clauses.values()), give_s=ROUNDING_S)
        counts["rounded"] += close
        if not close:
            faults.append("the programme and the conflicts disagree on all reports together")
    named = {name for members in sets for name in members}
    counts["planted"] += len(reported.planted)
    counts["found"] += len(named & set(reported.planted))
    for members, needs_cap in sets.items():
        counts["sets"] += 1
        chosen = [clauses[name] for name in members]
        if judge(reported.journey, chosen, give_s=-ROUNDING_S):
            faults.append(f"{members} can all be true")
        for left_out in range(len(chosen)):
            fewer = [c for n, c in enumerate(chosen) if n != left_out]
            counts["subsets"] += 1
            if not judge(reported.journey, fewer, give_s=ROUNDING_S):
                faults.append(f"{members} is not irreducible")
        counts["subsets"] += 1
        give_s = ROUNDING_S if needs_cap else -ROUNDING_S
        if judge(reported.journey, chosen, give_s=give_s, capped=False) != needs_cap:
            faults.append(f"{members}: whether it needs the cap is wrong")
    return counts, faults


def main() -> None:
    """Run the requested number of journeys."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    journey = rs.load_journey("2023-09")
    truths = list_truths(journey, asked.journeys, asked.seed)
    rng = np.random.default_rng(asked.seed)
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for truth in truths:
        size = int(rng.integers(4, 20))
        faults += verify_true(report_journey(journey, truth, rng, reports=size))
        lies = int(rng.integers(1, 4))
        found, wrong = verify_false(
            report_journey(journey, truth, rng, reports=size, lies=min(lies, size))
        )
        counts += found
        faults += wrong
    print(f"{asked.journeys} true journeys, {asked.journeys} with planted reports")
    for name, count in counts.items():
        print(f"  {name:8s} {count}")
    print(f"faults: {len(faults)}")
    for fault in faults[:20]:
        print(f"  {fault}")


if __name__ == "__main__":
    main()
