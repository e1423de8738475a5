"""Show how far answers move with the chances of unplanned standing and the range of the slack.

    python -m tools.verify.variation [--draws 8000] [--seed 0]

Prints the 5, 50, 95 and 99 % points of the times of legs in minutes, given the priors, and the
5 and 95 % points of arrivals given the reports. There is a row each for the standing per 100 km
as it is, halved and doubled, and for ranges of the slack from 25 to 200 km.
"""

from __future__ import annotations

import argparse
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

import routesim as rs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.journey import Journey

LEGS = {
    ("2023-09", "vladivostok"): (
        ("Hamhung", "Hungnam"),
        ("Kowon", "Hamhung"),
        ("Kilju", "Chongjin"),
        ("Pyongyang", "Kowon"),
        ("Hamhung", "Kilju"),
        ("Pyongyang", "Kilju"),
        ("Pyongyang", "Chongjin"),
        ("Rajin", "Hongui"),
        ("Rajin", "Tumangang"),
        ("Tumangang", "Khasan"),
        ("Vinevitino", "Olenevod"),
        ("Khasan", "Sukhanovka"),
        ("Khasan", "Baranovsky"),
        ("Baranovsky", "Vladivostok"),
    ),
    ("2023-09", "vostochny"): (
        ("Luchegorsk", "Burlit-Volochayevskiy"),
        ("Ussuriysk", "Spassk-Dalny"),
        ("Ussuriysk", "Khabarovsk-1"),
        ("Khabarovsk-1", "Birobidzhan-1"),
        ("Birobidzhan-1", "Belogorsk"),
        ("Belogorsk", "Ledyanaya"),
    ),
    ("2023-09", "komsomolsk"): (
        ("Litovko", "Sanboly"),
        ("Volochayevka-2", "Komsomolsk-na-Amure"),
    ),
}
ANSWERS = {
    "2023-09": ("Tumangang", "Khasan", "Baranovsky", "Vladivostok"),
    "2019-04": ("Khasan", "Baranovsky", "Vladivostok"),
}
LEVELS = 0.05, 0.5, 0.95, 0.99
RANGES_KM = 25, 50, 100, 200
SECONDS_PER_MINUTE = 60.0


def scale_standing(journey: Journey, factor: float) -> Journey:
    """Return the journey with the rates of unplanned standing of all lines multiplied."""
    settings: dict[str, Any] = {}
    rows = {row.line: row.min_per_100km for row in journey.plan.standing}
    for line, prior in rows.items():
        settings.update(_scale(f"standing.{line}.min_per_100km", prior, factor))
    usual = journey.plan.variation.standing_min_per_100km
    settings.update(_scale("variation.standing_min_per_100km", usual, factor))
    return rs.set_priors(journey, settings)


def _scale(key: str, prior: Any, factor: float) -> dict[str, float]:
    names = ("median", "p95", "low", "high", "mode", "value")
    values = prior.model_dump() if hasattr(prior, "model_dump") else vars(prior)
    return {f"{key}.{name}": factor * values[name] for name in names if name in values}


def list_variants(journey: Journey) -> dict[str, Journey]:
    """Return the changed journeys by name."""
    found = {"as it is": journey}
    found |= {f"standing x {f:g}": scale_standing(journey, f) for f in (0.5, 2.0)}
    for km in RANGES_KM:
        found[f"range {km} km"] = rs.set_priors(journey, {"variation.range_km": km})
    return found


def print_legs(draws: int, seed: int) -> None:
    """Print the quantiles of the times of legs in minutes."""
    for (journey_id, route), legs in LEGS.items():
        variants = list_variants(rs.load_journey(journey_id))
        runs = {
            n: rs.simulate(one, route=route, draws=draws, seed=seed)
            for n, one in variants.items()
        }
        for start, end in legs:
            print(f"{start} - {end}")
            for name, run in runs.items():
                first, last = run.route.index_of(start), run.route.index_of(end)
                took = (run.get_arrivals(last) - run.get_departures(first)) / SECONDS_PER_MINUTE
                _print_row(name, [f"{value:.0f}" for value in np.nanquantile(took, LEVELS)])


def print_answers(draws: int, seed: int) -> None:
    """Print the 5 and 95 % points of arrivals (UTC) given the reports, and the routes."""
    for journey_id, places in ANSWERS.items():
        for name, journey in list_variants(rs.load_journey(journey_id)).items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", rs.SampleWarning)
                post = rs.condition(journey, draws=draws, seed=seed)
                routes = rs.compare_routes(journey, seed=seed).to_frame()
            windows = post.windows().drop_duplicates("station").set_index("station")
            cells = [
                f"{place} {windows.loc[place, 'arrive_p05']:%d %H:%M} to "
                f"{windows.loc[place, 'arrive_p95']:%d %H:%M}"
                for place in places
                if place in windows.index
            ]
            shares = ", ".join(
                f"{one} {100 * share:.0f} %"
                for one, share in zip(routes["route"], routes["probability"], strict=True)
            )
            _print_row(f"{journey_id}, {name}", [*cells, shares, f"ess {post.ess:.0f}"])


def _print_row(name: str, cells: Sequence[str]) -> None:
    print(f"  {name:24} " + "  ".join(cells), flush=True)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--draws", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    print_legs(given.draws, given.seed)
    print_answers(given.draws, given.seed)


if __name__ == "__main__":
    main()
