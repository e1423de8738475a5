"""Conflicts, worlds and possibilities in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.certificates import format_steps
from routesim.text.durations import format_lapse
from routesim.text.names import format_list
from routesim.text.quantities import format_count, format_miss

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    SupportedText = tuple[str, Sequence[str]]


NO_WORLD = "No world holds on this route: what is given contradicts itself."
NOT_ALL_TRIED = "Not every way to reconcile the reports was tried."


def format_clash(
    clauses: Sequence[str],
    miss_s: float | None,
    miss_km: float | None = None,
    miss_kmh: float | None = None,
) -> str:
    """Write what contradicts what, and by how much.

    Examples
    --------
    >>> format_clash(["C01", "C06"], 21601), format_clash(["C61"], None, 413.3)
    ('C01 and C06 miss each other by 6 h', 'C61 misses by 413.3 km')
    >>> format_clash(["C04", "C06"], 1), format_clash(["C33", "C34"], None)
    ('C04 and C06 only just miss each other', 'C33 and C34 cannot all be true')
    """
    names, alone = format_list(clauses), len(clauses) == 1
    if miss_s == 1:
        return f"{names} only just {'misses' if alone else 'miss each other'}"
    miss = format_miss(miss_s, miss_km, miss_kmh)
    if not miss:
        return f"{names} cannot {'be true' if alone else 'all be true'}"
    return f"{names} {'misses' if alone else 'miss each other'} by {miss}"


def format_contradiction(
    steps: Iterable[SupportedText], miss_s: float, *, start: str | None = None
) -> str:
    """Write a sum that contradicts itself, and from where it is shown if the start is open."""
    miss = f"All together they miss by {format_lapse(miss_s)}"
    if miss_s == 1:
        miss = "The two touch without sharing an instant"
    even = "" if start is None else f" {format_best_start(start)}"
    return f"{format_steps(steps)}. {miss}.{even}"


def format_best_start(start: str) -> str:
    """Write that a contradiction holds from every start: it is shown from the best."""
    return f"So it is even from {start}, the start that suits them best."


def format_exclusive(clauses: Sequence[str], why: str, miss: str) -> str:
    """Write why clauses exclude each other whatever the times, and by how much."""
    return f"{' and '.join(clauses)}: {why}{f': {miss} apart' if miss else ''}."


def format_completeness(complete_to: int | None) -> str:
    """Write up to which size no conflict is missing from a list.

    Examples
    --------
    >>> format_completeness(None)
    'The list is complete.'
    >>> format_completeness(2)
    'The list is complete for sets of up to 2 clauses; larger ones may be missing.'
    """
    if complete_to is None:
        return "The list is complete."
    size = format_count(complete_to, "clause")
    return f"The list is complete for sets of up to {size}; larger ones may be missing."


def format_conflict_counts(firm: int, open_: int) -> str:
    """Write how many conflicts no reading resolves, and how many depend on one.

    Examples
    --------
    >>> format_conflict_counts(2, 0)
    '2 conflicts between reports are resolved by no reading of them.'
    >>> format_conflict_counts(0, 1)
    '1 conflict depends on how a report is read.'
    """
    parts = []
    if firm:
        verb = "is" if firm == 1 else "are"
        count = format_count(firm, "conflict")
        parts.append(f"{count} between reports {verb} resolved by no reading of them")
    if open_:
        count = str(open_) if firm else format_count(open_, "conflict")
        verb = "depends" if open_ == 1 else "depend"
        parts.append(f"{count} {verb} on how a report is read")
    return f"{', '.join(parts)}."


def format_versions(dropped: Iterable[str], versions: Iterable[str]) -> list[str]:
    """Write dropped clauses; of ``versions`` the family's other version is kept.

    Examples
    --------
    >>> format_versions(["C01", "C04"], ["C04"])
    ['C01', 'C04 (another version of its family is kept)']
    """
    kept = set(versions)
    return [
        f"{clause} (another version of its family is kept)" if clause in kept else clause
        for clause in dropped
    ]


def format_world(
    dropped: Sequence[str], versions: Iterable[str], readings: Iterable[str]
) -> str:
    """Write what a world drops and how it reads the rest.

    Examples
    --------
    >>> format_world(["C01"], [], ["C61 read as: by rail"]), format_world([], [], [])
    ('without C01; C61 read as: by rail', 'everything at face value')
    """
    parts = [f"without {', '.join(format_versions(dropped, versions))}"] if dropped else []
    return "; ".join([*parts, *readings]) or "everything at face value"


def format_worlds_used(numbers: Sequence[int], families: int) -> str:
    """Write of which worlds the bounds are, and how many families each drops.

    Examples
    --------
    >>> format_worlds_used([1], 0)
    'What is certain below holds in world 1: it drops no family.'
    """
    if not numbers:
        return "None of them takes the default route."
    given = format_count(families, "family", "families") if families else "no family"
    named = ", ".join(str(number) for number in numbers)
    if len(numbers) == 1:
        return f"What is certain below holds in world {named}: it drops {given}."
    return (
        f"What is certain below holds in all of the worlds {named}: of those by the default "
        f"route they drop the fewest families ({given} each). What is given are the widest "
        "of their bounds."
    )


def format_possibility(
    margin_s: float | None,
    steps: Iterable[SupportedText] = (),
    *,
    possible: bool,
    brief: bool = False,
) -> str:
    """Write whether something was possible, by how much, and what decides.

    Examples
    --------
    >>> format_possibility(None, possible=True)
    'Possible: nothing that is given bounds it.'
    >>> format_possibility(-6120.0, possible=False, brief=True)
    'Not possible, by 1 h 42 min.'
    """
    if possible and margin_s is None:
        return "Possible: nothing that is given bounds it."
    lapse = format_lapse(margin_s or 0)
    answer = f"Possible, with {lapse} to spare" if possible else f"Not possible, by {lapse}"
    return f"{answer}." if brief else f"{answer}: {format_steps(steps)}."


def format_barred_start(clauses: Sequence[str], start: str, exclusion: str = "") -> str:
    """Write that the train cannot have departed so early on the way as is asked for.

    Examples
    --------
    >>> format_barred_start(["C40", "C45"], "Tumangang")
    'Not possible: C40 and C45 exclude a start at Tumangang (C40, C45).'
    """
    reason, named = "it cannot have set out so early on the way", ""
    if clauses:
        reason = exclusion or f"{' and '.join(clauses)} exclude a start at {start}"
        named = f" ({', '.join(clauses)})"
    return f"Not possible: {reason}{named}."
