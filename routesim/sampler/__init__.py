"""Tempered sequential Monte Carlo: particles from a prior to a posterior.

Particles start as draws from the prior. The likelihood is raised to a power that grows from 0
to 1 in steps, each as large as the effective sample size allows. In each step the particles are
resampled and moved by Metropolis-Hastings kernels that leave the current target invariant.
Monte Carlo standard errors come from the genealogy of the particles. Nothing here depends on
trains: a target is any subclass of :class:`routesim.sampler.target.Target`.

The docstrings give the shape of an array in parentheses, such as (particles, dimensions).
"""
