"""The pages of a person's webhooks: a list with a form, and one webhook with its log."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InputRefused
from accounts.models import User
from accounts.waiting import wait_words
from flags.models import Flag
from flags.services import flag_required
from webhooks import queries, services
from webhooks.exceptions import TooManyTests, WebhookImpossible
from webhooks.forms import EndpointForm
from webhooks.models import Delivery, Endpoint
from webhooks.services.endpoints import MOST_ENDPOINTS

#: Rows of the log on the page; the API has all.
_MOST_SHOWN: Final = 50


@login_required
@never_cache
@flag_required(Flag.OUTGOING_WEBHOOKS)
@require_http_methods(["GET", "HEAD", "POST"])
def endpoints_page(request: HttpRequest) -> HttpResponse:
    """`/me/webhooks/`: one's webhooks, and a form for another one. Its secret is shown on the answer to the form alone."""
    person, secret, made, status = _person(request), "", None, 200
    form = EndpointForm(request.POST or None)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made, secret = services.make_endpoint(person, form.cleaned_data)
                form, status = EndpointForm(), 201
            except (InputRefused, WebhookImpossible) as refused:
                _note(form, refused)
    rows = list(queries.endpoints_of(person))
    context = {
        "endpoints": rows, "form": form, "secret": secret, "made": made, "has_room": len(rows) < MOST_ENDPOINTS, "most": MOST_ENDPOINTS,
    }  # fmt: skip
    return render(request, "webhooks/endpoints.html", context, status=status)


@login_required
@never_cache
@flag_required(Flag.OUTGOING_WEBHOOKS)
@require_http_methods(["GET", "HEAD", "POST"])
def endpoint_page(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """`/me/webhooks/{id}/`: its state, form, secret and log."""
    person = _person(request)
    endpoint = _own(person, endpoint_id)
    form, secret, status = EndpointForm.of(endpoint), "", 200
    wanted = request.POST.get("do", "")
    if wanted == "save":
        form, status = EndpointForm.of(endpoint, request.POST), 400
        if _saved(person, endpoint, form):
            return HttpResponseRedirect(request.path)
    elif wanted == "secret":
        _, secret = services.renew_secret(person, endpoint.pk)
        endpoint = _own(person, endpoint_id)
    elif request.method == "POST":
        return _done(request, person, endpoint, wanted)
    deliveries = queries.deliveries_of(endpoint.pk)[:_MOST_SHOWN]
    context = {
        "endpoint": endpoint, "form": form, "secret": secret, "deliveries": deliveries, "log_days": settings.WEBHOOKS_LOG_DAYS,
        "backlog_days": settings.WEBHOOKS_BACKLOG_DAYS,
    }  # fmt: skip
    return render(request, "webhooks/endpoint.html", context, status=status)


def _saved(person: User, endpoint: Endpoint, form: EndpointForm) -> bool:
    if form.is_valid():
        try:
            services.change_endpoint(person, endpoint.pk, form.cleaned_data)
            return True
        except InputRefused as refused:
            _note(form, refused)
    return False


def _done(request: HttpRequest, person: User, endpoint: Endpoint, wanted: str) -> HttpResponse:
    """The answer to a button: it did what it says, and the page says so."""
    try:
        if wanted == "delete":
            services.delete_endpoint(person, endpoint.pk)
            return HttpResponseRedirect(reverse("webhooks:endpoints"))
        if wanted in ("enable", "disable"):
            services.change_endpoint(person, endpoint.pk, {"enabled": wanted == "enable"})
        elif wanted == "test":
            services.send_test(person, endpoint.pk)
            messages.info(request, gettext("A test is on its way. Read this page again in a moment."))
        elif wanted == "redeliver":
            services.redeliver(person, endpoint.pk, _delivery_id(request))
            messages.info(request, gettext("It is sent once more. Read this page again in a moment."))
    except WebhookImpossible as impossible:
        messages.info(request, impossible.detail)
    except TooManyTests as many:
        messages.info(
            request,
            gettext("That was too often. Wait %(time)s, then try again.")
            % {"time": wait_words(many.retry_after)},
        )
    except Delivery.DoesNotExist as missing:
        raise Http404("no such delivery") from missing
    return HttpResponseRedirect(request.path)


def _delivery_id(request: HttpRequest) -> UUID:
    """Raises Http404 for anything but an id."""
    try:
        return UUID(request.POST.get("delivery", ""))
    except ValueError as invalid:
        raise Http404("no such delivery") from invalid


def _note(form: EndpointForm, refused: Any) -> None:
    """Say on the form why it was refused."""
    field = getattr(refused, "field", "")
    form.add_error(field if field in form.fields else None, refused.detail)


def _own(person: User, endpoint_id: UUID) -> Any:
    try:
        return queries.endpoints_of(person).get(pk=endpoint_id)
    except Endpoint.DoesNotExist as missing:
        raise Http404("no such webhook") from missing


def _person(request: HttpRequest) -> User:
    person = request.user
    assert isinstance(person, User)  # login_required
    return person
