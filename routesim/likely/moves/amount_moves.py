"""Moves of a journey's amounts and unknowns that leave the posterior unchanged.

All moves propose a new state, and accept it with the ratio of prior, likelihood and proposals
(Metropolis, Hastings). There are these kinds:

- *trade*: an amount grows, and another shrinks by as much. Only events between them move;
- *toggle*: the halts or waits of a leg appear, disappear or are drawn again, while another
  amount compensates;
- *swap*: the halts of two legs or stays change places;
- *date*: an event gets a time that a report states or that occurs in other particles;
- *appear*: halts appear that give an event such a time, or disappear;
- *redraw*: the departure or a dwell is drawn from its prior again;
- moves of one unknown or of part of the field, drawn partly from the prior again (Cotter,
  Roberts, Stuart, White 2013), in :mod:`routesim.likely.moves.unknown_moves`.

The first four are made in several blocks of amounts at once.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.journey.variation.laws import draw_halts, draw_some_halts
from routesim.sampler.marginal import Marginal
from routesim.sampler.target import Move
from routesim.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array, Indices
    from routesim.likely.moves.chain_target import ChainTarget
    from routesim.sampler.target import State


SCALES_S = tuple(float(s) for s in 8.0 * 4.0 ** np.arange(7))
"""Scales of the trades in seconds: 8 s to 9 h."""
SELDOM_SCALE = 0.03
"""Added to the weight of each scale."""
SHARE_MEMORY = 0.3
"""Weight of the last trade in the share that is accepted at a scale."""
TINY_WEIGHT = 1e-4
"""Smallest weight of an amount in the choice of a trade."""
SELDOM = 0.02
"""Added to the weight of an amount in the choice of amounts, as a share of the largest."""
FEW_HALTS = 1.0
"""Expected number of halts below which a toggle is between some and none."""
ALONE_SHARE = 0.25
"""Share of the toggles for which no amount compensates."""


@dataclass(frozen=True, slots=True)
class Change:
    """Proposed amounts in some rows, (rows, particles), of one block.

    ``log_ratio`` is the log ratio of the proposals, (particles,). ``known`` are the rows whose
    prior density is part of it already.
    """

    rows: Indices
    values: Array
    log_ratio: Array
    known: frozenset[int] = frozenset()


class AmountMove(Move):
    """Changes amounts in several blocks; each block is accepted or rejected by itself."""

    tail_share = 0.3
    """Share of the moves just before the last event on which the likelihood depends so far."""

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        self.target, self.stream = target, stream
        self.model = target.model
        rows = self.model.rows
        self.is_standing = np.zeros(len(self.model.chain.kind_of), dtype=bool)
        self.is_standing[rows["halts"].start : rows["waits"].stop] = True
        self.weight = np.ones(self.is_standing.size)
        self.is_open = True

    def start_stage(self, state: State, _beta: float) -> None:
        """Weigh the amounts by how far they can change."""
        room = self.model.measure_room(state)
        self.weight = room + SELDOM * room.max() * (room > 0.0)

    @abstractmethod
    def propose(self, state: State, rows: Indices) -> Change | None:
        """Propose a change of some of the amounts of a block; None if there is none."""

    def make(self, state: State, beta: float) -> float:
        """Move the amounts of all particles, in place; return the share accepted."""
        frontier = self.target.find_frontier(beta)
        blocks = self.target.blocks.make(self.stream)
        if frontier is not None and self.stream.random() < self.tail_share:
            blocks = self.target.blocks.cut_tail(frontier)
        self.is_open = blocks.is_open
        found = [self.propose(state, rows) for rows in blocks.choose(self.stream)]
        changes = [(n, change) for n, change in enumerate(found) if change is not None]
        if not changes:
            return 0.0
        amounts = state["amounts"]
        proposed = amounts.copy()
        for _, change in changes:
            proposed[change.rows] = change.values
        ratio = self._weigh_prior(state, proposed, changes)
        new = {**state, "amounts": proposed}
        known = state["units"] if blocks.units is None else state["units"][blocks.units]
        units = self.target.weigh_state(new, beta, blocks.units)
        gain = blocks.in_group @ (units - known)
        chance = np.log(self.stream.random(ratio.shape))
        kept = chance < ratio + gain[[n for n, _ in changes]]
        for (_, change), mine in zip(changes, kept, strict=True):
            amounts[change.rows] = np.where(mine, change.values, amounts[change.rows])
        by_group = np.zeros((len(blocks.groups), kept.shape[1]), dtype=bool)
        by_group[[n for n, _ in changes]] = kept
        belongs = blocks.in_group.astype(bool)
        for group, mine in zip(belongs, by_group, strict=True):
            known[group] = np.where(mine, units[group], known[group])
        if blocks.units is not None:
            state["units"][blocks.units] = known
        return float(kept.mean())

    def _weigh_prior(
        self, state: State, proposed: Array, changes: Sequence[tuple[int, Change]]
    ) -> Array:
        """Return the log ratio of prior and proposals of each change, (changes, particles)."""
        lists = [[r for r in c.rows.tolist() if r not in c.known] for _, c in changes]
        rows = np.array([row for one in lists for row in one], dtype=np.intp)
        ratio = np.array([change.log_ratio for _, change in changes])
        if rows.size:
            with np.errstate(invalid="ignore"):
                gain = self.model.find_logpdf(state, rows, proposed[rows])
                gain -= self.model.find_logpdf(state, rows, state["amounts"][rows])
            first = 0
            for number, one in enumerate(lists):
                if one:
                    ratio[number] += gain[first : first + len(one)].sum(axis=0)
                first += len(one)
        return np.where(np.isnan(ratio), -np.inf, ratio)

    def choose_rows(
        self, rows: Indices, count: int, weights: Array | None = None
    ) -> Indices | None:
        """Choose different rows by weight; None if there are not enough."""
        weight = (self.weight if weights is None else weights)[rows]
        if (weight > 0.0).sum() < count:
            return None
        chosen = self.stream.choice(rows.size, count, replace=False, p=weight / weight.sum())
        return rows[np.sort(chosen)]

    def shift(self, state: State, rows: Indices, by_s: Sequence[Array]) -> tuple[Array, Array]:
        """Return amounts shifted by seconds, and a log ratio of minus infinity if impossible.

        Halts and waits that are 0 cannot be shifted, as a toggle would have to undo it.
        """
        before = state["amounts"][rows]
        values = before + np.array(by_s)
        bad = (self.is_standing[rows][:, None] & (before <= 0.0)) | (
            (values <= 0.0) & (rows > 0)[:, None]
        )
        return values, np.where(bad.any(axis=0), -np.inf, 0.0)


class ScaleChoice:
    """The choice of a scale; scales that are accepted about half of the time are used most.

    ``scales`` are those to choose from, by default in seconds.
    """

    def __init__(
        self, stream: np.random.Generator, scales: tuple[float, ...] = SCALES_S
    ) -> None:
        self.stream, self.scales = stream, scales
        self.shares = np.full(len(scales), 0.5)
        self.number = 0

    @property
    def scale(self) -> float:
        """The present scale."""
        return self.scales[self.number]

    def choose(self) -> None:
        """Choose a scale."""
        worth = self.shares * (1.0 - self.shares) + SELDOM_SCALE
        self.number = int(self.stream.choice(worth.size, p=worth / worth.sum()))

    def adapt(self, share: float) -> None:
        """Remember the share accepted at the present scale."""
        self.shares[self.number] += SHARE_MEMORY * (share - self.shares[self.number])


class TradeMove(AmountMove):
    """Moves seconds from one amount to another, by a step of one of several scales."""

    frequency = 0.5

    def __init__(self, target: ChainTarget, stream: np.random.Generator) -> None:
        super().__init__(target, stream)
        self.scales = ScaleChoice(stream)

    def make(self, state: State, beta: float) -> float:
        """Move the amounts of all particles, in place; return the share accepted."""
        self.scales.choose()
        return super().make(state, beta)

    def start_stage(self, state: State, beta: float) -> None:
        """Weigh the amounts for each scale by how far they can change."""
        super().start_stage(state, beta)
        room = self.model.measure_room(state)
        self.reach_weights = np.minimum(room / np.array(SCALES_S)[:, None], 1.0) ** 2
        self.reach_weights += TINY_WEIGHT * (room > 0.0)

    def adapt(self, share: float) -> None:
        """Remember the share accepted at the scale that was used last."""
        self.scales.adapt(share)

    def propose(self, state: State, rows: Indices) -> Change | None:
        """Propose to move a normal number of seconds."""
        pair = self.choose_rows(rows, 2, self.reach_weights[self.scales.number])
        if pair is None:
            return None
        count = state["amounts"].shape[1]
        by_s = self.scales.scale * self.stream.standard_normal((count,))
        values, ratio = self.shift(state, pair, (by_s, -by_s))
        return Change(pair, values, ratio)


class ToggleMove(AmountMove):
    """Lets halts or waits appear or disappear, or draws them again."""

    frequency = 0.5

    def propose(self, state: State, rows: Indices) -> Change | None:
        """Propose other halts in one row, while another amount compensates."""
        able = rows[self.is_standing[rows]]
        if not able.size:
            return None
        row = int(self.stream.choice(able))
        before = state["amounts"][row]
        expected = state["expected"][row - self.model.standing.start]
        mean = (
            state["halt"][0] if row < self.model.waits.start else np.full(1, self.model.wait_s)
        )
        few = expected < FEW_HALTS
        drawn = np.where(
            few,
            np.where(before > 0.0, 0.0, draw_some_halts(self.stream, expected, mean)),
            draw_halts(self.stream, expected, mean),
        )
        # Some halts are proposed as often as under the prior, given that there are some.
        odds = np.log(np.expm1(np.where(few, expected, 1.0)))
        ratio = np.where(few, np.where(before > 0.0, -odds, odds), 0.0)
        others = rows[rows != row]
        other = None
        if self.stream.random() >= ALONE_SHARE or not self.is_open:
            other = self.choose_rows(others, 1)
        if other is None:
            if not self.is_open:
                return None
            return Change(np.array([row]), drawn[None], ratio, frozenset([row]))
        values, able_ratio = self.shift(state, other, (before - drawn,))
        both = np.concatenate([[row], other])
        return Change(
            both, np.concatenate([drawn[None], values]), ratio + able_ratio, frozenset([row])
        )


class SwapMove(AmountMove):
    """Lets the halts of two legs or stays change places."""

    frequency = 0.5

    def propose(self, state: State, rows: Indices) -> Change | None:
        """Propose to exchange two rows of halts or waits."""
        able = rows[self.is_standing[rows]]
        first = self.choose_rows(able, 1)
        if first is None or able.size < 2:  # noqa: PLR2004 (a pair)
            return None
        second = self.stream.choice(able[able != first[0]], 1)
        pair = np.concatenate([first, second])
        values = state["amounts"][pair[::-1]]
        return Change(pair, values, np.zeros(values.shape[1]))


class DateMove(AmountMove):
    """Gives an event a time that a report states or that occurs in other particles."""

    def start_stage(self, state: State, beta: float) -> None:
        """Fit the distribution of the time of each event."""
        super().start_stage(state, beta)
        self.first_times = self.model.find_times(state, 0)[0]
        self.marginals: dict[int, Marginal | None] = {}

    def fit(self, event: int) -> Marginal | None:
        """Return a distribution of an event's time; None if hardly any particle has it.

        It is fitted once per stage, to the times at its start and the windows of the reports.
        """
        if event not in self.marginals:
            times = self.first_times[event]
            times = times[np.isfinite(times)]
            windows = self.target.event_windows.get(event, [])
            count = max(times.size // (3 * max(len(windows), 1)), 1)
            stated = [np.linspace(low, high, count) for low, high in windows]
            fitted = Marginal.of(np.concatenate([times, *stated])) if times.size > 1 else None
            self.marginals[event] = fitted
        return self.marginals[event]

    def make(self, state: State, beta: float) -> float:
        """Move the amounts of all particles, in place; return the share accepted."""
        route = self.model.chain.routes[0]
        origin = self.model.unknowns.find_origins(state["z"], route.layout)
        self.start = 2 * np.searchsorted(route.cuts, origin) + 2
        self.times = self.model.find_times(state, 0)[0]
        return super().make(state, beta)

    def propose(self, state: State, rows: Indices) -> Change | None:
        """Propose another time of an event within the block."""
        route = self.model.chain.routes[0]
        mine = rows[route.event[rows] >= 0]
        at = route.event[mine]
        if not at.size:
            return None
        # In an open block, the last event may move without a later amount that compensates.
        events = np.unique(at) if self.is_open else np.unique(at)[:-1]
        if not events.size:
            return None
        event = int(self.stream.choice(events))
        first = self.choose_rows(mine[at <= event], 1)
        marginal = self.fit(event)
        if first is None or marginal is None:
            return None
        before = self.times[event]
        after = marginal.draw(self.stream, before.size)
        second = self.choose_rows(mine[at > event], 1)
        alone = second is None or (self.is_open and self.stream.random() < ALONE_SHARE)
        if second is None or alone:
            if not self.is_open:
                return None
            values, ratio = self.shift(state, first, (after - before,))
            pair = first
        else:
            pair = np.concatenate([first, second])
            values, ratio = self.shift(state, pair, (after - before, before - after))
        ratio = ratio + marginal.logpdf(before) - marginal.logpdf(after)
        return Change(pair, values, self.require_counted(int(route.event[first[0]]), ratio))

    def require_counted(self, event: int, ratio: Array) -> Array:
        """Return the log ratio; minus infinity where amounts at an event do not count.

        Amounts up to the origin of a particle would not move a later event.
        """
        return np.where((event == 0) | (event >= self.start), ratio, -np.inf)


class AppearMove(DateMove):
    """Lets halts appear that give their event a stated time, or disappear."""

    frequency = 1.0

    def propose(self, state: State, rows: Indices) -> Change | None:
        """Propose halts where there are none, or none where there are some."""
        able = rows[self.is_standing[rows] & (self.model.chain.routes[0].event[rows] >= 0)]
        if not able.size:
            return None
        row = int(self.stream.choice(able))
        event = int(self.model.chain.routes[0].event[row])
        marginal = self.fit(event)
        if marginal is None:
            return None
        halts, now = state["amounts"][row], self.times[event]
        appears = halts == 0.0
        then = marginal.draw(self.stream, now.size)
        values = np.where(appears, then - now, 0.0)
        ratio = np.where(appears, -marginal.logpdf(then), marginal.logpdf(now))
        ratio = np.where(appears & (values <= 0.0), -np.inf, ratio)
        ratio = self.require_counted(event, ratio)
        # An earlier amount would keep the event where it is.
        other = self.choose_rows(rows[self.model.chain.routes[0].event[rows] > event], 1)
        if other is None or (self.is_open and self.stream.random() < ALONE_SHARE):
            if not self.is_open:
                return None
            return Change(np.array([row]), values[None], ratio)
        shifted, able_ratio = self.shift(state, other, (halts - values,))
        both = np.concatenate([[row], other])
        return Change(both, np.concatenate([values[None], shifted]), ratio + able_ratio)


class RedrawMove(AmountMove):
    """Draws the departure or a dwell from its prior again; sometimes another compensates.

    ``able`` are their rows.
    """

    def __init__(
        self, target: ChainTarget, stream: np.random.Generator, able: Sequence[int]
    ) -> None:
        super().__init__(target, stream)
        self.is_able = np.zeros(self.is_standing.size, dtype=bool)
        self.is_able[list(able)] = True
        # One of them is drawn at a time.
        self.frequency = 0.5 * len(able)

    def propose(self, state: State, rows: Indices) -> Change | None:
        """Propose another departure or dwell, if the block is open."""
        able = rows[self.is_able[rows]]
        if not self.is_open or not able.size:
            return None
        row = int(self.stream.choice(able))
        drawn = self._draw(row, state["amounts"].shape[1])
        known = frozenset([row])
        if self.stream.random() < 0.5:  # noqa: PLR2004 (half of the moves)
            return Change(np.array([row]), drawn[None], np.zeros(drawn.size), known)
        other = self.choose_rows(rows[rows != row], 1)
        if other is None:
            return None
        values, ratio = self.shift(state, other, (state["amounts"][row] - drawn,))
        both = np.concatenate([[row], other])
        return Change(both, np.concatenate([drawn[None], values]), ratio, known)

    def _draw(self, row: int, count: int) -> Array:
        z = self.stream.standard_normal((count,))
        if row == 0:
            return self.model.unknowns.departure.from_z(z)
        prior = self.model.dwell_priors[row - self.model.dwells.start]
        return np.asarray(SECONDS_PER_MINUTE * prior.from_z(z))
