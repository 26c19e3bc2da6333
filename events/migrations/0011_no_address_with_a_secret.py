"""Addresses that let their holder in (secret calendars, links with keys) leave the public fields, and readers of the events hear of it.

In batches by primary key, each a transaction with its changes: it holds no lock for long, and where it is interrupted it goes on from the start.
What was cleaned is not found again.
"""

from datetime import datetime
from typing import Any

from django.db import migrations, transaction
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from pipeline.text import sanitize as text
from pipeline.masking import has_secret

BATCH = 1_000
#: What the database looks for: every address with a secret has one of these, and most others have none.
COARSE = (
    r"token|secret|passw|passphrase|passcode|key|sig|auth|pass=|pwd|jwt|otp|pvttk|code=|session=|app_?id|tk=|credential|private|/bot|eyj|teamup|webcal"
    r"|hooks|\.(ics|ical|icalendar|ifb|vcs|vcal)|[/#](ical|ics|icalendar|caldav|carddav|dav|owa|published|public-calendars|calfeed|subscri|unsubscri"
    r"|confirm|verif|activat|reset|magic)|//[^/?#[:space:]]*@|%[0-9a-f]{2}|&"
)
URLS = ("url", "ticket_url", "online_url")
#: Names of our own that only look like addresses.
NAMES = frozenset({"external_id", "external_ids", "recurrence_id", "series_id"})


def clean(apps: Any, schema_editor: Any) -> None:
    moment = now()
    Event = apps.get_model("events", "Event")
    for events in batches(Event, *URLS, "description"):
        with transaction.atomic():
            changed = [event for event in events if clean_columns(event, URLS, ("description",))]
            Event.objects.bulk_update(changed, [*URLS, "description"])
            tell(apps, changed, moment)
    for model, columns, words in (("Origin", ("url",), ()), ("Organizer", ("url",), ()), ("Listing", ("url",), ("facts", "fitting"))):
        clean_rows(apps, model, columns, words, moment)
    for model, words in (("Proposal", ("fields",)), ("DuplicateMatch", ("undo",))):
        clean_rows(apps, model, (), words, moment)
    Image = apps.get_model("events", "EventImage")
    for images in batches(Image, "source_url"):
        gone = [image for image in images if has_secret(image.source_url)]
        with transaction.atomic():
            Image.objects.filter(pk__in=[image.pk for image in gone]).delete()
            tell_all(apps, Q(pk__in={image.event_id for image in gone}), moment)


def clean_rows(apps: Any, name: str, columns: Any, words: Any, moment: datetime) -> None:
    """What stands beside events; readers of the published ones that show it are told."""
    Model = apps.get_model("events", name)
    for rows in batches(Model, *columns, *words):
        with transaction.atomic():
            changed = [row for row in rows if clean_columns(row, columns, words)]
            if not changed:
                continue
            Model.objects.bulk_update(changed, [*columns, *words])
            if name == "Listing":
                tell_all(apps, Q(pk__in={row.event_id for row in changed}), moment)
        if name in ("Origin", "Organizer"):
            shown = "listings__origin__in" if name == "Origin" else "organizer__in"
            tell_all(apps, Q(**{shown: [row.pk for row in changed]}), moment)


def batches(Model: Any, *columns: str) -> Any:
    """Rows that may hold such an address, in the order of their keys."""
    found = Q()
    rows = Model.objects.all()
    for column in columns:
        rows = rows.alias(**{f"{column}_text": Cast(column, TextField())})
        found |= Q(**{f"{column}_text__iregex": COARSE})
    rows, last = rows.filter(found).order_by("pk"), None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:BATCH]):
        yield batch
        last = batch[-1].pk


def clean_columns(row: Any, urls: Any, words: Any) -> bool:
    """Whether anything of the row had to go."""
    before = {name: getattr(row, name) for name in (*urls, *words)}
    for name in urls:
        if before[name] and has_secret(before[name]):
            setattr(row, name, "")
    for name in words:
        setattr(row, name, cleaned(before[name]))
    return any(getattr(row, name) != value for name, value in before.items())


def cleaned(value: Any) -> Any:
    """A value of JSON without such addresses; a picture at one goes as a whole."""
    if isinstance(value, str) and "://" in value:
        if " " not in value and "<" not in value:
            return "" if has_secret(value) else value
        return text.without_secrets(value)
    if isinstance(value, dict):
        return {name: one if name in NAMES else cleaned(one) for name, one in value.items()}
    if isinstance(value, list):
        return [cleaned(one) for one in value if not (isinstance(one, dict) and isinstance(one.get("url"), str) and has_secret(one["url"]))]
    return value


def tell_all(apps: Any, which: Q, moment: datetime) -> None:
    """Tell the readers of published events, in batches."""
    rows = apps.get_model("events", "Event").objects.filter(which, publication="approved").distinct().order_by("pk")
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:BATCH]):
        with transaction.atomic():
            tell(apps, batch, moment)
        last = batch[-1].pk


def tell(apps: Any, events: Any, moment: datetime) -> None:
    """One change for each published event; the hubs' poll numbers them."""
    Event, Change = apps.get_model("events", "Event"), apps.get_model("outbox", "Change")
    shown = [event for event in events if event.publication == "approved"]
    Event.objects.filter(pk__in=[event.pk for event in events]).update(version=F("version") + 1, updated_at=moment)
    cities = dict(apps.get_model("places", "City").objects.filter(pk__in={e.city_id for e in shown}).values_list("pk", "slug"))
    areas = dict(apps.get_model("places", "Area").objects.filter(pk__in={e.area_id for e in shown}).values_list("pk", "slug"))
    Change.objects.bulk_create(
        Change(
            id=uuid7(), type="event.changed", object_type="event", object_id=event.pk, audience="public", at=moment,
            topics=topics(event, cities.get(event.city_id), areas.get(event.area_id)),
            data=data(event, cities.get(event.city_id), areas.get(event.area_id)),
        )
        for event in shown
    )


def topics(event: Any, city: Any, area: Any) -> list[str]:
    places = [f"events:city:{city}"] * bool(city) + [f"events:area:{area}"] * bool(area)
    return sorted({"events:all", f"events:category:{event.category_id}", f"events:event:{event.pk}", *places})


def data(event: Any, city: Any, area: Any) -> dict[str, Any]:
    """As `events.services.announcing.data` told an event when this was written."""
    price = {name: None if value is None else float(value) for name, value in (("min", event.price_min), ("max", event.price_max))}
    sold_out = event.sold_out and event.happening not in ("cancelled", "postponed")
    return {
        "id": str(event.pk), "slug": event.slug, "title": event.title,
        "start": event.start_at.isoformat(), "end": event.end_at.isoformat() if event.end_at else None,
        "start_date": event.start_date.isoformat(), "end_date": event.end_date.isoformat(), "opening_hours": event.opening_hours,
        "timezone": event.timezone, "all_day": event.all_day, "time_known": event.time_known, "city": city, "area": area,
        "venue": event.venue_name, "lat": event.lat, "lng": event.lng, "category": event.category_id, "tags": event.tags,
        "language": event.language, "online": event.online,
        "price": {"type": event.price_type, **price, "currency": event.price_currency},
        "status": "sold_out" if sold_out else event.happening,
        "publication": event.publication, "version": event.version + 1,
    }  # fmt: skip


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0010_rights"), ("outbox", "0002_rights"), ("places", "0009_rights")]
    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
