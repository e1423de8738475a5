"""How running times and unplanned standing vary along a route.

- ``laws``: their distributions, which add up along a line;
- ``pace``: the slack of running times, and its factor along the way;
- ``standing``: where unplanned standing counts, and its mean.
"""
