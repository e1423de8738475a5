"""Verify the calibration of the posterior: ranks of truths among draws must be uniform.

    python -m tools.verify.calibration --simulations 1000 --workers 2

Draws truths and reports of synthetic journeys (``tests.support.calibration_cases``), conditions
each on its reports, and ranks the truth among the draws. Prints a p-value for each quantity,
and whether three planted faults are found. Plots ``out/calibration.png``.

The empirical distribution function of the ranks is compared with simultaneous bands. The level
of the pointwise bands is computed exactly: the counts below increasing points are a chain of
binomial variables.

References
----------
Säilynoja, Bürkner, Vehtari (2022), Graphical test for discrete uniformity and its
applications in goodness-of-fit evaluation and multiple sample comparison, Stat. Comput. 32.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tests.support.calibration_cases import CASES
from tests.support.simulated_reports import FAULTS, RANKS, rank_many

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Verdict", "find_band", "find_p_value", "judge"]

Array = NDArray[np.float64]
Ranks = Mapping[str, NDArray[np.int64]]

POINTS = 64
"""Number of evenly spaced points at which distribution functions are compared."""
LEVEL = 0.05
"""Probability that uniform ranks leave any of the bands."""
GATE = 0.001
"""Smallest p-value over all quantities at which ranks count as uniform."""
LEAST = 1e-12
"""Smallest p-value; smaller ones are lost in rounding."""
AT_ONCE = 20
"""Number of simulations per task of a worker."""
PLANTED = {"narrow": "clocks", "twice": "routes", "zone": "routes"}
"""Journey in which each fault is planted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict on the ranks of one journey.

    Parameters
    ----------
    p_values
        P-value of each quantity, under uniform ranks.
    """

    p_values: Mapping[str, float]

    @property
    def p_value(self) -> float:
        """The smallest p-value, corrected for the number of quantities (Bonferroni)."""
        return min(1.0, len(self.p_values) * min(self.p_values.values()))

    @property
    def worst(self) -> str:
        """The quantity with the smallest p-value."""
        return min(self.p_values, key=lambda name: self.p_values[name])

    @property
    def even(self) -> bool:
        """Whether the ranks count as uniform."""
        return self.p_value > GATE


def judge(ranks: Ranks) -> Verdict:
    """Test the ranks of every quantity for uniformity."""
    return Verdict({name: find_p_value(found) for name, found in ranks.items()})


def find_p_value(ranks: NDArray[np.int64]) -> float:
    """Return the probability that uniform ranks leave the bands that just contain these."""
    counts, size = _count_below(ranks), int(ranks.size)
    tails = _list_tails(size)
    needed = float(tails[np.arange(POINTS - 1), counts].min())
    # Counts that are exactly as unlikely as the worst one also count as leaving the band.
    return max(1.0 - _hold_chance(size, needed * (1.0 + 1e-9)), LEAST)


def find_band(size: int, level: float) -> tuple[Array, Array]:
    """Return the smallest and largest counts inside the band at each point.

    Parameters
    ----------
    size
        Number of simulations.
    level
        Largest probability that uniform ranks leave the band anywhere.
    """
    low, high = 0.0, level
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (
            (middle, high) if 1.0 - _hold_chance(size, middle) <= level else (low, middle)
        )
    inside = _list_tails(size) >= low
    least = inside.argmax(axis=1)
    most = size - inside[:, ::-1].argmax(axis=1)
    return least.astype(np.float64), most.astype(np.float64)


def _count_below(ranks: NDArray[np.int64]) -> NDArray[np.intp]:
    """Count the ranks below each inner point."""
    edges = np.arange(1, POINTS) * (RANKS // POINTS)
    return np.searchsorted(np.sort(ranks), edges, side="left")


@lru_cache(maxsize=8)
def _list_tails(size: int) -> Array:
    """Return two-sided p-values of each count at each point, shape (points, size + 1)."""
    from scipy.stats import binom  # noqa: PLC0415 (heavy)

    share = np.arange(1, POINTS)[:, None] / POINTS
    count = np.arange(size + 1)[None, :]
    lower, upper = binom.cdf(count, size, share), binom.sf(count - 1, size, share)
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(lower, upper)))


def _hold_chance(size: int, gamma: float) -> float:
    """Return the probability that uniform ranks stay inside pointwise bands at all points.

    Given the number of ranks below one point, the number between it and the next is binomial.
    """
    from scipy.stats import binom  # noqa: PLC0415 (heavy)

    inside = _list_tails(size) >= gamma
    counts, chance = np.array([0]), np.array([1.0])
    for point in range(POINTS - 1):
        following = np.flatnonzero(inside[point])
        if not following.size:
            return 0.0
        more = following[None, :] - counts[:, None]
        step = binom.pmf(more, size - counts[:, None], 1.0 / (POINTS - point))
        chance = chance @ step
        counts = following
    return float(min(chance.sum(), 1.0))


# ---------------------------------------------------------------- runs, report, plot


def _rank_chunk(name: str, numbers: Sequence[int], seed: int, fault: str) -> Ranks:
    return rank_many(CASES[name], numbers, seed=seed, fault=fault)


def rank_in_parallel(
    name: str, simulations: int, *, seed: int, fault: str, workers: int
) -> Ranks:
    """Rank many truths; the result does not depend on the number of workers."""
    chunks = [range(i, min(i + AT_ONCE, simulations)) for i in range(0, simulations, AT_ONCE)]
    if workers == 1:
        found = [_rank_chunk(name, chunk, seed, fault) for chunk in chunks]
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            asked = [pool.submit(_rank_chunk, name, chunk, seed, fault) for chunk in chunks]
            found = [one.result() for one in asked]
    return {name: np.concatenate([one[name] for one in found]) for name in found[0]}


def report(title: str, ranks: Ranks, verdict: Verdict, took_s: float) -> str:
    """Format the verdict on one journey."""
    size = next(iter(ranks.values())).size
    lines = [
        f"{title}: {size} simulations, {took_s:.0f} s",
        f"  all quantities: p = {verdict.p_value:.2g}, least uniform: {verdict.worst}",
    ]
    lines += [f"  {name:32s} p = {p:.3g}" for name, p in verdict.p_values.items()]
    return "\n".join(lines)


def draw(panels: Sequence[tuple[str, Ranks, Verdict]], path: Path) -> None:
    """Plot the difference of each distribution function from a uniform one, with the band."""
    import matplotlib as mpl  # noqa: PLC0415 (heavy)

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 (heavy)

    rows = -(-len(panels) // 3)
    figure, axes = plt.subplots(rows, 3, figsize=(15, 4.4 * rows), squeeze=False)
    for axis in axes.flat[len(panels) :]:
        axis.remove()
    for axis, (title, ranks, verdict) in zip(axes.flat, panels, strict=False):
        _draw_panel(axis, title, ranks, verdict)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}")
    figure.savefig(beside, dpi=110, format="png")
    beside.replace(path)
    plt.close(figure)


def _draw_panel(axis: Axes, title: str, ranks: Ranks, verdict: Verdict) -> None:
    size = next(iter(ranks.values())).size
    share = np.arange(1, POINTS) / POINTS
    least, most = find_band(size, LEVEL / len(ranks))
    axis.fill_between(
        share, least / size - share, most / size - share, color="0.85", label="95 % band"
    )
    for name, found in sorted(ranks.items(), key=lambda pair: verdict.p_values[pair[0]]):
        bold = name in (verdict.worst, "log likelihood")
        marked = "C0" if name == verdict.worst else "C1"
        axis.plot(
            share,
            _count_below(found) / size - share,
            color=marked if bold else "0.5",
            linewidth=1.8 if bold else 0.5,
            label=name if bold else None,
        )
    axis.axhline(0.0, color="0.4", linewidth=0.6)
    said = title.replace(": ", ":\n", 1).replace("; ", ";\n")
    axis.set_title(f"{said}\np = {verdict.p_value:.2g}", fontsize=9)
    axis.set_xlabel("rank of the truth, as a share")
    axis.set_ylabel("share below, minus the expected share")
    axis.legend(fontsize=7, loc="lower left")


def main() -> None:
    """Run the simulations."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--planted", type=int, default=300, help="simulations of each fault")
    parser.add_argument("--case", choices=list(CASES), action="append")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out"))
    asked = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    names = asked.case or list(CASES)
    jobs = [(name, "", asked.simulations) for name in names]
    if asked.planted:
        jobs += [(PLANTED[f], f, asked.planted) for f in FAULTS if PLANTED[f] in names]
    panels, stated, faults = [], [], 0
    for name, fault, simulations in jobs:
        begun = time.perf_counter()
        ranks = rank_in_parallel(
            name, simulations, seed=asked.seed, fault=fault, workers=asked.workers
        )
        verdict = judge(ranks)
        title = (
            f"{name}, with an error: {FAULTS[fault]}"
            if fault
            else f"{name}: {CASES[name].says}"
        )
        stated.append(report(title, ranks, verdict, time.perf_counter() - begun))
        print(stated[-1], flush=True)
        panels.append((title, ranks, verdict))
        if verdict.even == bool(fault):
            faults += 1
            print("  FAULT:", "not detected" if fault else "not uniform", flush=True)
    draw(panels, asked.out / "calibration.png")
    (asked.out / "calibration.txt").write_text("\n".join(stated) + "\n", "utf-8")
    print(f"faults: {faults}")


if __name__ == "__main__":
    main()
