"""Validated records of a journey file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from routesim.evidence import ReportRow, Source, WordsRow
from routesim.evidence.sources import AwareTime, Family
from routesim.files.records import Number, Record, refuse
from routesim.journey.priors import Distribution, LogNormal
from routesim.network.records import ZoneName

MAX_REPORTS = 2000
MAX_HALTS = 50
WEIGHT_TOLERANCE = 1e-6
UNUSED_STANDING = ("halts",)
"""Keys of ``plan.standing`` that files of earlier versions have, and that have no effect."""
USUAL_VARIATION = (
    "Judgements: a train is slow or fast over some tens of kilometres at a time, most "
    "unplanned halts take minutes but a few take hours, and the priority of a train is similar "
    "on all lines."
)
"""Reason for the variation of a plan that gives none."""
MAX_WEIGHT = 1e6

Weight = Annotated[Number, Field(ge=0, le=MAX_WEIGHT)]
Reason = Annotated[str, Field(min_length=1)]
Share = Annotated[Number, Field(ge=0, le=1)]
Reliability = Annotated[Number, Field(gt=0, le=1)]


class RouteRow(Record):
    """A route that the train may have taken."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")
    title: str
    from_: str = Field(alias="from")
    to: str
    via: tuple[str, ...] = ()
    prior: Number = Field(ge=0, le=1)
    reason: Reason


class DepartureRow(Record):
    """A window of departure; every time in it is equally likely."""

    from_: AwareTime = Field(alias="from")
    to: AwareTime
    weight: Weight = 1.0
    reason: Reason

    @model_validator(mode="after")
    def _check_ends(self) -> DepartureRow:
        if self.from_ > self.to:
            refuse("must not end before it begins")
        return self


class OriginRow(Record):
    """A station from which the train may have departed."""

    station: str
    weight: Weight = 1.0
    reason: Reason


class StopRow(Record):
    """A planned stop and its dwell."""

    station: str
    visit: int | None = Field(default=None, ge=1)
    dwell_min: Distribution
    routes: tuple[str, ...] | None = None
    reason: Reason


class SpeedPriorRow(Record):
    """Prior of the running speed on a line: the speed while moving, without stops."""

    line: str
    running_kmh: Distribution
    reports: tuple[str, ...] = ()
    reason: Reason


class StandingRow(Record):
    """Prior of the unplanned standing on a line, in minutes per 100 km.

    This is the mean over the whole line as the network has it. The standing at a place also
    depends on its point class. ``halts`` has no effect; files of earlier versions have it.
    """

    line: str
    min_per_100km: Distribution
    halts: int | None = Field(default=None, ge=1, le=MAX_HALTS)
    reason: Reason


class VariationRow(Record):
    """How running speed and unplanned standing vary along a line and between journeys.

    Parameters
    ----------
    slack_spread
        Standard deviation of the slack along a line, as a share of its mean. The slack is the
        running time beyond the shortest possible one. 0 for an even speed.
    range_km
        Distance in kilometres over which the correlation of the slack falls to 1 / e.
    grain_s
        Variance of the running time over a short section, per second of slack, in seconds. 0,
        with ``slack_spread`` 0, for running times without variation.
    standing_min_per_100km
        Standing on lines without a row of their own, in minutes per 100 km. It does not apply
        to lines with a fixed speed.
    halt_min
        Mean length of an unplanned halt in minutes, in one journey.
    priority_share
        Share of the variance of the standing that all lines have in common.
    long_wait_share
        Share of the standing that comes in long waits, at points where a train can be kept.
    long_wait_h
        Mean length of a long wait, in hours.
    reason
        Reason for these values.
    """

    slack_spread: Number = Field(default=0.4, ge=0, le=2)
    range_km: Number = Field(default=50.0, ge=1, le=10_000)
    grain_s: Number = Field(default=15.0, ge=0, le=3600)
    standing_min_per_100km: Distribution = LogNormal(median=10.0, p95=60.0)
    halt_min: Distribution = LogNormal(median=15.0, p95=34.0)
    priority_share: Share = 0.8
    long_wait_share: Share = 0.1
    long_wait_h: Number = Field(default=4.0, gt=0, le=1000)
    reason: Reason = USUAL_VARIATION

    @model_validator(mode="after")
    def _check_grain(self) -> VariationRow:
        if self.grain_s == 0 and self.slack_spread > 0:
            refuse("grain_s is 0, but slack_spread is not; give 0 for both, or for neither")
        return self


class LengthPriorRow(Record):
    """Prior of the length of a stretch on which sources disagree."""

    from_: str = Field(alias="from")
    to: str
    km: Distribution
    reason: Reason


class FamilyTrustRow(Record):
    """Reliability of one family, where it differs from that of the others."""

    reliability: Reliability
    reason: Reason


class ReportTrustRow(FamilyTrustRow):
    """Reliability of one report, and the probability that its first reading is meant."""

    face_value: Share


class TrustRow(Record):
    """Reliability of the reports, and the model of a wrong report.

    Parameters
    ----------
    reliability
        Probability that a report is right. The likelihood of a wrong report is flat: it could
        state any time, quantity or route.
    families
        Reliability of single families. A report's own ``reliability`` overrides it.
    identity
        Probability that "a similar train" was this train.
    face_value
        Probability that a report means its first reading. The other readings share the
        rest. A report's own ``face_value`` overrides it.
    forecast
        Probability that a forecast event took place.
    one_sided
        Probability that a wrong report with only one end, such as "before noon", holds by
        chance.
    span_h, span_kmh, span_km
        Width of the range over which a wrong time or duration, speed, or length is spread, in
        hours, km/h and km.
    range_share
        Softness of the ends of a stated range, as a share of the width of the range: two
        standard deviations of the error of a right report.
    reason
        Reason for these values.
    """

    reliability: Reliability = 0.95
    families: dict[str, FamilyTrustRow] = Field(default_factory=dict)
    identity: Share = 0.9
    face_value: Share = 0.6
    forecast: Share = 0.5
    one_sided: Share = 0.5
    span_h: Number = Field(default=48.0, gt=0)
    span_kmh: Number = Field(default=100.0, gt=0)
    span_km: Number = Field(default=1500.0, gt=0)
    range_share: Number = Field(default=0.25, ge=0, le=10)
    reason: str = ""


class PlanRow(Record):
    """All priors of a journey."""

    departure: tuple[DepartureRow, ...] = Field(min_length=1)
    origins: tuple[OriginRow, ...] = ()
    stops: tuple[StopRow, ...] = ()
    speeds: tuple[SpeedPriorRow, ...] = Field(min_length=1)
    standing: tuple[StandingRow, ...] = ()
    lengths: tuple[LengthPriorRow, ...] = ()
    variation: VariationRow = VariationRow()
    trust: TrustRow = TrustRow()

    @model_validator(mode="after")
    def _check_weights(self) -> PlanRow:
        for name in ("departure", "origins"):
            rows = getattr(self, name)
            if rows and not sum(row.weight for row in rows) > 0:
                refuse(f"the weights of {name} must not all be zero")
        return self


class JourneyRow(Record):
    """A journey file."""

    format: Literal[1]
    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")
    title: str
    summary: str = ""
    default_route: str
    train: str
    zones: tuple[ZoneName, ...] = Field(min_length=1, max_length=6)
    routes: tuple[RouteRow, ...] = Field(min_length=1, max_length=50)
    plan: PlanRow
    reports: tuple[ReportRow, ...] = Field(default=(), max_length=MAX_REPORTS)
    sources: dict[str, Source] = Field(default_factory=dict)
    families: dict[str, Family] = Field(default_factory=dict)
    words: WordsRow | None = None

    @model_validator(mode="after")
    def _check_routes(self) -> JourneyRow:
        ids = [route.id for route in self.routes]
        if len(set(ids)) != len(ids):
            refuse("two routes have the same id")
        if self.default_route not in ids:
            refuse(f"default_route {self.default_route!r} is not one of {', '.join(ids)}")
        total = sum(route.prior for route in self.routes)
        if abs(total - 1.0) > WEIGHT_TOLERANCE:
            refuse(f"the priors of the routes sum to {total:g}, not 1")
        return self
