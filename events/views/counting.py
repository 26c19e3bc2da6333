"""What counts how often events are opened, shared and left for their tickets."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.addresses import network_of
from accounts.limits import BEACONS, take
from accounts.same_origin import is_same_origin, same_origin_required
from events.enums import Act, VisitSource
from events.models import Event
from events.public import source_address
from events.queries import find_event
from events.services import beacon as counting
from events.signals import looked
from events.visit_sources import source_of
from events.visitors import kind_of_device, may_be_counted
from flags.models import Flag
from flags.services import is_on

#: Bytes of a beacon's body.
LONGEST: Final = 200
#: What a page tells, and what is counted of it; a click is counted where it leads through, a long view only logged with consent.
_TOLD: Final = {"view": Act.VIEW, "share": Act.SHARE, "long_view": None}
#: What `sendBeacon` sends; the body of a form was read before the view.
_TEXT: Final = ("text/plain", "application/json")
#: The names of an event's own links, and the columns with their addresses.
LINKS: Final = {"tickets": "ticket_url", "online": "online_url", "page": "url"}


def link_path(event: Event, link: str) -> str:
    """The path by which a page links to an address of the event; see `leave`."""
    return f"/go/{event.id.hex}/{link}"


@require_POST
@same_origin_required
def beacon(request: HttpRequest) -> HttpResponse:
    """POST `{"kind": "view", "long_view" or "share", "event": ID, "from": HOST, "tag": UTM_SOURCE, "at": "SURFACE.RANK"}` as text: 204.

    The answer is the same whether or not it counts. `from` is the referrer's host, or `embed`; `at` is the list that showed the event,
    and the place in it from 0. All but the first two may be left out, and only who agreed has `at` kept (`events.signals.looked`).

    It needs no cookie and sets none. Programs and readers who object are not counted.
    """
    if not is_on(Flag.ANALYTICS):
        raise Http404
    taken = take(BEACONS, request)
    if not taken.allowed:
        refused = _refused(HTTPStatus.TOO_MANY_REQUESTS, f"Try again in {taken.reset} seconds.")
        refused["Retry-After"] = str(taken.reset)
        return refused
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"At most {LONGEST} bytes.")
    if request.content_type not in _TEXT:
        return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send it as text/plain.")
    told = _read(request.body)
    if told is None:
        return _refused(
            HTTPStatus.BAD_REQUEST,
            'Send {"kind": "view", "long_view" or "share", "event": the id of an event}.',
        )
    if may_be_counted(request.headers):
        if told.act is not None:
            _note(request, told.act, told.event, source=_source(request, told))
        if is_same_origin(
            request
        ):  # else nobody is signed in here, and who is would be taken for their device
            looked.send(
                sender=None,
                request=request,
                event_id=told.event,
                word=told.kind,
                shown="mail" if told.tag == "email" and not told.at else told.at,
                now=timezone.now(),
            )
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})


@require_safe
def leave(request: HttpRequest, hex_id: str, link: str) -> HttpResponse:
    """`/go/{32 hex}/{link}`: leads to a stored address of an event, and counts clicks on its own links.

    `link` is tickets, online, page, or the id of a listing. Without such an address it leads to the event's page.
    """
    answer = find_event(UUID(hex_id))
    if answer is None:
        raise Http404("no such event")
    if answer.survivor:
        return HttpResponsePermanentRedirect(link_path(answer.survivor, link))
    if answer.event is None:
        return render(request, "410.html", {"reason": answer.gone, "live": None}, status=410)
    address = _address(answer.event, link)
    if address and link in LINKS and request.method == "GET" and may_be_counted(request.headers):
        _note(request, Act.CLICK, answer.event.id)
        looked.send(
            sender=None,
            request=request,
            event_id=answer.event.id,
            word="ticket",
            shown="",
            now=timezone.now(),
        )
    response = HttpResponseRedirect(address or answer.event.get_absolute_url())
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@dataclass(frozen=True, slots=True)
class _Told:
    """What a page tells: `host` is that of the referrer, `at` where the event was shown."""

    kind: str
    act: Act | None
    event: UUID
    host: str
    tag: str
    at: str


def _read(body: bytes) -> _Told | None:
    try:
        said = json.loads(body)
        host, tag, at = (
            value if isinstance(value, str) else ""
            for value in (said.get("from"), said.get("tag"), said.get("at"))
        )
        return _Told(said["kind"], _TOLD[said["kind"]], UUID(said["event"]), host, tag, at)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _source(request: HttpRequest, told: _Told) -> VisitSource | None:
    if told.act is not Act.VIEW:
        return None
    own = request.get_host().partition(":")[0], urlsplit(settings.SITE_URL).hostname or ""
    return source_of(told.host, told.tag, own=own)


def _note(request: HttpRequest, act: Act, event_id: UUID, *, source: VisitSource | None = None) -> None:
    visitor = f"{network_of(request)} {kind_of_device(request.headers.get('User-Agent', ''))}"
    if is_on(Flag.ANALYTICS, key=visitor):
        counting.note(act, event_id, visitor=visitor, now=timezone.now(), source=source)


def _address(event: Event, link: str) -> str:
    """The stored address, '' where there is none that a browser may follow."""
    if link in LINKS:
        found = str(getattr(event, LINKS[link]))
    else:
        found = next(
            (source_address(listing) for listing in event.listings.all() if listing.id.hex == link), ""
        )
    return found if found.startswith(("https://", "http://")) else ""


def _refused(status: HTTPStatus, detail: str) -> HttpResponse:
    return HttpResponse(f"{detail}\n", status=status, content_type="text/plain; charset=utf-8")
