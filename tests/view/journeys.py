"""Stand-ins for answers that take long, and a journey far from where it was."""

import re
import shutil
import warnings
from dataclasses import replace
from math import inf

from routesim.evidence import parse_time
from routesim.files.read import find_geodata
from routesim.journey import lay_plan, load_journey
from routesim.likely import RouteComparison, RouteProbability, SampleWarning, condition
from tests.support.networks import Folder

FAR_DEG = 110.0
TEN_UTC = parse_time("2023-09-11T10:00Z")
"""The instant of report C15 of the journey of 2023."""


def condition_few(journey):
    """Condition on a few draws, which is warned of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampleWarning)
        return condition(journey, draws=1500)


def lend(posterior, journey):
    """Make a posterior of a journey over the same passages with other names or places."""
    layout = lay_plan(journey, None)
    return replace(posterior, layout=layout, route=layout.route)


def compare_evenly(journey, chances=()):
    """Make what `compare_routes` gives, without drawing: every route keeps its prior.

    Unless other probabilities are given.
    """
    items = tuple(
        RouteProbability(route, hypothesis.title, hypothesis.prior, chance, 0.004, -17.0, 0.1)
        for (route, hypothesis), chance in zip(
            journey.routes.items(),
            chances or [hypothesis.prior for hypothesis in journey.routes.values()],
            strict=True,
        )
    )
    return RouteComparison(
        items=items,
        journey_id=journey.id,
        changes=journey.changes,
        default=journey.default_route,
        as_of_s=inf,
        dropped=(),
        seed=0,
    )


def load_far_journey(folder):
    """Load the bundled journey on a railway 110 degrees to the west, from a new folder."""
    shutil.copytree(find_geodata(), folder)
    corridor = folder / "corridor.toml"
    text = corridor.read_text("utf-8")
    for side in ("west", "east"):
        text = re.sub(
            rf"^{side} = (\S+)$", lambda m: _shift(m, FAR_DEG), text, flags=re.MULTILINE
        )
    corridor.write_text(text, encoding="utf-8")
    Folder(folder).change_all(
        "stations.csv",
        lambda row: {"lon": f"{float(row['lon']) - FAR_DEG:.5f}"} if row["lon"] else {},
    )
    return load_journey("2023-09", folder)


def _shift(match, degrees):
    return match[0].replace(match[1], str(float(match[1]) - degrees))
