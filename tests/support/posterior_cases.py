"""Small journeys with hand-written formulas of their posterior, for independent samplers.

Nothing here uses ``routesim.likely``, ``routesim.kinematics`` or the laws of
``routesim.journey``: running times, slack, standing, priors, agreement and the mixture of right
and wrong reports have their own formulas. Times are hours after midnight of 2024-05-02 in
Vladivostok (UTC+10), lengths are kilometres, and standing and slack are minutes.

The formulas are those of the legs between the passages that reports are about. Two quantities
of a leg have a law of their own:

- its *slack*, the running time beyond the shortest possible one. The parameter is the slack
  over its mean. It has an inverse Gaussian law of mean 1;
- its *standing*. It is 0 if there is no halt, so the likelihood is summed over two
  alternatives: no halt, or halts whose total is the parameter.

A sampler needs a prior that it can draw from. These parameters are therefore drawn from a
simple *reference*, and the ratio of their density to it is part of the weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, log, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, i1e, ndtr

from tests.support.journeys import (
    PRINTED,
    fixed,
    load_text,
    lognormal,
    make_window,
    uniform,
    write_departure,
    write_family,
    write_head,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_standing,
    write_stop,
    write_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from routesim.journey import Ensemble, Journey

__all__ = [
    "CASES",
    "FIVE",
    "FOUR",
    "NUMPY",
    "SIX",
    "VARIED",
    "WAITS",
    "Case",
    "Ops",
    "Parameter",
    "Quantity",
    "ReportLikelihood",
]

Array = NDArray[np.float64]
Row = dict[str, Any]

DAY_S = 1714572000.0
"""2024-05-01T14:00Z, midnight in Vladivostok."""
NORMAL_P95 = 1.6448536269514722
RELIABILITY_SPAN_H = 48.0
SPAN_KMH = 100.0
RANGE_SHARE = 0.25
FACE_VALUE = 0.6
IDENTITY = 0.9

# Values of the train "special" (geodata/trains/special.toml), and kilometres of the stations.
ACCELERATION, BRAKING, DELAY_H = 0.15, 0.4, 20.0 / 3600.0
SUKHANOVKA, PRIMORSKAYA, VINEVITINO = 73.9, 151.0, 202.0
BARANOVSKY, USSURIYSK, SIBIRTSEVO = 238.0, 260.1, 328.0
BRANCH, MAIN = "Khasan branch", "Trans-Siberian"
TOP_KMH = 100.0
"""Top speed of the train, and of the branch. That of the main line is higher."""
GRAIN_H = 15.0 / 3600.0
"""Variance of the slack of a leg over its mean."""


@dataclass(frozen=True, slots=True)
class Ops:
    """The functions that formulas need, from numpy or pytensor.

    ``log_i1`` is the logarithm of the modified Bessel function of order 1. ``log_add`` returns
    the logarithm of the sum of the exponentials of a list.
    """

    sigmoid: Callable[[Any], Any]
    where: Callable[[Any, Any, Any], Any]
    log: Callable[[Any], Any]
    exp: Callable[[Any], Any]
    log_i1: Callable[[Any], Any]
    log_add: Callable[[Sequence[Any]], Any]


NUMPY = Ops(
    sigmoid=expit,
    where=np.where,
    log=np.log,
    exp=np.exp,
    log_i1=lambda y: np.log(i1e(y)) + y,
    log_add=np.logaddexp.reduce,
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a posterior.

    Parameters
    ----------
    name
        Its name.
    prior
        ``uniform``, ``lognormal``, ``normal`` or ``exponential``.
    low, high
        The ends of a uniform prior, the median and the 95 % point of a lognormal one, or the
        mean of an exponential one. A normal prior is a standard one.
    """

    name: str
    prior: str
    low: float = 0.0
    high: float = 1.0

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return log(self.high / self.low) / NORMAL_P95

    def find_logpdf(self, value: Any, ops: Ops) -> Any:
        """Return the logarithm of the prior density within its support."""
        if self.prior == "uniform":
            return 0.0 * value - log(self.high - self.low)
        if self.prior == "exponential":
            return -value / self.low - log(self.low)
        if self.prior == "normal":
            return -0.5 * value**2 - 0.5 * log(2.0 * pi)
        score = ops.log(value / self.low) / self.sigma
        return -0.5 * score**2 - ops.log(value) - log(self.sigma * sqrt(2.0 * pi))

    def logpdf(self, value: Array) -> Array:
        """Return the logarithm of the prior density, minus infinity outside its support."""
        inside = np.isfinite(value)
        if self.prior == "uniform":
            inside = (value >= self.low) & (value <= self.high)
        elif self.prior != "normal":
            inside = value > 0.0
        found = self.find_logpdf(np.where(inside, value, self.high), NUMPY)
        return np.where(inside, found, -np.inf)

    def from_z(self, z: Array) -> Array:
        """Return the quantile of the prior at a standard-normal coordinate."""
        if self.prior == "uniform":
            return np.asarray(self.low + ndtr(z) * (self.high - self.low))
        if self.prior == "exponential":
            return np.asarray(-self.low * np.log(ndtr(-z)))
        return np.asarray(z if self.prior == "normal" else self.low * np.exp(self.sigma * z))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that is compared, with the function that reads it from an ensemble."""

    name: str
    unit: str
    read: Callable[[Ensemble], Array]


@dataclass(frozen=True, slots=True)
class ReportLikelihood:
    """Likelihoods of reports, composed of the functions of one library."""

    ops: Ops

    def rise(self, room: Any, soft: float) -> Any:
        """Return the agreement with one end; ``soft`` is two deviations of a normal error.

        It is Page's approximation, as in the model. The model differs from it beyond five
        standard deviations, where both are less than 1e-7.
        """
        z = 2.0 * room / soft
        return self.ops.sigmoid(2.0 * sqrt(2.0 / pi) * z * (1.0 + 0.044715 * z * z))

    def within(self, value: Any, low: float, high: float, soft: float) -> Any:
        """Return the agreement with a window."""
        return self.rise(value - low, soft) - self.rise(value - high, soft)

    def in_range(self, value: Any, low: float, high: float) -> Any:
        """Return the agreement with a range of a quantity."""
        return self.within(value, low, high, RANGE_SHARE * (high - low))

    def mix(self, agreement: Any, reliability: float, flat: float) -> Any:
        """Return the likelihood of a report that is either right or uninformative."""
        return reliability * agreement + (1.0 - reliability) * flat

    def weigh_window(
        self, value: Any, window: tuple[float, float, float], reliability: float
    ) -> Any:
        """Return the likelihood of a time reported as a window of low, high and softness."""
        low, high, _ = window
        flat = (high - low) / RELIABILITY_SPAN_H
        return self.mix(self.within(value, *window), reliability, flat)


@dataclass(frozen=True, slots=True)
class Way:
    """Running times in hours, with one speed on the branch and one beyond, in km/h."""

    ops: Ops
    branch_kmh: Any
    main_kmh: Any

    def start(self) -> Any:
        """Return the time lost by a start from rest on the branch."""
        return DELAY_H + self._rise(self.branch_kmh, ACCELERATION)

    def stop(self) -> Any:
        """Return the time lost by braking to rest on the branch."""
        return self._rise(self.branch_kmh, BRAKING)

    def change_before(self) -> Any:
        """Return the time lost by braking before the main line, if that is slower."""
        return self._lose(self.branch_kmh, self.main_kmh, BRAKING)

    def change_after(self) -> Any:
        """Return the time lost by accelerating on the main line, if that is faster."""
        return self._lose(self.main_kmh, self.branch_kmh, ACCELERATION)

    def start_main(self) -> Any:
        """Return the time lost by a start from rest on the main line."""
        return DELAY_H + self._rise(self.main_kmh, ACCELERATION)

    def stop_main(self) -> Any:
        """Return the time lost by braking to rest on the main line."""
        return self._rise(self.main_kmh, BRAKING)

    @staticmethod
    def _rise(kmh: Any, rate_mps2: float) -> Any:
        # Reaching v at a constant rate a takes v / a over v^2 / 2a. At v that distance takes
        # v / 2a, so that v / 2a is lost.
        return kmh / 3.6 / (2.0 * rate_mps2) / 3600.0

    def _lose(self, high: Any, low: Any, rate_mps2: float) -> Any:
        # The change takes (high - low) / a at the mean speed, instead of the high speed.
        lost_h = ((high - low) / 3.6) ** 2 / (2.0 * rate_mps2 * high / 3.6) / 3600.0
        return self.ops.where(high > low, lost_h, 0.0 * high)


def find_slack(km: Any, kmh: Any) -> Any:
    """Return the mean slack in hours: the time at a mean speed beyond that at the top speed."""
    return km / kmh - km / TOP_KMH


def weigh_slack(ops: Ops, share: Any, mean_h: Any, reference: Parameter) -> Any:
    """Return the log density of a slack over its mean, relative to a reference.

    The slack has the mean ``m`` and the variance ``m * grain``. Over its mean it is inverse
    Gaussian with mean 1 and shape ``m / grain``: its variance is the inverse of the shape.
    """
    shape = mean_h / GRAIN_H
    density = (
        0.5 * ops.log(shape / (2.0 * pi))
        - 1.5 * ops.log(share)
        - 0.5 * shape * (share - 1.0) ** 2 / share
    )
    return density - reference.find_logpdf(share, ops)


def weigh_standing(
    ops: Ops, total: Any, expected: Any, halt: Any, reference: Parameter
) -> tuple[Any, Any]:
    """Return the log probability of no halt, and the log density of a total above 0.

    ``expected`` is the expected number of halts, and ``halt`` their mean length. A total of
    ``k`` halts has a gamma density. Summed over the Poisson probabilities of ``k``,

        exp(-n - s / m) / s * sum((n s / m) ** k / (k! (k - 1)!)),

    the series is that of ``y / 2 * I1(y)`` with ``y = 2 sqrt(n s / m)``. The density is
    relative to a reference. Without a halt the parameter still exists. It then has the
    distribution of the reference, which changes nothing.
    """
    y = 2.0 * (expected * total / halt) ** 0.5
    density = -expected - total / halt - ops.log(total) + ops.log(0.5 * y) + ops.log_i1(y)
    return -expected, density - reference.find_logpdf(total, ops)


Times = dict[str, Any]
"""Times of events in hours, and other quantities, by their name."""
Alternatives = list[tuple[Any, Times]]
"""The log weights of alternatives, and the times in each."""


@dataclass(frozen=True, eq=False)
class Case:
    """A journey, with its file and its formulas.

    Parameters
    ----------
    name, text
        The name of the journey, and its file.
    parameters
        The parameters of the posterior.
    run
        Function that returns the alternatives from the operations and the parameters.
    likelihood
        Function that returns the likelihood of all reports from the likelihoods of single
        ones and the times.
    quantities
        What is compared.
    complete
        Function that adds times to which no report refers, from random numbers.
    """

    name: str
    text: str
    parameters: tuple[Parameter, ...]
    run: Callable[[Ops, Sequence[Any]], Alternatives]
    likelihood: Callable[[ReportLikelihood, Times], Any]
    quantities: tuple[Quantity, ...]
    complete: Callable[[np.random.Generator, Times], Times] = lambda _stream, _times: {}

    @cached_property
    def journey(self) -> Journey:
        """The journey, read from its file."""
        return load_text(self.text, name=self.name)

    def weigh_alternatives(self, theta: Sequence[Any], ops: Ops = NUMPY) -> Iterator[Any]:
        """Yield the log weight of each alternative, times its likelihood."""
        given = ReportLikelihood(ops)
        for weight, times in self.run(ops, theta):
            yield weight + ops.log(self.likelihood(given, times))

    def weigh(self, theta: Array) -> Array:
        """Return the log weight of rows of parameters, shape (rows,)."""
        return np.asarray(NUMPY.log_add(list(self.weigh_alternatives(theta.T))))

    def weigh_with_prior(self, theta: Array) -> Array:
        """Return the unnormalised log posterior density of rows, shape (rows,)."""
        columns = zip(self.parameters, theta.T, strict=True)
        prior = np.sum([p.logpdf(column) for p, column in columns], axis=0)
        inside = np.isfinite(prior)
        found = np.full(theta.shape[0], -np.inf)
        found[inside] = prior[inside] + self.weigh(theta[inside])
        return found

    def from_z(self, z: Array) -> Array:
        """Return parameters from standard-normal coordinates, shape (..., parameters)."""
        columns = [p.from_z(z[..., n]) for n, p in enumerate(self.parameters)]
        return np.stack(columns, axis=-1)

    def list_quantities(self, theta: Array, stream: np.random.Generator) -> dict[str, Array]:
        """Return the quantities of rows of parameters; the alternative of each is drawn."""
        weights = np.array(list(self.weigh_alternatives(theta.T)))
        noise = -np.log(stream.standard_exponential(weights.shape))
        chosen = (weights + noise).argmax(axis=0)
        runs = [times for _, times in self.run(NUMPY, theta.T)]
        each = np.arange(chosen.size)
        times = {
            name: np.array([run[name] + 0.0 * theta[:, 0] for run in runs])[chosen, each]
            for name in runs[0]
        }
        times |= self.complete(stream, times)
        return {quantity.name: times[quantity.name] for quantity in self.quantities}

    def read_quantities(self, ensemble: Ensemble) -> dict[str, Array]:
        """Return the quantities of an ensemble."""
        return {quantity.name: quantity.read(ensemble) for quantity in self.quantities}


def to_hours(times_s: Array) -> Array:
    """Return hours after midnight."""
    return np.asarray((times_s - DAY_S) / 3600.0)


DEPARTURE = Quantity("departure", "h", lambda ensemble: to_hours(ensemble.departure_s))


def _read_speed(name: str, line: str) -> Quantity:
    return Quantity(name, "km/h", lambda ensemble: ensemble.running_mps[line] * 3.6)


def _read_dwell(place: str) -> Quantity:
    def read(ensemble: Ensemble) -> Array:
        return ensemble.dwell_s[ensemble.route.index_of(place)] / 60.0

    return Quantity(f"dwell at {place}", "min", read)


def _read_arrival(place: str) -> Quantity:
    def read(ensemble: Ensemble) -> Array:
        return to_hours(ensemble.get_arrivals(ensemble.route.index_of(place)))

    return Quantity(f"arrive {place}", "h", read)


def _read_delay(first: str, last: str) -> Quantity:
    """Read the slack of a leg beyond its mean."""

    def read(ensemble: Ensemble) -> Array:
        ends = (ensemble.route.index_of(place) for place in (first, last))
        before, after = (ensemble.get_delay(index) for index in ends)
        return np.asarray(after - before) / 60.0

    return Quantity(f"delay to {last}", "min", read)


STANDING = Quantity(
    "standing", "min", lambda ensemble: np.asarray(ensemble.standing_s[BRANCH] / 60.0)
)
HALTED = Quantity("halted", "", lambda ensemble: (STANDING.read(ensemble) > 0.0).astype(float))


# ------------------------------------------------------------------ files


def _write_plan(
    name: str, ends: tuple[str, str], *, stops: Sequence[tuple[str, Row]] = (), **variation: Any
) -> str:
    """Write a file with one route, and without speeds, families, reports and standing."""
    even = {"slack_spread": 0, "grain_s": 0, "long_wait_share": 0}
    even["standing_min_per_100km"] = fixed(0)
    return (
        write_head(name, "way")
        + write_source(zone="Asia/Tokyo")
        + write_route("way", ends[1], from_=ends[0])
        + write_departure("06:00", "10:00")
        + write_table("[plan.variation]", **even | variation)
        + "".join(write_stop(station, dwell) for station, dwell in stops)
    )


def _write_event(
    name: str, reliability: float, kind: str, place: str, time: Row, **changes: Any
) -> str:
    clause = {"kind": kind, "place": place, **time}
    return write_report(name, clause, reliability=reliability, **changes)


def _write_quantity(name: str, reliability: float, kind: str, **fields: Any) -> str:
    return write_report(name, {"kind": kind, **fields}, reliability=reliability)


def _write_when(when: str, about: str = "") -> Row:
    return {"when": f"{about}2024-05-02 {when}", **PRINTED}


# ------------------------------------------------------------------ four parameters

# Two legs with slack on the branch, and a fixed speed beyond it.

FOUR_MAIN_KMH = 65.0
FOUR_DWELL_H = 20.0 / 60.0
SLACK_FOUR = Parameter("slack over its mean", "lognormal", 1.0, 1.3)


def _run_four(ops: Ops, theta: Sequence[Any]) -> Alternatives:
    departure, branch_kmh, first, then = theta
    way = Way(ops, branch_kmh, FOUR_MAIN_KMH + 0.0 * branch_kmh)
    means = [find_slack(km, branch_kmh) for km in (SUKHANOVKA, BARANOVSKY - SUKHANOVKA)]
    delays = [mean * (share - 1.0) for mean, share in zip(means, (first, then), strict=True)]
    weight = weigh_slack(ops, first, means[0], SLACK_FOUR) + weigh_slack(
        ops, then, means[1], SLACK_FOUR
    )
    leg = way.start() + SUKHANOVKA / branch_kmh + way.stop()
    to_sukhanovka = departure + leg + delays[0]
    onward = way.start() + (BARANOVSKY - SUKHANOVKA) / branch_kmh + way.change_before()
    branch_end = to_sukhanovka + FOUR_DWELL_H + onward + delays[1]
    last = way.change_after() + (USSURIYSK - BARANOVSKY) / way.main_kmh + way.stop_main()
    # The running speed is that of the whole way, without the time to brake and accelerate.
    running_h = BARANOVSKY / branch_kmh + 22.1 / FOUR_MAIN_KMH + delays[0] + delays[1]
    times = {
        "departure": departure,
        "speed on the branch": branch_kmh,
        "running speed": USSURIYSK / running_h,
        "delay to Sukhanovka": 60.0 * delays[0],
        "delay to Baranovsky": 60.0 * delays[1],
        "arrive Sukhanovka": to_sukhanovka,
        "arrive Baranovsky": branch_end,
        "arrive Ussuriysk": branch_end + last,
    }
    return [(weight, times)]


def _get_likelihood_four(given: ReportLikelihood, times: Times) -> Any:
    return (
        given.weigh_window(times["departure"], (7.5, 8.0, 10.0 / 60.0), 0.7)
        # "about 09:40" is five minutes on each side, and soft by five minutes.
        * given.weigh_window(
            times["arrive Sukhanovka"], (9.0 + 35 / 60, 9.0 + 45 / 60, 5 / 60), 0.9
        )
        # The afternoon is 12:00 to 18:00, soft by an hour.
        * given.weigh_window(times["arrive Baranovsky"], (12.0, 18.0, 1.0), 0.95)
        # A bare clock time is its minute, soft by two minutes.
        * given.weigh_window(
            times["arrive Ussuriysk"], (13.0 + 20 / 60, 13.0 + 21 / 60, 2 / 60), 0.95
        )
        * given.mix(given.in_range(times["running speed"], 50.0, 58.0), 0.8, 8.0 / SPAN_KMH)
    )


FOUR = Case(
    name="four",
    text=_write_plan(
        "four", ("Khasan", "Ussuriysk"), stops=[("Sukhanovka", fixed(20))], grain_s=15
    )
    + write_speed(BRANCH, uniform(45, 75))
    + write_speed(MAIN, fixed(FOUR_MAIN_KMH))
    + "".join(map(write_family, "DABCVW"))
    + _write_event("D", 0.7, "depart", "Khasan", make_window("07:30", "08:00", 10))
    + _write_event("A", 0.9, "arrive", "Sukhanovka", _write_when("09:40", "about "))
    + _write_event("B", 0.95, "pass", "Baranovsky", _write_when("afternoon"))
    + _write_event("C", 0.95, "arrive", "Ussuriysk", _write_when("13:20"))
    + _write_quantity("V", 0.8, "speed", kmh={"low": 50, "high": 58}, basis="running"),
    parameters=(
        Parameter("departure", "uniform", 6.0, 10.0),
        Parameter("speed on the branch", "uniform", 45.0, 75.0),
        SLACK_FOUR,
        SLACK_FOUR,
    ),
    run=_run_four,
    likelihood=_get_likelihood_four,
    quantities=(
        DEPARTURE,
        _read_speed("speed on the branch", BRANCH),
        _read_delay("Khasan", "Sukhanovka"),
        _read_delay("Sukhanovka", "Baranovsky"),
        *map(_read_arrival, ("Sukhanovka", "Baranovsky", "Ussuriysk")),
    ),
)


# ------------------------------------------------------------------ five parameters

# Standing on the branch, at unknown rate and length of a halt, without slack. The standing
# beyond the branch is not a parameter: it is drawn, given the rate on the branch.

FIVE_MAIN_KMH = 65.0
RATES = {BRANCH: (8.0, 30.0), MAIN: (12.0, 40.0)}
PRIORITY_SHARE = 0.8
# From Khasan the branch has 13 crossings of weight 1.5, and at its end the junction Baranovsky
# of weight 4, which counts before the arrival: 23.5 in all. The whole branch has 238 km, so one
# minute per 100 km is 2.38 minutes.
BRANCH_100KM = 2.38
# A run over the whole of the main line from Vladivostok meets 156 sidings of weight 1,
# 3 junctions of weight 4, and 3 changes of engine and a large station of weight 6: 192 in all.
# From Baranovsky up to the arrival at Ussuriysk there are 3 sidings and a third of its 6, at
# the home signal. The line has 1577.3 km.
MAIN_100KM = 15.773 * (3 + 6 / 3) / 192
STANDING_FIVE = Parameter("standing", "exponential", 40.0)


def _run_branch(ops: Ops, departure: Any, branch_kmh: Any, stood_min: Any) -> Times:
    """Return the times of a run without slack and stops."""
    way = Way(ops, branch_kmh, FIVE_MAIN_KMH + 0.0 * branch_kmh)
    run_h = way.start() + BARANOVSKY / branch_kmh + way.change_before()
    branch_end = departure + run_h + stood_min / 60.0
    last = way.change_after() + (USSURIYSK - BARANOVSKY) / way.main_kmh + way.stop_main()
    return {
        "departure": departure,
        "speed on the branch": branch_kmh,
        "standing": stood_min,
        "halted": ops.where(stood_min > 0.0, 1.0, 0.0),
        "arrive Baranovsky": branch_end,
        "at Ussuriysk without standing": branch_end + last,
    }


def _run_five(ops: Ops, theta: Sequence[Any]) -> Alternatives:
    departure, branch_kmh, rate, halt_min, total_min = theta
    expected = rate * BRANCH_100KM / halt_min
    chances = weigh_standing(ops, total_min, expected, halt_min, STANDING_FIVE)
    found = []
    for chance, stood_min in zip(chances, (0.0 * total_min, total_min), strict=True):
        times = _run_branch(ops, departure, branch_kmh, stood_min)
        found.append((chance, {**times, "rate": rate, "halt": halt_min}))
    return found


def _get_likelihood_five(given: ReportLikelihood, times: Times) -> Any:
    five, ten = 5.0 / 60.0, 10.0 / 60.0
    return (
        given.weigh_window(times["departure"], (7.0, 7.5, five), 0.95)
        * given.weigh_window(times["departure"], (7.25, 8.5, 0.25), 0.8)
        # Two families contradict each other.
        * given.weigh_window(times["arrive Baranovsky"], (11.5, 11.75, five), 0.6)
        * given.weigh_window(times["arrive Baranovsky"], (12.5, 13.0, ten), 0.7)
    )


def _complete_five(stream: np.random.Generator, times: Times) -> Times:
    """Draw the arrival at Ussuriysk; the rates of both lines have a part in common."""
    rate = [Parameter(line, "lognormal", *RATES[line]) for line in (BRANCH, MAIN)]
    z = np.log(times["rate"] / rate[0].low) / rate[0].sigma
    fresh = sqrt(1.0 - PRIORITY_SHARE**2) * stream.standard_normal(z.size)
    beyond = rate[1].from_z(PRIORITY_SHARE * z + fresh)
    count = stream.poisson(beyond * MAIN_100KM / times["halt"])
    stood_min = times["halt"] * stream.gamma(np.maximum(count, 1)) * (count > 0)
    arrive = times["at Ussuriysk without standing"] + stood_min / 60.0
    return {"arrive Ussuriysk": arrive, "halted beyond": (count > 0).astype(float)}


def _read_halted_beyond(ensemble: Ensemble) -> Array:
    return np.asarray((ensemble.standing_s[MAIN] > 0.0).astype(float))


FIVE = Case(
    name="five",
    text=_write_plan(
        "five",
        ("Khasan", "Ussuriysk"),
        halt_min=uniform(8, 30),
        priority_share=PRIORITY_SHARE,
    )
    + write_speed(BRANCH, uniform(45, 75))
    + write_speed(MAIN, fixed(FIVE_MAIN_KMH))
    + "".join(write_standing(line, lognormal(*rate), 1) for line, rate in RATES.items())
    + "".join(map(write_family, "DEAB"))
    + _write_event("D", 0.95, "depart", "Khasan", make_window("07:00", "07:30", 5))
    + _write_event("E", 0.8, "depart", "Khasan", make_window("07:15", "08:30", 15))
    + _write_event("A", 0.6, "arrive", "Baranovsky", make_window("11:30", "11:45", 5))
    + _write_event("B", 0.7, "arrive", "Baranovsky", make_window("12:30", "13:00", 10)),
    parameters=(
        Parameter("departure", "uniform", 6.0, 10.0),
        Parameter("speed on the branch", "uniform", 45.0, 75.0),
        Parameter("standing rate", "lognormal", *RATES[BRANCH]),
        Parameter("length of a halt", "uniform", 8.0, 30.0),
        STANDING_FIVE,
    ),
    run=_run_five,
    likelihood=_get_likelihood_five,
    quantities=(
        DEPARTURE,
        _read_speed("speed on the branch", BRANCH),
        STANDING,
        HALTED,
        Quantity("halted beyond", "", _read_halted_beyond),
        *map(_read_arrival, ("Baranovsky", "Ussuriysk")),
    ),
    complete=_complete_five,
)


# ------------------------------------------------------------------ long waits

# The same, with long waits. A train can be kept at the junction Baranovsky alone. A share of
# the standing there is in long waits.

WAIT_RATE = 40.0, 120.0
WAIT_HALT_MIN, WAIT_MIN, WAIT_SHARE = 15.0, 120.0, 0.3
# A train can be kept at all points with a weight.
HALTS_100KM = BRANCH_100KM * (1.0 - WAIT_SHARE)
WAITS_100KM = BRANCH_100KM * WAIT_SHARE
STANDING_WAITS = Parameter("total of the halts", "exponential", 100.0)
WAIT_WAITS = Parameter("total of the long waits", "exponential", 150.0)


def _run_waits(ops: Ops, theta: Sequence[Any]) -> Alternatives:
    departure, branch_kmh, rate, total_min, wait_min = theta
    halts, waits = rate * HALTS_100KM / WAIT_HALT_MIN, rate * WAITS_100KM / WAIT_MIN
    chances = weigh_standing(ops, total_min, halts, WAIT_HALT_MIN, STANDING_WAITS)
    waiting = weigh_standing(ops, wait_min, waits, WAIT_MIN, WAIT_WAITS)
    found = []
    for chance, stood_min in zip(chances, (0.0 * total_min, total_min), strict=True):
        for other, waited_min in zip(waiting, (0.0 * wait_min, wait_min), strict=True):
            times = _run_branch(ops, departure, branch_kmh, stood_min + waited_min)
            times["arrive Ussuriysk"] = times["at Ussuriysk without standing"]
            found.append((chance + other, times))
    return found


def _get_likelihood_waits(given: ReportLikelihood, times: Times) -> Any:
    five, half = 5.0 / 60.0, 0.5
    return (
        given.weigh_window(times["departure"], (7.0, 7.5, five), 0.95)
        * given.weigh_window(times["arrive Baranovsky"], (14.5, 15.5, half), 0.9)
        * given.mix(given.rise(times["arrive Ussuriysk"] - 13.0, 2.0 / 60.0), 0.9, 0.5)
    )


WAITS = Case(
    name="waits",
    text=_write_plan(
        "waits",
        ("Khasan", "Ussuriysk"),
        halt_min=fixed(WAIT_HALT_MIN),
        long_wait_share=WAIT_SHARE,
        long_wait_h=WAIT_MIN / 60.0,
    )
    + write_speed(BRANCH, uniform(45, 75))
    + write_speed(MAIN, fixed(FIVE_MAIN_KMH))
    + write_standing(BRANCH, lognormal(*WAIT_RATE), 1)
    + "".join(map(write_family, "DBN"))
    + _write_event("D", 0.95, "depart", "Khasan", make_window("07:00", "07:30", 5))
    + _write_event("B", 0.9, "arrive", "Baranovsky", make_window("14:30", "15:30", 30))
    + _write_event(
        "N",
        0.9,
        "not_yet",
        "Ussuriysk",
        {"event": "arrive", "as_of": "2024-05-02 13:00", **PRINTED},
    ),
    parameters=(
        Parameter("departure", "uniform", 6.0, 10.0),
        Parameter("speed on the branch", "uniform", 45.0, 75.0),
        Parameter("standing rate", "lognormal", *WAIT_RATE),
        STANDING_WAITS,
        WAIT_WAITS,
    ),
    run=_run_waits,
    likelihood=_get_likelihood_waits,
    quantities=(
        DEPARTURE,
        _read_speed("speed on the branch", BRANCH),
        STANDING,
        HALTED,
        *map(_read_arrival, ("Baranovsky", "Ussuriysk")),
    ),
)


# ------------------------------------------------------------------ six parameters

# Reports of many kinds. The branch has a fixed speed, and two legs beyond it have slack.

SIX_BRANCH_KMH = 58.0
SLACK_SIX = Parameter("slack over its mean", "lognormal", 1.0, 1.6)


def _run_six(ops: Ops, theta: Sequence[Any]) -> Alternatives:
    departure, main_kmh, dwell_min, later_min, first, then = theta
    way = Way(ops, SIX_BRANCH_KMH + 0.0 * main_kmh, main_kmh)
    lengths = USSURIYSK - BARANOVSKY, SIBIRTSEVO - USSURIYSK
    means = [find_slack(km, main_kmh) for km in lengths]
    delays = [mean * (share - 1.0) for mean, share in zip(means, (first, then), strict=True)]
    weight = weigh_slack(ops, first, means[0], SLACK_SIX) + weigh_slack(
        ops, then, means[1], SLACK_SIX
    )
    times: Times = {
        "departure": departure,
        "speed beyond it": main_kmh,
        "dwell at Sukhanovka": dwell_min,
        "dwell at Ussuriysk": later_min,
        "delay to Ussuriysk": 60.0 * delays[0],
        "delay to Sibirtsevo": 60.0 * delays[1],
        "running speed": lengths[1] / (lengths[1] / main_kmh + delays[1]),
    }
    leg = way.start() + SUKHANOVKA / SIX_BRANCH_KMH + way.stop()
    times["arrive Sukhanovka"] = departure + leg
    left = times["depart Sukhanovka"] = departure + leg + dwell_min / 60.0
    for place, km in (("Primorskaya", PRIMORSKAYA), ("Vinevitino", VINEVITINO)):
        times[f"arrive {place}"] = left + way.start() + (km - SUKHANOVKA) / SIX_BRANCH_KMH
    onward = way.start() + (BARANOVSKY - SUKHANOVKA) / SIX_BRANCH_KMH + way.change_before()
    times["arrive Baranovsky"] = left + onward
    to_ussuriysk = way.change_after() + lengths[0] / main_kmh + way.stop_main() + delays[0]
    times["arrive Ussuriysk"] = left + onward + to_ussuriysk
    times["depart Ussuriysk"] = times["arrive Ussuriysk"] + later_min / 60.0
    last = way.start_main() + lengths[1] / main_kmh + way.stop_main() + delays[1]
    times["arrive Sibirtsevo"] = times["depart Ussuriysk"] + last
    return [(weight, times)]


def _get_likelihood_six(given: ReportLikelihood, times: Times) -> Any:
    departure, five = times["departure"], 5.0 / 60.0
    # Two conflicting versions of an event by one family: one of them is meant.
    contrary = 0.5 * (
        given.weigh_window(times["arrive Baranovsky"], (12.25, 12.75, five), 0.85)
        + given.weigh_window(times["arrive Baranovsky"], (12.75, 13.25, five), 0.85)
    )
    # "Not yet arrived by 12:45" holds by chance for half of all times; soft by two minutes.
    not_yet = given.mix(given.rise(times["arrive Ussuriysk"] - 12.75, 2.0 / 60.0), 0.9, 0.5)
    # It is between the two from the arrival at the first to the departure from the second.
    seen = given.rise(13.5 - times["arrive Baranovsky"], five) * given.rise(
        times["depart Ussuriysk"] - 13.0, five
    )
    # An afternoon by the clock of the place, or an hour later by the clock of the publisher.
    afternoon = FACE_VALUE * given.within(times["arrive Sibirtsevo"], 12.0, 18.0, 1.0) + (
        1.0 - FACE_VALUE
    ) * given.within(times["arrive Sibirtsevo"], 13.0, 19.0, 1.0)
    # An overall speed, stops included, or a running speed.
    overall_kmh = (SIBIRTSEVO - USSURIYSK) / (
        times["arrive Sibirtsevo"] - times["depart Ussuriysk"]
    )
    speed = FACE_VALUE * given.in_range(times["running speed"], 60.0, 70.0) + (
        1.0 - FACE_VALUE
    ) * given.in_range(overall_kmh, 60.0, 70.0)
    # Two reports of "a similar train": either both are about this train, or neither.
    about = [
        (times["arrive Primorskaya"], 11.0 + 20 / 60),
        (times["arrive Vinevitino"], 12.0 + 10 / 60),
    ]
    this = other = 1.0
    for time, clock in about:
        wide = five if round(clock * 60) % 30 else 0.25
        soft = five if round(clock * 60) % 30 else 10.0 / 60.0
        this = this * given.weigh_window(time, (clock - wide, clock + wide, soft), 0.9)
        other *= 2.0 * wide / RELIABILITY_SPAN_H
    similar = IDENTITY * this + (1.0 - IDENTITY) * other
    whole_h = times["arrive Sibirtsevo"] - departure
    return (
        given.weigh_window(departure, (7.0, 8.5, 0.25), 0.8)
        * given.weigh_window(times["depart Sukhanovka"], (9.5, 10.0, five), 0.9)
        * contrary
        * not_yet
        * given.mix(seen, 0.9, 0.5 / RELIABILITY_SPAN_H)
        * given.mix(afternoon, 0.95, 6.0 / RELIABILITY_SPAN_H)
        * given.mix(speed, 0.85, 10.0 / SPAN_KMH)
        * similar
        * given.mix(
            given.in_range(times["dwell at Ussuriysk"], 15.0, 30.0),
            0.8,
            15.0 / 60.0 / RELIABILITY_SPAN_H,
        )
        * given.mix(given.in_range(whole_h, 6.5, 7.5), 0.9, 1.0 / RELIABILITY_SPAN_H)
    )


TWO_STOPS = [("Sukhanovka", lognormal(20, 60)), ("Ussuriysk", lognormal(30, 90))]

SIX = Case(
    name="six",
    text=_write_plan("six", ("Khasan", "Sibirtsevo"), stops=TWO_STOPS, grain_s=15)
    + write_speed(BRANCH, fixed(SIX_BRANCH_KMH))
    + write_speed(MAIN, uniform(50, 90))
    + "".join(map(write_family, "DAFNPZVTWQ"))
    + _write_event("D", 0.8, "depart", "Khasan", make_window("07:00", "08:30", 15))
    + _write_event("A", 0.9, "depart", "Sukhanovka", make_window("09:30", "10:00", 5))
    + _write_event(
        "F1", 0.85, "arrive", "Baranovsky", make_window("12:15", "12:45", 5), family="F"
    )
    + _write_event(
        "F2", 0.85, "arrive", "Baranovsky", make_window("12:45", "13:15", 5), family="F"
    )
    + _write_event(
        "N",
        0.9,
        "not_yet",
        "Ussuriysk",
        {"event": "arrive", "as_of": "2024-05-02 12:45", **PRINTED},
    )
    + _write_quantity(
        "P",
        0.9,
        "present",
        between=["Baranovsky", "Ussuriysk"],
        **make_window("13:00", "13:30", 5),
    )
    + _write_event(
        "Z", 0.95, "arrive", "Sibirtsevo", _write_when("afternoon") | {"zone_known": "inferred"}
    )
    + _write_quantity(
        "V",
        0.85,
        "speed",
        kmh={"low": 60, "high": 70},
        basis="unsaid",
        between=["Ussuriysk", "Sibirtsevo"],
    )
    + _write_event(
        "T1",
        0.9,
        "pass",
        "Primorskaya",
        _write_when("11:20", "about "),
        family="T",
        identity="similar",
    )
    + _write_event(
        "T2",
        0.9,
        "pass",
        "Vinevitino",
        _write_when("12:10", "about "),
        family="T",
        identity="similar",
    )
    + _write_quantity("W", 0.8, "stand", place="Ussuriysk", minutes={"low": 15, "high": 30})
    + _write_quantity("Q", 0.9, "duration", hours={"low": 6.5, "high": 7.5}),
    parameters=(
        Parameter("departure", "uniform", 6.0, 10.0),
        Parameter("speed beyond it", "uniform", 50.0, 90.0),
        Parameter("dwell at Sukhanovka", "lognormal", 20.0, 60.0),
        Parameter("dwell at Ussuriysk", "lognormal", 30.0, 90.0),
        SLACK_SIX,
        SLACK_SIX,
    ),
    run=_run_six,
    likelihood=_get_likelihood_six,
    quantities=(
        DEPARTURE,
        _read_speed("speed beyond it", MAIN),
        _read_dwell("Sukhanovka"),
        _read_dwell("Ussuriysk"),
        _read_delay("Baranovsky", "Ussuriysk"),
        _read_delay("Ussuriysk", "Sibirtsevo"),
        *map(_read_arrival, ("Sukhanovka", "Baranovsky", "Sibirtsevo")),
    ),
)


# ------------------------------------------------------------------ a pace that varies

# Slack whose mean varies along the line. Kilometres of the main line fall from Dubininskiy,
# 9158.4, by Ozernaya Pad, 9140.6, to Ippolitovka, 9131.1. Cells have 25 km, the longest
# possible, with a border at 9150. So the first leg has 8.4 km in the first cell and 9.4 km in
# the second, and the other leg lies in the second.

VARIED_LEGS = ((8.4, 9.4), (0.0, 9.5))
VARIED_SPREAD, VARIED_RANGE_KM = 0.5, 100.0
# The spread is that of a lognormal factor with mean 1.
VARIED_SIGMA = sqrt(log(1.0 + VARIED_SPREAD**2))
VARIED_MEMORY = exp(-25.0 / VARIED_RANGE_KM)
SLACK_VARIED = Parameter("slack over its mean", "lognormal", 1.0, 1.8)


def _run_varied(ops: Ops, theta: Sequence[Any]) -> Alternatives:
    departure, main_kmh, here, fresh, first, then = theta
    field = here, VARIED_MEMORY * here + sqrt(1.0 - VARIED_MEMORY**2) * fresh
    factors = [ops.exp(VARIED_SIGMA * one - 0.5 * VARIED_SIGMA**2) for one in field]
    way = Way(ops, main_kmh, main_kmh)
    weight, delays = 0.0, []
    for lengths, share in zip(VARIED_LEGS, (first, then), strict=True):
        reach = sum(km * factor for km, factor in zip(lengths, factors, strict=True))
        mean = find_slack(reach, main_kmh)
        weight = weight + weigh_slack(ops, share, mean, SLACK_VARIED)
        delays.append(mean * share - find_slack(sum(lengths), main_kmh))
    there = departure + way.start_main() + sum(VARIED_LEGS[0]) / main_kmh + delays[0]
    end = there + sum(VARIED_LEGS[1]) / main_kmh + delays[1] + way.stop_main()
    times = {
        "departure": departure,
        "speed": main_kmh,
        "delay to Ozernaya Pad": 60.0 * delays[0],
        "delay to Ippolitovka": 60.0 * delays[1],
        "running speed": 9.5 / (9.5 / main_kmh + delays[1]),
        "arrive Ozernaya Pad": there,
        "arrive Ippolitovka": end,
    }
    return [(weight, times)]


def _get_likelihood_varied(given: ReportLikelihood, times: Times) -> Any:
    two = 2.0 / 60.0
    return (
        given.weigh_window(times["departure"], (8.0, 8.0 + 5 / 60, two), 0.9)
        * given.weigh_window(
            times["arrive Ozernaya Pad"], (8.0 + 25 / 60, 8.0 + 26 / 60, two), 0.9
        )
        * given.weigh_window(
            times["arrive Ippolitovka"], (8.0 + 35 / 60, 8.0 + 40 / 60, two), 0.9
        )
        * given.mix(given.in_range(times["running speed"], 60.0, 70.0), 0.7, 10.0 / SPAN_KMH)
    )


VARIED = Case(
    name="varied",
    text=_write_plan(
        "varied",
        ("Dubininskiy", "Ippolitovka"),
        slack_spread=VARIED_SPREAD,
        range_km=VARIED_RANGE_KM,
        grain_s=15,
    )
    + write_speed(MAIN, uniform(40, 90))
    + "".join(map(write_family, "DOIV"))
    + _write_event("D", 0.9, "depart", "Dubininskiy", make_window("08:00", "08:05", 2))
    + _write_event("O", 0.9, "pass", "Ozernaya Pad", _write_when("08:25"))
    + _write_event("I", 0.9, "arrive", "Ippolitovka", make_window("08:35", "08:40", 2))
    + _write_quantity(
        "V",
        0.7,
        "speed",
        kmh={"low": 60, "high": 70},
        basis="running",
        between=["Ozernaya Pad", "Ippolitovka"],
    ),
    parameters=(
        Parameter("departure", "uniform", 6.0, 10.0),
        Parameter("speed", "uniform", 40.0, 90.0),
        Parameter("log factor in the first cell", "normal"),
        Parameter("its change to the second", "normal"),
        SLACK_VARIED,
        SLACK_VARIED,
    ),
    run=_run_varied,
    likelihood=_get_likelihood_varied,
    quantities=(
        DEPARTURE,
        _read_speed("speed", MAIN),
        _read_delay("Dubininskiy", "Ozernaya Pad"),
        _read_delay("Ozernaya Pad", "Ippolitovka"),
        *map(_read_arrival, ("Ozernaya Pad", "Ippolitovka")),
    ),
)

CASES = (FOUR, FIVE, WAITS, SIX, VARIED)
