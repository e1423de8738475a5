"""Holding the simulated journeys against the reports."""

from routesim.reasoning.checking import check, judge_reports
from routesim.reasoning.comparison import say_share
from routesim.reasoning.verdicts import VERDICTS, Verdict

__all__ = ["VERDICTS", "Verdict", "check", "judge_reports", "say_share"]
