"""What events keep about a person: who moderated them, and contacts of organizers."""

from typing import Final

from django.utils.translation import gettext_noop as _

from accounts.crypto import contact_key
from accounts.privacy.person import Person
from accounts.privacy.redacting import names_of, needles_of, redact_columns, text_columns
from accounts.privacy.registry import Part, Retention, Rows
from events.models import (
    DuplicateMatch,
    Event,
    Listing,
    Organizer,
    OrganizerMember,
    OrganizerMerge,
    Proposal,
    TeamInvitation,
    VerificationChange,
)
from events.services.archiving import CONTACT_AFTER
from events.services.asked import KEPT as QUERIES_KEPT
from events.services.beacon import KEPT as DAYS_KEPT
from events.services.teams import INVITED_FOR
from pipeline.text.contacts import hashed


def export(person: Person) -> Rows:
    """Events that the person moderated, and organizers with the person's address as contact."""
    moderated = Event.objects.filter(moderated_by_id=person.id).order_by("moderated_at")
    contacts = Organizer.objects.filter(contact__in=[*person.addresses, *_hashes(person)])
    return {
        "moderated": list(moderated.values("id", "title", "moderated_at", "moderation_notes")),
        "verified": list(
            VerificationChange.objects.filter(by_id=person.id).values(
                "event_id", "organizer_id", "after", "note", "at"
            )
        ),
        "organizers_merged": list(
            OrganizerMerge.objects.filter(by_id=person.id).values(
                "survivor__name", "child__name", "note", "at"
            )
        ),
        "organizers": list(contacts.values("name", "contact")),
        "teams": list(
            OrganizerMember.objects.filter(user_id=person.id).values("organizer__name", "role", "at")
        ),
        "invitations": list(
            TeamInvitation.objects.filter(address_hash__in=person.hashes).values(
                "organizer__name", "place__name", "role", "at", "expires_at"
            )
        ),
    }


def erase(person: Person) -> int:
    """Take the moderator and their words from events, and the person's address from organizers and listings.

    An event's public text stays: it was told by its source, which may tell it again.
    """
    count = Event.objects.filter(moderated_by_id=person.id).update(moderated_by=None, moderation_notes="")
    count += OrganizerMember.objects.filter(user_id=person.id).delete()[0]
    count += TeamInvitation.objects.filter(address_hash__in=person.hashes).delete()[0]
    for model in (OrganizerMember, TeamInvitation):
        count += model._default_manager.filter(invited_by_id=person.id).update(invited_by=None)
    count += VerificationChange.objects.filter(by_id=person.id).update(by=None, note="")
    count += OrganizerMerge.objects.filter(by_id=person.id).update(by=None, note="")
    needles = (*needles_of(person), *_hashes(person))
    count += sum(
        redact_columns(model, text_columns(model), needles, also=names_of(person))
        for model in (Listing, Proposal, DuplicateMatch, OrganizerMerge, VerificationChange)
    )
    count += redact_columns(Organizer, ["contact"], needles)
    return count + redact_columns(Event, ["moderation_notes", "provenance"], needles)


def _hashes(person: Person) -> list[str]:
    """How listings and organizers store a private person's address."""
    return [hashed(address, contact_key()) for address in person.addresses]


PART: Final = Part(
    name=_("events"),
    holds=_(
        "for moderators: which events you decided on. For organizers: a business's public contact, of a private person only a keyed hash; "
        "in which teams you are, and to which you are invited"
    ),
    purpose=_("to show who organizes an event, and to know organizers again"),
    models=frozenset(
        {
            "events.Event",
            "events.Listing",
            "events.Proposal",
            "events.Organizer",
            "events.OrganizerMember",
            "events.OrganizerMerge",
            "events.TeamInvitation",
            "events.DuplicateMatch",
            "events.VerificationChange",
        }
    ),
    export=export,
    erase=erase,
    stays=_("events that you told us of, without you"),
    retention=(
        Retention(
            what=_("contacts of organizers, after their last event"),
            period=lambda: CONTACT_AFTER,
            task="events.tasks.anonymize_contacts",
        ),
        Retention(
            what=_("what was searched for, counted by text, city and day, without who asked"),
            period=lambda: QUERIES_KEPT,
            task="events.tasks.forget_queries",
        ),
        Retention(
            what=_(
                "how often an event was opened, shared and left for its tickets, counted by day, without by whom"
            ),
            period=lambda: DAYS_KEPT,
            task="events.tasks.forget_days",
        ),
        Retention(
            what=_("invitations to teams that nobody accepted"),
            period=lambda: INVITED_FOR,
            task="events.tasks.forget_invitations",
        ),
    ),
)
