from .check import check, judge_reports
from .findings import VERDICTS
from .score import Score, score
from .verdicts import Verdict, VerdictList

__all__ = [
    "VERDICTS",
    "Score",
    "Verdict",
    "VerdictList",
    "check",
    "judge_reports",
    "score",
]
