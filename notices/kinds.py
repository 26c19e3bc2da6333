"""The table of all kinds of notices: who mails them, what is on at first, what waits, what is bundled and bounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mail.enums import Stream
from notices.enums import Channel, Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class KindFacts:
    """One kind of notice.

    `on` has the channels that a person can switch, and how each is at first: None goes by the channel's own switch in the
    preferences. `always`: what another app mails about it, whatever anybody chooses; such a kind has no mail of its own,
    but can go by push.
    `must_know` kinds are told while the flag `notifications` is off. `waits` for the end of quiet hours. `is_capped` kinds
    count for the bound of a day. What belongs together within `bundle` is one notice. Kinds `is_for_staff` are shown to staff alone.
    """

    name: str | Promise
    about: str | Promise
    on: Mapping[Channel, bool | None]
    always: str | Promise = ""
    must_know: bool = False
    waits: bool = True
    is_capped: bool = False
    bundle: timedelta = timedelta()
    stream: Stream = Stream.TRANSACTIONAL
    is_for_staff: bool = False


_MAILED: Final = _("always by mail")
TABLE: Final[Mapping[Kind, KindFacts]] = {
    Kind.REGISTRATION: KindFacts(
        name=_("Registrations"), about=_("You are registered, or on the waitlist."),
        on={Channel.PUSH: None}, always=_MAILED, must_know=True,
    ),
    Kind.OFFER: KindFacts(
        name=_("Offers of the waitlist"), about=_("A place is free, for a time."),
        on={Channel.PUSH: None}, always=_MAILED, must_know=True, waits=False,
    ),
    Kind.REMINDER: KindFacts(
        name=_("Reminders"), about=_("24 hours and 2 hours before what you registered for or saved begins, each once."),
        on={Channel.MAIL: True, Channel.PUSH: None},
    ),
    Kind.CHANGE: KindFacts(
        name=_("Changes"), about=_("What you saved has another time or place, or was cancelled. Of what you registered for we always tell you by mail."),
        on={Channel.MAIL: True, Channel.PUSH: None}, bundle=timedelta(minutes=10),
    ),
    Kind.SEARCH: KindFacts(
        name=_("Saved searches"), about=_("New events of your searches with an alert, gathered for a quarter of an hour."),
        on={Channel.MAIL: None, Channel.PUSH: None}, is_capped=True, bundle=timedelta(minutes=15), stream=Stream.DIGEST,
    ),
    Kind.FOLLOW: KindFacts(
        name=_("What you follow"), about=_("New events of venues, organizers, performers and parts of a city, gathered for half an hour."),
        on={Channel.MAIL: None, Channel.PUSH: None}, is_capped=True, bundle=timedelta(minutes=30), stream=Stream.DIGEST,
    ),
    Kind.SUBMISSION: KindFacts(
        name=_("Your events"), about=_("An event that you sent in is listed, or is not."),
        on={Channel.MAIL: True, Channel.PUSH: None},
    ),
    Kind.MESSAGE: KindFacts(
        name=_("Messages of organizers"), about=_("The organizer of what you registered for writes."),
        on={Channel.PUSH: None}, always=_("by mail, unless you said at your registration that you want none"),
    ),
    Kind.SIGN_IN: KindFacts(
        name=_("New sign-ins"), about=_("Somebody signed in to your account with a browser or program that it does not know."),
        on={Channel.MAIL: True, Channel.PUSH: None}, must_know=True, waits=False,
    ),
    Kind.QUEUE: KindFacts(
        name=_("What waits for moderators"), about=_("Each morning how much waits for a decision in your cities, if anything does."),
        on={Channel.MAIL: True, Channel.PUSH: None}, must_know=True, is_for_staff=True,
    ),
    Kind.ALERT: KindFacts(
        name=_("Alerts"), about=_("A source, a key or the mail of this site needs an operator."),
        on={Channel.PUSH: None}, always=_MAILED, must_know=True, waits=False, is_for_staff=True,
    ),
    Kind.QUALITY: KindFacts(
        name=_("Quality of data"), about=_("Once a week how much the sources of your cities brought, how good it was, and what to do."),
        on={Channel.MAIL: True, Channel.PUSH: False}, is_for_staff=True,
    ),
}  # fmt: skip


def kinds_for(person: User) -> Mapping[Kind, KindFacts]:
    """The kinds that the person may be told."""
    return {kind: facts for kind, facts in TABLE.items() if person.is_staff or not facts.is_for_staff}
