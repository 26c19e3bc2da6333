"""One row of every model, so that each address leads to something."""

import datetime
import re
import uuid
from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import URLPattern
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from accounts.models import User
from accounts.privacy.partitions import month_of
from digests.models import Subscription
from events.models import AskedQuery, Event, Listing, Organizer, Series, VerificationChange
from events.services import search_text
from insights.models import Anomaly
from moderation.models import BulkDecision, Decision, OptOut, Review
from organizers.models import WrittenEvent
from places.models import City, Place
from registrations.models import RegistrationSetup
from saved_searches.models import SavedSearch
from sources.models import Alert, Discovery, FetchRun, Payload, Source
from tests.factories import NOW, make_area, make_credential, make_place, make_source, record_event
from webhooks.models import Delivery, Endpoint

#: What a part of an address is, where it is no object of the desk.
PARTS: Final = {
    "city": "bengaluru", "slug": "bengaluru", "segment": "music", "ending": "json", "section": "cities", "source": "feed", "token": "0" * 32, "name": "0" * 32,
    "key": "none", "uidb36": "none", "pk": "7", "verb": "disable", "app_label": "events", "url": "nowhere/", "month": month_of(NOW).isoformat(),
    "link": "tickets", "kind": "organizers", "code": "NOBODY", "secret": "0" * 32, "provider": "nobody",
}  # fmt: skip
#: What the models' own fields do not say.
_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "outbox.Epoch": {"pk": 1},
    "django_celery_beat.CrontabSchedule": {"minute": "0"},
    "django_celery_beat.IntervalSchedule": {"every": 1, "period": "days"},
    "sources.Pause": {"scope": "all", "key": ""},
    "organizers.WrittenEvent": {
        "said": {"title": "Raga at Dawn", "start": "2026-12-01T06:00", "city": "bengaluru"},
        "picture": b"x",
    },
    "places.PlaceStatus": {"valid_until": NOW + datetime.timedelta(hours=1), "observed_at": NOW},
    "places.Weather": {"valid_until": NOW + datetime.timedelta(hours=1), "observed_at": NOW},
}


def make_world() -> City:
    """An event with its place and listing, a source with its run, and one row of every model in the admin.

    All lie in one city, which is returned.
    """
    make_area()
    event = record_event()
    city = event.city
    assert city is not None
    source = make_source(slug="webhook-source", city=city)
    place = event.place or make_place(city=event.city)
    Event.objects.filter(pk=event.pk).update(
        place=place,
        organizer=Organizer.objects.create(name="Raga Society", folded_name="raga society"),
        series=_make(Series),
        performers=["Raga Trio"],
        tags=["raga trio"],
    )
    search_text.refresh([event.pk])
    RegistrationSetup.objects.create(event=event)
    run = FetchRun.objects.create(source=source, started_at=NOW)
    Payload.objects.create(
        month=month_of(NOW),
        source_id=source.pk,
        run_id=run.pk,
        sha256="0" * 64,
        size=0,
        content=_EMPTY,
        fetched_at=NOW,
    )
    make_credential()
    Review.objects.create(kind="event", object_id=event.pk, title="Raga at Dusk", city=city)
    Decision.objects.create(object_id=event.pk, verdict="approve", before={"publication": "pending"})
    VerificationChange.objects.create(event=event, before="unverified", after="unverified")
    AskedQuery.objects.create(text="raga", city=city, day=NOW.date(), times=1, unanswered=1)
    PeriodicTask.objects.create(name="one", task="flags.none", interval=_make(IntervalSchedule))
    Endpoint.objects.create(
        user=User.objects.create_user("somebody-else@example.org"), address="https://hooks.example/", host="hooks.example",
        types=["event.published"], secret="whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
    )  # fmt: skip
    Subscription.objects.create(city=city, address_hash="0" * 64, token_hash="1" * 64)
    for model in admin.site._registry:
        if not model._default_manager.exists():
            _make(model)
    Alert.objects.update(source=source)
    Anomaly.objects.update(city=city)
    return city


def address(route: str, pattern: URLPattern) -> str:
    """An address that matches the pattern, for existing objects."""
    return (
        "/"
        + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: _part(route, part[1]), _plain(route))
        + _QUERIES.get(route, "")
    )


_QUERIES: Final = {
    "admin/autocomplete/": "?app_label=events&model_name=event&field_name=city&term=",
    "oembed": "?url=http://127.0.0.1:8000/bengaluru/",
}
_EMPTY: Final = b"x\x9c\x03\x00\x00\x00\x00\x01"


def _plain(route: str) -> str:
    """A route of regular expressions with named parts."""
    return (
        re.sub(r"\(\?P(<\w+>)(?:[^()\[\]]|\[[^\]]*\](?:\{\d+\}|\*)?)*\)", r"\1", route)
        .replace("^", "")
        .replace("$", "")
        .replace("\\", "")
    )


def _part(route: str, name: str) -> str:
    for fits, value in _SPECIAL:
        if fits(route, name):
            return value(route, name)
    model = _of_the_desk(route)
    if model is not None and name in ("object_id", "pk", "id"):
        return _first(model)
    if name in _ROWS:
        return _first(_ROWS[name])
    if name.endswith("_id") and name not in PARTS:
        return str(uuid.UUID(int=1))  # of nobody's
    return PARTS[name]


def _of_the_desk(route: str) -> type[models.Model] | None:
    """The model that a route of the admin is about."""
    desk = re.match(r"admin/(\w+)/(\w+)/", route)
    known = {(model._meta.app_label, model._meta.model_name): model for model in admin.site._registry}
    return known.get(desk.groups()) if desk else None  # type: ignore[call-overload]


def _first(model: type[models.Model]) -> str:
    return str(model._default_manager.order_by("pk").values_list("pk", flat=True)[0])


def _raga(column: str) -> uuid.UUID:
    """A column of the world's event."""
    return Event.objects.filter(title="Raga at Dusk").values_list(column, flat=True)[0]  # type: ignore[no-any-return]


def _hex_of(route: str, _: str) -> str:
    kinds = {"venues/": "place", "organizers/": "organizer", "series/": "series"}
    return _raga(next((column for first, column in kinds.items() if first in route), "id")).hex


#: Rows of parts by their name.
_ROWS: Final[dict[str, type[models.Model]]] = {
    "object_id": Event, "event_id": Event, "opt_out_id": OptOut, "place_id": Place, "source_id": Source, "run_id": FetchRun,
    "discovery_id": Discovery, "review_id": Review, "decision_id": Decision, "endpoint_id": Endpoint, "delivery_id": Delivery,
    "search_id": SavedSearch,
}  # fmt: skip
#: What a part is on some routes: whether it fits, and its value. The first that fits counts.
_SPECIAL: Final[tuple[tuple[Callable[[str, str], bool], Callable[[str, str], str]], ...]] = (
    (lambda _, name: name == "content_type_id", lambda *_: str(ContentType.objects.get_for_model(Event).pk)),
    (lambda _, name: name == "hex_id", _hex_of),
    (lambda route, name: name == "name" and route.startswith(("performers", "tags")), lambda *_: "raga-trio"),
    (lambda route, name: name == "slug" and "hex_id" in route, lambda *_: "x"),
    (lambda _, name: name == "digest", lambda *_: "0" * 32),
    (
        lambda route, name: "media/share/" in route and name in ("language", "shape"),
        lambda _, name: {"language": "hi", "shape": "1x1"}[name],
    ),
    (
        lambda route, name: name == "pk" and route.startswith("organize/places/"),
        lambda *_: str(_raga("place")),
    ),
    (lambda route, name: name == "pk" and route.startswith("organize/"), lambda *_: str(_raga("organizer"))),
    (lambda _, name: name == "draft_id", lambda *_: str(_make(WrittenEvent).pk)),
    (lambda route, _: "listings" in route, lambda *_: _first(Listing)),
    (
        lambda route, _: "review/bulk/" in route,
        lambda *_: str(BulkDecision.objects.create(verdict="approve").pk),
    ),
    (lambda route, _: "undo/" in route, lambda *_: _first(Decision)),
    (lambda route, name: name == "pk" and "payload" in route, lambda *_: _first(Payload)),
)


def _make(model: type[models.Model]) -> models.Model:
    """A row of `model`, with a value by type for each required field."""
    values = dict(_FIELDS.get(model._meta.label, {}))
    for field in model._meta.concrete_fields:
        needs = not (
            field.has_default() or field.null or field.blank or field.auto_created or field.name in values
        )
        if (
            needs
            and not getattr(field, "auto_now", False)
            and not getattr(field, "auto_now_add", False)
            and not field.generated
        ):
            values[field.name] = _value(field)
    return model._default_manager.create(**values)


def _value(field: Any) -> Any:
    if field.is_relation:
        known = list(field.related_model._default_manager.order_by("pk")[:2])
        if field.name == "second" and len(known) < 2:
            known.append(_twin(known[0]))
        return (known or [_make(field.related_model)])[-1 if field.name == "second" else 0]
    if field.choices:
        return next(value for value, _ in field.flatchoices if value)
    kinds = (
        (models.UUIDField, uuid.uuid4()), (models.DateTimeField, NOW), (models.DateField, NOW.date()), (models.TimeField, datetime.time(12)),
        (models.BooleanField, True), (models.JSONField, {}), (models.FloatField, 0.5), (models.DecimalField, 1), (models.IntegerField, 1),
        (models.GenericIPAddressField, "192.0.2.1"), (models.BinaryField, b""),
    )  # fmt: skip
    return next((value for kind, value in kinds if isinstance(field, kind)), "x")


def _twin(row: models.Model) -> models.Model:
    """A copy of the row, with a greater key."""
    row.pk = uuid.UUID(int=row.pk.int + 1)
    if hasattr(row, "folded_name"):
        row.folded_name += " two"  # type: ignore[attr-defined]
    row.save(force_insert=True)
    return type(row)._default_manager.get(pk=row.pk)
