"""The services of mail."""

from mail.services.campaigns import go_on, judge
from mail.services.forgetting import forget_old
from mail.services.releasing import send_again
from mail.services.suppressing import is_suppressed, lift, note_refusal, suppress
from mail.services.tracking import note_news

__all__ = [
    "forget_old", "go_on", "is_suppressed", "judge", "lift", "note_news", "note_refusal", "send_again", "suppress",
]  # fmt: skip
