"""The verbs of moderation: judge before anything is visible, file what a person should see, decide."""

from moderation.services.judging import Filing, file_reviews, judge, withdraw

__all__ = ["Filing", "file_reviews", "judge", "withdraw"]
