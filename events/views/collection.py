"""Pages and feeds of collections: what one organizer, performer, series or tag has, what is online, and what is outside every city."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import conditional_page, require_safe

from events import addresses
from events.enums import Verification
from events.filters import EventFilter
from events.models import Organizer, Series
from events.queries import collection as queries
from events.scope import FREE
from events.seo import Meta, json_ld, list_data
from events.times import When
from events.views.collected import collected, collected_feed, feeds_of
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute
from events.words import category_name, when_words
from outbox.renderings.shown import show
from pipeline.contract.enums import OrganizerType
from pipeline.taxonomy import BY_SLUG, CATEGORIES, OTHER
from pipeline.text.folding import address_part

#: What any of their events may have changed.
ANY_CITY: Final = "events:all"
#: What readers of the page of a performer are told who asked to have none.
_HIDDEN: Final = gettext_noop("They asked us not to list them.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """What a page or feed lists: its name, a word before it, its canonical path, and the condition for its events.

    `wanted` narrows it. `schema` is what schema.org calls it. `zones`: '' where the time of each place is enough; "instead" where the reader's
    own time counts, "beside" where it is told too.
    """

    name: str
    kind: str
    path: str
    of: Q
    about: str
    wanted: EventFilter = field(default_factory=EventFilter)
    schema: Mapping[str, Any] = field(default_factory=dict)
    site: str = ""
    zones: str = ""
    is_indexed: bool = True
    context: Mapping[str, Any] = field(default_factory=dict)


@require_safe
@share_rendering
def collection_page(request: HttpRequest, kind: str, **named: str) -> HttpResponse:
    """A collection's coming events by pages, what is still on, and what ended lately.

    Another spelling is redirected. Without events the page stays, and leads on; what no event ever named is unknown.
    """
    show(ANY_CITY)
    if _is_hidden(kind, named):
        context = {"title": _("This page was taken down."), "reason": _(_HIDDEN), "live": None}
        return render(request, "410.html", context, status=410)
    held = _find(kind, named)
    if request.path_info != unquote(held.path):
        return HttpResponsePermanentRedirect(held.path)
    now = timezone.now()
    found = collected(
        held.of,
        path=held.path,
        now=now,
        wanted=held.wanted,
        after=request.GET.get("after", ""),
        zones=held.zones,
    )
    shown = found["cards"]
    names = ", ".join(card.title for card in shown[:4])
    meta = Meta(
        title=held.name if not held.kind else f"{held.name} · {held.kind}",
        description=f"{held.about} {names}"[:300].strip(),
        canonical=absolute(held.path),
        feeds=feeds_of(held.path, held.name),
        json_ld=json_ld(
            [{"@context": "https://schema.org", **held.schema}, list_data(shown, site_url=absolute(""))]
        )
        if held.schema
        else json_ld(list_data(shown, site_url=absolute(""))),
        noindex=not held.is_indexed
        or found["begin"] != ""
        or all(card.is_sample for card in (*shown, *found["still_on"])),  # nothing, or only samples
    )
    return render(
        request,
        "events/collection.html",
        {"live": None, "collection": held, **found, **held.context, "meta": meta},
    )


@require_safe
@share_rendering
@conditional_page
def collection_feed(request: HttpRequest, kind: str, ending: str, **named: str) -> HttpResponse:
    """The same list as `.ics`, `.rss` or `.json`."""
    show(ANY_CITY)
    if _is_hidden(kind, named):
        return HttpResponse(_(_HIDDEN), status=410, content_type="text/plain; charset=utf-8")
    held = _find(kind, named)
    if request.path_info != unquote(address := addresses.feed_path(held.path, ending)):
        return HttpResponsePermanentRedirect(address)
    return collected_feed(
        held.of, ending, name=held.name, about=held.about, path=held.path, wanted=held.wanted
    )


def _is_hidden(kind: str, named: Mapping[str, str]) -> bool:
    """Whether a performer asked to have no page."""
    return kind == "performer" and bool(queries.hidden_performers([address_part(named["name"])]))


def _find(kind: str, named: Mapping[str, str]) -> Collection:
    held = _KINDS[kind](**named)
    if held is None:
        raise Http404(f"no such {kind}")
    return held


def _organizer(slug: str, hex_id: str) -> Collection | None:
    """A private person's page is left to who has its address: search engines are not led there."""
    organizer = Organizer.objects.select_related("merged_into").filter(pk=UUID(hex_id)).first()
    if organizer is not None and organizer.merged_into is not None:
        organizer = organizer.merged_into  # whose path is another one, to which the page leads
    of = Q(organizer_id=organizer.id if organizer else None)
    if organizer is None or not queries.is_held(of):
        return None
    path = addresses.organizer_path(organizer.id, organizer.name)
    is_person = organizer.type == OrganizerType.INDIVIDUAL
    schema = {
        "@type": "Person" if is_person else "Organization",
        "name": organizer.name,
        "url": absolute(path),
    }
    if organizer.url:
        schema["sameAs"] = organizer.url
    return Collection(
        name=organizer.name,
        kind=_("Organizer"),
        path=path,
        of=of,
        about=_("Events by %(organizer)s.") % {"organizer": organizer.name},
        schema=schema,
        site=organizer.url,
        is_indexed=not is_person,
        context={
            "verification": _VERIFIED[Verification(organizer.verification)](),
            "claim": f"/organize/organizers/{organizer.id}/claim/",
            "follow": ("organizer", organizer.id),
        },
    )


_VERIFIED: Mapping[Verification, Callable[[], str]] = {
    Verification.UNVERIFIED: lambda: "",
    Verification.VERIFIED: lambda: _("Verified by our moderators."),
    Verification.OFFICIAL: lambda: _("Official: these are its own words."),
}


def _series(slug: str, hex_id: str) -> Collection | None:
    series = Series.objects.filter(pk=UUID(hex_id)).first()
    of = Q(series_id=UUID(hex_id))
    if series is None or not queries.is_held(of):
        return None
    path = addresses.series_path(series.id, series.title)
    return Collection(
        name=series.title,
        kind=_("Series"),
        path=path,
        of=of,
        about=_("All dates of %(title)s.") % {"title": series.title},
        schema={"@type": "EventSeries", "name": series.title, "url": absolute(path)},
    )


def _performer(name: str) -> Collection | None:
    of = queries.by_performer(part := address_part(name))
    written = queries.spelling(part, of, "performers") if part else ""
    if not written:
        return None
    path = addresses.performer_path(written)
    return Collection(
        name=written,
        kind=_("Performer"),
        path=path,
        of=of,
        about=_("Where %(performer)s can be seen.") % {"performer": written},
        schema={"@type": "PerformingGroup", "name": written, "url": absolute(path)},
        context={"follow": ("performer", written)},
    )


def _tag(name: str) -> Collection | None:
    part = address_part(name)
    written, of = queries.by_tag(part) if part else ("", Q())
    if not written:
        return None
    return Collection(
        name=written,
        kind=_("Tag"),
        path=addresses.tag_path(written),
        of=of,
        about=_("Events tagged %(tag)s, in every city.") % {"tag": written},
        context={"cities": queries.cities_of_tag(written)},
    )


def _online(segment: str = "") -> Collection | None:
    return _outside(
        "online", segment, _("Online"), queries.ONLINE, _("Events to follow from anywhere."), "instead"
    )


def _elsewhere(segment: str = "") -> Collection | None:
    about = _("Events at places outside of our cities.")
    return _outside("elsewhere", segment, _("Outside the cities"), queries.ELSEWHERE, about, "beside")


def _outside(where: str, segment: str, name: str, of: Q, about: str, zones: str) -> Collection | None:
    """What belongs to no city, narrowed by the segment: days, a category, or what is free."""
    wanted, word = _narrowed(segment)
    if segment and not word:
        return None
    base = f"/{where}/"
    chips = [
        (word_of, f"{base}{one}/" if one != segment else base, one == segment) for one, word_of in _segments()
    ]
    return Collection(
        name=f"{name}: {word}" if word else name,
        kind="",
        path=f"{base}{segment}/" if segment else base,
        of=of,
        about=about,
        wanted=wanted,
        zones=zones,
        context={"base": base, "chips": chips, "outside": where},
    )


def _segments() -> list[tuple[str, str]]:
    words = [(when.value, when_words(when)) for when in When]
    kinds = [(one.slug, category_name(one.slug)) for one in CATEGORIES if one.slug != OTHER]
    return [(segment, word[:1].upper() + word[1:]) for segment, word in (*words, (FREE, _("free")), *kinds)]


def _narrowed(segment: str) -> tuple[EventFilter, str]:
    word = dict(_segments()).get(segment, "")
    if segment in set(When):
        return EventFilter(when=When(segment)), word
    if segment == FREE:
        return EventFilter(price=FREE), word
    return EventFilter(categories=(segment,) if segment in BY_SLUG else ()), word


_KINDS: Mapping[str, Callable[..., Collection | None]] = {
    "organizer": _organizer,
    "performer": _performer,
    "series": _series,
    "tag": _tag,
    "online": _online,
    "elsewhere": _elsewhere,
}
