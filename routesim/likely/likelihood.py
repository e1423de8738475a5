"""The likelihood of draws of a journey, given its reports.

Each clause in each of its readings is a *question*, with one row of log agreements with the
draws (:mod:`routesim.likely.agreement`). A mixture over readings, weighted by their priors, and
over reports, weighted by their reliabilities, turns the rows into one number per draw
(:mod:`routesim.likely.report_mixture`). The clocks that reports share have one setting for all
of them (:mod:`routesim.likely.clock_mixture`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from routesim.certain.shared_clocks import is_shared_clock
from routesim.evidence.shared_clocks import change_times, list_times
from routesim.likely import agreement
from routesim.likely.clock_mixture import ClockMixture, SharedClockPrior
from routesim.likely.report_mixture import ReadingTerms, WeightedReport, group_by_identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.arrays import Array, Indices
    from routesim.evidence import Clause
    from routesim.evidence.clauses import ReportedTime
    from routesim.evidence.interpretation import (
        Choice,
        ChosenOption,
        DistinctReport,
        Variant,
    )
    from routesim.journey import Journey, KeyTimes, Layout
    from routesim.likely.report_mixture import IdentityGroup


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The likelihood of draws, given reports; made by :func:`build_likelihood`.

    ``questions`` are the clauses, each with the number of the visit that it is about, one per
    row of the log agreements. ``identity_groups`` has the reports, grouped as the mixture
    combines them: each group is a *unit*. ``clocks`` are the clocks that reports share, in the
    order of their ids.
    """

    model: agreement.ObservationModel
    questions: tuple[tuple[Clause, int], ...]
    identity_groups: tuple[IdentityGroup, ...]
    clocks: tuple[SharedClockPrior, ...] = ()

    @cached_property
    def mixture(self) -> ClockMixture:
        """Mixture over the settings of the clocks, the distinct reports and their readings."""
        return ClockMixture(self.identity_groups, self.clocks)

    @property
    def unit_rows(self) -> tuple[Indices, ...]:
        """Rows of the log agreements on which each unit depends, over all settings."""
        return self.mixture.unit_rows

    def restrict(self, units: Iterable[int]) -> Likelihood:
        """Return the likelihood of some of the units, with the questions that they need."""
        chosen = list(units)
        rows = sorted({int(row) for unit in chosen for row in self.unit_rows[unit]})
        number = {row: n for n, row in enumerate(rows)}
        groups = tuple(self.identity_groups[unit].renumber(number) for unit in chosen)
        questions = tuple(self.questions[row] for row in rows)
        return replace(self, questions=questions, identity_groups=groups)

    def list_passages(self, layout: Layout) -> Indices:
        """Return the indices of the passages on whose times the clauses depend, increasing.

        The first passage of the route is always included.
        """
        keys: set[int] = {0}
        for clause, visit in self.questions:
            keys |= agreement.list_passages(clause, visit, layout.route)
        return np.array(sorted(keys), dtype=np.intp)

    def list_departures(self, layout: Layout) -> Indices:
        """Return the indices of the passages on whose departures the clauses depend."""
        stops = frozenset(stop.index for stop in layout.stops)
        found: set[int] = set()
        for clause, visit in self.questions:
            found |= agreement.list_departures(clause, visit, layout.route, stops)
        return np.array(sorted(found), dtype=np.intp)

    def observe(self, times: KeyTimes) -> Array:
        """Return the log agreements of the draws with each clause, (questions, draws)."""
        route_id = times.layout.hypothesis.id
        if route_id not in self._agreements:
            stops = frozenset(stop.index for stop in times.layout.stops)
            self._agreements[route_id] = agreement.DrawAgreements(
                self.model, self.questions, times.route, stops=stops
            )
        return self._agreements[route_id].measure(times)

    @cached_property
    def _agreements(self) -> dict[str, agreement.DrawAgreements]:
        """Cache of the comparison with the clauses, by the id of a route."""
        return {}

    def weigh(self, log_agreements: Array, beta: float = 1.0) -> Array:
        """Return the log likelihood, (draws,), from the result of :meth:`observe`.

        With ``beta`` below 1, every agreement is raised to this power. This widens all windows
        at once, and at 0 the reports have no effect. It is the mean over the settings of the
        clocks, whose priors are not raised to a power.
        """
        return self.mixture.weigh(log_agreements, beta)

    def weigh_units(
        self, log_agreements: Array, beta: float = 1.0, settings: Indices | None = None
    ) -> Array:
        """Return the log likelihood of each unit, (units, draws), with given settings.

        ``settings`` has the number of the option of each clock for each draw, (clocks, draws).
        It may be None if there are no clocks.
        """
        return self.mixture.weigh_units(log_agreements, beta, settings)

    def weigh_settings(
        self, log_agreements: Array, beta: float, settings: Indices, clock: int
    ) -> Array:
        """Return the log weight of each option of one clock, (options, draws).

        The other clocks are set as in ``settings``. The weight is the prior of the option,
        times the likelihood of all units. ``clock`` is the number of the clock.
        """
        return self.mixture.weigh_settings(log_agreements, beta, settings, clock)

    def find_setting_chances(self, log_agreements: Array) -> dict[str, Array]:
        """Return the probability of each option of each clock, given each draw.

        The result maps the id of the clock to an array (options, draws).
        """
        return self.mixture.find_setting_chances(log_agreements)

    def find_right(self, log_agreements: Array) -> dict[str, Array]:
        """Return the probability that a report is right, given each draw, by report id."""
        found: dict[str, Array] = {}
        by_member = self.mixture.find_right(log_agreements)
        for member, right in zip(self.mixture.members, by_member, strict=True):
            found.update(dict.fromkeys(member.distinct_report.members, right))
        return dict(sorted(found.items()))


def list_in_priors(journey: Journey) -> frozenset[str]:
    """Return the ids of the reports on which a prior of the plan is based.

    The prior already uses them, so the likelihood must not use them again.
    """
    return frozenset(report for row in journey.plan.speeds for report in row.reports)


def list_evidence(
    journey: Journey, distinct_reports: Iterable[DistinctReport]
) -> tuple[DistinctReport, ...]:
    """Return the reports on which no prior is based, in the order of their ids."""
    in_priors = list_in_priors(journey)
    kept = (distinct for distinct in distinct_reports if in_priors.isdisjoint(distinct.members))
    return tuple(sorted(kept, key=lambda distinct: distinct.id))


def build_likelihood(
    journey: Journey,
    distinct_reports: Iterable[DistinctReport],
    *,
    reliability: float | Mapping[str, float] | None = None,
    inside: bool = False,
) -> Likelihood:
    """Build the likelihood of draws, given the reports on which no prior is based.

    ``reliability`` replaces the reliabilities of the plan: one number for all reports, or
    numbers by the id of a report or family. ``inside`` says whether the soft ends of a window
    lie inside the hard ones.
    """
    builder = _LikelihoodBuilder(journey, reliability)
    weighted = [builder.add(distinct) for distinct in list_evidence(journey, distinct_reports)]
    return builder.build(weighted, inside=inside)


def build_likelihoods(
    journey: Journey,
    distinct_reports: Sequence[DistinctReport],
    *,
    reliability: float | None = None,
) -> tuple[Likelihood, ...]:
    """Build the likelihoods of draws, given the first report, the first two, and so on.

    All likelihoods have the same questions, so that they can share the log agreements.
    """
    builder = _LikelihoodBuilder(journey, reliability)
    weighted = [builder.add(distinct) for distinct in distinct_reports]
    return tuple(
        builder.build(sorted(weighted[:count], key=lambda one: one.distinct_report.id))
        for count in range(1, len(weighted) + 1)
    )


class _LikelihoodBuilder:
    """Assigns rows to clauses, and readings and reliabilities to reports."""

    def __init__(
        self, journey: Journey, reliability: float | Mapping[str, float] | None
    ) -> None:
        self.journey, self.trust = journey, journey.plan.trust
        self.reliability = reliability
        self.rows: dict[tuple[Clause, int], int] = {}
        self.questions: list[tuple[Clause, int]] = []
        self.clocks: dict[str, SharedClockPrior] = {}

    def add(self, distinct: DistinctReport) -> WeightedReport:
        """Assign rows to the clauses of a report; return the report with its weights."""
        firsts = [clause.variants[0].clause for clause in distinct.clauses]
        for choice in filter(is_shared_clock, distinct.choices):
            self.clocks[choice.id] = self._weigh_clock(choice)
        return WeightedReport(
            distinct_report=distinct,
            reading_terms=tuple(self._list_readings(distinct)),
            reliability=self._get_reliability(distinct),
            flat=prod(agreement.find_flat(clause, self.journey) for clause in firsts),
        )

    def build(self, weighted: Sequence[WeightedReport], *, inside: bool = False) -> Likelihood:
        """Build the likelihood of some of the reports, with the questions of all of them."""
        return Likelihood(
            model=agreement.ObservationModel(self.journey, inside),
            questions=tuple(self.questions),
            identity_groups=group_by_identity(weighted, self.trust.identity),
            clocks=tuple(self.clocks[name] for name in sorted(self.clocks)),
        )

    def _weigh_clock(self, choice: Choice) -> SharedClockPrior:
        priors = self._share_out(len(choice.options), self.trust.face_value)
        with np.errstate(divide="ignore"):  # the log of 0 is minus infinity
            return SharedClockPrior(choice.id, choice.options, np.log(priors))

    def _get_reliability(self, distinct: DistinctReport) -> float:
        report = distinct.report
        if isinstance(self.reliability, Mapping):
            for key in (*distinct.members, report.family):
                if key in self.reliability:
                    return float(self.reliability[key])
        elif self.reliability is not None:
            return float(self.reliability)
        if report.reliability is not None:
            return report.reliability
        family = self.trust.families.get(report.family)
        return self.trust.reliability if family is None else family.reliability

    def _list_readings(self, distinct: DistinctReport) -> list[ReadingTerms]:
        """Return each combination of options as a reading; merge those with the same rows.

        Readings with different options of shared clocks are not merged.
        """
        shared = [choice for choice in distinct.choices if is_shared_clock(choice)]
        settings = [[(choice.id, n) for n in range(len(choice.options))] for choice in shared]
        options = [
            [
                ((choice.id, n), share)
                for n, share in enumerate(self._list_option_priors(choice, distinct))
            ]
            for choice in distinct.choices
            if choice not in shared
        ]
        only_expected = {(one.id, 0) for one in distinct.choices if one.kind == "forecast"}
        priors: dict[tuple[tuple[int, ...], bool, tuple[ChosenOption, ...]], float] = {}
        for needs, combination in product(product(*settings), product(*options)):
            taken = {option for option, _ in combination} | set(needs)
            prior = prod(share for _, share in combination)
            rows = tuple(
                self._number_row(variant, is_shared=bool(shared))
                for clause in distinct.clauses
                for variant in clause.variants
                if taken.issuperset(variant.taken)
            )
            key = rows, taken.isdisjoint(only_expected), needs
            priors[key] = priors.get(key, 0.0) + prior
        return [
            ReadingTerms(prior, rows, constrains, needs)
            for (rows, constrains, needs), prior in priors.items()
            if prior > 0.0
        ]

    def _number_row(self, variant: Variant, *, is_shared: bool) -> int:
        """Return the row of a variant. Settings of a clock with the same windows share it."""
        clause = variant.clause
        if is_shared and list_times(clause):
            clause = replace(clause, **change_times(clause, _forget_zone))
        row = self.rows.setdefault((clause, variant.visit), len(self.questions))
        if row == len(self.questions):
            self.questions.append((variant.clause, variant.visit))
        return row

    def _list_option_priors(self, choice: Choice, distinct: DistinctReport) -> list[float]:
        """Return the prior probability of each option of a choice."""
        count = len(choice.options)
        if choice.kind == "forecast":
            return [1.0 - self.trust.forecast, self.trust.forecast]
        if choice.kind == "visit":
            return [1.0 / count] * count
        own = distinct.report.face_value if choice.kind == "reading" else None
        return self._share_out(count, self.trust.face_value if own is None else own)

    def _share_out(self, count: int, face: float) -> list[float]:
        """Return the prior of the first option and those of the others, which are equal."""
        return [face] + [(1.0 - face) / (count - 1)] * (count - 1)


def _forget_zone(time: ReportedTime) -> ReportedTime:
    return replace(time, zone="")
