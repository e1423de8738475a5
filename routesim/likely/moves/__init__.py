"""Moves of a sampler along a chain of amounts, which leave the posterior unchanged.

- ``amount_moves``, ``segment_moves``: single amounts, and the times at passages;
- ``part_moves``, ``sweep_moves``, ``bridge_moves``: many parts of a chain at once;
- ``speed_moves``, ``field_moves``, ``unknown_moves``: what the amounts depend on;
- ``joint_moves``: many unknowns and amounts at once, on short chains;
- ``blocks``: amounts that can move at the same time;
- ``chain_target``, ``move_list``: what moves need to know of their target, and its moves.
"""
