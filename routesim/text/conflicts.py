"""Sentences about conflicts, worlds and possibilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.certificates import format_steps
from routesim.text.durations import format_lapse
from routesim.text.names import format_list
from routesim.text.quantities import format_count, format_miss

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    SupportedText = tuple[str, Sequence[str]]


MILDEST_ZONE = (
    "If the time zone of a report is not certain, the zone with the smallest miss is used, "
    "unless the conflict names a zone."
)


def format_clash(
    clauses: Sequence[str],
    miss_s: float | None,
    miss_km: float | None = None,
    miss_kmh: float | None = None,
) -> str:
    """Write which clauses contradict each other, and by how much.

    Examples
    --------
    >>> format_clash(["C01", "C06"], 21601), format_clash(["C61"], None, 413.3)
    ('C01 and C06 contradict each other by 6 h', 'C61 is off by 413.3 km')
    >>> format_clash(["C04", "C06"], 1), format_clash(["C33", "C34"], None)
    ('C04 and C06 only just contradict each other', 'C33 and C34 cannot all be true')
    """
    names, alone = format_list(clauses), len(clauses) == 1
    if miss_s == 1:
        return f"{names} {'is only just off' if alone else 'only just contradict each other'}"
    miss = format_miss(miss_s, miss_km, miss_kmh)
    if not miss:
        return f"{names} cannot {'be true' if alone else 'all be true'}"
    return f"{names} {'is off' if alone else 'contradict each other'} by {miss}"


def format_contradiction(
    steps: Iterable[SupportedText], miss_s: float, *, start: str | None = None
) -> str:
    """Write the steps of a contradiction and its miss; ``start`` is the origin, if open."""
    miss = f"Together they miss by {format_lapse(miss_s)}"
    if miss_s == 1:
        miss = "They only touch: no time satisfies all of them"
    even = "" if start is None else f" {format_best_start(start)}"
    return f"{format_steps(steps)}. {miss}.{even}"


def format_best_start(start: str) -> str:
    """Write that a contradiction holds for every origin, and which one the sum is for."""
    return f"This holds whatever the origin; the figures are for {start}."


def format_cap_role(*, needs_cap: bool) -> str:
    """Write whether a conflict with speed caps in its sum needs them."""
    if needs_cap:
        return "This conflict needs the speed caps."
    return "This conflict exists without the speed caps too, with a smaller miss."


def format_exclusive(clauses: Sequence[str], whys: Sequence[str], miss: str) -> str:
    """Write why clauses exclude each other at any time, and by how much.

    There is one reason for each way to read them, and the miss is the smallest.

    Examples
    --------
    >>> format_exclusive(["C61"], ["A - B by rail is 9 km, not 5 to 6 km"], "3.0 km")
    'C61: A - B by rail is 9 km, not 5 to 6 km; the miss is 3.0 km.'
    """
    smallest = "smallest " if len(whys) > 1 else ""
    by = f"; the {smallest}miss is {miss}" if miss else ""
    return f"{' and '.join(clauses)}: {', and '.join(whys)}{by}."


def format_variant(clauses: Sequence[str], other: Sequence[str], reading: str = "") -> str:
    """Write how a similar conflict differs: its clauses or, if they are the same, its reading.

    Examples
    --------
    >>> format_variant(["C01", "C06"], ["C01", "C07"]), format_variant(["C01"], ["C01", "C02"])
    ('with C07 instead of C06', 'for C01 and C02')
    >>> format_variant(["C25"], ["C25"], "the train took route b")
    'if the train took route b'
    """
    gone = [clause for clause in clauses if clause not in other]
    new = [clause for clause in other if clause not in clauses]
    if not gone and not new and reading:
        return f"if {reading}"
    if not gone or not new:
        return f"for {format_list(other)}"
    return f"with {format_list(new)} instead of {format_list(gone)}"


def format_clock_variants(count: int) -> str:
    """Write for how many other sets of reports a conflict exists because of a shared clock.

    Examples
    --------
    >>> format_clock_variants(688)
    'for 688 other sets of reports, which are not listed singly'
    >>> format_clock_variants(1)
    'for 1 other set of reports, which is not listed singly'
    """
    verb = "is" if count == 1 else "are"
    sets = format_count(count, "other set")
    return f"for {sets} of reports, which {verb} not listed singly"


def format_completeness(complete_to: int | None) -> str:
    """Write whether a list of conflicts is complete, or up to which size.

    Examples
    --------
    >>> format_completeness(None)
    'The list is complete.'
    >>> format_completeness(2)
    'The list is complete for sets of up to 2 clauses; larger ones may be missing.'
    """
    if complete_to is None:
        return "The list is complete."
    if complete_to == 0:
        return "Conflicts may be missing: the search stopped early."
    size = format_count(complete_to, "clause")
    return f"The list is complete for sets of up to {size}; larger ones may be missing."


def format_conflict_counts(
    firm: int, open_: int, causes: Sequence[str] = ("how a report is read",)
) -> str:
    """Write how many conflicts no reading resolves, and how many depend on something.

    ``causes`` names what the others depend on.

    Examples
    --------
    >>> format_conflict_counts(2, 0)
    'No reading of the reports resolves 2 conflicts.'
    >>> format_conflict_counts(0, 1, ["how a report is read", "the route"])
    '1 conflict depends on how a report is read or on the route.'
    """
    parts = []
    if firm:
        count = format_count(firm, "conflict")
        parts.append(f"No reading of the reports resolves {count}")
    if open_:
        count = f"{open_} more" if firm else format_count(open_, "conflict")
        verb = "depends" if open_ == 1 else "depend"
        parts.append(f"{count} {verb} {format_list([f'on {cause}' for cause in causes], 'or')}")
    return f"{'; '.join(parts)}."


def format_versions(dropped: Iterable[str], versions: Iterable[str]) -> list[str]:
    """Write dropped clauses, and for which of them another version of the family is kept.

    Examples
    --------
    >>> format_versions(["C01", "C04"], ["C04"])
    ['C01', 'C04 (its family keeps another version)']
    """
    kept = set(versions)
    return [
        f"{clause} (its family keeps another version)" if clause in kept else clause
        for clause in dropped
    ]


def format_world(
    dropped: Sequence[str], versions: Iterable[str], readings: Iterable[str]
) -> str:
    """Write what a world drops, and which readings it takes.

    Examples
    --------
    >>> format_world(["C01"], [], ["C61 is read as: by rail"]), format_world([], [], [])
    ('drops C01; C61 is read as: by rail', 'every report at face value')
    """
    parts = [f"drops {', '.join(format_versions(dropped, versions))}"] if dropped else []
    return "; ".join([*parts, *readings]) or "every report at face value"


def format_worlds_used(numbers: Sequence[int], families: int, *, is_complete: bool) -> str:
    """Write which worlds the bounds are computed from, and how many families each drops.

    Examples
    --------
    >>> format_worlds_used([1], 0, is_complete=True)
    'The bounds below hold in world 1, which drops no family.'
    >>> format_worlds_used([1, 4], 2, is_complete=True)
    'The bounds below hold in each of the worlds 1 and 4. They are the best ones on the \
default route (2 families dropped). Each bound is the widest over these worlds.'
    """
    named = format_list([str(number) for number in numbers])
    count = format_count(families, "family", "families") if families else "no family"
    if not is_complete:
        return (
            f"The bounds below hold in {format_count(len(numbers), 'world')} that were found "
            "on the default route. Other worlds may be as good, so the bounds are not certain."
        )
    if len(numbers) == 1:
        return f"The bounds below hold in world {named}, which drops {count}."
    return (
        f"The bounds below hold in each of the worlds {named}. They are the best ones on the "
        f"default route ({count} dropped). Each bound is the widest over these worlds."
    )


def format_possibility(
    margin_s: float | None,
    steps: Iterable[SupportedText] = (),
    *,
    possible: bool,
    by_reports: bool = False,
    brief: bool = False,
) -> str:
    """Write whether something was possible, by what margin, and which steps decide it.

    ``by_reports`` says whether a report is among what decides.

    Examples
    --------
    >>> format_possibility(None, possible=True)
    'Possible: no constraint bounds it.'
    >>> format_possibility(-6120.0, possible=False, brief=True)
    'Not possible; it misses by 1 h 42 min.'
    >>> format_possibility(-7200.0, possible=False, by_reports=True, brief=True)
    'Not possible if the reports are true; it misses by 2 h.'
    """
    if possible and margin_s is None:
        return "Possible: no constraint bounds it."
    lapse = format_lapse(margin_s or 0)
    condition = " if the reports are true" if by_reports else ""
    answer = f"Not possible{condition}; it misses by {lapse}."
    if possible:
        answer = f"Possible, with {lapse} to spare."
    return answer if brief else f"{answer} What decides it: {format_steps(steps)}."


def format_nearest_world(
    dropped: Sequence[str], versions: Iterable[str], readings: Sequence[str]
) -> str:
    """Write in which world a question misses by least.

    Examples
    --------
    >>> format_nearest_world([], [], ["C61 is read as: by rail"])
    'It misses by least in a world that drops no report. There, C61 is read as: by rail.'
    """
    named = ", ".join(format_versions(dropped, versions)) or "no report"
    there = f" There, {'; '.join(readings)}." if readings else ""
    return f"It misses by least in a world that drops {named}.{there}"


def format_not_passed(places: Sequence[str]) -> str:
    """Write that no best world takes a route past all places of a question.

    Examples
    --------
    >>> format_not_passed(["Khasan", "Khabarovsk-1"])
    'Not possible: no best world takes a route that passes Khasan and Khabarovsk-1.'
    """
    return f"Not possible: no best world takes a route that passes {format_list(places)}."


def format_not_found(text: str = "") -> str:
    """Write that the search was not complete, so that the answer no is not certain.

    Examples
    --------
    >>> format_not_found("Not possible; it misses by 1 h.")
    'Not found within the budget of the search; other worlds or readings may allow it. In \
those tried: not possible; it misses by 1 h.'
    """
    found = "Not found within the budget of the search; other worlds or readings may allow it."
    return f"{found} In those tried: {text[0].lower()}{text[1:]}" if text else found


def format_barred_start(clauses: Sequence[str], start: str, exclusion: str = "") -> str:
    """Write that no origin at or before the places of a question is possible.

    Examples
    --------
    >>> format_barred_start(["C40", "C45"], "Tumangang")
    'Not possible: C40 and C45 exclude a start at Tumangang (C40, C45).'
    >>> format_barred_start(["C40"], "Tumangang")
    'Not possible: C40 excludes a start at Tumangang (C40).'
    """
    reason, named = "no origin at or before the places in question is possible", ""
    if clauses:
        verb = "excludes" if len(clauses) == 1 else "exclude"
        reason = exclusion or f"{format_list(clauses)} {verb} a start at {start}"
        named = f" ({', '.join(clauses)})"
    return f"Not possible: {reason}{named}."


def format_barred_event(event: str, place: str) -> str:
    """Write that an event cannot happen at a place, where the train starts or ends.

    Examples
    --------
    >>> format_barred_event("arrive", "Khasan")
    'Not possible: the train starts at Khasan.'
    >>> format_barred_event("depart", "Vladivostok")
    'Not possible: the train ends at Vladivostok.'
    """
    verb = {"arrive": "starts", "depart": "ends"}[event]
    return f"Not possible: the train {verb} at {place}."
