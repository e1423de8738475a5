"""Verify posteriors against independent samplers of hand-written formulas.

    pip install --editable . --group oracles    (in an environment of its own, .venv/oracles)
    .venv/oracles/bin/python -m tools.verify.posterior [--runs N] [--store FILE.json]
        [--sampler NAME]... [--case NAME]...

The journeys of ``tests.support.posterior_cases`` are conditioned on their reports, and sampled
by importance sampling, and by emcee, dynesty and PyMC's SMC if they are installed. All use
formulas that share only the input with routesim. Means and 5/50/95 % quantiles of the unknowns
and of arrivals must agree within four combined Monte Carlo errors, as must the log evidence.
The error of routesim is the one that it states; those of the others come from repetitions. A
sampler that is not installed is left out with a message. The exit status is 1 if one
disagrees.

References
----------
Oh, Berger (1992), Adaptive importance sampling in Monte Carlo integration, J. Stat. Comput.
Simul. 41;
Foreman-Mackey, Hogg, Lang, Goodman (2013), emcee: the MCMC hammer, PASP 125;
Speagle (2020), dynesty: a dynamic nested sampling package, MNRAS 493;
Abril-Pla and others (2023), PyMC: a modern and comprehensive probabilistic programming
framework in Python, PeerJ Comput. Sci. 9.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import multivariate_t

import routesim as rs
from tests.support.posterior_cases import CASES, Case, Ops, Parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "Answer",
    "ask_routesim",
    "compare",
    "find_log_evidence",
    "sample_dynesty",
    "sample_emcee",
    "sample_importance",
    "sample_pymc",
    "summarise",
]

Array = NDArray[np.float64]

STATISTICS = ("mean", "p05", "p50", "p95")
LEVELS = (0.05, 0.5, 0.95)
NO_DIFFERENCE = 1e-6
"""Largest difference of two numbers that count as equal."""
WIDEST = 4.0
"""Largest allowed difference, in combined errors."""
DRAWS = 32_768
WALKERS = 32
BURN_SHARE = 0.2
THIN = 10
LIVE_POINTS = 500
PARTICLES = 4000
STORED_DIGITS = 6
"""Digits after the point of a stored number."""
FAR = 8.0
"""Largest standard-normal coordinate of a draw of importance sampling."""
ADAPTATIONS = 5
"""Number of proposals of importance sampling after the prior."""
PRIOR_SHARE, WIDENED, DEGREES = 0.05, 1.2, 5
"""Share of the prior in a proposal, factor of its covariance, and degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Result of a sampler.

    Parameters
    ----------
    name
        Name of the sampler.
    values, errors
        Mean and 5/50/95 % quantiles of each quantity, and their Monte Carlo errors, shape (4,).
    log_evidence, log_evidence_error
        Log evidence and its error; NaN if the sampler gives none.
    wall_s
        Wall time in seconds.
    """

    name: str
    values: Mapping[str, Array]
    errors: Mapping[str, Array]
    log_evidence: float
    log_evidence_error: float
    wall_s: float


def summarise(values: Array) -> Array:
    """Return the mean and the 5/50/95 % quantiles, shape (4,)."""
    return np.array([values.mean(), *np.quantile(values, LEVELS)])


def ask_routesim(case: Case, seed: int, draws: int = DRAWS) -> Answer:
    """Condition the journey; the errors are those that routesim states."""
    begun = perf_counter()
    posterior = rs.condition(case.journey, draws=draws, seed=seed, particles=draws)
    found = case.read_quantities(posterior)
    return Answer(
        name="routesim",
        values={name: summarise(values) for name, values in found.items()},
        errors={
            name: posterior.lineage_groups.find_error(values, summarise)
            for name, values in found.items()
        },
        log_evidence=posterior.log_evidence,
        log_evidence_error=posterior.log_evidence_error,
        wall_s=perf_counter() - begun,
    )


def _repeat(
    name: str,
    case: Case,
    seeds: Sequence[int],
    sample: Callable[[Case, int], tuple[Array, float]],
) -> Answer:
    """Sample once per seed; the errors come from the spread of the repetitions."""
    begun = perf_counter()
    rounds, evidence = [], []
    for seed in seeds:
        theta, log_evidence = sample(case, seed)
        rounds.append(case.list_quantities(theta, np.random.default_rng([seed, 1])))
        evidence.append(log_evidence)
    values, errors = {}, {}
    for quantity in rounds[0]:
        each = np.array([summarise(found[quantity]) for found in rounds])
        values[quantity] = each.mean(axis=0)
        errors[quantity] = each.std(axis=0, ddof=1) / np.sqrt(len(seeds))
    return Answer(
        name=name,
        values=values,
        errors=errors,
        log_evidence=float(np.mean(evidence)),
        log_evidence_error=float(np.std(evidence, ddof=1) / np.sqrt(len(seeds))),
        wall_s=perf_counter() - begun,
    )


def find_log_evidence(case: Case, count: int, seed: int) -> tuple[float, float]:
    """Estimate the log evidence and its standard error from plain draws of the prior."""
    z = np.random.default_rng(seed).standard_normal((count, len(case.parameters)))
    gain = case.weigh(case.from_z(z))
    weight = np.exp(gain - gain.max())
    error = weight.std() / weight.mean() / np.sqrt(count)
    return float(gain.max() + np.log(weight.mean())), float(error)


def sample_importance(case: Case, seed: int, draws: int = 400_000) -> tuple[Array, float]:
    """Sample by adaptive importance sampling; the draws are resampled to equal weights.

    The first proposal is the prior. Each later one is a mixture of the prior and a Student t
    distribution with the moments of the weighted draws, in standard-normal coordinates.
    """
    rng = np.random.default_rng(seed)
    size = len(case.parameters)
    z = rng.standard_normal((draws, size))
    log_weight = case.weigh(case.from_z(z))
    for _ in range(ADAPTATIONS):
        weight = np.exp(log_weight - log_weight.max())
        centre = np.average(z, axis=0, weights=weight)
        spread = WIDENED * np.cov(z.T, aweights=weight)
        student = multivariate_t(centre, spread, df=DEGREES)
        z = np.where(
            rng.random((draws, 1)) < PRIOR_SHARE,
            rng.standard_normal((draws, size)),
            student.rvs(draws, random_state=rng),
        )
        # The t distribution has draws where the prior has no mass in double precision.
        near = np.all(np.abs(z) < FAR, axis=1)
        z = np.where(near[:, None], z, 0.0)
        prior = np.exp(-0.5 * np.sum(z * z, axis=1)) / (2.0 * np.pi) ** (0.5 * size)
        proposal = PRIOR_SHARE * prior + (1.0 - PRIOR_SHARE) * student.pdf(z)
        log_weight = case.weigh(case.from_z(z)) + np.log(prior / proposal)
        log_weight[~near] = -np.inf
    weight = np.exp(log_weight - log_weight.max())
    chosen = rng.choice(draws, draws, p=weight / weight.sum())
    return case.from_z(z[chosen]), float(log_weight.max() + np.log(weight.mean()))


def sample_emcee(case: Case, seed: int, steps: int = 5000) -> tuple[Array, float]:
    """Sample with emcee, starting from draws of the prior that agree with the reports."""
    import emcee  # noqa: PLC0415 (an oracle)

    rng = np.random.default_rng(seed)
    theta = case.from_z(rng.standard_normal((200_000, len(case.parameters))))
    gain = case.weigh(theta)
    weight = np.exp(gain - gain.max())
    start = theta[rng.choice(weight.size, WALKERS, replace=False, p=weight / weight.sum())]
    moves = [
        (emcee.moves.DEMove(), 0.5),
        (emcee.moves.DESnookerMove(), 0.1),
        (emcee.moves.StretchMove(), 0.4),
    ]
    sampler = emcee.EnsembleSampler(
        WALKERS, len(case.parameters), case.weigh_with_prior, moves=moves, vectorize=True
    )
    sampler.random_state = np.random.RandomState(seed).get_state()
    sampler.run_mcmc(start, steps)
    chain = sampler.get_chain(discard=int(BURN_SHARE * steps), thin=THIN, flat=True)
    return np.asarray(chain), float("nan")


def sample_dynesty(case: Case, seed: int) -> tuple[Array, float]:
    """Sample with dynesty's nested sampling; the draws have equal weights."""
    import dynesty  # noqa: PLC0415 (an oracle)

    rng = np.random.default_rng(seed)
    sampler = dynesty.NestedSampler(
        lambda theta: float(case.weigh(theta[None, :])[0]),
        lambda shares: case.from_z(ndtri(shares)),
        len(case.parameters),
        nlive=LIVE_POINTS,
        sample="rslice",
        rstate=rng,
    )
    sampler.run_nested(dlogz=0.01, print_progress=False)
    found = sampler.results
    return np.asarray(found.samples_equal(rstate=rng)), float(found.logz[-1])


def sample_pymc(case: Case, seed: int, draws: int = PARTICLES) -> tuple[Array, float]:
    """Sample with PyMC's sequential Monte Carlo, on a graph of the same formulas."""
    import pymc as pm  # noqa: PLC0415 (an oracle)

    with _build_pymc(case):
        trace = pm.sample_smc(
            draws=draws,
            chains=1,
            cores=1,
            random_seed=seed,
            progressbar=False,
            compute_convergence_checks=False,
            # With the default settings the particles hardly move at each stage, and their tails
            # are too short.
            threshold=0.9,
            correlation_threshold=1e-3,
        )
    columns = [np.ravel(trace.posterior[f"x{n}"]) for n in range(len(case.parameters))]
    stages = np.concatenate(
        [np.ravel(one) for one in np.ravel(trace.sample_stats["log_marginal_likelihood"])]
    )
    return np.column_stack(columns), float(stages[np.isfinite(stages)][-1])


def _build_pymc(case: Case) -> Any:
    """Build a PyMC model of the formulas."""
    import pymc as pm  # noqa: PLC0415 (an oracle)
    import pytensor.tensor as pt  # noqa: PLC0415 (an oracle)

    with pm.Model() as model:
        theta = [
            _add_pymc(pm, f"x{n}", parameter) for n, parameter in enumerate(case.parameters)
        ]
        ops = Ops(
            sigmoid=pt.sigmoid,
            where=pt.where,
            log=pt.log,
            exp=pt.exp,
            log_i1=lambda y: pt.log(pt.i1(y)),
            log_add=lambda terms: terms[0] if len(terms) == 1 else pt.logaddexp(*terms),
        )
        pm.Potential("reports", ops.log_add(list(case.weigh_alternatives(theta, ops))))
    return model


def _add_pymc(pm: Any, name: str, parameter: Parameter) -> Any:
    """Add a parameter with its prior to the PyMC model in context."""
    if parameter.prior == "uniform":
        return pm.Uniform(name, parameter.low, parameter.high)
    if parameter.prior == "lognormal":
        return pm.LogNormal(name, np.log(parameter.low), parameter.sigma)
    if parameter.prior == "normal":
        return pm.Normal(name)
    return pm.Exponential(name, scale=parameter.low)


def compare(one: Answer, other: Answer) -> dict[str, Array]:
    """Return the differences in combined errors, shape (4,) for each quantity."""
    found = {}
    for name, values in one.values.items():
        error = np.hypot(one.errors[name], other.errors[name])
        away = values - other.values[name]
        # A quantile in an atom of the distribution has no error.
        exact = (error == 0.0) & (np.abs(away) < NO_DIFFERENCE)
        found[name] = np.where(exact, 0.0, away / np.where(exact, 1.0, error))
    error = np.hypot(one.log_evidence_error, other.log_evidence_error)
    if np.isfinite(error):
        found["log evidence"] = np.array([(one.log_evidence - other.log_evidence) / error])
    return found


def print_table(case: Case, ours: Answer, others: Sequence[Answer]) -> float:
    """Print the answers side by side; return the largest difference."""
    names = "  ".join(f"{answer.name:>22}" for answer in (ours, *others))
    print(f"\n{case.name}: {len(case.parameters)} unknowns; * beyond {WIDEST:g} errors")
    print(f"{'':38}{names}  largest")
    against = [compare(ours, other) for other in others]
    worst = 0.0
    units = {quantity.name: quantity.unit for quantity in case.quantities}
    for quantity in ours.values:
        label = f"{quantity} ({units[quantity]})" if units[quantity] else quantity
        for column, statistic in enumerate(STATISTICS):
            cells = [
                f"{answer.values[quantity][column]:12.4f} ± "
                f"{answer.errors[quantity][column]:7.4f}"
                for answer in (ours, *others)
            ]
            away = max((abs(found[quantity][column]) for found in against), default=0.0)
            worst = max(worst, float(away))
            mark = "*" if away > WIDEST else ""
            shown = label if column == 0 else ""
            print(f"{shown:32} {statistic:4} {'  '.join(cells)}   {away:5.2f}{mark}")
    cells = [
        f"{answer.log_evidence:12.4f} ± {answer.log_evidence_error:7.4f}"
        for answer in (ours, *others)
    ]
    away = max(
        (abs(float(f["log evidence"][0])) for f in against if "log evidence" in f), default=0.0
    )
    print(f"{'log evidence':37} {'  '.join(cells)}   {away:5.2f}{'*' * (away > WIDEST)}")
    walls = "  ".join(f"{answer.wall_s:20.1f} s" for answer in (ours, *others))
    print(f"{'wall time':37} {walls}")
    return max(worst, away)


ORACLES = {
    "importance": sample_importance,
    "emcee": sample_emcee,
    "dynesty": sample_dynesty,
    "pymc": sample_pymc,
}


def list_oracles(
    asked: Sequence[str] | None = None,
) -> dict[str, Callable[[Case, int], tuple[Array, float]]]:
    """Return the installed samplers, or those of them that are requested."""
    return {
        name: sample
        for name, sample in ORACLES.items()
        if (name == "importance" or find_spec(name)) and (asked is None or name in asked)
    }


def store(path: Path, answers: Mapping[str, Sequence[Answer]]) -> None:
    """Write the values and errors of the samplers, for use in tests."""
    rows = {
        case: {
            answer.name: {
                "values": {name: _round(found) for name, found in answer.values.items()},
                "errors": {name: _round(found) for name, found in answer.errors.items()},
                "log_evidence": _round([answer.log_evidence, answer.log_evidence_error]),
            }
            for answer in found
        }
        for case, found in answers.items()
    }
    # The four numbers of a quantity are on one line.
    text = re.sub(
        r"\[[^\]]*\]", lambda part: " ".join(part[0].split()), json.dumps(rows, indent=1)
    )
    path.write_text(text.replace("[ ", "[").replace(" ]", "]") + "\n", encoding="utf-8")


def _round(values: Array | Sequence[float]) -> list[float]:
    return [round(float(value), STORED_DIGITS) for value in values]


def main() -> int:
    """Compare all samplers on all journeys; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=int, default=16, help="repetitions of each sampler")
    parser.add_argument("--store", type=Path, metavar="FILE.json")
    parser.add_argument("--case", choices=[case.name for case in CASES], action="append")
    parser.add_argument("--sampler", choices=list(ORACLES), action="append")
    asked = parser.parse_args()
    # PyMC logs every stage and warns about checks that need more chains.
    logging.getLogger("pymc").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="pymc|arviz|pytensor")
    oracles = list_oracles(asked.sampler)
    for name in sorted(set(asked.sampler or ORACLES) - set(oracles)):
        print(f"{name} is not installed, so it is left out: pip install --group oracles")
    if not oracles:
        return 1
    worst, kept = 0.0, {}
    for case in CASES:
        if asked.case and case.name not in asked.case:
            continue
        ours = ask_routesim(case, asked.seed)
        seeds = [1000 * (asked.seed + 1) + run for run in range(asked.runs)]
        others = [_repeat(name, case, seeds, sample) for name, sample in oracles.items()]
        worst = max(worst, print_table(case, ours, others))
        kept[case.name] = others
    if asked.store is not None:
        store(asked.store, kept)
    fine = worst <= WIDEST
    verdict = "within the limit" if fine else "BEYOND THE LIMIT"
    print(f"\nlargest difference: {worst:.2f} combined errors, {verdict}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
