"""Moves of particles that leave their target unchanged, one module for each kind.

A particle is a row of parameters in which the target is flat along planes: amounts that add
up, in parts that are independent under the prior. There are six kinds of move:

- fitted: towards and about a Student distribution fitted to all particles;
- difference: along the difference of two other particles;
- trade: an amount is taken from one column and given to another;
- redraw: a block of parts is drawn from its prior, wholly or in part, and what it then adds
  is taken from another part, so that the events beyond keep their times;
- dating: an event is given another time, mostly one that other particles have; the delay
  before it grows by as much, and the delay after it shrinks;
- rearrangement: exchangeable parameters are set elsewhere, or exchange their amounts.

Each kind only proposes. :mod:`~routesim.sampler.moves.acceptance` accepts or rejects, and
:mod:`~routesim.sampler.moves.schedule` chooses which kind is made how often.

References
----------
Cotter, Roberts, Stuart, White (2013), MCMC methods for functions, Stat. Sci. 28, for a move
that leaves a normal distribution as it is; Grumitt, Karamanis, Seljak (2024), Sequential
Kalman tuning of the t-preconditioned Crank-Nicolson algorithm, arXiv:2407.07781, for the same
with Student's t.
ter Braak, Vrugt (2008), Differential evolution Markov chain with snooker updater and fewer
chains, Stat. Comput. 18.
"""
