"""An event with everything that pages of people and organizers show, in every state: the values of every_page.py."""

import io
import time
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.keys import holding
from accounts.models import User
from digests.models import Subscription
from digests.services import confirm, subscribe
from digests.targets import find_target
from digests.tokens import token_of as subscription_token
from events.enums import TeamKind
from events.filters import EventFilter
from events.models import Event, EventDay, EventDaySource, EventImage, Organizer, OrganizerMember, Series
from events.records import Team
from events.services import search_text, teams
from events.things import thing_of
from galleries.models import Photo
from galleries.services.files import FOLDER, storage
from moderation.enums import OptOutKind
from moderation.services import conversations, opting_out
from notices.enums import Channel
from notices.links import off_address
from notices.models import Notice, PushDevice
from notices.news.about import event_facts
from organizers import calendars, writing
from personal import queries as personal_queries
from personal import services as personal
from places.enums import TeamRole
from places.models import Place, PlaceMember
from ratings.models import Answer, Rating
from ratings.services.counting import recount
from registrations import services as registrations
from registrations.links import token_of as registration_token
from registrations.models import EventMessage, RegistrationSetup
from registrations.records import Wish
from saved_searches import services as searches
from tests.factories import (
    make_area,
    make_event,
    make_listing,
    make_origin,
    make_person,
    make_place,
)
from webhooks.models import Delivery, Endpoint, Message


def make_house(night: list[Event]) -> dict[str, Any]:
    """What every page needs, in every state that it shows; the values of OPEN, OWN and BARE."""
    cache.clear()
    now = timezone.now()
    ann = make_person(email="ann@example.org", is_staff=False)
    place = make_place(
        name="Blue Room",
        area=make_area(),
        lat=12.9784,
        lng=77.6408,
        website="https://blue.example/",
        opening_hours="Mo-Su 18:00-24:00",
    )
    owls = Organizer.objects.create(
        name="Night Owls", folded_name="night owls", url="https://owls.example/", verification="verified"
    )
    other = Organizer.objects.create(
        name="Raga Society", folded_name="raga society", url="https://raga.example/"
    )
    OrganizerMember.objects.create(organizer=owls, user=ann, role="owner")
    PlaceMember.objects.create(place=place, user=ann, role="owner")
    series = Series.objects.create(origin=make_origin(), external_id="s", title="Owl Nights")
    event = make_event(title="Owl Night", start=now + timedelta(days=2), place=place, organizer=owls, series=series, performers=["Raga Trio"],
                       tags=["jazz", "raga trio"], description="<p>Two sets, <a href='https://owls.example/'>more there</a>.</p>")  # fmt: skip
    make_event(title="Owl Night", start=now + timedelta(days=9), place=place, organizer=owls, series=series)
    make_event(title="Owls on air", start=now + timedelta(days=1), online="yes", city=None, venue_name="")
    make_event(title="Owls in the country", start=now + timedelta(days=1), city=None, venue_name="The Barn")
    over = make_event(title="Owls of yesterday", start=now - timedelta(days=2), place=place)
    removed = make_event(
        title="Owls no more", publication="removed", publication_reason="Its owner asked us not to list it."
    )
    make_listing(event=event)
    search_text.refresh([event.pk])
    EventImage.objects.create(event=event, source_url="https://owls.example/owl.png", url="/static/img/icon-512.png", thumbnail="/static/img/icon-192.png",
                              alt="Three owls on a dark stage", width=512, height=512, state="stored", is_primary=True)  # fmt: skip
    return {
        "ann": ann,
        "month": (now + timedelta(days=2)).strftime("%Y-%m"),
        "event": event.get_absolute_url(), "event_id": event.pk, "event_hex": event.pk.hex,
        "cancelled": night[1].get_absolute_url(), "over": over.get_absolute_url(), "over_hex": over.pk.hex, "over_id": over.pk,
        **_of_ratings(over, event, place), **_of_galleries(over, place, ann),
        "removed": removed.get_absolute_url(),
        "venue": f"/venues/{place.slug}-{place.pk.hex}/", "place_id": place.pk, "place_hex": place.pk.hex,
        "organizer": f"/organizers/night-owls-{owls.pk.hex}/", "organizer_id": owls.pk, "other_id": other.pk,
        "series": f"/series/owl-nights-{series.pk.hex}/",
        **_of_people(event, ann), **_of_ann(event, ann, place.pk.hex), **_of_teams(owls, other, ann),
    }  # fmt: skip


def _of_ratings(over: Event, event: Event, place: Place) -> dict[str, Any]:
    """What people say of an event that is over, of one that its team answers for, and of a venue; one of them is answered."""
    said = ("Three sets, and a good room for it.", "Too loud for the back rows.", "")
    guests = [make_person(email=f"guest{number}@example.org", is_staff=False) for number in range(3)]
    bases = ("checked_in", "registered", "says")
    rows = [
        Rating.objects.create(user=guest, stars=5 - number, text=said[number], basis=bases[number], state="shown", is_vouched=True, **of)
        for of in ({"event": over}, {"event": event}, {"place": place})
        for number, guest in enumerate(guests)
    ]  # fmt: skip
    Answer.objects.create(rating=rows[1], text="Thank you. We turn it down next time.", state="shown")
    for thing in (over, event, place):
        recount(thing_of(thing))
    return {"rating_id": rows[0].pk}


def _of_galleries(over: Event, place: Place, ann: User) -> dict[str, Any]:
    """Photos of an event that is over and of a venue, in each state; their files are pictures of the site."""
    out, name = io.BytesIO(), f"{FOLDER}/aa/{'a' * 32}-512.webp"
    Image.new("RGB", (512, 384), "navy").save(out, "WEBP")
    if not storage().exists(name):
        storage().save(name, ContentFile(out.getvalue()))
    files = [{"format": "webp", "width": 512, "height": 384, "name": name}]
    shared = {"alt": "Three owls on a dark stage", "consent": "2026-11", "width": 512, "height": 384}
    shown = [
        Photo.objects.create(
            user=ann, state="shown", files=files, token="a" * 32, credit="Ann Quill" if number else "", pixel_hash=f"{number:064}", **shared, **of
        )
        for of in ({"event": over}, {"place": place})
        for number in range(3)
    ]  # fmt: skip
    for state in ("waiting", "passed", "refused"):
        content = None if state == "refused" else out.getvalue()
        Photo.objects.create(
            user=ann, state=state, content=content, pixel_hash="b" * 64, event=over, **shared
        )
    return {"photo_id": shown[1].pk}


def _of_people(event: Event, ann: User) -> dict[str, Any]:
    """A registration with a place and one that waits, a subscription, a submission, a wish not to be listed."""
    RegistrationSetup.objects.create(
        event=event, capacity=1, questions=[{"id": "q1", "label": "Which shoes?", "required": False}]
    )
    held = registrations.register(event.pk, Wish(name="Ann", address="ann@example.org"), by=ann)
    registrations.register(event.pk, Wish(name="Bob", address="bob@example.org"))
    EventMessage.objects.create(
        event=event, by=ann, audience="seats", subject="Doors at eight", text="Come early.", state="waiting"
    )
    for back in range(12):
        day = timezone.now().date() - timedelta(days=back)
        EventDay.objects.create(
            event=event, day=day, views=9 + back * 7 % 31, shares=back % 4, clicks=back % 5
        )
        EventDaySource.objects.create(
            event=event, day=day, source=("search", "instagram", "direct")[back % 3], views=9
        )
    wish = opting_out.wish_for(OptOutKind.DOMAIN, "owls.example")
    asked = opting_out.ask(wish, address="owner@owls.example", note="")
    assert event.city
    subscribe("ann@example.org", event.city)
    asked_for = Subscription.objects.get()
    subscribe("ann@example.org", find_target({"venue": event.place_id.hex}))
    active = confirm(subscription_token(Subscription.objects.exclude(pk=asked_for.pk).get()))
    return {
        "registration": registration_token(held),
        "opt_out": f"{asked.pk}/{opting_out.token_of(asked)}",
        "subscription": subscription_token(asked_for),
        "active_subscription": subscription_token(active),
        "submission": conversations.follow(uuid.uuid4()),
    }  # fmt: skip


def _of_ann(event: Event, ann: User, place: str) -> dict[str, Any]:
    """A saved event, a search, a follow, a key, a webhook with what was sent and what failed."""
    personal.save_events(ann, [event.pk])
    personal.follow(ann, personal_queries.one_followed("venue", place))  # type: ignore[arg-type]
    search = searches.save(ann, EventFilter(city="bengaluru"), name="Bengaluru", alert=True)
    holding.make_key(
        ann,
        holding.KeyWish(name="My app", scopes=["me:read"], expires_at=timezone.now() + timedelta(days=9)),
        by=ann,
        has_factor=False,
    )
    endpoint = Endpoint.objects.create(user=ann, address="https://hooks.example/in", host="hooks.example", types=["event.published"],
                                       secret="whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", dropped=2)  # fmt: skip
    for number, state in enumerate(("delivered", "failed", "waiting")):
        message = Message.objects.create(
            change_id=uuid.uuid4(), number=number, type="event.published", event_id=event.pk, body="{}"
        )
        more = (
            {"delivered_at": timezone.now(), "status": 200}
            if state == "delivered"
            else {"status": 500, "error": "the server failed", "answer": "Oops"}
        )
        Delivery.objects.create(
            endpoint=endpoint, message=message, number=number, state=state, attempts=1, **more
        )
    TOTP.activate(ann, generate_totp_secret())
    RecoveryCodes.activate(ann)
    passkey = Authenticator.objects.create(
        user=ann,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "My phone", "passwordless": True, "credential": {}},
    )
    told = _told(event, ann)
    return {
        "search": search.pk, "endpoint": endpoint.pk, "passkey": passkey.pk,
        "notice_off": urlsplit(off_address(told, Channel.MAIL)).path.rstrip("/").rpartition("/")[2],
    }  # fmt: skip


def _told(event: Event, ann: User) -> Notice:
    """A device with push, and a notice that is read and one that is not. Returns the latter."""
    PushDevice.objects.create(
        user=ann, endpoint="https://push.example/ann", endpoint_hash="a" * 64, p256dh="B", auth="A",
        client="Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0",
    )  # fmt: skip
    facts = {**event_facts(event), "before": "24"}
    for subject, read_at in (("read", timezone.now()), ("new", None)):
        told = Notice.objects.create(
            user=ann, kind="reminder", subject=subject, facts=facts, state="told", told_at=timezone.now(), read_at=read_at
        )  # fmt: skip
    return told


def _of_teams(owls: Organizer, other: Organizer, ann: User) -> dict[str, Any]:
    """A draft, an invitation, a claim, and a calendar that is looked at."""
    bob = User.objects.create_user("bob@example.org")
    OrganizerMember.objects.create(organizer=owls, user=bob, role="helper")
    OrganizerMember.objects.create(organizer=other, user=bob, role="owner")
    start = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT20:00")
    said = {
        "organizer": str(owls.pk),
        "title": "Owl Morning",
        "start": start,
        "city": "bengaluru",
        "venue": "Blue Room",
    }
    teams.invite(Team(kind=TeamKind.ORGANIZER, id=owls.pk), "dora@example.org", TeamRole.EDITOR, by=ann)
    invitation = teams.invite(
        Team(kind=TeamKind.ORGANIZER, id=other.pk), "ann@example.org", TeamRole.EDITOR, by=bob
    )
    return {
        "bob": bob,
        "draft": writing.keep_draft(said, by=ann).pk,
        "invitation": teams.token_of(invitation),
        "claim": signing.dumps(
            ["organizer", str(other.pk), str(ann.pk), "ann@raga.example"], salt="organizers.claim"
        ),
        "look": _look(owls, ann),
    }


def _look(owls: Organizer, ann: User) -> str:
    """A look at a calendar that a worker has finished."""
    token = calendars.begin_look(owls.pk, "https://owls.example/calendar.ics", "bengaluru", by=ann)
    found = [
        {"title": f"Owl Night {number}", "start": "Fri 27 Nov, 20:00", "venue": {"name": "Blue Room"}}
        for number in range(3)
    ]
    result = {
        "events": found,
        "verdict": {"sentence": "Three events were found."},
        "summary": {"kept": 3, "found": 3},
        "missing_keys": [],
        "connector": "ical",
        "robots": {"allowed": True},
    }
    cache.set(f"lab:{token}", {**cache.get(f"lab:{token}"), "state": "done", "result": result}, 600)
    return token


def cookie_of(person: User, url: str) -> dict[str, Any]:
    """The cookie of a session in which the person has just shown the password."""
    client, name = Client(), settings.SESSION_COOKIE_NAME
    client.force_login(person)
    session = client.session
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return {"name": name, "value": client.cookies[name].value, "url": url}
