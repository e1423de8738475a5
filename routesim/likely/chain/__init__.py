"""A journey as a chain of amounts, and the moves of a sampler along it.

- ``structure``: the legs and stays between the passages that reports are about;
- ``unknowns``: speeds, lengths, rates and the origin, as standard-normal coordinates;
- ``model``: the prior, and the times that follow;
- ``segments``: the sum of slack, halts and long waits between two events, and its split;
- ``turns``, ``guide``: reports that are added one after another;
- ``blocks``, ``moves``, ``segment_moves``, ``part_moves``, ``sweep_moves``, ``bridge_moves``,
  ``speed_moves``, ``field_moves``, ``unknown_moves``, ``joint_moves``, ``move_list``: moves that
  leave the posterior unchanged;
- ``complete``: complete draws, with the passages between.
"""
