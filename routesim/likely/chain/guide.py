"""Draws of the next leg that are guided by the report about its end.

Before a report is added, the leg that ends at its place is a draw from the prior. Few of these
draws reach a narrow window. Here the time at the end of the leg is drawn within the window for
some particles, and the leg is split to fit. Weights make up for this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.likely.chain.segments import SegmentSplits, list_segments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.arrays import Array
    from routesim.likely.chain.model import ChainModel
    from routesim.sampler.target import State


GUIDED_SHARE = 0.6
"""Share of the particles that are guided."""


def guide_state(
    model: ChainModel,
    state: State,
    stream: np.random.Generator,
    *,
    span: tuple[int, int],
    windows: Mapping[int, Sequence[tuple[float, float]]],
    latest: int = 0,
) -> Array | None:
    """Draw the last leg before a window again; return log weights, (particles,).

    The amounts in ``state`` become a new array.

    Parameters
    ----------
    model, state
        The prior, and draws from it as far as they lie behind the first event of ``span``.
    stream
        The random numbers.
    span
        Last event on which the likelihood depends so far, and the last event of the report.
    windows
        Windows by event, in seconds after the earliest departure.
    latest
        Arrival at the last possible origin. Legs up to it may not count, and are left as they
        are.

    Returns
    -------
    ndarray or None
        None if there is no window, or no leg that ends at it.
    """
    first, last = span
    dated = [event for event in range(first + 1, last + 1) if windows.get(event)]
    first = max(first, latest + 1 if latest else 0)
    legs = [one for one in list_segments(model) if dated and first < one.event <= dated[0]]
    if not legs:
        return None
    event = dated[0]
    ends = np.array(windows[event])
    splits = SegmentSplits(model, state, legs[-1:])
    before = splits.read(state["amounts"])
    times = model.find_times(state, 0)[0][event]
    chosen = stream.integers(len(ends), size=times.size)
    then = stream.uniform(ends[chosen, 0], ends[chosen, 1])
    after, ratio = splits.propose(stream, before.sum(axis=0) + (then - times))
    guided = stream.random(times.size) < GUIDED_SHARE
    state["amounts"] = state["amounts"].copy()
    splits.write(state["amounts"], np.where(guided, after, before))
    # The ratio is that of the prior density and of the split given the sum.
    ratio = np.where(guided, ratio, splits.weigh(before))[0]
    now = np.where(guided, then, times)
    inside = (now >= ends[:, :1]) & (now <= ends[:, 1:])
    density = (inside / (ends[:, 1:] - ends[:, :1])).mean(axis=0)
    with np.errstate(over="ignore", divide="ignore"):
        odds = np.where(density > 0.0, density * np.exp(-ratio), 0.0)
        return np.asarray(-np.log((1.0 - GUIDED_SHARE) + GUIDED_SHARE * odds))
