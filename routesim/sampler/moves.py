"""Moves of particles that leave their target as it is.

A particle is told in quantities in which the target is flat, here hours that add up along the
way, in parts that are independent before the reports. Six kinds of move are made:

- by fit: towards and about a Student distribution fitted to all particles;
- by difference: along the difference of two other particles;
- by trade: hours are taken from one quantity and given to another;
- anew: a part is drawn as its prior has it, wholly or in part, and what it then takes longer
  is taken from one other part, or from the halts on the same run, so that the clocks beyond
  keep their times;
- by dating: a passage is given another time, mostly as other particles have it; so much longer
  it is stood before it and so much shorter after;
- by rearranging: a halt is set elsewhere, alone or leaving its hours behind, or two swap their
  hours.

References
----------
Cotter, Roberts, Stuart, White (2013), MCMC methods for functions, Stat. Sci. 28, for a move
that leaves a normal distribution as it is; Grumitt, Karamanis, Seljak (2024), Sequential
Kalman tuning of the t-preconditioned Crank-Nicolson algorithm, arXiv:2407.07781, for the same
with Student's t.
ter Braak, Vrugt (2008), Differential evolution Markov chain with snooker updater and fewer
chains, Stat. Comput. 18.
"""

from __future__ import annotations

from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from routesim.arrays import take_rows
from routesim.sampler.proposals import TINY, Fit, Lessons, Marginal
from routesim.sampler.target import FARTHEST, Particles, Proposal, Target

__all__ = ["Mover"]

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

T_DEGREES = 5.0
"""Of freedom of the fitted distribution: tails heavier than the target's."""
WANTED_SHARE = 0.3
"""Of the proposals by fit, to be taken."""
STEP = 2.38
"""Of a difference, over the root of twice the dimensions, as ter Braak has it."""
JITTER = 1e-4
LONG_JUMPS = 0.1
"""Share of the moves by difference that go the whole way to another's place."""
PAID_SHARE = 0.8
"""Share of the parts drawn anew that another makes up for."""
HALTS_PAY_SHARE = 0.6
"""Share of the speeds drawn anew that the halts on the way make up for."""
LEAST_REACH = 1e-4
"""How far a move goes at least: 1 draws anew, less keeps some of what was."""
EVEN_SHARE = 0.1
"""Share of the moves that all kinds get alike."""
OF_ALL = ("fit", "difference", "trade", "date")
"""The kinds of move that there are once; after them come those of each block and each part."""
DATED_SHARE = 0.15
"""Share of the moves that are by dating."""
SECOND_SHARE = 0.3
"""Share of the dated passages for which not the nearest stand makes up, but the next."""
WATCHED = 8
"""Every so manieth particle is watched to see how far it goes."""
MEMORY = 0.9
"""How much of what a kind was worth before is kept."""


class Mover:
    """Moves particles about a target.

    Parameters
    ----------
    target
        What is sampled.
    stream
        The source of all randomness.

    Attributes
    ----------
    wanted
        How much a movement of each quantity is worth, (dimensions,); changed by whoever
        sees which of them are slow.
    """

    def __init__(self, target: Target, stream: np.random.Generator) -> None:
        self.target, self.stream = target, stream
        self.parts, self.places = tuple(target.parts), tuple(target.places)
        self.dimensions = self.places[-1].stop
        self.equals = tuple(n for n, part in enumerate(self.parts) if part.has_equals)
        self.reach = 1.0
        self.reaches = np.ones(len(target.blocks))
        kinds = len(OF_ALL) + len(target.blocks) + len(self.equals)
        self.gone = np.ones((kinds, self.dimensions))
        self.tried = np.zeros(kinds)
        self.evaluations = 0
        self.marks = self.target.marks if len(self.target.stands) > 1 else 0
        self.wanted = np.ones(self.dimensions)

    def observe(self, hours: Array) -> Array:
        """Return the terms of particles, and count them."""
        self.evaluations += hours.shape[0]
        return self.target.observe(hours)

    def set_out(self, hours: Array, terms: Array, beta: float) -> Particles:
        """Make particles ready to be moved."""
        now = self.target.weigh(terms, beta)
        density = self.target.get_log_densities(hours)
        return Particles(np.copy(hours, order="F"), terms.copy(), now, density)

    def learn(self, hours: Array) -> Lessons:
        """Learn from particles how they are spread."""
        dates = (Marginal.of(self.target.date(hours, mark)) for mark in range(self.marks))
        return Lessons(Fit.of(hours), tuple(dates))

    def move(
        self,
        particles: Particles,
        beta: float,
        *,
        lessons: Lessons,
        count: int,
        adapt: bool,
    ) -> None:
        """Move all particles so many times, by the kinds that have gone furthest so far.

        Parameters
        ----------
        particles
            They are changed in place.
        beta
            The stage.
        lessons
            Learnt from the particles.
        count
            How many moves.
        adapt
            Whether to learn from them how to move next.
        """
        of_all = {
            "fit": partial(self._move_by_fit, particles, beta, lessons.fit, adapt=adapt),
            "difference": partial(self._move_by_difference, particles, beta),
            "trade": partial(self._trade, particles, beta, lessons.fit),
            "date": partial(self._date_anew, particles, beta, lessons.dates),
        }
        kinds = [
            *(of_all[name] for name in OF_ALL),
            *(
                partial(self._draw_and_learn, particles, beta, block, adapt=adapt)
                for block in range(len(self.target.blocks))
            ),
            *(partial(self._rearrange, particles, beta, number) for number in self.equals),
        ]
        spread = np.maximum(particles.hours.std(axis=0), TINY)
        for _ in range(count):
            chosen = int(self.stream.choice(len(kinds), p=self._find_chances(adapt=adapt)))
            before = np.copy(particles.hours[::WATCHED])
            kinds[chosen]()
            if adapt:
                step = (particles.hours[::WATCHED] - before) / spread
                gone = (step**2).mean(axis=0)
                # At first the mean of all, so that a kind is known as soon as it is tried.
                kept = min(MEMORY, self.tried[chosen] / (self.tried[chosen] + 1.0))
                self.gone[chosen] = kept * self.gone[chosen] + (1.0 - kept) * gone
                self.tried[chosen] += 1.0

    def _find_chances(self, *, adapt: bool) -> Array:
        """Return how often each kind of move is made: by which moves what is slow.

        Where it may still learn, each is tried first. Those by dating have a fixed share: what
        they are worth is seldom seen, where they lead from one far region to another.
        """
        untried = self.tried == 0.0
        if adapt and untried.any():
            return np.asarray(untried / untried.sum())
        part = self.gone / np.maximum(self.gone.sum(axis=0), TINY)
        worth = part @ self.wanted**2
        worth /= max(float(worth.sum()), TINY)
        chances = EVEN_SHARE / worth.size + (1.0 - EVEN_SHARE) * worth
        dating, dated = OF_ALL.index("date"), DATED_SHARE if self.marks else 0.0
        chances[dating] = 0.0
        chances *= (1.0 - dated) / chances.sum()
        chances[dating] = dated
        return np.asarray(chances / chances.sum())

    def _move_by_fit(self, particles: Particles, beta: float, fit: Fit, *, adapt: bool) -> None:
        distance = fit.measure(particles.hours)
        half = 0.5 * (self.dimensions + T_DEGREES)
        scale = (T_DEGREES + distance) / (2.0 * self.stream.standard_gamma(half, distance.size))
        noise = (fit.root @ self.stream.standard_normal(particles.hours.shape[::-1])).T
        hours = fit.mean + np.sqrt(1.0 - self.reach**2) * (particles.hours - fit.mean)
        hours += self.reach * np.sqrt(scale)[:, None] * noise
        further = np.log(1.0 + fit.measure(hours) / T_DEGREES)
        gain = half * (further - np.log(1.0 + distance / T_DEGREES))
        taken = self._offer(particles, beta, hours, gain, np.arange(distance.size))
        if adapt:
            further_still = self.reach * np.exp(taken - WANTED_SHARE)
            self.reach = float(np.clip(further_still, LEAST_REACH, 1.0))

    def _move_by_difference(self, particles: Particles, beta: float) -> None:
        whole = np.arange(particles.now.size)
        for half in (0, 1):
            movers, others = whole[half::2], whole[1 - half :: 2]
            first, second = self._choose_pairs(movers.size, others)
            # How many of the quantities a step changes is itself drawn.
            share = self.stream.random(movers.size) ** 2
            mask = share[:, None] > self.stream.random((self.dimensions, movers.size)).T
            always = self.stream.integers(self.dimensions, size=movers.size)
            mask[np.arange(movers.size), always] = True
            length = self.stream.uniform(0.5, 1.0, movers.size)
            length *= STEP / np.sqrt(2.0 * mask.sum(axis=1))
            jumping = self.stream.random(movers.size) < LONG_JUMPS
            length = np.where(jumping, 1.0, length)
            one, two, own = (take_rows(particles.hours, r) for r in (first, second, movers))
            step = length[:, None] * (one - two)
            step += JITTER * self.stream.standard_normal(step.shape[::-1]).T
            hours = own + mask * step
            self._offer(particles, beta, hours, np.zeros(movers.size), movers)

    def _choose_pairs(self, count: int, others: Indices) -> tuple[Indices, Indices]:
        """Choose two different others for each of so many."""
        first = self.stream.integers(others.size, size=count)
        second = self.stream.integers(others.size - 1, size=count)
        second += second >= first
        return others[first], others[second]

    def _draw_and_learn(
        self, particles: Particles, beta: float, block: int, *, adapt: bool
    ) -> None:
        taken = self._draw_anew(particles, beta, block)
        if adapt:
            further = self.reaches[block] * np.exp(taken - WANTED_SHARE)
            self.reaches[block] = np.clip(further, LEAST_REACH, 1.0)

    def _draw_anew(self, particles: Particles, beta: float, block: int) -> float:
        """Draw one block of all particles anew, and let others make up for it."""
        hours = self._stir(particles.hours, block)
        moving = block in self.target.moving
        changed = set(range(len(self.parts)) if moving else self.target.blocks[block])
        payer = self._choose_payer(block)
        if payer is not None:
            self._pay(particles, hours, block, payer)
            changed.add(payer[0])
        density = self._weigh_anew(particles, hours, changed)
        # Scores are stirred as their prior has it: only what pays gains or loses by it.
        gain = np.zeros(density.shape[0])
        if payer is not None:
            gain += density[:, payer[0]] - particles.density[:, payer[0]]
        gain[~np.isfinite(density.sum(axis=1))] = -np.inf
        return self._decide(particles, beta, Proposal(hours, density, gain))

    def _stir(self, hours: Array, block: int) -> Array:
        """Return hours with one block drawn anew in part, as its prior has it."""
        reach = self.reaches[block]
        kept = np.sqrt(1.0 - reach**2)
        if block in self.target.moving:
            scores, columns = self.target.fold(hours), self._columns[block]
            fresh = self.stream.standard_normal((columns.size, hours.shape[0])).T
            scores[:, columns] = kept * scores[:, columns] + reach * fresh
            return self.target.unfold(scores)
        stirred, start_km = np.copy(hours), self.target.locate_starts(hours)
        for number in self.target.blocks[block]:
            part, at = self.parts[number], self.places[number]
            scores = np.clip(part.fold(hours[:, at], start_km), -FARTHEST, FARTHEST)
            fresh = self.stream.standard_normal(scores.shape[::-1]).T
            scores = kept * scores + reach * fresh
            # All of a part is stirred alike, so that it may be put in order afterwards.
            stirred[:, at] = part.order(part.unfold(scores, start_km))
        return stirred

    def _choose_payer(self, block: int) -> tuple[int, int | None] | None:
        """Choose the part that pays for a block, and its column: None for its halts."""
        if block in self.target.payers:
            number = self.target.payers[block]
            return number, self.places[number].start
        if block in self.target.halting and self.stream.random() < HALTS_PAY_SHARE:
            return self.target.halting[block], None
        able, chances = self._payers[block]
        if not able.size or self.stream.random() >= PAID_SHARE:
            return None
        column = int(self.stream.choice(able, p=chances))
        return self._part_of[column], column

    def _pay(
        self, particles: Particles, hours: Array, block: int, payer: tuple[int, int | None]
    ) -> None:
        """Take what a block takes longer from a column, or from halts.

        Each halt pays for the way since the one before.
        """
        number, column = payer
        if block in self.target.payers:
            longer = self.target.run_longer(particles.hours, hours)
        else:
            adding = self._columns[block][self._adds[self._columns[block]]]
            longer = (hours[:, adding] - particles.hours[:, adding]).sum(axis=1)
        if column is None:
            at = self.places[number]
            hours[:, at] -= longer[:, None] * self.parts[number].share_along(hours[:, at])
        else:
            hours[:, column] -= longer

    def _trade(self, particles: Particles, beta: float, fit: Fit) -> None:
        """Take hours from one quantity and give them to another."""
        able = self._adding
        if able.size < 2:  # noqa: PLR2004 (a pair)
            return
        spreads = np.sqrt((fit.root[able] ** 2).sum(axis=1)) + TINY
        wanted = self.wanted[able]
        one = int(self.stream.choice(able.size, p=wanted / wanted.sum()))
        # Those that vary about as much have the most to trade.
        alike = np.minimum(spreads, spreads[one]) / np.maximum(spreads, spreads[one])
        alike[one] = 0.0
        other = int(self.stream.choice(able.size, p=alike / alike.sum()))
        giver, taker = int(able[one]), int(able[other])
        count = particles.now.size
        # The scale is drawn too, so that some step fits.
        traded = min(spreads[one], spreads[other]) * np.exp(self.stream.standard_normal(count))
        traded *= self.stream.standard_normal(count)
        hours = np.copy(particles.hours)
        hours[:, giver] -= traded
        hours[:, taker] += traded
        changed = {self._part_of[giver], self._part_of[taker]}
        density = self._weigh_anew(particles, hours, changed)
        gain = (density - particles.density).sum(axis=1)
        self._decide(particles, beta, Proposal(hours, density, gain))

    def _date_anew(
        self, particles: Particles, beta: float, dates: tuple[Marginal, ...]
    ) -> None:
        """Give one passage another time, and let stands before and after make up for it."""
        if not dates:
            return
        mark = int(self.stream.integers(len(dates)))
        marginal, count = dates[mark], particles.now.size
        before = self.target.date(particles.hours, mark)
        after = marginal.draw(self.stream, count)
        beyond = self.target.measure_stands(particles.hours, mark)
        each, hours = np.arange(count), np.copy(particles.hours)
        first, has_first = self._choose_near(np.where(beyond < 0.0, -beyond, np.inf))
        then, has_then = self._choose_near(np.where(beyond >= 0.0, beyond, np.inf))
        columns = self.target.stands
        hours[each, columns[first]] += after - before
        # Beyond the last stand all that follows is later or earlier.
        hours[each, columns[then]] -= np.where(has_then, after - before, 0.0)
        density = self._weigh_anew(particles, hours, {self._part_of[c] for c in columns})
        gain = (density - particles.density).sum(axis=1)
        gain += marginal.get_log_density(before) - marginal.get_log_density(after)
        gain[~has_first] = -np.inf
        self._decide(particles, beta, Proposal(hours, density, gain))

    def _choose_near(self, away: Array) -> tuple[Indices, NDArray[np.bool_]]:
        """Choose the nearest for each particle, or the one after it; tell where there is one.

        Parameters
        ----------
        away
            (particles, stands); infinite for those that may not be chosen.
        """
        rank = np.where(self.stream.random(away.shape[0]) < SECOND_SHARE, 1, 0)
        order = np.argsort(away, axis=1, kind="stable")
        each = np.arange(away.shape[0])
        chosen = order[each, rank]
        return chosen, np.isfinite(away[each, chosen])

    def _rearrange(self, particles: Particles, beta: float, number: int) -> None:
        """Set halts elsewhere, and let another column pay for what they then stand longer."""
        at = self.places[number]
        hours, changed = np.copy(particles.hours), {number}
        found = self.parts[number].rearrange(hours[:, at], self.stream)
        hours[:, at], gain = found.hours, found.gain
        able, chances = self._list_payers(np.arange(at.start, at.stop))
        if able.size:
            column = int(self.stream.choice(able, p=chances))
            hours[:, column] -= found.longer
            changed.add(self._part_of[column])
        if self.target.start is None:
            gain = np.where(found.earlier == 0.0, gain, -np.inf)
        else:
            hours[:, self.target.start] -= found.earlier
            changed.add(self._part_of[self.target.start])
        density = self._weigh_anew(particles, hours, changed)
        gain = gain + (density - particles.density).sum(axis=1)
        self._decide(particles, beta, Proposal(hours, density, gain))

    def _weigh_anew(self, particles: Particles, hours: Array, changed: set[int]) -> Array:
        """Return the log densities of the parts, of which some were changed."""
        density, start_km = np.copy(particles.density), self.target.locate_starts(hours)
        for number in changed:
            found = self.parts[number].get_log_density(hours[:, self.places[number]], start_km)
            density[:, number] = found
        return density

    def _offer(
        self, particles: Particles, beta: float, hours: Array, gain: Array, members: Indices
    ) -> float:
        """Take or leave hours for some particles; return the share taken."""
        density = self.target.get_log_densities(hours)
        gain = gain + (density - particles.density[members]).sum(axis=1)
        return self._decide(particles, beta, Proposal(hours, density, gain), members)

    def _decide(
        self,
        particles: Particles,
        beta: float,
        offered: Proposal,
        members: Indices | None = None,
    ) -> float:
        """Take or leave a proposal, particle by particle; return the share taken."""
        able = np.flatnonzero(np.isfinite(offered.gain))
        mine = able if members is None else members[able]
        whole = able.size == offered.gain.size
        terms = self.observe(offered.hours if whole else take_rows(offered.hours, able))
        weighed = self.target.weigh(terms, beta)
        chance = np.log(self.stream.random(able.size))
        taken = chance < weighed - particles.now[mine] + offered.gain[able]
        kept, rows = mine[taken], able[taken]
        particles.hours[kept] = offered.hours[rows]
        particles.density[kept] = offered.density[rows]
        particles.terms[..., kept] = terms[..., taken]
        particles.now[kept] = weighed[taken]
        return float(kept.size / offered.gain.size)

    @cached_property
    def _columns(self) -> tuple[Indices, ...]:
        """The columns of each block."""
        columns = np.arange(self.dimensions)
        return tuple(
            np.concatenate([columns[self.places[number]] for number in block])
            for block in self.target.blocks
        )

    @cached_property
    def _adds(self) -> NDArray[np.bool_]:
        """Which columns are hours that add up."""
        return np.concatenate([part.adds for part in self.parts])

    @cached_property
    def _adding(self) -> Indices:
        """The columns of hours that add up."""
        return np.flatnonzero(self._adds)

    @cached_property
    def _part_of(self) -> list[int]:
        """The part of each column."""
        return [number for number, part in enumerate(self.parts) for _ in range(part.size)]

    @cached_property
    def _payers(self) -> tuple[tuple[Indices, Array], ...]:
        """The columns that may pay for each block, and their chances; neighbours likelier."""
        found = []
        for number, columns in enumerate(self._columns):
            able, chances = self._list_payers(columns)
            # Where the start moves, what the hours of others stand for moves with it.
            paid = self._adds[columns].any() and number not in self.target.moving
            found.append((able, chances) if paid else (able[:0], chances[:0]))
        return tuple(found)

    def _list_payers(self, columns: Indices) -> tuple[Indices, Array]:
        """Return the columns that may pay for others, and their chances."""
        able = np.setdiff1d(self._adding, columns)
        near = 1.0 / (1.0 + np.abs(able - columns.mean()))
        return able, near / near.sum() if able.size else near
