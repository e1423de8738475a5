"""Sentences of the page and of the other views, such as notes and captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.conflicts import MILDEST_ZONE, format_conflict_counts
from routesim.text.durations import format_hms
from routesim.text.names import format_city, format_list
from routesim.text.posterior import format_draws, format_left_out
from routesim.text.quantities import (
    format_count,
    format_small_number,
)
from routesim.text.standing import SAME, UNCHANGED
from routesim.text.times import (
    ZONE_UTC,
    format_earliest,
    format_latest,
    format_local,
    to_datetime,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


CLAIM_CHARACTERS = 120
MINUS = "\u2212"
OPEN = "open"
"""Shown for a missing bound."""


# Head
BASIS = (
    "Certain answers are based on the reports, the official kilometres and a speed cap for "
    "each line. They use no random draws. Likely answers are based on the priors, which are "
    "assumptions and are listed below with their reasons, and on the reports, each with its "
    "reliability."
)
ALONE = "Likely answers come from the priors, which are listed below with their reasons."
BEHIND = (
    "Some priors are based on reports or name them in their reasons; the ledger entries of "
    "these reports say so. A report that a prior of the speeds is based on is not used again."
)
VERDICTS = (
    "Verdicts are separate: they compare each report, one by one, with draws from the priors "
    "alone."
)
YEARS = "Days without a year are in {years}."
LIMITS = "Presence of a train is not presence of a person."
EVIDENCE = "The evidence is the listed publications only, and nothing that became known later."

# Conflicts and worlds
NO_CONSTRAINT = "No report sets a constraint, so none can contradict another."
NO_CONFLICT = "None: all reports can be true together, each read at face value."
HOW_TO_READ_SUMS = (
    "Each conflict is a minimal set: without any one of its reports, the others can all be "
    "true. The official kilometres and the speed caps are assumed in each. The simulated "
    "journeys are not used. In a sum, \u201cbefore\u201d, \u201cno "
    "later than\u201d and \u201cat most\u201d count as plus; \u201clater than\u201d, "
    "\u201cno earlier than\u201d and \u201cat least\u201d count as minus. A negative total "
    "is the miss. A window that is reported as before 18:00 ends at 17:59:59. "
    f"{MILDEST_ZONE}"
)
CAUSES = {
    "reading": "how a report is read",
    "route": "the route",
    "start": "the origin",
}
"""What a conflict can depend on."""
LARGEST = {
    "firm": "The largest of those that no reading resolves",
    "plain": "The largest at face value",
    "any": "The largest",
}
WORLDS_MEANING = (
    "A world is a maximal set of reports that can all be true, with one reading of each: no "
    "report that it drops can be added to it. The best worlds come first: they drop the fewest "
    "families (independent sources) and, among these, the fewest clauses. A family does not "
    "count as dropped if another version of what it reports is kept."
)

# Certain
LIKELY_BESIDE = {
    False: (
        "The likely times beside them come from the priors alone and use no report, so the two "
        "need not agree."
    ),
    True: (
        "The likely times beside them take the reports into account. Each report may be wrong "
        "there and the ends of its window are soft, so the likely times may lie outside the "
        "certain bounds."
    ),
}
OUTSIDE = {
    False: "because the priors use no report",
    True: (
        "because a report that sets the bound has little weight, or because the ends of its "
        "window are soft"
    ),
}
"""Why likely bands lie outside the certain bounds; True if they are given the reports."""

ASSUMED = (
    "Speed cap: the speed that no train exceeds, assumed for each line ({caps}). It is never a "
    "reported speed. Length: the official lengths, or the least restrictive ones where sources "
    "disagree. Open: no bound."
)
NOTHING_CERTAIN = (
    "Nothing is certain about this journey beyond the order of its stations: no report sets a "
    "constraint on it."
)
STRETCHES_MEANING = (
    "A stretch is timed from arrival at its first place to arrival at the next, a stay from "
    "arrival to departure. The least standing time on a stretch is its least time minus the "
    "running time at the slowest running speed reported."
)

# Likely
INSTANTS_MEANING = (
    "Kilometres count from {start}; the stations are those before and after the position. "
    "Likely is the middle 90 % of the draws, with the median and its nearest station. The "
    "columns on the right have the probability that the train had reached the place by then."
)
PRIOR_SHOWS = (
    "Where the reports say little, an answer is that of the prior and changes with the prior."
)
LITTLE_CHANGED = (
    f"{UNCHANGED.capitalize()}: the reports move less than {100 * SAME:.0f} % of the draws of "
    "the prior, and differences this small can be chance."
)
SUMS = (
    "A sum can be known better than its parts: where no report says at which of the places the "
    "train stood, the reports show little more than that it stood."
)

OTHER_ROUTES = (
    "The times on the default route take the reports into account. Those on the other routes "
    "come from the priors alone."
)

# Ledger
MARGINS = (
    "Conflicts are judged first, without draws. A report that no conflict decides is then "
    "compared with draws from the priors alone. The time beside a verdict says by how much the "
    "report overlaps or misses the band that holds 90 % of these draws, or by how much the "
    "conflict that decides the verdict misses. The share is that of the draws in which the "
    "report holds. A distance between two places is compared with the kilometres of the "
    "network and a heading with the routes; neither depends on the draws."
)
ECHO = (
    "A report is no independent check on a prior that is based on it or whose reason names it: "
    "where the two agree, the report may only echo itself."
)
RIGHT = (
    "The probability of being right takes all other reports, the priors and the reliability of "
    "the report into account. The verdicts do not use it."
)
ZONE_KNOWN = {
    "printed": "the zone is printed",
    "inferred": "the zone is inferred",
    "assumed": "the zone is assumed",
    "source": "its source names the zone of its clocks",
}

# Assumptions
NO_PRIORS = {
    "origins": "Every draw starts at the origin of its route.",
    "stops": "No stop is planned.",
    "standing": "No line has a value of its own for unplanned standing.",
    "lengths": "The plan has no range for a length.",
}
"""Sentences instead of the tables of the plan that have no row."""

SAME_REASON = "As for the first row."
"""Reason of a row that has the reason of the first row of its table."""

BELIEVED = "Most reports are right, but not all; this value is a guess."

MEANT = "{} that this reading is meant"
TRUST_ROWS = (
    ("A similar train", "All reports that take it for the train share this doubt."),
    ("The first reading", "The other readings of a report share the rest."),
    ("What was only expected", "An expectation that did not come true carries no information."),
    ("A wrong report", "It could have stated any time, speed or length within this range."),
    ("A wrong report with one end only", "The probability that it holds by chance."),
    ("The ends of a range", "For a speed, length or duration: a share of the range's width."),
)
"""The other priors about reports, each with its effect."""

# Map
POSITIONS = (
    "Stations whose position is known are drawn there. Lines between stations are straight and "
    "do not follow the track. They are dotted where the position of an end is not known or is "
    "rough, or where a section is longer than {km:g} km."
)
NO_SCRIPT = "The map needs JavaScript. The tables have the same windows and reports without it."
MARKS = (
    "The mark of a place shows the worst verdict of the reports about it, and their number. "
    "Places that would overlap share a mark, which shows how many they are."
)

# Diagram and origin of the page
DIAGRAM_ALT = (
    "Time-distance diagram of the default route: the certain region and the likely bands of "
    "the train, and the windows of the reports. The tables What is certain and Times at each "
    "place give the same values as numbers, and the ledger has the windows of the reports."
)
DIAGRAM_CAPTION = (
    "{region}: the train was within it at every time if the reports of the worlds used for the "
    "bounds are true. The bands over it are likely, {band}: at each "
    "kilometre they hold 90 % and 50 % of the draws that pass it. Each report may be wrong "
    "there and the ends of its window are soft, so the bands may extend beyond the region. The "
    "bands begin anew where draws start on the way, and there is no band where fewer than one "
    "draw in twenty passes. Reports that those worlds drop or read otherwise are dashed. The "
    "thin line in a report's row is the likely window of the event that it reports. Reports "
    "without a window and reports about places off this route are in the ledger only."
)
"""Caption of the diagram; ``band`` says what its bands are based on."""
REGION = {
    True: "The shaded region is certain",
    False: "The shaded region is not certain, because not all of the best worlds were found",
}
"""Beginning of the caption, by whether all best worlds were found."""

MADE = (
    "The same journey file, version, draws and seed give the same bytes. The file loads "
    "nothing from outside, and its content security policy forbids the browser to do so."
)


def format_reached(
    place: str, ends_s: tuple[float, float], zone: str, offset: str, *, is_border: bool
) -> str:
    """Write when a place was reached, by its own clock and in UTC.

    Examples
    --------
    >>> ends = 1_694_426_400.0, 1_694_430_000.0
    >>> format_reached("Khasan", ends, "Asia/Vladivostok", "UTC+10", is_border=False)
    'reached Khasan between Mon 11 Sep 20:00 and Mon 11 Sep 21:00 Vladivostok time \
(UTC+10; Mon 11 Sep 10:00 to Mon 11 Sep 11:00 UTC)'
    """
    own, utc = ([format_local(end, clock) for end in ends_s] for clock in (zone, ZONE_UTC))
    return (
        f"{'crossed' if is_border else 'reached'} {place} between {own[0]} and {own[1]} "
        f"{format_city(zone)} time ({offset}; {utc[0]} to {utc[1]} UTC)"
    )


def format_certain(condition: str, reached: Sequence[str]) -> str:
    """Write when the train certainly reached places, with the condition of the bounds."""
    if not reached:
        return "No passage has both an earliest and a latest time."
    return format_sentence(f"{condition}, the train {' and '.join(reached)}")


def format_likely(band: str, route: str, reached: Sequence[str]) -> str:
    """Write when the train likely reached places of the default route."""
    if not reached:
        return ""
    return (
        f"{band.capitalize()} and by the default route ({route}), the train "
        f"{' and '.join(reached)}, each with a probability of 90 %."
    )


def format_kind(*, has_reports: bool, has_bases: bool) -> str:
    """Write what the answers are based on; ``has_bases``: priors are based on reports."""
    if not has_reports:
        return f"{ALONE} {LIMITS}"
    behind = [BEHIND] if has_bases else []
    return " ".join([BASIS, *behind, VERDICTS, LIMITS, EVIDENCE])


def format_conflicts(
    firm: int, open_: int, kinds: Sequence[str], largest: tuple[str, str] | None
) -> str:
    """Write the number of conflicts and the largest one: its kind, then its clauses and miss.

    ``kinds`` are the keys of ``CAUSES`` on which the ``open_`` conflicts depend.

    Examples
    --------
    >>> largest = "plain", "R1 and R2 contradict each other by 2 h"
    >>> format_conflicts(0, 1, ["reading"], largest)
    '1 conflict depends on how a report is read. The largest at face value: R1 and R2 \
contradict each other by 2 h.'
    """
    if not firm + open_:
        return "No report contradicts another."
    counts = format_conflict_counts(firm, open_, [CAUSES[kind] for kind in kinds])
    return counts if largest is None else f"{counts} {LARGEST[largest[0]]}: {largest[1]}."


def format_conflict_kinds(firm: int, plain: int, other: int) -> str:
    """Write how many conflicts hold for every reading, at face value, or otherwise."""
    hold = "holds" if firm <= 1 else "hold"
    total = format_count(firm + plain + other, "conflict")
    more = f"{plain or 'no'} more" if firm else plain or "none"
    return (
        f"{total}: {firm or 'none'} {hold} under every reading, {more} if "
        f"every report is read at face value, and "
        f"{other or 'none'} only under another reading."
    )


def format_claim(claim: str, text: str = "") -> str:
    """Write a claim, shortened if need be, after the text of one of its clauses."""
    full = f"{text}: {claim}" if text else claim
    if len(full) <= CLAIM_CHARACTERS:
        return full
    head = full[:CLAIM_CHARACTERS]
    return f"{head.rpartition(' ')[0] or head}\u2026"


def format_sum(seconds: int) -> str:
    """Write seconds with a sign, as a term of a sum.

    Examples
    --------
    >>> format_sum(3725), format_sum(0)
    ('+1:02:05', '0:00:00')
    """
    sign = "+" if seconds > 0 else MINUS if seconds < 0 else ""
    return f"{sign}{format_hms(abs(seconds))}"


def format_bound(seconds: float | None, zone: str, end: str) -> str:
    """Write an earliest or latest time, rounded outwards to the minute."""
    if seconds is None:
        return OPEN
    write = format_earliest if end == "earliest" else format_latest
    return write(to_datetime(seconds), zone)


def format_bounds(route: str, condition: str, *, is_given_reports: bool) -> str:
    """Write what the bounds of a route mean, and how the likely band relates to them."""
    return (
        f"Earliest and latest times on the default route ({route}), {condition}, whatever the "
        "train did in between. They are rounded outwards to the minute. "
        f"{LIKELY_BESIDE[is_given_reports]}"
    )


def format_disagreements(texts: Sequence[str], *, is_given_reports: bool) -> str:
    """Write where likely bands lie entirely outside the certain bounds, and why."""
    return (
        "At some places the likely band lies entirely outside the certain bounds, "
        f"{OUTSIDE[is_given_reports]}: the train {'; '.join(texts)}. Trust the certain bounds "
        "there as much as the reports that set them."
    )


def format_used(used: int, left_out: Sequence[str], reports: int) -> str:
    """Write how many of all reports set a constraint and are used, and which are left out.

    Examples
    --------
    >>> format_used(32, ["C60"], 47)
    '33 of 47 reports set a constraint; 32 are used. C60 is left out because a prior is based \
on it.'
    >>> format_used(12, [], 15)
    '12 of 15 reports set a constraint, and all of them are used.'
    """
    count = used + len(left_out)
    of = f"{count:,} of {format_count(reports, 'report')} set{'s' * (count == 1)} a constraint"
    if not left_out:
        return f"{of}, and {'it is' if count == 1 else 'all of them are'} used."
    be = "is" if used == 1 else "are"
    return f"{of}; {used or 'none'} {be} used. {format_left_out(left_out)}"


def format_method(
    *, used: int, left_out: Sequence[str], reports: int, draws: int, ess: float, is_few: bool,
    route: str,
) -> str:  # fmt: skip
    """Write how many reports and draws the likely answers are based on, and which route."""
    if not used:
        return "No report is used, so the likely answers are those of the priors."
    few = " That is few: read the ends of the bands with care." if is_few else ""
    return (
        f"{format_used(used, left_out, reports)} Each report is right only with its "
        "reliability, the ends of its window are soft, and a family counts once for an event. "
        "The answers are based on "
        f"{format_draws(draws, ess)}.{few} No figure has digits beyond its Monte Carlo error. "
        f"All tables but the last are for the default route ({route})."
    )


def format_headings(reports: Sequence[str]) -> str:
    """Write which reports state where the train was bound."""
    if not reports:
        return "No report states where the train was bound; only clocks and speeds bear on it."
    verb = "states" if len(reports) == 1 else "state"
    named = format_list(reports)
    return f"{named} {verb} where the train was bound; clocks and speeds bear on it too."


def format_turn(station: str, basis: str = "", *, is_known: bool) -> str:
    """Write that the train reverses or may reverse, as a part of a sentence.

    Examples
    --------
    >>> format_turn("Ussuriysk", is_known=True), format_turn("Khasan", is_known=False)
    ('reverses at Ussuriysk', 'may reverse at Khasan (not known)')
    """
    known = f"reverses at {station}{f' ({basis})' if basis else ''}"
    return known if is_known else f"may reverse at {station} (not known)"


def format_sentence(text: str) -> str:
    """Make a part of a sentence a whole one, with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


def format_gauge(station: str, gauges_mm: tuple[int, int], *, from_km: float, km: float) -> str:
    """Write a change of gauge at a station, and from which kilometre it is possible."""
    beside = f", or anywhere from km {from_km:,.0f}, where both gauges lie side by side"
    before, after = gauges_mm
    return f"Gauge {before} to {after} mm at {station}{beside if from_km < km else ''}"


def format_way(length_km: float, turns: Sequence[str], clocks: int) -> str:
    """Write the length and reversals of a route, and in how many time zones times are given.

    Examples
    --------
    >>> format_way(1186.4, ["reverses at Ussuriysk"], 3)
    '1,186 km; reverses at Ussuriysk. Times are given in three time zones. A train that does \
not stop departs when it arrives.'
    """
    way = "; ".join([f"{length_km:,.0f} km", *turns])
    return (
        f"{way}. Times are given in {format_small_number(clocks)} time zone"
        f"{'s' * (clocks != 1)}. A train that does not stop departs when it arrives."
    )


def format_source_clock(clock: str) -> str:
    """Write how the clocks of a source are set, after its title; empty if by their places.

    Examples
    --------
    >>> format_source_clock("one"), format_source_clock("Europe/Moscow")
    (' (one clock, whose zone is not known)', " (all clocks are Moscow's)")
    >>> format_source_clock("place")
    ''
    """
    if clock == "place":
        return ""
    if clock == "one":
        return " (one clock, whose zone is not known)"
    return f" (all clocks are {format_city(clock)}'s)"


def format_zone_source(zone: str, known: str, reason: str | None) -> str:
    """Write the zone of a reported time, and how it is known."""
    return f"{zone}; {ZONE_KNOWN.get(known, known)}{f': {reason}' if reason else ''}"


def format_basis(
    draws: int, ess: float, *, used: int, rejected: Sequence[str], evidence: str
) -> str:
    """Write what the windows of a posterior are based on, and which reports it rejects.

    Examples
    --------
    >>> format_basis(4096, 913.0, used=12, rejected=[], evidence="-30.1 \u00b1 0.1")
    '4,096 draws, effective sample size 913; 12 reports used, rejected: none; log evidence \
-30.1 \u00b1 0.1'
    """
    return (
        f"{format_draws(draws, ess)}; {format_count(used, 'report')} used, rejected: "
        f"{', '.join(rejected) or 'none'}; log evidence {evidence}"
    )
