"""Small journeys with hand-written formulas of their posterior, for independent samplers.

Nothing here uses ``routesim.likely`` or ``routesim.kinematics``: running times, priors,
agreement and the mixture of right and wrong reports have their own formulas. Times are hours
after midnight of 2024-05-02 in Vladivostok (UTC+10), and lengths are kilometres.

A journey has one halt on its branch, with a uniform position. The passages that reports are
about divide the branch into pieces. Within a piece the position of the halt does not matter.
The likelihood is therefore summed over the pieces, and the position is not a parameter of a
sampler.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import log, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

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
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from routesim.journey import Ensemble, Journey

__all__ = ["FIVE", "FOUR", "NUMPY", "SIX", "Case", "Ops", "Parameter", "ReportLikelihood"]

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


@dataclass(frozen=True, slots=True)
class Ops:
    """The functions that formulas need, from numpy or pytensor."""

    sigmoid: Callable[[Any], Any]
    where: Callable[[Any, Any, Any], Any]


NUMPY = Ops(expit, np.where)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a posterior.

    Parameters
    ----------
    name, unit
        Its name and unit.
    prior
        ``uniform`` or ``lognormal``.
    low, high
        The ends of a uniform prior, or the median and the 95 % point of a lognormal one.
    read
        Function that returns its draws from an ensemble.
    """

    name: str
    unit: str
    prior: str
    low: float
    high: float
    read: Callable[[Ensemble], Array]

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return log(self.high / self.low) / NORMAL_P95

    def logpdf(self, value: Array) -> Array:
        """Return the logarithm of the prior density."""
        if self.prior == "uniform":
            inside = (value >= self.low) & (value <= self.high)
            return np.where(inside, -log(self.high - self.low), -np.inf)
        positive = np.where(value > 0.0, value, 1.0)
        score = np.log(positive / self.low) / self.sigma
        found = -0.5 * score**2 - np.log(positive * self.sigma * np.sqrt(2.0 * np.pi))
        return np.where(value > 0.0, found, -np.inf)

    def get_at_share(self, share: Array) -> Array:
        """Return the quantile of the prior at a probability."""
        if self.prior == "uniform":
            return np.asarray(self.low + share * (self.high - self.low))
        return np.asarray(self.low * np.exp(self.sigma * ndtri(share)))


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


Times = dict[str, Any]
"""Times of events in hours."""


@dataclass(frozen=True, eq=False)
class Case:
    """A journey, with its file and its formulas.

    Parameters
    ----------
    name, text
        The name of the journey, and its file.
    parameters
        The parameters of the posterior.
    posts_km
        Kilometres at which the branch is divided into pieces.
    run
        Function that returns the times of events from the operations, the parameters and the
        number of pieces of the branch before the halt.
    likelihood
        Function that returns the likelihood of all reports from the likelihoods of single
        ones, the parameters and the times.
    places
        Places whose arrivals are compared.
    """

    name: str
    text: str
    parameters: tuple[Parameter, ...]
    posts_km: tuple[float, ...]
    run: Callable[[Ops, Sequence[Any], int], Times]
    likelihood: Callable[[ReportLikelihood, Sequence[Any], Times], Any]
    places: tuple[str, ...]

    @cached_property
    def journey(self) -> Journey:
        """The journey, read from its file."""
        return load_text(self.text, name=self.name)

    @property
    def shares(self) -> tuple[float, ...]:
        """Probability that the halt is in each piece of the branch."""
        ends = (0.0, *self.posts_km, BARANOVSKY)
        return tuple(np.diff(ends) / BARANOVSKY)

    def list_likelihoods(self, theta: Sequence[Any], ops: Ops = NUMPY) -> list[Any]:
        """Return the likelihood for the halt in each piece, times its probability."""
        given = ReportLikelihood(ops)
        return [
            share * self.likelihood(given, theta, self.run(ops, theta, piece))
            for piece, share in enumerate(self.shares)
        ]

    def weigh(self, theta: Array) -> Array:
        """Return the log likelihood of rows of parameters, shape (rows,)."""
        return np.asarray(np.log(sum(self.list_likelihoods(theta.T))))

    def weigh_with_prior(self, theta: Array) -> Array:
        """Return the unnormalised log posterior density of rows, shape (rows,)."""
        columns = zip(self.parameters, theta.T, strict=True)
        prior = np.sum([p.logpdf(column) for p, column in columns], axis=0)
        inside = np.isfinite(prior)
        found = np.full(theta.shape[0], -np.inf)
        found[inside] = prior[inside] + self.weigh(theta[inside])
        return found

    def from_z(self, shares: Array) -> Array:
        """Return parameters from prior probabilities in 0..1, shape (..., parameters)."""
        columns = [p.get_at_share(shares[..., n]) for n, p in enumerate(self.parameters)]
        return np.stack(columns, axis=-1)

    def list_quantities(self, theta: Array, stream: np.random.Generator) -> dict[str, Array]:
        """Return the parameters and the arrivals of rows; the position of the halt is drawn."""
        found = {p.name: theta[:, n] for n, p in enumerate(self.parameters)}
        weights = np.array(self.list_likelihoods(theta.T))
        steps = np.cumsum(weights / weights.sum(axis=0), axis=0)
        piece = (stream.random(theta.shape[0]) > steps[:-1]).sum(axis=0)
        runs = [self.run(NUMPY, theta.T, n) for n in range(len(self.shares))]
        for place in self.places:
            times = np.array([run[f"arrive {place}"] + 0.0 * theta[:, 0] for run in runs])
            found[f"arrive {place}"] = times[piece, np.arange(piece.size)]
        return found

    def read_quantities(self, ensemble: Ensemble) -> dict[str, Array]:
        """Return the parameters and the arrivals of an ensemble."""
        found = {p.name: p.read(ensemble) for p in self.parameters}
        for place in self.places:
            index = ensemble.route.index_of(place)
            found[f"arrive {place}"] = to_hours(ensemble.get_arrivals(index))
        return found


def to_hours(times_s: Array) -> Array:
    """Return hours after midnight."""
    return np.asarray((times_s - DAY_S) / 3600.0)


def _read_departure(ensemble: Ensemble) -> Array:
    return to_hours(ensemble.departure_s)


def _read_speed(line: str) -> Callable[[Ensemble], Array]:
    return lambda ensemble: np.asarray(ensemble.running_mps[line] * 3.6)


def _read_dwell(place: str) -> Callable[[Ensemble], Array]:
    return lambda ensemble: np.asarray(ensemble.dwell_s[ensemble.route.index_of(place)] / 60.0)


def _read_rate(ensemble: Ensemble) -> Array:
    return np.asarray(ensemble.standing_s[BRANCH] / 60.0 / BARANOVSKY * 100.0)


# ------------------------------------------------------------------ files


def _write_plan(name: str, to: str, *, main_kmh: Row, stops: Sequence[tuple[str, Row]]) -> str:
    """Write a file with one route, and without families, reports and standing."""
    return (
        write_head(name, "way")
        + write_source(zone="Asia/Tokyo")
        + write_route("way", to)
        + write_departure("06:00", "10:00")
        + write_speed(BRANCH, uniform(45, 75))
        + write_speed(MAIN, main_kmh)
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

FOUR_MAIN_KMH = 65.0


def _run_four(ops: Ops, theta: Sequence[Any], piece: int) -> Times:
    departure, branch_kmh, dwell_min, rate = theta
    way = Way(ops, branch_kmh, FOUR_MAIN_KMH + 0.0 * branch_kmh)
    stood = rate / 60.0 * BARANOVSKY / 100.0
    leg = way.start() + SUKHANOVKA / branch_kmh + way.stop()
    to_sukhanovka = departure + leg + (stood if piece == 0 else 0.0)
    onward = way.start() + (BARANOVSKY - SUKHANOVKA) / branch_kmh + way.change_before()
    branch_end = to_sukhanovka + dwell_min / 60.0 + onward + (0.0 if piece == 0 else stood)
    last = way.change_after() + (USSURIYSK - BARANOVSKY) / way.main_kmh + way.stop_main()
    return {
        "arrive Sukhanovka": to_sukhanovka,
        "arrive Baranovsky": branch_end,
        "arrive Ussuriysk": branch_end + last,
    }


def _get_likelihood_four(given: ReportLikelihood, theta: Sequence[Any], times: Times) -> Any:
    departure, branch_kmh, dwell_min, _ = theta
    overall_kmh = USSURIYSK / (BARANOVSKY / branch_kmh + 22.1 / FOUR_MAIN_KMH)
    return (
        given.weigh_window(departure, (7.5, 8.0, 10.0 / 60.0), 0.7)
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
        * given.mix(given.in_range(overall_kmh, 50.0, 58.0), 0.8, 8.0 / SPAN_KMH)
        * given.mix(
            given.in_range(dwell_min, 15.0, 30.0), 0.8, 15.0 / 60.0 / RELIABILITY_SPAN_H
        )
    )


FOUR = Case(
    name="four",
    text=_write_plan(
        "four",
        "Ussuriysk",
        main_kmh=fixed(FOUR_MAIN_KMH),
        stops=[("Sukhanovka", lognormal(20, 60))],
    )
    + write_standing(BRANCH, lognormal(8, 30), 1)
    + "".join(map(write_family, "DABCVW"))
    + _write_event("D", 0.7, "depart", "Khasan", make_window("07:30", "08:00", 10))
    + _write_event("A", 0.9, "arrive", "Sukhanovka", _write_when("09:40", "about "))
    + _write_event("B", 0.95, "pass", "Baranovsky", _write_when("afternoon"))
    + _write_event("C", 0.95, "arrive", "Ussuriysk", _write_when("13:20"))
    + _write_quantity("V", 0.8, "speed", kmh={"low": 50, "high": 58}, basis="running")
    + _write_quantity("W", 0.8, "stand", place="Sukhanovka", minutes={"low": 15, "high": 30}),
    parameters=(
        Parameter("departure", "h", "uniform", 6.0, 10.0, _read_departure),
        Parameter("speed on the branch", "km/h", "uniform", 45.0, 75.0, _read_speed(BRANCH)),
        Parameter(
            "dwell at Sukhanovka", "min", "lognormal", 20.0, 60.0, _read_dwell("Sukhanovka")
        ),
        Parameter("standing", "min/100 km", "lognormal", 8.0, 30.0, _read_rate),
    ),
    posts_km=(SUKHANOVKA,),
    run=_run_four,
    likelihood=_get_likelihood_four,
    places=("Sukhanovka", "Baranovsky", "Ussuriysk"),
)


# ------------------------------------------------------------------ six parameters


def _run_six(ops: Ops, theta: Sequence[Any], piece: int) -> Times:
    departure, branch_kmh, main_kmh, dwell_min, later_min, rate = theta
    way = Way(ops, branch_kmh, main_kmh)
    stood = rate / 60.0 * BARANOVSKY / 100.0
    leg = way.start() + SUKHANOVKA / branch_kmh + way.stop()
    to_sukhanovka = departure + leg + (stood if piece < 1 else 0.0)
    left = departure + leg + dwell_min / 60.0
    times = {"arrive Sukhanovka": to_sukhanovka, "depart Sukhanovka": to_sukhanovka}
    times["depart Sukhanovka"] = to_sukhanovka + dwell_min / 60.0
    for number, (place, km) in enumerate(
        (("Primorskaya", PRIMORSKAYA), ("Vinevitino", VINEVITINO)), start=2
    ):
        run_h = way.start() + (km - SUKHANOVKA) / branch_kmh
        times[f"arrive {place}"] = left + run_h + (stood if piece < number else 0.0)
    branch_end = (
        left
        + way.start()
        + (BARANOVSKY - SUKHANOVKA) / branch_kmh
        + way.change_before()
        + stood
    )
    times["arrive Baranovsky"] = branch_end
    to_ussuriysk = way.change_after() + (USSURIYSK - BARANOVSKY) / main_kmh + way.stop_main()
    times["arrive Ussuriysk"] = branch_end + to_ussuriysk
    times["depart Ussuriysk"] = times["arrive Ussuriysk"] + later_min / 60.0
    last = way.start_main() + (SIBIRTSEVO - USSURIYSK) / main_kmh + way.stop_main()
    times["arrive Sibirtsevo"] = times["depart Ussuriysk"] + last
    return times


def _get_likelihood_six(given: ReportLikelihood, theta: Sequence[Any], times: Times) -> Any:
    departure, _, main_kmh, _, _, _ = theta
    five = 5.0 / 60.0
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
    speed = FACE_VALUE * given.in_range(main_kmh, 60.0, 70.0) + (
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
        * given.mix(given.in_range(whole_h, 6.5, 7.5), 0.9, 1.0 / RELIABILITY_SPAN_H)
    )


TWO_STOPS = [("Sukhanovka", lognormal(20, 60)), ("Ussuriysk", lognormal(30, 90))]

SIX = Case(
    name="six",
    text=_write_plan("six", "Sibirtsevo", main_kmh=uniform(50, 90), stops=TWO_STOPS)
    + write_standing(BRANCH, lognormal(8, 30), 1)
    + "".join(map(write_family, "DAFNPZVTQ"))
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
    + _write_quantity("Q", 0.9, "duration", hours={"low": 6.5, "high": 7.5}),
    parameters=(
        Parameter("departure", "h", "uniform", 6.0, 10.0, _read_departure),
        Parameter("speed on the branch", "km/h", "uniform", 45.0, 75.0, _read_speed(BRANCH)),
        Parameter("speed beyond it", "km/h", "uniform", 50.0, 90.0, _read_speed(MAIN)),
        Parameter(
            "dwell at Sukhanovka", "min", "lognormal", 20.0, 60.0, _read_dwell("Sukhanovka")
        ),
        Parameter(
            "dwell at Ussuriysk", "min", "lognormal", 30.0, 90.0, _read_dwell("Ussuriysk")
        ),
        Parameter("standing", "min/100 km", "lognormal", 8.0, 30.0, _read_rate),
    ),
    posts_km=(SUKHANOVKA, PRIMORSKAYA, VINEVITINO),
    run=_run_six,
    likelihood=_get_likelihood_six,
    places=("Sukhanovka", "Baranovsky", "Sibirtsevo"),
)


# ------------------------------------------------------------------ five parameters


def _run_five(ops: Ops, theta: Sequence[Any], _piece: int) -> Times:
    # The same journey without a halt.
    return _run_six(ops, [*theta, 0.0 * theta[0]], 0)


def _get_likelihood_five(given: ReportLikelihood, theta: Sequence[Any], times: Times) -> Any:
    five, ten = 5.0 / 60.0, 10.0 / 60.0
    return (
        given.weigh_window(theta[0], (7.0, 8.5, 0.25), 0.95)
        * given.weigh_window(times["depart Sukhanovka"], (9.5, 10.0, five), 0.95)
        * given.weigh_window(times["arrive Baranovsky"], (12.25, 12.75, ten), 0.95)
        * given.weigh_window(times["arrive Sibirtsevo"], (14.5, 15.5, 0.25), 0.95)
    )


FIVE = Case(
    name="five",
    text=_write_plan("five", "Sibirtsevo", main_kmh=uniform(50, 90), stops=TWO_STOPS)
    + "".join(map(write_family, "DABZ"))
    + _write_event("D", 0.95, "depart", "Khasan", make_window("07:00", "08:30", 15))
    + _write_event("A", 0.95, "depart", "Sukhanovka", make_window("09:30", "10:00", 5))
    + _write_event("B", 0.95, "arrive", "Baranovsky", make_window("12:15", "12:45", 10))
    + _write_event("Z", 0.95, "arrive", "Sibirtsevo", make_window("14:30", "15:30", 15)),
    parameters=SIX.parameters[:-1],
    posts_km=(),
    run=_run_five,
    likelihood=_get_likelihood_five,
    places=SIX.places,
)
