"""Pages of saved searches: all of one's own, one with its events, a new one, and the feeds by their secret address."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.exceptions import ValidationError

from accounts.exceptions import InputRefused
from accounts.models import User
from accounts.signed_in import person_of
from events.cards import card
from events.change_filters import not_evaluated
from events.feeds import Channel
from events.filters import EventFilter, Ordering
from events.models import Event
from events.queries import for_cards
from events.views.collected import feed_response
from events.views.shared import Live, absolute, is_before, live, unlisted_meta
from saved_searches import queries, services
from saved_searches.api import feed_addresses
from saved_searches.exceptions import SavedSearchRefused
from saved_searches.forms import SearchForm
from saved_searches.models import SavedSearch
from saved_searches.query_form import NAMES, read_query
from saved_searches.words import said, title_of

_PER_PAGE = 30
_LIST = "list"


@login_required
@never_cache
@require_safe
def own_searches(request: HttpRequest) -> HttpResponse:
    """`/me/searches/`: the searches that one saved, and how much is new in each."""
    rows = list(queries.searches_of(person_of(request)))
    words = said(map(queries.filter_of, rows), today=timezone.localdate())
    context = {
        "searches": zip(rows, words, strict=True),
        "most": services.MOST,
        "is_full": len(rows) >= services.MOST,
    }
    return _page(request, "saved_searches/own.html", gettext("Saved searches"), context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_search(request: HttpRequest) -> HttpResponse:
    """`/me/searches/new/?city=…&q=…`: saves the search with these parameters of the API, once it has a name."""
    wanted, problem = _wanted(request)
    [conditions] = said([wanted], today=timezone.localdate())
    form = SearchForm(
        request.POST if request.method == "POST" else None,
        initial={"name": title_of(conditions), "alert": True},
    )
    status = 400 if problem or request.method == "POST" else 200
    if request.method == "POST" and not problem and form.is_valid():
        try:
            row = services.save(person_of(request), wanted, **form.cleaned_data)
            return HttpResponseRedirect(_address(row.pk))
        except SavedSearchRefused as refused:
            problem, status = refused.detail, 409
        except InputRefused as refused:
            form.add_error("name", refused.detail)
    context = {"form": form, "conditions": conditions, "problem": problem}
    return _page(request, "saved_searches/new.html", gettext("Save a search"), context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_search(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """`/me/searches/{id}/`: its events, those first that are new since the last look; its name, alert and feeds."""
    person = person_of(request)
    try:
        row = queries.search_of(person, search_id)
        if request.method == "POST":
            return _change(request, person, row)
        return _shown(request, person, row, SearchForm(initial={"name": row.name, "alert": row.alert}))
    except SavedSearch.DoesNotExist:
        raise Http404("no such search") from None


@login_required
@never_cache
@require_safe
def search_card(request: HttpRequest, search_id: UUID, event_id: UUID) -> HttpResponse:
    """The card of one event as HTML, for `static/js/live.js`. With the query of the list 204 if the search does not show it there."""
    now = timezone.now()
    try:
        row = queries.search_of(person_of(request), search_id)
    except SavedSearch.DoesNotExist:
        raise Http404("no such search") from None
    event = for_cards(Event.objects.filter(pk=event_id, publication="approved")).first()
    if event is None:
        return HttpResponse(status=410)
    if _LIST in request.GET and not (
        is_before(event, request.GET.get("until", ""))
        and queries.events_of(row, now=now).filter(pk=event.pk).exists()
    ):
        return HttpResponse(status=204)
    return render(request, "partials/card.html", {"card": card(event, now=now)})


@never_cache
@require_safe
def feed(request: HttpRequest, secret: str, ending: str) -> HttpResponse:
    """`/me/secret/{secret}/search.ics`, `.rss` and `.json`: the events of a search, for whoever has the address."""
    row = queries.search_of_feed(secret)
    if row is None:
        raise Http404("no such search")
    [conditions] = said([queries.filter_of(row)], today=timezone.localdate())
    channel = Channel(
        name=row.name,
        about=title_of(conditions),
        page=absolute(_address(row.pk)),
        address=absolute(request.path),
    )
    answer = feed_response([queries.events_of(row, now=timezone.now())], channel, ending)
    answer["X-Robots-Tag"] = "noindex"
    del answer["Access-Control-Allow-Origin"]  # no page elsewhere has a reason to read it
    return answer


def _change(request: HttpRequest, person: User, row: SavedSearch) -> HttpResponse:
    """What a button of the page asks for."""
    wanted = request.POST.get("do", "")
    form = SearchForm(request.POST)
    if wanted == "delete":
        services.delete(person, row.pk)
        return HttpResponseRedirect(reverse("saved-searches:own"))
    if wanted == "feed":
        addresses = feed_addresses(services.renew_feed(person, row.pk))
        initial = SearchForm(initial={"name": row.name, "alert": row.alert})
        return _shown(request, person, queries.search_of(person, row.pk), initial, addresses=addresses)
    if wanted == "close":
        services.close_feed(person, row.pk)
        return HttpResponseRedirect(f"{_address(row.pk)}#feeds")
    if form.is_valid():
        try:
            services.change(
                person, row.pk, name=form.cleaned_data["name"], alert=form.cleaned_data.get("alert")
            )
            return HttpResponseRedirect(_address(row.pk))
        except InputRefused as refused:
            form.add_error("name", refused.detail)
    return _shown(request, person, row, form, status=400)


def _shown(
    request: HttpRequest, person: User, row: SavedSearch, form: SearchForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    now, offset = timezone.now(), _offset(request)
    here = _live(row)
    found = list(for_cards(queries.events_of(row, now=now))[offset : offset + _PER_PAGE + 1])
    new = services.look(person, row.pk) if request.method == "GET" else set()
    fresh = (
        for_cards(queries.events_of(row, now=now).filter(pk__in=new))[:_PER_PAGE]
        if new and not offset
        else []
    )
    wanted = queries.filter_of(row)
    [conditions] = said([wanted], today=timezone.localdate())
    context = {
        "search": row,
        "live": here,
        "listed": "" if offset else _listed(found, wanted.ordering),
        "conditions": conditions,
        "form": form,
        "fresh": [card(event, now=now) for event in fresh],
        "cards": [card(event, now=now) for event in found[:_PER_PAGE]],
        "later": f"?offset={offset + _PER_PAGE}" if len(found) > _PER_PAGE else "",
        "has_feed": bool(row.feed_hash),
        **more,
    }
    return _page(request, "saved_searches/one.html", row.name, context, status=status)


def _live(row: SavedSearch) -> Live:
    """Where the page stands, and which changes it is told: those that the search may show, where the feed can compare them."""
    wanted = queries.filter_of(row)
    is_compared = not settings.LIVE_URL and not not_evaluated(wanted.without("ordering"))
    return replace(
        live(f"events:city:{wanted.city}" if wanted.city else "events:all"),
        cards=f"/me/searches/{row.pk}",
        filters=f"saved_search={row.pk}&" if is_compared else "",
    )


def _listed(found: list[Event], ordering: Ordering) -> str:
    """The query with which the fragment of a card tells whether an event belongs on the first page."""
    goes_on = len(found) > _PER_PAGE and ordering is Ordering.START
    until = int(found[_PER_PAGE - 1].start_at.timestamp()) + 1 if goes_on else 0
    return urlencode({_LIST: "yes", **({"until": until} if until else {})})


def _wanted(request: HttpRequest) -> tuple[EventFilter, str]:
    """The filter in the address, and what is wrong with it."""
    given = {name: request.GET[name] for name in request.GET if request.GET[name]}
    try:
        return read_query(given), ""
    except ValidationError as error:
        detail: Any = error.detail
        remedies = [
            f"{name if name in NAMES else name[:40]}: {remedy}"
            for name, several in detail.items()
            for remedy in several
        ]
        return EventFilter(), " ".join(remedies)[:500]


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("offset", "")
    return min(int(text), 10_000) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _address(pk: UUID) -> str:
    return reverse("saved-searches:one", args=[pk])


def _page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    meta = unlisted_meta(request, title)
    return render(request, template, {"meta": meta, "live": None, **context}, status=status)
