"""The doors of registrations: every change of one goes through a function here."""

from registrations.services.changes import note_change, tell_of_changes
from registrations.services.checking_in import check_in
from registrations.services.forgetting import forget
from registrations.services.mailing import record_mail, release_mail, send, settle_mail, waiting_mails
from registrations.services.merging import bring_back, take_over
from registrations.services.messaging import refuse_message, release_message, want_messages, write_message
from registrations.services.opening import set_terms
from registrations.services.registering import cancel, change_guests, register
from registrations.services.waitlist import accept, expire_offers

__all__ = [
    "accept",
    "bring_back",
    "cancel",
    "change_guests",
    "check_in",
    "expire_offers",
    "forget",
    "note_change",
    "record_mail",
    "refuse_message",
    "register",
    "release_mail",
    "release_message",
    "send",
    "set_terms",
    "settle_mail",
    "take_over",
    "tell_of_changes",
    "waiting_mails",
    "want_messages",
    "write_message",
]
