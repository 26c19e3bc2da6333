"""A person who has left traces wherever the site keeps something."""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import redis
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.test import Client
from uuid_utils.compat import uuid7

from accounts import news
from accounts.actions import Action, record_action, target_of
from accounts.crypto import address_hash, contact_key
from accounts.limits import SUBSCRIBED, take_for
from accounts.models import DataExport, GuessCount, LimitCount, StaffNetwork, User
from accounts.throttling import count_guess
from accounts.tokens.families import start_family
from digests.enums import Cadence
from digests.models import Consent, Delivery, Subscription
from events.models import Organizer, OrganizerMember, OrganizerMerge, TeamInvitation
from galleries.models import Photo
from insights import services as interactions
from insights.enums import Interaction
from insights.records import Reader
from insights.services import Seen
from mail.models import Dispatch, Suppression
from moderation.models import (
    BulkDecision,
    BulkItem,
    Conversation,
    Decision,
    Message,
    OptOut,
    Reading,
    Report,
    Review,
    SavedFilter,
    TeamClaim,
)
from moderation.services import submitters
from moderation.services.reports import key_of_account
from notices.models import Notice, NoticeChoice, NoticeDelivery, PushDevice
from outbox.models import Change
from personal.models import CalendarKey, Favourite, Preferences
from pipeline.contract.raw import RawPayload
from pipeline.text.contacts import hashed
from places.models import PlaceMember, PlaceReport
from ratings.models import Answer, Rating
from registrations.models import EventMessage, Registration, RegistrationMail, RegistrationSetup
from saved_searches.models import Conditions, Hit, SavedSearch
from sources.ingest import payloads
from sources.ingest.retention import ensure_partitions
from sources.models import Pause, StagedEvent
from tests.factories import (
    NOW,
    make_city,
    make_event,
    make_listing,
    make_place,
    make_run,
    make_source,
    make_staff,
)
from webhooks.models import Delivery as WebhookDelivery
from webhooks.models import Endpoint
from webhooks.models import Message as WebhookMessage

ADDRESS = "Zoë.Quill+club@Example.org"
SPELT = ADDRESS.lower()
NAME = "Zoë Quill-Ravensworth"


def make_traced(client: Client) -> User:
    """The person, with traces in every part."""
    person = User.objects.create_user(ADDRESS, None, name=NAME, is_staff=True, preferences={"theme": "dark"})
    client.force_login(person)
    _of_the_account(person, client)
    _of_staff(person)
    _of_a_member(person)
    _of_a_guest(person)
    _of_a_developer(person)
    _of_a_reader(person)
    _of_who_is_told(person)
    _of_a_sender(person)
    _in_valkey(person)
    _in_files(person)
    return person


def _of_the_account(person: User, client: Client) -> None:
    held = EmailAddress.objects.create(user=person, email="second." + SPELT, verified=True)
    EmailConfirmation.create(held)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=person, provider="github", uid="7", extra_data={"email": ADDRESS})
    key = client.session.session_key
    UserSession.objects.create(user=person, ip="203.0.113.0", session_key=key, user_agent="Firefox", data={})
    StaffNetwork.objects.create(user=person, network="f00d" * 16, first_at=NOW, last_at=NOW)
    start_family(person, methods=("pwd",), client="a phone")
    news.session_started(person.pk, uuid7(), kind="api", client=f"{NAME}'s phone")
    count_guess(SPELT, network="203.0.113.9")
    LimitCount.objects.create(policy="subscribed", caller=address_hash(ADDRESS), ends_at=NOW, used=1)
    person.picture.name = default_storage.save("people/quill.webp", ContentFile(b"a picture"))
    person.save(update_fields=["picture"])
    DataExport.objects.create(user=person, content=base64.b64encode(SPELT.encode()).decode(), made_at=NOW)


def _of_staff(person: User) -> None:
    event = make_event()
    event.moderated_by, event.moderation_notes = person, f"asked {ADDRESS}"
    event.save(update_fields=["moderated_by", "moderation_notes"])
    review = Review.objects.create(
        kind="event",
        object_id=event.pk,
        title="Moonlit Jazz",
        evidence={"contact": [ADDRESS]},
        claimed_by=person,
        claimed_at=NOW,
    )
    Decision.objects.create(
        review=review, object_id=event.pk, verdict="approve", by=person, note=f"{NAME} knows them"
    )
    bulk = BulkDecision.objects.create(
        verdict="approve", by=person, undone_by=person, note=f"{NAME} asked for it"
    )
    BulkItem.objects.create(bulk=bulk, review=review, version=1, message=f"{ADDRESS} decided after this")
    SavedFilter.objects.create(by=person, name="mine", query=f"q={ADDRESS}")
    Reading.objects.create(event=event, sample="2026-11", wrong=False, by=person, note=NAME)
    record_action(person, Action.EVENT_CHANGED, target=target_of(event), note=f"{NAME} wrote from {ADDRESS}")
    make_run(requested_by=f"user {person.pk}")
    Pause.objects.create(scope="all", requested_by=f"user {person.pk}")
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=person, content_type=kind, object_id=str(person.pk), object_repr=ADDRESS, action_flag=CHANGE
    )


def _of_a_member(person: User) -> None:
    place = make_place()
    place.owners.add(person)
    PlaceMember.objects.create(place=place, user=person, role="owner")
    PlaceMember.objects.create(
        place=place, user=make_staff(email="of-the-team@example.org"), role="editor", invited_by=person
    )
    TeamInvitation.objects.create(
        place=place, address=SPELT, address_hash=address_hash(SPELT), role="editor", expires_at=NOW
    )
    TeamClaim.objects.create(kind="place", team_id=place.pk, user=person, text=f"I am {NAME}")
    PlaceReport.objects.create(place=place, person=person, address_hash="a" * 64)


def _of_a_guest(person: User) -> None:
    comes = Registration.objects.create(
        event=make_event(title="Where they come"), user=person, name="Quill", address=SPELT,
        address_hash=address_hash(SPELT), state="registered",
    )  # fmt: skip
    RegistrationMail.objects.create(registration=comes, kind="confirmed")
    RegistrationSetup.objects.create(event=comes.event)
    EventMessage.objects.create(
        event=comes.event,
        by=person,
        audience="all",
        subject="Doors",
        text="They open at eight.",
        state="sent",
    )
    Favourite.objects.create(user=person, event=comes.event)
    search = SavedSearch.objects.create(
        user=person, name=f"{NAME}'s", query={"q": ADDRESS}, feed_hash="d" * 64,
        conditions=Conditions.objects.create(digest="e" * 64, wanted={"q": ADDRESS}),
    )  # fmt: skip
    Hit.objects.create(search=search, event=comes.event)
    Preferences.objects.create(user=person, keywords=["quills"])
    CalendarKey.objects.create(user=person, secret_hash="c" * 64)
    reader = Reader(user_id=person.pk)
    interactions.agree(reader, now=NOW)
    followed = Seen(interaction=Interaction.FOLLOW, followed=f"performer:{NAME}")
    interactions.record(reader, [followed], now=NOW)
    interactions.hide(reader, make_event())
    rating = Rating.objects.create(
        user=person, event=make_event(), stars=4, text=f"said {NAME}", basis="says", state="waiting"
    )
    Answer.objects.create(
        rating=Rating.objects.create(
            user=make_staff(email="guest@example.org"),
            place=make_place(name="Hall"),
            stars=2,
            basis="says",
            state="shown",
        ),
        by=person,
        text="Thank you.",
    )
    photo = Photo.objects.create(
        user=person, event=rating.event, alt=f"by {NAME}", credit=NAME, consent="2026-11", width=9, height=9, pixel_hash="f" * 64, content=b"RIFF",
    )  # fmt: skip
    Review.objects.create(
        kind="photo", object_id=photo.pk, title="Moonlit Jazz", evidence={"alt": photo.alt, "credit": NAME}
    )
    Review.objects.create(
        kind="rating", object_id=rating.pk, title="Moonlit Jazz", evidence={"text": rating.text}
    )


def _of_a_developer(person: User) -> None:
    hook = Endpoint.objects.create(
        user=person, address=f"https://hooks.example/{SPELT}", host="hooks.example", description=NAME, types=["event.published"],
        secret="whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
    )  # fmt: skip
    said = WebhookMessage.objects.create(type="webhook.test", body="{}")
    WebhookDelivery.objects.create(endpoint=hook, message=said, answer=f"hello {SPELT}")


def _of_a_reader(person: User) -> None:
    mine = Subscription.objects.create(
        address=ADDRESS, address_hash=address_hash(ADDRESS), city=make_city(), cadence=Cadence.WEEKLY, token_hash="b" * 64
    )  # fmt: skip
    Delivery.objects.create(subscription=mine, kind="confirmation", period="once")
    Consent.objects.create(subscription=mine, step="asked", how="form", text="Mail me")
    Report.objects.create(
        event=make_event(title="Wrong night"),
        kind="spam",
        note=f"says {NAME}",
        reporter=key_of_account(person.pk),
    )
    followed = Conversation.objects.create(
        run_id=uuid7(), address=ADDRESS, address_hash=address_hash(ADDRESS)
    )
    Message.objects.create(conversation=followed, text=f"I am {NAME}")
    OptOut.objects.create(
        kind="domain", value="quill.example", title="quill.example", note=f"I am {NAME}", due_at=NOW,
        address=ADDRESS, address_hash=address_hash(ADDRESS),
    )  # fmt: skip
    Suppression.objects.create(address_hash=address_hash("second." + ADDRESS), reason="bounce")
    Dispatch.objects.create(
        key="once:trace", stream="digest", address_hash=address_hash(ADDRESS), state="accepted"
    )


def _of_who_is_told(person: User) -> None:
    device = PushDevice.objects.create(
        user=person, endpoint=f"https://push.example/{SPELT}", endpoint_hash="c" * 64, p256dh="B", auth="A", client=f"{NAME}'s phone"
    )  # fmt: skip
    facts = {"event": str(make_event(title="Told").pk), "said": f"Hello {NAME}"}
    for own in ({"user": person}, {"address": ADDRESS, "address_hash": address_hash(ADDRESS)}):
        told = Notice.objects.create(
            kind="message", subject="message:trace", facts=facts, state="told", told_at=NOW, **own
        )
        NoticeDelivery.objects.create(notice=told, channel="mail")
        NoticeDelivery.objects.create(notice=told, channel="push", device=device)
        NoticeChoice.objects.create(
            user=told.user, address_hash=told.address_hash, kind="follow", channel="push", is_on=False
        )


def _of_a_sender(person: User) -> None:
    submitter = submitters.of_account(person.pk)
    submitters.note(uuid7(), source_id=uuid7(), submitter=submitter, is_known=True, now=NOW)
    source = make_source(slug="mails", connector="mail", owner=person, config={"from": ADDRESS})
    ensure_partitions(now=NOW)
    content = f"From: {NAME} <{ADDRESS}>\n\nJazz tonight".encode()
    payloads.keep(
        make_run(source=source),
        RawPayload(url=f"mailto:{SPELT}", content=content, content_type="message/rfc822"),
        now=NOW,
    )
    StagedEvent.objects.create(
        source=source,
        external_id="1",
        raw=f"by {ADDRESS}",
        normalized={"organizer": {"contact": SPELT}},
        notes=[SPELT],
    )
    make_listing(
        event=make_event(title="Open air"), facts={"organizer": {"contact": hashed(ADDRESS, contact_key())}}
    )
    quill = Organizer.objects.create(name="Quill", folded_name="quill", contact=ADDRESS)
    OrganizerMember.objects.create(organizer=quill, user=person, role="owner")
    former = Organizer.objects.create(name="Former", folded_name="former", merged_into=quill)
    OrganizerMerge.objects.create(survivor=quill, child=former, by=person, note=f"{NAME} says so")


def _in_valkey(person: User) -> None:
    take_for(SUBSCRIBED, address_hash(ADDRESS))
    cache.set("last-seen", {"who": str(person.pk)})
    body = base64.b64encode(json.dumps([[ADDRESS], {}, {}]).encode()).decode()
    server: Any = redis.Redis.from_url(settings.REDIS_URL)
    server.rpush("process", json.dumps({"body": body}), json.dumps({"body": "of somebody else"}))
    server.hset("unacked", "1", json.dumps([{"person": str(person.pk)}]))
    server.close()


def _in_files(person: User) -> None:
    EmailMessage("Grüße", f"Hello {NAME}, {'your night. ' * 20}", to=[ADDRESS]).send()
    EmailMessage("Hello", "Somebody else's mail", to=["other@example.org"]).send()
    folder: Path = settings.VAR_DIR / "log"
    folder.mkdir()
    (folder / "web.log").write_text(f"GET /admin/accounts/user/{person.pk}/change/\nGET /about/\n")


def left_in_tables() -> dict[str, int]:
    """How many rows there are of what stays without the person."""
    kept = (Decision, OptOut, Reading, Report, Review, PlaceReport, StagedEvent, Organizer)
    return {model.__name__: model._default_manager.count() for model in kept}


def compressed(text: str) -> bytes:
    """As payloads are stored."""
    return zlib.compress(text.encode())


__all__ = ["ADDRESS", "NAME", "SPELT", "Change", "GuessCount", "compressed", "left_in_tables", "make_traced"]
