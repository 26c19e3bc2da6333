"""The events that a reader saved. The device keeps their ids alone; the server is asked by them, and keeps nothing."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from events.cards import card
from events.feeds import Channel, as_calendar
from events.queries.saved import SavedState, saved_cards, saved_events, saved_state
from events.seo import Meta
from events.views.shared import absolute

#: So many events can be saved on a device; `static/js/saved.js` has the same number.
MOST: Final = 100
_HEX_DIGITS: Final = 32


def saved_ids(request: HttpRequest) -> list[UUID]:
    """The ids `?id=…&id=…` (32 hexadecimal digits each, hyphens allowed), each once, at most MOST; what is no id is left out."""
    found: dict[UUID, None] = {}
    for text in request.GET.getlist("id")[:MOST]:
        digits = text.replace("-", "").lower()
        if len(digits) == _HEX_DIGITS and all(sign in "0123456789abcdef" for sign in digits):
            found[UUID(digits)] = None
    return list(found)


def saved_page(request: HttpRequest, kept: Sequence[UUID] | None) -> HttpResponse:
    """The cards of the events `?id=…`, or of those that an account has `kept`; what is over apart.

    Without either it is the frame that `static/js/saved-page.js` fills with those of the device. Search engines leave it out.
    """
    ids = saved_ids(request) if kept is None else list(kept)
    state = saved_state(ids)
    now = timezone.now()
    coming, over = saved_cards(list(state.shown), now=now) if ids else ([], [])
    return render(
        request,
        "events/saved.html",
        {
            "live": None,
            "most": MOST,
            "asked": kept is None and bool(ids),
            "of_account": kept is not None,
            "coming": [card(event, now=now) for event in coming],
            "over": [card(event, now=now) for event in over],
            "gone": len(state.gone),
            "calendar": f"/saved.ics?{query_of([event.id for event in coming])}",
            "list": f"/saved/?{query_of([event.id for event in coming])}",
            "forget": " ".join(event.id.hex for event in over),
            "meta": _meta(),
        },
    )


@require_safe
@cache_control(private=True, no_store=True)
def saved_states(request: HttpRequest) -> HttpResponse:
    """`/saved/state?id=…`: `{"events": {hex: {"href", "version"}}, "moved": {hex: hex}, "gone": [hex]}`.

    By this a device learns with one small answer which of its copies are outdated, and which must go.
    """
    return JsonResponse(_as_json(saved_state(saved_ids(request))))


@require_safe
@cache_control(private=True, no_cache=True)
def saved_calendar(request: HttpRequest) -> HttpResponse:
    """`/saved.ics?id=…`: these events as a calendar file, cancelled ones marked as such."""
    keys = list(saved_state(saved_ids(request)).shown)
    channel = Channel(
        name=gettext("Saved events"),
        about=gettext("Events saved on this device."),
        page=absolute("/saved/"),
        address=absolute(request.get_full_path()),
    )
    response = HttpResponse(
        as_calendar(saved_events(keys), channel, site_url=absolute("")),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="saved.ics"'
    return response


def query_of(keys: Sequence[UUID]) -> str:
    """`id=…&id=…`."""
    return urlencode([("id", key.hex) for key in keys])


def _as_json(state: SavedState) -> dict[str, object]:
    return {
        "events": {
            event_id.hex: {"href": event.get_absolute_url(), "version": event.version}
            for event_id, event in state.shown.items()
        },
        "moved": {event_id.hex: survivor.hex for event_id, survivor in state.moved.items()},
        "gone": [event_id.hex for event_id in state.gone],
    }


def _meta() -> Meta:
    return Meta(
        title=gettext("Saved events"),
        description=gettext("The events that you saved on this device."),
        canonical=absolute("/saved/"),
        noindex=True,
    )
