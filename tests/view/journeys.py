"""Stand-ins for slow answers, and a bundled journey moved far away."""

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
"""Time of report C15 in the journey 2023-09."""


def condition_few(journey):
    """Condition with few draws and without the warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampleWarning)
        return condition(journey, draws=1500)


def lend(posterior, journey):
    """Return a posterior as one of another journey with the same passages."""
    layout = lay_plan(journey, None)
    return replace(posterior, layout=layout, route=layout.route)


def compare_evenly(journey, chances=()):
    """Make a route comparison with given probabilities, by default the priors."""
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
