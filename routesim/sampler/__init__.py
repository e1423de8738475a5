"""Tempered sequential Monte Carlo: particles from a prior to a posterior.

Particles start as draws from the prior. The likelihood is raised from power 0 to 1 in steps,
each as large as the effective sample size allows; after each step the particles are resampled
and moved by Metropolis-Hastings kernels that leave the current target unchanged. Monte Carlo
errors come from the genealogy of the particles. The room knows nothing of trains: a target is
anything that derives from :class:`routesim.sampler.target.Target`.
"""
