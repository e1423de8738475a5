"""Measure how fast journeys are conditioned on reports, beside other ways to do it.

    .venv/oracles/bin/python tools/benchmark_conditioning.py [--seeds N] [--out FOLDER]

Any interpreter with routesim will do; PyMC's sequential Monte Carlo is measured where it is
installed (dependency group ``oracles``). All is measured in one run, one thing after another:

- the four-parameter journey of ``posterior_cases``, six reports: effective draws a second;
- twelve clocks of two minutes to either side on the Pyongra line;
- how the effective size falls as those windows narrow, as a table and a picture;
- the journey 2023-09 with all its reports.

The effective size of ``rs.condition`` is measured by independent repetitions: the variance of
a quantity over the variance of its mean from seed to seed, by the harmonic mean over the
quantities. What the sampler says of itself (``ess``) stands beside it. Plain importance
sampling, draws of the prior weighted by the same likelihood, has the usual size, the squared
sum of the weights over the sum of their squares.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import numpy as np
from posterior_cases import FOUR

import routesim as rs
from routesim.journey import Journey, lay_plan, make_stream
from routesim.reasoning import take_testimony
from routesim.reasoning.likelihood import hear_witnesses
from routesim.reasoning.targets import RouteTarget, find_unknowns

BATCH = 8192
CLOCKS = 12
WIDTHS_MIN = (240, 120, 60, 30, 15, 8, 4, 2, 1)

HEAD = """
format = 1
id = "clocks"
title = "Twelve clocks"
default_route = "one"
train = "special"
zones = ["Asia/Pyongyang"]
[[routes]]
id = "one"
title = "the Pyongra line"
from = "Pyongyang"
to = "Rajin"
prior = 1.0
reason = "a made-up journey"
[[plan.departure]]
from = 2024-05-01T00:00:00+09:00
to = 2024-05-02T00:00:00+09:00
reason = "a made-up journey"
[[plan.speeds]]
line = "Pyongra"
running_kmh = { dist = "uniform", low = 42, high = 66 }
reason = "a made-up journey"
[[plan.standing]]
line = "Pyongra"
min_per_100km = { dist = "lognormal", median = 45, p95 = 120 }
halts = 6
reason = "a made-up journey"
[sources.S]
publisher = "a made-up journey"
title = "none"
published = 2024-06-01
known_at = 2024-06-01T00:00:00Z
known_basis = "a made-up journey"
"""


@dataclass(frozen=True)
class Size:
    """An effective size, what the sampler says of it, and the seconds it took."""

    draws: float
    told: float
    seconds: float

    @property
    def rate(self) -> float:
        """Effective draws a second."""
        return self.draws / self.seconds


def make_clocks(half_width_min: float) -> Journey:
    """Make a journey with twelve clocks that one of its own draws would have shown."""
    bare = _load(HEAD)
    drawn = rs.simulate(bare, draws=1, seed=11)
    stations = [p for p in drawn.route.passages if p.visit == 1]
    chosen = [stations[int(n)] for n in np.linspace(8, len(stations) - 1, CLOCKS).round()]
    text = HEAD
    for number, passage in enumerate(chosen):
        middle_s = float(drawn.arrive_s[0, drawn.route.index_of(passage.station.name)])
        low, high = (
            rs.evidence.format_utc(middle_s + sign * 60.0 * half_width_min) for sign in (-1, 1)
        )
        soft = half_width_min / 2
        text += f"""
[families.F{number}]
name = "witness {number}"
[[reports]]
id = "R{number}"
claim = "It reached {passage.station.name}."
family = "F{number}"
said = [{{ source = "S", lines = "1" }}]
[[reports.clauses]]
kind = "arrive"
place = "{passage.station.name}"
window = {{ from = {low}, to = {high}, soft_min = [{soft}, {soft}] }}
zone = "Asia/Pyongyang"
zone_known = "printed"
"""
    return _load(text)


def _load(text: str) -> Journey:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clocks.toml"
        path.write_text(text, encoding="utf-8")
        return rs.load_journey(path)


def repeat(journey: Journey, seeds: int, draws: int = 4096) -> Size:
    """Condition a journey once a seed; measure what the draws are worth."""
    means, spreads, told, seconds = [], [], [], []
    for seed in range(seeds):
        started = perf_counter()
        posterior = rs.condition(journey, draws=draws, seed=seed)
        seconds.append(perf_counter() - started)
        times = [posterior.departure_s]
        times += [posterior.get_arrivals(index) for index in posterior.asked if index]
        means.append([np.nanmean(values) for values in times])
        spreads.append([np.nanvar(values) for values in times])
        told.append(posterior.ess)
    worth = np.mean(spreads, axis=0) / np.var(means, axis=0, ddof=1)
    size = min(float(worth.size / np.sum(1.0 / worth)), float(draws))
    return Size(size, float(np.mean(told)), float(np.median(seconds)))


def weigh_plainly(journey: Journey, draws: int) -> Size:
    """Weigh draws of the prior by the same likelihood."""
    started = perf_counter()
    likelihood = hear_witnesses(journey, take_testimony(journey).witnesses)
    layouts = (lay_plan(journey),)
    target = RouteTarget(layouts, likelihood, find_unknowns(likelihood, layouts))
    stream = make_stream(0, "plain")
    found = [
        target.weigh(target.observe(target.draw(stream, BATCH)), 1.0)
        for _ in range(max(draws // BATCH, 1))
    ]
    weighed = np.concatenate(found)
    weight = np.exp(weighed - weighed.max())
    size = float(weight.sum() ** 2 / (weight**2).sum())
    return Size(size, size, perf_counter() - started)


def sample_pymc(seeds: int) -> Size | None:
    """Sample the four-parameter journey with PyMC, if it is there."""
    if find_spec("pymc") is None:
        return None
    from verify_posterior import sample_pymc as sample  # noqa: PLC0415 (only where it is)

    means, spreads, seconds = [], [], []
    for seed in range(seeds):
        started = perf_counter()
        theta, _ = sample(FOUR, seed)
        seconds.append(perf_counter() - started)
        means.append(theta.mean(axis=0))
        spreads.append(theta.var(axis=0))
    worth = np.mean(spreads, axis=0) / np.var(means, axis=0, ddof=1)
    size = min(float(worth.size / np.sum(1.0 / worth)), float(theta.shape[0]))
    return Size(size, size, float(np.median(seconds)))


def show(name: str, size: Size, against: Size | None = None) -> None:
    """Print one line, with the ratio of the rates."""
    ratio = f"{size.rate / against.rate:9.2f} x" if against is not None else ""
    print(
        f"{name:44} {size.draws:10,.0f} {size.told:10,.0f} {size.seconds:8.2f} s "
        f"{size.rate:12,.0f} /s {ratio}"
    )


def show_widths(seeds: int, folder: Path) -> None:
    """Print and draw how the effective size falls as the windows narrow."""
    import matplotlib as mpl  # noqa: PLC0415 (heavy)

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415 (heavy)

    rows = []
    print(
        "\ntwelve clocks, half width in minutes: condition by repetitions (told), plain of 1e6"
    )
    for width in WIDTHS_MIN:
        journey = make_clocks(width)
        mine, plain = repeat(journey, seeds), weigh_plainly(journey, 1_000_000)
        rows.append((width, mine.draws, plain.draws))
        print(f"{width:6} {mine.draws:10,.0f} ({mine.told:,.0f}) {plain.draws:12,.1f}")
    figure, axes = plt.subplots(figsize=(6, 4))
    table = np.array(rows)
    axes.loglog(table[:, 0], table[:, 1], "o-", label="condition, 4,096 draws")
    axes.loglog(table[:, 0], table[:, 2], "s-", label="plain importance sampling, 1e6 draws")
    axes.set_xlabel("half width of the twelve windows, minutes")
    axes.set_ylabel("independent draws")
    axes.legend()
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "ess_by_width.png", dpi=120, bbox_inches="tight")


def main() -> None:
    """Measure it all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--out", type=Path, default=Path("out"))
    given = parser.parse_args()
    warnings.simplefilter("ignore", rs.SampleWarning)
    print(f"{'':44} {'effective':>10} {'told':>10}")
    plain = weigh_plainly(FOUR.journey, 1_000_000)
    show("four parameters: plain, 1e6 draws", plain)
    show("four parameters: condition, 4,096 draws", repeat(FOUR.journey, given.seeds), plain)
    many = repeat(FOUR.journey, given.seeds, draws=100_000)
    show("four parameters: condition, 100,000 draws", many, plain)
    pymc = sample_pymc(given.seeds)
    if pymc is None:
        print("PyMC is not installed here")
    else:
        show("four parameters: PyMC's SMC", pymc, plain)
    clocks = make_clocks(2)
    show("twelve clocks of 2 min: plain, 1e6 draws", weigh_plainly(clocks, 1_000_000))
    show("twelve clocks of 2 min: condition", repeat(clocks, given.seeds))
    autumn = rs.load_journey("2023-09")
    show("2023-09: plain, 1e6 draws", weigh_plainly(autumn, 1_000_000))
    show("2023-09: condition", repeat(autumn, given.seeds))
    show_widths(max(given.seeds // 2, 2), given.out)


if __name__ == "__main__":
    main()
