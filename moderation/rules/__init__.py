"""The moderation rules, pure: which event is clean, and which change of a published event needs a moderator.

The rules judge certainty, not the quality of the event itself. Each has a name and a sentence (`table`), and says
in a sentence of its own why it holds something back (`judging`).
"""

from moderation.rules.judging import SourceTrust, judge_case
from moderation.rules.table import RULES, Policy, Rule, Threshold

__all__ = ["RULES", "Policy", "Rule", "SourceTrust", "Threshold", "judge_case"]
