"""A journey as a chain of amounts.

- ``structure``: the legs and stays between the passages that reports are about;
- ``unknowns``: speeds, lengths, rates and the origin, as standard-normal coordinates;
- ``model``: the prior, and the times that follow;
- ``segments``: the sum of slack, halts and long waits between two events, and its split;
- ``report_events``, ``turns``, ``guide``: the events that reports are about, and reports that
  are added one after another;
- ``complete``: complete draws, with the passages between.
"""
