"""The page on which anyone submits an event."""

import time
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.crypto import address_hash
from accounts.limits import SUBMISSIONS, SUBSCRIBED, take, take_for
from accounts.waiting import wait_words
from events.enums import Publication
from events.models import Event
from events.queries import find_city
from events.queries.teams import manages
from events.seo import Meta
from events.views.shared import absolute
from events.words import price_words
from flags.models import Flag
from flags.services import flag_required
from moderation.services.conversations import follow, run_of
from pipeline.text.readable import readable
from sources import tasks
from sources.forms import SubmissionForm, stamp
from sources.triggers.inbox import submissions_source
from sources.triggers.submissions import keep_submission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@flag_required(Flag.SUBMISSIONS)
def submit(request: HttpRequest) -> HttpResponse:
    """`/submit/?city=&organizer=&like=`: the form. A bot in the honeypot is thanked like a person, and nothing is stored.

    `like` is the id of an event of which another date is told: all but the time is filled in.
    """
    if request.method != "POST":
        said = {name: request.GET.get(name, "")[:200] for name in ("city", "organizer")}
        initial = {**said, **_like(request), "opened": stamp(opened_at=time.time())}
        return _page(request, SubmissionForm(initial=initial))
    form = SubmissionForm(request.POST)
    valid = form.is_valid()
    if form.is_trapped:
        return _thanks(form, "")
    taken = take(SUBMISSIONS, request)
    if not taken.allowed:
        form.add_error(
            None,
            gettext("That is a lot of events for one day. Try again in %(time)s.")
            % {"time": wait_words(taken.reset)},
        )
        return _page(request, form, status=429)
    if not valid:
        return _page(request, form, status=400)
    receipt = keep_submission(form.fields_of_event(), by=request.user)
    tasks.send(tasks.process_inbox, str(submissions_source().id))
    return _thanks(form, str(receipt.run_id), _followed(form, receipt.run_id))


@never_cache
@require_safe
@flag_required(Flag.SUBMISSIONS)
def submitted(request: HttpRequest) -> HttpResponse:
    """`/submit/thanks/?city=&reference=`."""
    reference = request.GET.get("reference", "")[:40]
    known = all(letter in "0123456789abcdef-" for letter in reference)
    token = request.GET.get("follow", "")
    link = f"/submit/{token}/" if run_of(token) else ""
    context = {"city": _city(request), "reference": reference if known else "", "link": link, "meta": _meta()}
    response = render(request, "sources/submitted.html", context)
    response["Referrer-Policy"] = "same-origin"
    return response


def _like(request: HttpRequest) -> dict[str, str]:
    """What a public event says, or one of a team of whoever asks, as fields of the form."""
    try:
        wanted = UUID(request.GET.get("like", ""))
    except ValueError:
        return {}
    event = Event.objects.select_related("city", "organizer").filter(pk=wanted).first()
    if event is None or (event.publication != Publication.APPROVED and not manages(request.user, event)):
        return {}
    return {
        "title": event.title,
        "description": readable(event.description),
        "category": event.category_id or "",
        "venue": event.venue_name,
        "address": event.address,
        "city": event.city.slug if event.city else "",
        "url": event.url,
        "organizer": event.organizer.name if event.organizer else "",
        "price": price_words(event.price_type, event.price_min, event.price_max, event.price_currency),
    }


def _page(request: HttpRequest, form: SubmissionForm, *, status: int = 200) -> HttpResponse:
    if form.is_bound:
        # a form that is shown again gets a new stamp, whatever was wrong
        form.data = _with(form.data, opened=stamp(opened_at=time.time()))
    response = render(
        request, "sources/submit.html", {"form": form, "city": _city(request), "meta": _meta()}, status=status
    )
    if status == 429:
        response["Retry-After"] = "3600"
    return response


def _with(data: object, *, opened: str) -> QueryDict:
    changed: QueryDict = data.copy()  # type: ignore[attr-defined]
    changed["opened"] = opened
    return changed


def _followed(form: SubmissionForm, run_id: UUID) -> str:
    """The token of the link; it is mailed where an address was given, at most three times an hour to one."""
    address = form.cleaned_data.get("email") or ""
    if address and not take_for(SUBSCRIBED, address_hash(address)).allowed:
        address = ""
    return follow(run_id, address=address)


def _thanks(form: SubmissionForm, reference: str, token: str = "") -> HttpResponse:
    query = QueryDict(mutable=True)
    city = form.cleaned_data.get("city")
    if city:
        query["city"] = city.slug
    if reference:
        query["reference"] = reference
    if token:
        query["follow"] = token
    return HttpResponseRedirect(f"/submit/thanks/?{query.urlencode()}")


def _city(request: HttpRequest) -> object:
    slug = request.GET.get("city", "")
    return find_city(slug) if slug else None


def _meta() -> Meta:
    return Meta(
        title=gettext("Add an event"),
        description=gettext("Tell us what, when and where."),
        canonical=absolute("/submit/"),
        noindex=True,
    )
