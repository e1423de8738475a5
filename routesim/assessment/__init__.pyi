from .check import check, judge_reports
from .score import Score, score
from .verdicts import VERDICTS, Verdict, VerdictList

__all__ = [
    "VERDICTS",
    "Score",
    "Verdict",
    "VerdictList",
    "check",
    "judge_reports",
    "score",
]
