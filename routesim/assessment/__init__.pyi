from .check import check, judge_reports
from .score import Score, score
from .verdicts import FITTING, VERDICTS, Verdict, VerdictList

__all__ = [
    "FITTING",
    "VERDICTS",
    "Score",
    "Verdict",
    "VerdictList",
    "check",
    "judge_reports",
    "score",
]
