"""The verbs of moderation: judge before anything is visible, file what a person should see, decide."""

from moderation.services.deciding import claim, decide, decide_many, undo
from moderation.services.judging import Filing, file_reviews, judge, withdraw

__all__ = ["Filing", "claim", "decide", "decide_many", "file_reviews", "judge", "undo", "withdraw"]
