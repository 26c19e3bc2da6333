"""The sample of a source in the admin: a moderator reads each event beside its raw record and says what is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.timezone import now

from accounts.rights import require
from accounts.user_input import uuid_of
from events.models import Event, Listing
from events.public import public_event
from events.queries.lists import for_api
from events.words import price_words
from moderation.exceptions import ModerationError
from moderation.models import Reading
from moderation.services import sampling
from pipeline.text.markup import line_of
from pipeline.text.sanitize import public_url
from places.queries.reach import OVERSEE
from sources.models import Source, StagedEvent
from sources.queries.snippets import pretty

#: The right to see sources, needed beside the right to judge.
LOOK: Final = "sources.view_source"
#: How much of a raw record and of a value is shown (characters), and how many records of one event.
LONGEST_RAW: Final = 20_000
LONGEST_VALUE: Final = 1_500
MOST_RECORDS: Final = 3
#: Keys that mark the first fields; the others are reached by Tab.
_KEYS: Final = "1234567890"


def sample_urls(model_admin: Any) -> list[URLPattern]:
    """The sample's URL below that of its source."""
    return [
        path(
            "<uuid:pk>/sample/", model_admin.admin_site.admin_view(sample_view), name="sources_source_sample"
        )
    ]


def sample_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next event of the sample that nobody read; POST keeps a word on the one that was shown."""
    require(request.user, sampling.READ, LOOK, OVERSEE)
    source = Source.objects.filter(pk=pk).first()
    if source is None:
        raise Http404("There is no such source.")
    name = _name(request)
    if request.method == "POST":
        return _keep(request, source, name)
    events, said = sampling.in_order(name, origin=source.pk), sampling.readings(name, origin=source.pk)
    shown = _shown(request, _Sample(source=source, name=name, events=events, said=said))
    return TemplateResponse(
        request,
        "admin/sources/source/sample.html",
        {**admin.site.each_context(request), "title": f"Sample {name}: {source.name}", **shown},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sample:
    """A source's sample: its events in the order of reading, and what was said of them."""

    source: Source
    name: str
    events: Sequence[UUID]
    said: dict[UUID, Reading]

    def address(self, event: UUID | None = None) -> str:
        return _address(self.source, self.name, event)

    def after(self, event: UUID | None) -> UUID | None:
        """The next one that nobody read, from the one behind `event` on, and round again."""
        place = self.events.index(event) + 1 if event in self.events else 0
        return next(
            (one for one in (*self.events[place:], *self.events[:place]) if one not in self.said), None
        )


def _name(request: HttpRequest) -> str:
    asked = (request.POST.get("name") or request.GET.get("name") or "").strip()
    return asked[:40] or sampling.name_of(now())


def _address(source: Source, name: str, event: UUID | None = None) -> str:
    query = urlencode({"name": name, **({"event": str(event)} if event else {})})
    return f"{reverse('admin:sources_source_sample', args=[source.pk])}?{query}"


def _shown(request: HttpRequest, sample: _Sample) -> dict[str, Any]:
    """What the template reads."""
    asked = uuid_of(request.GET.get("event", ""))
    chosen = asked if asked in sample.events else sample.after(uuid_of(request.GET.get("after", "")))
    read = sum(one in sample.said for one in sample.events)
    shown: dict[str, Any] = {
        "source": sample.source,
        "sample": sample,
        "read": read,
        "size": len(sample.events),
        "shares": sampling.shares(origin=sample.source.pk, sample=sample.name),
        "wrong_fields": sampling.wrong_fields(sample.name, origin=sample.source.pk),
        "first_url": sample.address(sample.events[0]) if sample.events else "",
    }
    event = for_api(Event.objects.filter(pk=chosen)).first() if chosen else None
    if chosen is None or event is None:
        return shown
    place = sample.events.index(chosen)
    said = sample.said.get(chosen)
    return shown | {
        "event": event,
        "place": place + 1,
        "said": said,
        "link": public_url(event.url),
        "rows": _rows(event, said),
        "records": list(_records(event, sample.source)),
        "next_url": sample.address(sample.after(chosen) or sample.events[(place + 1) % len(sample.events)]),
        "previous_url": sample.address(sample.events[place - 1]),
    }


def _keep(request: HttpRequest, source: Source, name: str) -> HttpResponse:
    """Keep the word and go on to the next event; where it cannot be kept, say why and stay."""
    reported: QueryDict = request.POST
    event, verdict = uuid_of(reported.get("event", "")), reported.get("verdict", "")
    if event is None or verdict not in ("right", "wrong"):
        messages.error(request, "Say right or wrong of one event. Nothing was kept.")
        return HttpResponseRedirect(_address(source, name))
    version = reported.get("version", "")
    try:
        reading = sampling.record_reading(
            event,
            sample=name,
            origin=source.pk,
            wrong=verdict == "wrong",
            fields=reported.getlist("field"),
            note=reported.get("note", "") if verdict == "wrong" else "",
            version=int(version) if version.isdecimal() and len(version) < 10 else -1,
            by=request.user,
            now=now(),
        )
    except ModerationError as error:
        messages.error(request, error.detail)
        return HttpResponseRedirect(_address(source, name, event))
    except Event.DoesNotExist:
        messages.error(request, "This event is no longer published by this source. Nothing was kept.")
        return HttpResponseRedirect(_address(source, name))
    what = f" ({', '.join(reading.fields)})" if reading.fields else ""
    messages.success(request, f"{verdict.capitalize()}{what}: {reading.event.title}")
    return HttpResponseRedirect(f"{_address(source, name)}&after={event}")


def _rows(event: Event, said: Reading | None) -> list[dict[str, Any]]:
    """Each field with its value as readers get it, its key, and whether it was said to be wrong."""
    values = _values(event)
    return [
        {
            "name": name,
            "label": name.replace("_", " "),
            "value": " ".join(str(values[name]).split())[:LONGEST_VALUE],
            "key": _KEYS[place : place + 1],
            "wrong": said is not None and name in said.fields,
        }
        for place, name in enumerate(sampling.FIELDS)
    ]


def _values(event: Event) -> dict[str, Any]:
    """The values by `sampling.FIELDS`; '' where the event has none."""
    public = public_event(event)
    venue = public["venue"]
    known = venue["lat"] is not None
    return {name: public.get(name) or "" for name in sampling.FIELDS} | {
        "zone": event.timezone,
        "venue": venue["name"],
        "address": venue["address"],
        "town": venue["city"],
        "country": venue["country"],
        "point": f"{venue['lat']}, {venue['lng']}" if known else "",
        "price": price_words(event.price_type, event.price_min, event.price_max, event.price_currency),
        "tags": ", ".join(event.tags),
        "description": line_of(event.description),
        "image": " ".join(image.source_url for image in event.images.all()),
        "organizer": event.organizer.name if event.organizer else "",
        "performers": ", ".join(event.performers),
        "age_limit": "" if event.age_limit is None else event.age_limit,
    }


def _records(event: Event, source: Source) -> Iterator[dict[str, Any]]:
    """What the source said: the raw record of each of its listings of the event, '' where retention took it."""
    listings = Listing.objects.filter(event=event, origin=source.pk).order_by("first_seen_at", "id")[
        :MOST_RECORDS
    ]
    keys = [(one.external_id, one.recurrence_id) for one in listings]
    which = Q()
    for external_id, recurrence_id in keys:
        which |= Q(external_id=external_id, recurrence_id=recurrence_id)
    staged = (
        StagedEvent.objects.filter(which, source=source).only("raw", "url", "external_id") if keys else []
    )
    for row in staged:
        raw = pretty(row.raw)
        yield {"id": row.external_id, "raw": raw[:LONGEST_RAW], "is_cut": len(raw) > LONGEST_RAW}
