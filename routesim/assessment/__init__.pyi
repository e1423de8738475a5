from .check import check, judge_reports
from .score import SCORE_DRAWS, Score, score
from .verdicts import VERDICTS, Verdict

__all__ = [
    "SCORE_DRAWS",
    "VERDICTS",
    "Score",
    "Verdict",
    "check",
    "judge_reports",
    "score",
]
