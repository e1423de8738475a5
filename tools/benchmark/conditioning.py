"""Measure how fast journeys are conditioned on reports, by repetition over seeds.

    python -m tools.benchmark.conditioning [JOB ...] [--seeds N] [--draws N] [--particles N]
    python -m tools.benchmark.conditioning --compare [--seeds N] [--out FOLDER]

The first form prints a row per job: the effective draws as measured and as stated by the
sampler, the seconds of one run, and the measured effective draws per second. The jobs are:

- ``12`` and ``12d``: twelve clock times with windows of ±2 minutes on the Pyongra line, in
  ``12d`` with the departure among them;
- ``60``: sixty clock times of ±15 minutes with the departure; about 20 s a seed;
- ``2023-09``: the journey with all its reports.

With ``--compare``, other methods are measured too, one after another. PyMC's sequential Monte
Carlo is measured if it is installed, as in ``.venv/oracles`` (dependency group ``oracles``).
This adds:

- five parameters and four windows (``tests.support.posterior_cases``);
- plain importance sampling of all cases;
- the decrease of the effective sample size as twelve windows narrow, as a table and a picture.

The effective sample size of ``rs.condition`` is measured by independent repetitions. For one
quantity it is the variance over the draws, divided by the variance of the mean between seeds.
The harmonic mean over the quantities is shown, limited to the number of draws, beside the mean
of the sampler's own ``ess``. For one quantity its relative error is about ``sqrt(2 / (N - 1))``
with N seeds: 80 % with 4 seeds, 25 % with 32. Plain importance sampling weights draws of the
prior by the same likelihood. Its effective sample size is the squared sum of the weights,
divided by the sum of their squares.
"""

from __future__ import annotations

import argparse
import logging
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

import routesim as rs
from routesim.certain import build_problem
from routesim.journey import lay_plan, make_stream
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import build_likelihood
from tests.support.journeys import (
    load_text,
    lognormal,
    uniform,
    write_family,
    write_head,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_standing,
    write_table,
)
from tests.support.posterior_cases import FIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from routesim.journey import Journey

__all__ = ["JOBS", "Size", "make_clocks", "repeat", "weigh_plainly"]

BATCH = 8192
CLOCKS = 12
WIDTHS_MIN = (240, 120, 60, 30, 15, 8, 4, 2, 1)
PLAIN_DRAWS = 1_000_000
SEEDS = 4
TRUTH_SEED = 11
PYONGYANG = timezone(timedelta(hours=9))

HEAD = (
    write_head("clocks", "one", title="Clocks", zone="Asia/Pyongyang")
    + write_route("one", "Rajin", from_="Pyongyang")
    + write_table(
        "[[plan.departure]]",
        from_=datetime(2024, 5, 1, tzinfo=PYONGYANG),
        to=datetime(2024, 5, 2, tzinfo=PYONGYANG),
        reason="made up",
    )
    + write_speed("Pyongra", uniform(42, 66))
    + write_standing("Pyongra", lognormal(45, 120))
    + write_source()
)


@dataclass(frozen=True)
class Size:
    """Effective sample size as measured and as stated by the sampler, and the time."""

    draws: float
    stated: float
    seconds: float

    @property
    def rate(self) -> float:
        """Effective draws per second."""
        return self.draws / self.seconds


def make_clocks(
    half_width_min: float, *, count: int = CLOCKS, departed: bool = False
) -> Journey:
    """Make a journey with clock times along the route, taken from one of its own draws.

    Parameters
    ----------
    half_width_min
        Half width of each window, in minutes. The ends are soft by half of this.
    count
        Number of clock times.
    departed
        Whether the first clock time is of the departure.
    """
    drawn = rs.simulate(load_text(HEAD, name="clocks"), draws=1, seed=TRUTH_SEED)
    passages = drawn.route.passages
    first = 0 if departed else 8
    chosen = np.linspace(first, len(passages) - 1, count).round().astype(int)
    text = HEAD
    for number, index in enumerate(chosen):
        kind = "arrive" if index else "depart"
        stated_s = float(drawn.arrive_s[0, index])
        place = passages[index].station.name
        text += _write_clock(number, kind, place, stated_s, half_width_min)
    return load_text(text, name="clocks")


def _write_clock(
    number: int, kind: str, place: str, stated_s: float, half_width_min: float
) -> str:
    low, high = (
        datetime.fromtimestamp(round(stated_s + sign * 60.0 * half_width_min), UTC)
        for sign in (-1, 1)
    )
    soft = half_width_min / 2
    clause = {
        "kind": kind,
        "place": place,
        "window": {"from": low, "to": high, "soft_min": [soft, soft]},
        "zone": "Asia/Pyongyang",
        "zone_known": "printed",
    }
    family = f"F{number}"
    return write_family(family) + write_report(f"R{number}", clause, family=family)


JOBS: dict[str, Callable[[], Journey]] = {
    "12": lambda: make_clocks(2),
    "12d": lambda: make_clocks(2, departed=True),
    "60": lambda: make_clocks(15, count=60, departed=True),
    "2023-09": lambda: rs.load_journey("2023-09"),
}
"""Journeys to measure, by name."""


def repeat(journey: Journey, seeds: int, **options: Any) -> Size:
    """Condition a journey once per seed and measure the effective sample size."""
    means, spreads, stated, seconds = [], [], [], []
    for seed in range(seeds):
        started = perf_counter()
        posterior = rs.condition(journey, seed=seed, **{"draws": 4096, **options})
        seconds.append(perf_counter() - started)
        times = [posterior.departure_s]
        times += [posterior.get_arrivals(index) for index in posterior.asked if index]
        means.append([np.nanmean(values) for values in times])
        spreads.append([np.nanvar(values) for values in times])
        stated.append(posterior.ess)
    worth = np.mean(spreads, axis=0) / np.var(means, axis=0, ddof=1)
    size = min(float(worth.size / np.sum(1.0 / worth)), float(posterior.draws))
    return Size(size, float(np.mean(stated)), float(np.median(seconds)))


def weigh_plainly(journey: Journey, draws: int = PLAIN_DRAWS) -> Size:
    """Weight draws of the prior by the likelihood and measure their effective sample size."""
    started = perf_counter()
    likelihood = build_likelihood(journey, build_problem(journey).distinct_reports)
    target = JourneyTarget((lay_plan(journey),), likelihood)
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
    """Sample the five-parameter journey with PyMC, if it is installed."""
    if find_spec("pymc") is None:
        return None
    from tools.verify.posterior import sample_pymc as sample  # noqa: PLC0415 (optional)

    logging.getLogger("pymc").setLevel(logging.ERROR)
    means, spreads, seconds = [], [], []
    for seed in range(seeds):
        started = perf_counter()
        theta, _ = sample(FIVE, seed)
        seconds.append(perf_counter() - started)
        means.append(theta.mean(axis=0))
        spreads.append(theta.var(axis=0))
    worth = np.mean(spreads, axis=0) / np.var(means, axis=0, ddof=1)
    size = min(float(worth.size / np.sum(1.0 / worth)), float(theta.shape[0]))
    return Size(size, size, float(np.median(seconds)))


def show(name: str, size: Size, against: Size | None = None) -> None:
    """Print a row, with the ratio of the rates."""
    ratio = f"{size.rate / against.rate:9.1f} x" if against is not None else ""
    print(
        f"{name:48} {size.draws:8,.0f} {size.stated:8,.0f} {size.seconds:8.2f} s "
        f"{size.rate:10,.0f} /s {ratio}",
        flush=True,
    )


def show_widths(seeds: int, folder: Path) -> None:
    """Print and plot the effective sample size against the width of the windows."""
    import matplotlib as mpl  # noqa: PLC0415 (heavy)

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: PLC0415 (heavy)

    rows = []
    print(
        "\ntwelve clock times, half width in minutes; effective sample size of 4,096 draws by "
        "repetitions (as stated, seconds) and of 1e6 plain draws (seconds)"
    )
    for width in WIDTHS_MIN:
        journey = make_clocks(width)
        mine, plain = repeat(journey, seeds), weigh_plainly(journey)
        rows.append((width, mine.draws, mine.stated, plain.draws))
        print(
            f"{width:6} {mine.draws:8,.0f} ({mine.stated:,.0f}, {mine.seconds:.1f} s) "
            f"{plain.draws:12,.1f} ({plain.seconds:.1f} s)",
            flush=True,
        )
    table = np.array(rows)
    figure, axes = plt.subplots(figsize=(6.4, 4))
    axes.loglog(table[:, 0], table[:, 2], "o-", label="condition, 4,096 draws, as stated")
    axes.loglog(table[:, 0], table[:, 1], "o", mfc="none", label="the same, by repetitions")
    axes.loglog(table[:, 0], table[:, 3], "s--", label="plain importance sampling, 1e6 draws")
    axes.set_xticks(WIDTHS_MIN, [str(width) for width in WIDTHS_MIN])
    axes.minorticks_off()
    axes.set_xlabel("half width of each of twelve windows, minutes")
    axes.set_ylabel("effective sample size")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "narrowing.png", dpi=110, bbox_inches="tight")


def show_jobs(names: Sequence[str], seeds: int, **options: int) -> None:
    """Print the effective draws per second of some jobs."""
    print(
        f"effective draws of {seeds} seeds each\n"
        f"{'job':8} {'measured':>9} {'stated':>9} {'seconds':>9} {'measured per s':>15}"
    )
    for name in names:
        size = repeat(JOBS[name](), seeds, **options)
        print(
            f"{name:8} {size.draws:9,.0f} {size.stated:9,.0f} {size.seconds:9.2f} "
            f"{size.rate:15,.1f}",
            flush=True,
        )


def compare(seeds: int, folder: Path) -> None:
    """Print the effective draws per second of the other methods beside those of condition."""
    print(f"{'effective sample size':48} {'measured':>8} {'stated':>8}")
    plain = weigh_plainly(FIVE.journey)
    show("five parameters, four windows: plain, 1e6 draws", plain)
    for draws in (4096, 100_000, 1_000_000):
        size = repeat(FIVE.journey, seeds, draws=draws)
        show(f"  condition, {draws:,} draws", size, plain)
    pymc = sample_pymc(seeds)
    if pymc is None:
        print("  PyMC is not installed here")
    else:
        show("  PyMC's SMC, 4,000 draws", pymc, plain)
    for job, which in (("12d", "with the departure"), ("12", "without the departure")):
        clocks = JOBS[job]()
        plain = weigh_plainly(clocks)
        show(f"twelve clock times, {which}: plain", plain)
        for particles in (1536, 2048, 4096):
            size = repeat(clocks, seeds, draws=particles, particles=particles)
            show(f"  condition, {particles:,} particles", size, plain)
    sixty = JOBS["60"]()
    plain = weigh_plainly(sixty)
    show("sixty clock times of 15 min: plain, 1e6 draws", plain)
    show("  condition", repeat(sixty, max(seeds // 2, 2)), plain)
    autumn = JOBS["2023-09"]()
    plain = weigh_plainly(autumn)
    show("2023-09, all its reports: plain, 1e6 draws", plain)
    for draws in (2048, 4096):
        show(f"  condition, {draws:,} draws", repeat(autumn, seeds, draws=draws), plain)
    show_widths(max(seeds // 2, 2), folder)


def main() -> None:
    """Run the measurements asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("jobs", nargs="*", metavar="JOB", help=f"{', '.join(JOBS)}; or all")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="2 or more")
    parser.add_argument("--draws", type=int, help="draws of a run; default 4,096")
    parser.add_argument("--particles", type=int, help="particles of a run")
    parser.add_argument("--compare", action="store_true", help="also measure other methods")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder of the picture")
    given = parser.parse_args()
    if unknown := set(given.jobs).difference(JOBS):
        parser.error(f"no job {', '.join(sorted(unknown))}; known: {', '.join(JOBS)}")
    if given.seeds < 2:  # noqa: PLR2004 (one seed has no variance)
        parser.error("--seeds must be 2 or more")
    warnings.simplefilter("ignore")
    sizes = {"draws": given.draws, "particles": given.particles}
    options = {name: size for name, size in sizes.items() if size is not None}
    if given.jobs or not given.compare:
        show_jobs(given.jobs or tuple(JOBS), given.seeds, **options)
    if given.compare:
        compare(given.seeds, given.out)


if __name__ == "__main__":
    main()
