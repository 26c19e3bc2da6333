"""The doors of ratings: to rate, to answer, to report, and what moderators decide."""

from ratings.services.answering import answer, take_answer_back
from ratings.services.asking import ask, gather
from ratings.services.counting import recount, renew_means
from ratings.services.deciding import apply_verdict, settle
from ratings.services.rating import delete, rate
from ratings.services.reporting import report

__all__ = [
    "answer",
    "apply_verdict",
    "ask",
    "delete",
    "gather",
    "rate",
    "recount",
    "renew_means",
    "report",
    "settle",
    "take_answer_back",
]
