"""The review queue and the audit trail in the admin."""

from moderation.admin.decision import DecisionAdmin
from moderation.admin.review import ReviewAdmin, StateFilter
from moderation.admin.sidebar import may_see_queue, open_reviews

__all__ = ["DecisionAdmin", "ReviewAdmin", "StateFilter", "may_see_queue", "open_reviews"]
