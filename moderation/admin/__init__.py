"""The review queue and the audit trail in the admin."""

from moderation.admin.conversation import ConversationAdmin
from moderation.admin.decision import DecisionAdmin
from moderation.admin.opt_out import OptOutAdmin
from moderation.admin.review import ReviewAdmin, StateFilter
from moderation.admin.rules import RuleSettingAdmin
from moderation.admin.sidebar import may_see_queue, may_see_rules, open_reviews
from moderation.admin.trust import TrustSubjectAdmin

__all__ = [
    "ConversationAdmin",
    "DecisionAdmin",
    "OptOutAdmin",
    "ReviewAdmin",
    "RuleSettingAdmin",
    "StateFilter",
    "TrustSubjectAdmin",
    "may_see_queue",
    "may_see_rules",
    "open_reviews",
]
