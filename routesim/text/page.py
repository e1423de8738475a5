"""What only the views say: their notes, and the sentences of the sections of the page."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from routesim.text.conflicts import format_conflict_counts
from routesim.text.durations import format_duration, format_hms
from routesim.text.names import format_city, format_list
from routesim.text.posterior import format_draws
from routesim.text.quantities import (
    format_count,
    format_rounded_share,
    format_small_number,
)
from routesim.text.standing import UNCHANGED
from routesim.text.times import (
    ZONE_UTC,
    format_earliest,
    format_latest,
    format_local,
    to_datetime,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


CLAIM_CHARACTERS = 120
MINUS = "\u2212"
OPEN = "open"
"""An end that nothing bounds."""

RAREST = 3
"""The number of reports that are named as those that hold least often."""

# Of the head
RESTS_ON = (
    "What is certain rests on the reports, the kilometres of the line and a cap on speed; no "
    "draw has a part in it. What is called likely comes from the priors stated below with "
    "their reasons, which are assumptions, and from the reports, each weighed by how far it is "
    "believed."
)
ALONE = "What is called likely comes from the priors stated below with their reasons."
BEHIND = (
    "Reports stand behind some of these priors or are named in their reasons, as their ledger "
    "entries say; one that a prior of the speeds rests on is not weighed again."
)
VERDICTS = (
    "The verdicts are another matter: each report is held, one by one, against draws from the "
    "priors alone."
)
YEARS = "Days without a year are those of {years}."
LIMITS = "Presence of a train is not presence of a person."
EVIDENCE = "All evidence is the listed publications, and nothing that became known later."

# Of conflicts and worlds
NO_CONSTRAINT = "No report sets a constraint, so none can contradict another."
NO_CONFLICT = "None: all the reports can be true together, each as it is read at face value."
HOW_TO_READ_SUMS = (
    "Each is a smallest set: leave any one of its reports or assumptions out, and the others "
    "can all be true. "
    "They follow from the reports, the kilometres of the line and the speed that no train "
    "exceeds there; the simulated journeys have no part in them. In a sum, \u201cno later "
    "than\u201d and \u201cat most\u201d count plus, \u201cno earlier than\u201d and \u201cat "
    "least\u201d count minus. What comes out below nothing is the miss. A window told as "
    "before 18:00 ends at 17:59:59."
)
LARGEST = {
    "firm": "The largest that stands by any reading",
    "plain": "The largest, read at face value",
    "any": "The largest",
}
WORLDS_MEANING = (
    "A world is a largest set of reports that can all be true, with one reading of each: no "
    "report that it drops could be taken in again. Those that drop the fewest families "
    "(independent sources) come first. A report whose own family tells another version that "
    "is kept is not counted as a family dropped."
)

# Of what is certain
LIKELY_BESIDE = {
    False: (
        "The likely band beside it comes from the priors alone and knows no report, so the two "
        "need not agree."
    ),
    True: (
        "The likely band beside it is given the reports, but each may be wrong there and the "
        "ends of its window are soft, so that it may reach beyond what is certain."
    ),
}
OUTSIDE = {
    False: "because the priors know no report",
    True: "because a report that holds the bound is hardly believed, or gives at its ends",
}
"""Why likely bands lie outside what is certain; True if they are given the reports."""

ASSUMED = (
    "Speed cap: what no train exceeds, an assumption by line ({caps}), never a "
    "reported speed. Length: the official kilometres, at their shortest or longest where "
    "sources dispute them. Open: nothing bounds that end."
)
NOTHING_CERTAIN = (
    "Nothing is certain of this journey beyond the order of its stations: no report sets a "
    "constraint on it."
)
STRETCHES_MEANING = (
    "From reaching the one place to reaching the next; at a place, from reaching to "
    "leaving it. Standing on a stretch is what is left of the least time after running "
    "at the slowest running speed that is reported."
)

# Of what is likely
INSTANTS_MEANING = (
    "Kilometres count from {start}; the stations are those before and after. Likely is the "
    "middle 90 %, with the median and the station nearest to it. Past or at a place is the "
    "probability that it had been reached by then."
)
PRIOR_SHOWS = (
    "Where the reports tell little, an answer is the prior's own; with other priors it would "
    "be another."
)
SUMS = (
    f"{UNCHANGED.capitalize()}: what is likely is the prior itself. "
    "A sum can be known better than its parts: where no report says at which of the places "
    "the train stood, the reports tell little more than that it did."
)

# Of the ledger
MARGINS = (
    "What is certain is settled first, by no draw; a report that stands is then held against "
    "draws from the priors alone. The time beside a verdict tells by how much what is reported "
    "and the band of 90 % of these draws overlap (of room) or miss each other (short), or by "
    "how much a conflict that decides the verdict misses; the share tells in how many of them "
    "it holds. A distance "
    "between two places is held against the kilometres of the network, a heading against the "
    "routes: neither hangs on the draws."
)
ECHO = (
    "A report that stands behind a prior, or that the reason for one names, is no independent "
    "check on it: where the two agree, the report may only echo itself."
)
RIGHT = (
    "Right is how likely the report is right given all the others, the priors and how far it "
    "is believed beforehand. The verdicts know nothing of it."
)
ZONE_KNOWN = {
    "printed": "the zone is printed",
    "inferred": "the zone is inferred",
    "assumed": "the zone is assumed",
}

# Of the assumptions
NO_PRIORS = {
    "origins": "Every draw sets out where its route begins.",
    "stops": "No stop is planned.",
    "standing": "No unplanned standing is assumed.",
    "lengths": "No length is disputed.",
}
"""Instead of a table of the plan that has no row."""

BELIEVED = "Reports are mostly right, and not always; a guess."

TRUST_ROWS = (
    ("A similar train", "Where a report takes it for the train, it shares this doubt."),
    ("The first reading", "The other readings of a report share the rest."),
    ("What was only expected", "If it did not come to pass, the report tells nothing."),
    ("A wrong report", "It might as well have told any time, speed or length within this."),
    ("A wrong report with one end only", "So often it would hold by chance, as before noon."),
    ("The ends of a range", "Of a speed, length or duration, as a share of the range's width."),
)
"""What else is believed of reports, and what it does."""

# Of the map
POSITIONS = (
    "Stations with a position of their own sit at their place. Lines between them are "
    "straight and do not follow the track; dotted where an end has no position of its own, "
    "or where a section is over {km:g} km."
)
NO_SCRIPT = "The map needs JavaScript. The tables hold the same windows and reports without it."
MARKS = (
    "The mark at a place takes the worst verdict of the reports that speak of it; its number "
    "counts them. Places that would lie on one another share a mark, which tells how many they "
    "are."
)

# Of the diagram, and of how the page was made
DIAGRAM_ALT = (
    "Time-distance diagram of the default route: where the train must certainly have been, "
    "where it likely was, and the windows of the reports. The tables What is certain and "
    "Windows hold the same as numbers, the ledger the windows of the reports."
)
DIAGRAM_CAPTION = (
    "The shaded region is certain: at any time the train must have been within it, if the "
    "reports of the worlds under the bounds are true. The bands over it are likely, "
    "{band}: at each kilometre they hold 90 % and 50 % of the draws that "
    "pass it. Each report may be wrong there and the ends of its window are soft, so that "
    "the bands may reach beyond the region. Where draws set out on the way the bands begin "
    "anew, and where fewer than one in twenty passes there is none. Reports that those "
    "worlds leave out or read otherwise are dashed; the thin line in a report's row is the "
    "likely window of what it tells. Reports without a window, and reports of places off "
    "this route, are in the ledger only."
)
"""What the diagram shows; ``band`` says what its bands are based on."""

MADE = (
    "The same journey file, version, draws and seed give the same bytes. The file asks "
    "for nothing from outside, and its policy forbids the browser to."
)


def format_margin(margin_s: float | None) -> str:
    """Write a margin in hours and minutes; nothing where there is none.

    Examples
    --------
    >>> format_margin(12000.0), format_margin(-2700.0)
    ('3 h 20 min of room', '45 min short')
    """
    if margin_s is None or not isfinite(margin_s):
        return ""
    return f"{format_duration(abs(margin_s))} {'of room' if margin_s >= 0 else 'short'}"


def format_draw_share(share: float) -> str:
    """Write a share of the draws; empty where all are meant.

    Examples
    --------
    >>> format_draw_share(0.294), format_draw_share(1.0)
    ('in 29 % of the draws', '')
    """
    return "" if share == 1.0 else f"in {format_rounded_share(share)} of the draws"


def format_reached(
    place: str, ends_s: tuple[float, float], zone: str, offset: str, *, is_border: bool
) -> str:
    """Write between when a place was reached, by its own clock and in UTC.

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
    """Write when the train was certainly at places, under the condition of the bounds."""
    if not reached:
        return "The reports bound no passage on both sides."
    return format_sentence(f"{condition}, the train {' and '.join(reached)}")


def format_likely(band: str, route: str, reached: Sequence[str]) -> str:
    """Write when the train was likely at places of the default route."""
    if not reached:
        return ""
    return (
        f"{band.capitalize()}, and if it took the default route ({route}), the train "
        f"{' and '.join(reached)}, each with a probability of 90 %."
    )


def format_kind(*, has_reports: bool, has_bases: bool) -> str:
    """Write what kind of answers the page gives; whether priors name reports."""
    if not has_reports:
        return f"{ALONE} {LIMITS}"
    behind = [BEHIND] if has_bases else []
    return " ".join([RESTS_ON, *behind, VERDICTS, LIMITS, EVIDENCE])


def format_rarest(shares: Sequence[tuple[float, str]]) -> str:
    """Write which reports hold in the fewest draws: consistent is not the same as likely."""
    if not shares:
        return ""
    rarest = [f"{report} in {format_rounded_share(share)}" for share, report in shares[:RAREST]]
    return (
        "Consistent means that the report meets the band of 90 % of the draws from the "
        "priors, not that it is likely. Taken one by one, these hold in the fewest of them: "
        f"{', '.join(rarest)}. A narrow window holds in few draws even where nothing speaks "
        "against it."
    )


def format_verdict_counts(counts: Mapping[str, int]) -> str:
    """Write, behind the number of reports, how many of each verdict there are.

    Examples
    --------
    >>> format_verdict_counts({"consistent": 3, "strained": 1, "silent": 0})
    ', held against one another and against draws from the priors alone, 3 are consistent \
and 1 is strained. '
    """
    parts = [f"{n} {'is' if n == 1 else 'are'} {name}" for name, n in counts.items() if n]
    held = "held against one another and against draws from the priors alone"
    return f", {held}, {format_list(parts)}. "


def format_other_routes(fitting: Sequence[str], failing: Sequence[str], total: int) -> str:
    """Write which reports are judged by another route than the default one.

    Examples
    --------
    >>> format_other_routes(["C34"], [], 47)
    '1 of the 47 (C34) fits only another route than this one.'
    """
    fit = "fits" if len(fitting) == 1 else "fit"
    be, do = ("is", "does") if len(failing) == 1 else ("are", "do")
    verbs = (
        f"{fit} only another route than this one",
        f"{be} judged by another route than this one, and {do} not fit it either",
    )
    return " ".join(
        f"{len(reports)} of the {total} ({', '.join(reports)}) {verb}."
        for reports, verb in zip((fitting, failing), verbs, strict=True)
        if reports
    )


def format_conflicts(firm: int, open_: int, largest: tuple[str, str] | None) -> str:
    """Write how many conflicts there are, and which misses by most: its kind and its clash.

    Examples
    --------
    >>> format_conflicts(0, 1, ("plain", "R1 and R2 miss each other by 2 h"))
    '1 conflict depends on how a report is read. The largest, read at face value: R1 and R2 \
miss each other by 2 h.'
    """
    if not firm + open_:
        return "No report contradicts another."
    counts = format_conflict_counts(firm, open_)
    return counts if largest is None else f"{counts} {LARGEST[largest[0]]}: {largest[1]}."


def format_conflict_kinds(firm: int, plain: int, other: int) -> str:
    """Write how many conflicts no reading resolves, and how many need which reading."""
    return (
        f"{format_count(firm + plain + other, 'conflict')}: {firm or 'none'} that no reading "
        f"of the reports resolves, {plain} if each report is read at face value, {other} only "
        "if one is read in another way."
    )


def format_claim(claim: str, text: str = "") -> str:
    """Write a claim in short, after what one clause of several says of it."""
    full = f"{text}: {claim}" if text else claim
    if len(full) <= CLAIM_CHARACTERS:
        return full
    head = full[:CLAIM_CHARACTERS]
    return f"{head.rpartition(' ')[0] or head}\u2026"


def format_variant(clauses: Sequence[str], other: Sequence[str]) -> str:
    """Write for which other clauses a conflict is the same.

    Examples
    --------
    >>> format_variant(["C01", "C06"], ["C01", "C07"]), format_variant(["C01"], ["C01", "C02"])
    ('with C07 instead of C06', 'for C01 and C02')
    """
    gone = [clause for clause in clauses if clause not in other]
    new = [clause for clause in other if clause not in clauses]
    if not gone or not new:
        return f"for {format_list(other)}"
    return f"with {format_list(new)} instead of {format_list(gone)}"


def format_sum(seconds: int) -> str:
    """Write seconds with a sign, to be added up by hand.

    Examples
    --------
    >>> format_sum(3725), format_sum(0)
    ('+1:02:05', '0:00:00')
    """
    sign = "+" if seconds > 0 else MINUS if seconds < 0 else ""
    return f"{sign}{format_hms(abs(seconds))}"


def format_bound(seconds: float | None, zone: str, end: str) -> str:
    """Write the earliest or the latest end of a bound, rounded outwards to the minute."""
    if seconds is None:
        return OPEN
    write = format_earliest if end == "earliest" else format_latest
    return write(to_datetime(seconds), zone)


def format_bounds(route: str, condition: str, *, is_given_reports: bool) -> str:
    """Write what the bounds of a route mean, and what the likely band beside them does."""
    return (
        f"By the default route ({route}), {condition}: no earlier and no later than this, "
        "whatever the train did in between. Rounded outwards to the minute. "
        f"{LIKELY_BESIDE[is_given_reports]}"
    )


def format_disagreements(texts: Sequence[str], *, is_given_reports: bool) -> str:
    """Write where likely bands lie wholly outside what is certain, and why that can be."""
    return (
        "Here the likely band lies wholly outside what is certain, "
        f"{OUTSIDE[is_given_reports]}: the train {'; '.join(texts)}. There, trust what is "
        "certain, as far as the reports that hold it are to be trusted."
    )


def format_method(
    *, used: int, reports: int, draws: int, ess: float, is_few: bool, route: str
) -> str:
    """Write on how many reports and draws the likely answers are based, by which route."""
    if not used:
        return "No report is heard, so that what is likely is what the priors say."
    of = "" if used == reports else f" of {reports}"
    few = " That is few: read the ends of the bands with care." if is_few else ""
    return (
        f"{used}{of} {'report is' if used == 1 else 'reports are'} weighed, those that set a "
        "constraint: each is right "
        "only with the probability that it is believed with, its ends are soft, and a family "
        f"counts once for an event. The answers rest on {format_draws(draws, ess)} (effective "
        f"sample size).{few} No figure is told beyond its Monte Carlo error. All but the last "
        f"table hold if it took the default route ({route})."
    )


def format_headings(reports: Sequence[str]) -> str:
    """Write which reports say where the train was bound."""
    if not reports:
        return "No report says where it was bound; clocks and speeds alone speak of it."
    named = ", ".join(reports)
    return f"Where it was bound is reported by {named}; clocks and speeds speak of it too."


def format_turn(station: str, basis: str = "", *, is_known: bool) -> str:
    """Write that the train reverses, and by what that is known, as a part of a sentence.

    Examples
    --------
    >>> format_turn("Ussuriysk", is_known=True), format_turn("Khasan", is_known=False)
    ('reverses at Ussuriysk', 'how it turns at Khasan is not known')
    """
    known = f"reverses at {station}{f' ({basis})' if basis else ''}"
    return known if is_known else f"how it turns at {station} is not known"


def format_sentence(text: str) -> str:
    """Write a part of a sentence as one: with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}."


def format_gauge(station: str, gauges_mm: tuple[int, int], *, from_km: float, km: float) -> str:
    """Write a change of gauge at a station, and from which km on it may have been."""
    beside = f", or from km {from_km:,.0f} on where both lie side by side"
    before, after = gauges_mm
    return f"Gauge {before} to {after} mm at {station}{beside if from_km < km else ''}"


def format_way(length_km: float, turns: Sequence[str], clocks: int) -> str:
    """Write how long a route is, where it turns, and by how many clocks its windows are shown.

    Examples
    --------
    >>> format_way(1186.4, ["reverses at Ussuriysk"], 3)
    '1,186 km; reverses at Ussuriysk. Arrival and departure are each told by three clocks. A \
train that does not stop departs as it arrives.'
    """
    way = "; ".join([f"{length_km:,.0f} km", *turns])
    return (
        f"{way}. Arrival and departure are each told by {format_small_number(clocks)} "
        f"clock{'s' * (clocks != 1)}. A train that does not stop departs as it arrives."
    )


def format_zone_source(zone: str, known: str, reason: str | None) -> str:
    """Write by which clock a time is reported, and how that is known."""
    return f"{zone}; {ZONE_KNOWN.get(known, known)}{f': {reason}' if reason else ''}"


def format_basis(
    draws: int, ess: float, *, used: int, rejected: Sequence[str], evidence: str
) -> str:
    """Write on what the windows of a posterior are based, and which reports it rejects.

    Examples
    --------
    >>> format_basis(4096, 913.0, used=12, rejected=[], evidence="-30.1 \u00b1 0.1")
    '4,096 draws worth 913 independent ones; 12 reports heard, thrown out: none; log evidence \
-30.1 \u00b1 0.1'
    """
    return (
        f"{format_draws(draws, ess)}; {format_count(used, 'report')} heard, thrown out: "
        f"{', '.join(rejected) or 'none'}; log evidence {evidence}"
    )
