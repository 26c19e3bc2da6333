"""The page of consent to the log, and that of one thing that a reader wants less of."""

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.user_input import uuid_of
from events.addresses import organizer_path, venue_path
from events.enums import Publication
from events.models import Event, Organizer
from events.queries.saved import saved_state
from events.views.shared import unlisted_meta
from insights import queries, readers, services
from insights.models import Hidden, Participant
from insights.records import Reader
from insights.services.hiding import Thing
from places.enums import PlaceState
from places.models import Place

#: Of what is hidden, so much is on the page.
_LISTED: Final = 100
_SHOWN: Final = (Publication.APPROVED, Publication.ARCHIVED)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """`/me/insights/`: what the log keeps, yes and no in one tap each, and what is hidden. Also without an account.

    With the flag off it is there for those who agreed, so that they can withdraw.
    """
    reader = readers.reader_of(request)
    row = queries.participant_of(reader)
    if row is None and not readers.is_offered(reader):
        raise Http404("off")
    if request.method == "POST":
        return _said(request, reader, row)
    hidden = queries.hidden_rows(reader).select_related(
        "event__city", "event__merged_into__city", "place__merged_into", "organizer__merged_into"
    )
    words = {
        "row": row,
        "is_person": reader.user_id is not None,
        "is_new_wording": row is not None and row.wording != services.WORDING,
        "kept": queries.kept_of(row),
        "months": services.KEPT.days // 30,
        "hidden": [told for one in hidden[:_LISTED] if (told := _told(one))],
    }
    title = gettext("What we may learn from you")
    return render(request, "insights/consent.html", {**words, **_frame(request, title)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def less(request: HttpRequest) -> HttpResponse:
    """`/me/insights/less/?kind=event|venue|organizer&key=ID`: recommend it no more. A GET changes nothing.

    With `back=for-me` whoever posted comes back to the page of what is for them.
    """
    reader = readers.reader_of(request)
    thing = _thing(request.GET.get("kind", ""), uuid_of(request.GET.get("key", "")[:36]))
    if thing is None or not readers.is_offered(reader):
        raise Http404("nothing to hide")
    if request.method == "POST" and services.hide(reader, thing):
        is_back = request.GET.get("back") == "for-me"
        return HttpResponseRedirect(
            f"{reverse('personal:for-me')}?less=1" if is_back else f"{reverse('insights:consent')}#hidden"
        )
    can = reader.user_id is not None or queries.participant_of(reader) is not None
    name = str(thing.title if isinstance(thing, Event) else thing.name)
    words = {"name": name, "can": can}
    status = 409 if request.method == "POST" else 200
    return render(request, "insights/less.html", {**words, **_frame(request, name)}, status=status)


def _said(request: HttpRequest, reader: Reader, row: Participant | None) -> HttpResponse:
    response = HttpResponseRedirect(request.path)
    wanted = request.POST.get("do", "")
    if wanted == "agree" and readers.is_offered(reader):
        reader = reader if reader.is_somebody else readers.new_device()
        services.agree(reader)
        readers.remember(response, reader)
    elif wanted == "withdraw":
        services.withdraw(reader)
        readers.forget(response)
    elif wanted == "unhide" and (number := request.POST.get("hidden", "")[:18]).isdecimal():
        services.unhide(reader, int(number))
    return response


def _thing(kind: str, key: UUID | None) -> Thing | None:
    """What readers may see of that kind and id."""
    if key is None:
        return None
    if kind == "event":
        return next(iter(saved_state([key]).shown.values()), None)
    if kind == "venue":
        return Place.objects.filter(pk=key).exclude(state=PlaceState.MERGED).first()
    return Organizer.objects.filter(pk=key, merged_into=None).first() if kind == "organizer" else None


def _told(one: Hidden) -> tuple[int, str, str] | None:
    """Key, name and path of what is hidden, or of what it was merged into; None for what readers may not see any more."""
    if one.event is not None:
        event = one.event.merged_into or one.event
        return (one.pk, event.title, event.get_absolute_url()) if event.publication in _SHOWN else None
    if one.place is not None:
        place = one.place.merged_into or one.place
        return one.pk, place.name, venue_path(place.pk, place.slug)
    assert one.organizer is not None  # the constraint hidden_one_thing
    organizer = one.organizer.merged_into or one.organizer
    return one.pk, organizer.name, organizer_path(organizer.pk, organizer.name)


def _frame(request: HttpRequest, title: str) -> dict[str, Any]:
    return {
        "meta": unlisted_meta(request, title),
        "live": None,
    }
