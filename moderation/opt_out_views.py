"""The pages on which owners ask us not to fetch, list or show what is theirs."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InputRefused
from accounts.limits import OPT_OUTS, take
from accounts.same_origin import same_origin_required
from accounts.waiting import wait_words
from events.seo import Meta
from events.views.shared import absolute
from moderation.exceptions import Conflict, ModerationError
from moderation.forms import OptOutForm
from moderation.services import opting_out


@never_cache
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out(request: HttpRequest) -> HttpResponse:
    """`/opt-out/`: the form. A bot in the honeypot is thanked like a person, and nothing is stored."""
    if request.method != "POST":
        return _page(request, OptOutForm(), asked=request.GET.get("asked", ""))
    form = OptOutForm(request.POST)
    valid = form.is_valid()
    if form.is_trapped:
        return HttpResponseRedirect("/opt-out/?asked=1", status=303)
    taken = take(OPT_OUTS, request)
    if not taken.allowed:
        form.add_error(
            None,
            gettext("That is a lot of wishes. Try again in %(time)s.") % {"time": wait_words(taken.reset)},
        )
        return _page(request, form, status=429, wait=taken.reset)
    if not valid:
        return _page(request, form, status=400)
    given = form.cleaned_data
    try:
        wish = opting_out.wish_for(given["kind"], given["what"])
        row = opting_out.ask(wish, address=given["email"], note=given["note"])
    except (ModerationError, InputRefused) as refused:
        form.add_error("what" if isinstance(refused, ModerationError) else "note", refused.detail)
        return _page(request, form, status=400)
    return HttpResponseRedirect(f"/opt-out/?asked={'mailed' if row.is_mailed else '1'}", status=303)


@never_cache
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, opt_out_id: UUID, token: str) -> HttpResponse:
    """`/opt-out/{id}/{token}/` from the mail. A scanner that follows the link confirms nothing: the button does."""
    row = opting_out.find(opt_out_id, token)
    if row is None:
        raise Http404("no such wish")
    problem = ""
    if request.method == "POST":
        try:
            opting_out.prove(row)
        except Conflict as conflict:
            problem = conflict.detail
        row.refresh_from_db()
    context = {"row": row, "problem": problem, "meta": _meta(gettext("Confirm your wish"), request.path_info)}
    response = render(request, "moderation/opt_out_confirm.html", context)
    response["Referrer-Policy"] = "same-origin"
    return response


def _meta(title: str, path: str) -> Meta:
    return Meta(
        title=title, description=gettext("What is yours is yours."), canonical=absolute(path), noindex=True
    )


def _page(
    request: HttpRequest, form: forms.Form, *, asked: str = "", status: int = 200, wait: int = 0
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "asked": asked, "meta": _meta(gettext("Opt out"), "/opt-out/")}
    response = render(request, "moderation/opt_out.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response
