from .check import check, judge_reports
from .score import Score, score
from .verdicts import VERDICTS, Verdict

__all__ = [
    "VERDICTS",
    "Score",
    "Verdict",
    "check",
    "judge_reports",
    "score",
]
