"""The doors of notices: every change of one goes through a function here."""

from notices.services.devices import Given, add_device, remove_device, renew_device
from notices.services.following import follow
from notices.services.forgetting import forget
from notices.services.reading import choose, end, mark_read
from notices.services.releasing import tell_due
from notices.services.reminding import remind
from notices.services.sending import release_mail, send, settle_mail, waiting
from notices.services.staff import tell_moderators, tell_of_quality, tell_operators
from notices.services.submitted import tell_submitters

__all__ = [
    "Given",
    "add_device",
    "choose",
    "end",
    "follow",
    "forget",
    "mark_read",
    "release_mail",
    "remind",
    "remove_device",
    "renew_device",
    "send",
    "settle_mail",
    "tell_due",
    "tell_moderators",
    "tell_of_quality",
    "tell_operators",
    "tell_submitters",
    "waiting",
]
