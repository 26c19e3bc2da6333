"""Pages of an account that are our own."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.manage_email import emit_email_changed
from allauth.account.models import EmailAddress, Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ConfirmEmailView, EmailVerificationSentView
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic.base import ContextMixin, View

from accounts.enums import EndReason
from accounts.models import User
from accounts.privacy import exporting, registry
from accounts.privacy.registry import in_words
from accounts.services import address, closing, sessions
from accounts.site.browsers import browser_name
from accounts.site.forms import AddressForm, CloseForm, ProfileForm
from accounts.site.links import person_of
from accounts.site.onward import onward
from accounts.tokens import families
from flags.models import Flag
from flags.services import is_on
from texts.models import Page
from texts.services import shown_text


class _OnwardToSignIn(ContextMixin, View):
    """A page whose link to sign in keeps where one came from."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "login_url": onward(self.request, reverse("account_login")),
        }


class ConfirmEmail(_OnwardToSignIn, ConfirmEmailView):
    """The link in the mail about a new account. Who came from a page of ours signs in, and comes back to it."""

    def get_redirect_url(self) -> str:
        url = str(super().get_redirect_url())
        if self.request.user.is_authenticated or not self.get_next_url():
            return url
        return onward(self.request, reverse("account_login"))


class EmailVerificationSent(_OnwardToSignIn, EmailVerificationSentView):
    """The page about the mail. Its link to sign in keeps where one came from."""


@login_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The account: who one is here, and where each thing is changed."""
    factors = Authenticator.objects.filter(user=_person(request))
    held = list(factors.values_list("type", flat=True))
    return render(
        request,
        "account/home.html",
        {
            "passkeys": held.count(Authenticator.Type.WEBAUTHN),
            "has_totp": Authenticator.Type.TOTP in held,
            "has_codes": Authenticator.Type.RECOVERY_CODES in held,
            "has_webhooks": is_on(Flag.OUTGOING_WEBHOOKS),
            "sessions": len(sessions.sessions_of(_person(request))),
        },
    )


@login_required
@never_cache
def profile(request: HttpRequest) -> HttpResponseBase:
    """Name, city, language, time zone and picture."""
    person = _person(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProfileForm(*sent, person=person)
    if request.method == "POST" and form.is_valid() and form.save():
        messages.success(request, gettext("Saved."))
        return redirect("account_profile")
    picture = person.picture.url if person.picture else ""
    return render(request, "account/profile.html", {"form": form, "picture": picture})


@never_cache
def login_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link of a mail. A GET only asks, since programs that check mails for malware follow links."""
    person = person_of(token)
    if person is None:
        return _refused(request, gettext("It works once, for a quarter of an hour. Ask for a new one."))
    next_url = get_next_redirect_url(request) or ""
    if request.method != "POST":
        return render(request, "account/login_link.html", {"person": person, "next_url": next_url})
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, person, method="code", email=person.email)
    verify_email_indirectly(request, person, person.email)
    return perform_login(request, Login(user=person, email=person.email, redirect_url=next_url or None))


@login_required
@never_cache
@reauthentication_required(app="allauth.account")
def change_address(request: HttpRequest) -> HttpResponseBase:
    """Ask for another address: both mailboxes get a link."""
    person = _person(request)
    form = AddressForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        _ask_both(request, address.ask_for_change(person, form.cleaned_data["email"]))
        return redirect("account_email")
    change = getattr(person, "address_change", None)
    return render(request, "account/email.html", {"form": form, "change": change})


@never_cache
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link in either mail about a change of address."""
    try:
        change, side = address.change_of(token)
        if request.method != "POST":
            return render(request, "account/email_change_confirm.html", {"change": change, "side": side})
        old = EmailAddress(user=change.user, email=change.user.email)
        done = address.confirm(token)
    except address.LinkRefused:
        return _refused(
            request, gettext("It was used, is older than three days, or was replaced by a newer one.")
        )
    except address.AddressTaken:
        return _refused(request, gettext("The address belongs to another account by now."))
    if done.is_complete:
        emit_email_changed(request, old, EmailAddress(user=done.user, email=done.email))
    return render(request, "account/email_change_confirmed.html", {"change": done})


@login_required
@never_cache
def list_sessions(request: HttpRequest) -> HttpResponse:
    """Browsers and API clients that are signed in. A POST ends one (`session`, `family`) or all others."""
    person = _person(request)
    held, clients = sessions.sessions_of(person), families.families_of(person)
    for each in held:
        each.browser = browser_name(each.user_agent)  # type: ignore[attr-defined]
    others = [each for each in held if each.session_key != request.session.session_key]
    if request.method == "POST":
        _end(request, others, clients)
        return redirect("usersessions_list")
    return render(request, "usersessions/usersession_list.html", {"others": others, "current": _current(request, held), "clients": clients})  # fmt: skip


@login_required
@never_cache
@reauthentication_required(app="allauth.account")
def close(request: HttpRequest) -> HttpResponseBase:
    """Erase the account."""
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person = _person(request)
        logout(request)
        closing.close_account(person, by=person)
        return redirect("account_closed")
    return render(request, "account/close.html", {"form": form})


@login_required
@never_cache
@reauthentication_required(app="allauth.account")
def export(request: HttpRequest) -> HttpResponseBase:
    """Everything as a zip: asked for by POST, downloaded by a link that works for ten minutes."""
    person = _person(request)
    if request.method == "POST":
        exporting.ask_for_export(person, by=person)
        return redirect("account_export")
    state, held = exporting.state_of(person)
    ready = held if state is exporting.ExportState.READY else None
    link = reverse("account_export_file", args=[exporting.token_for(ready)]) if ready else ""
    return render(
        request,
        "account/export.html",
        {"state": state.value, "link": link, "size": ready.size if ready else 0},
    )


@never_cache
def export_file(request: HttpRequest, token: str) -> HttpResponse:
    """The zip. The link is the key: it was made just after a password, and works for ten minutes."""
    try:
        content = exporting.zip_by(token)
    except exporting.LinkRefused:
        return _refused(request, gettext("It works for ten minutes. Sign in and ask for a new one."))
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="your-data.zip"'
    return response


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why and how long, from the table of the code."""
    periods = [(gettext(rule.what), in_words(rule.period())) for _, rule in registry.retention_rules()]
    parts = [_in_words(part) for part in sorted(registry.parts(), key=lambda part: part.name != "account")]
    context: dict[str, Any] = {"parts": parts, "periods": periods, "contact": settings.CONTACT_EMAIL}
    context["shown"] = shown_text(Page.PRIVACY)
    context["map_server"] = urlsplit(settings.MAP_TILES_URL).netloc
    return render(request, "account/privacy.html", context)


def _in_words(part: registry.Part) -> dict[str, str]:
    """The words of a part in the active language."""
    words = {"title": part.name, "holds": part.holds, "purpose": part.purpose, "stays": part.stays}
    return {name: gettext(text) if text else "" for name, text in words.items()}


def closed(request: HttpRequest) -> HttpResponse:
    """What is left to say."""
    return render(request, "account/closed.html")


def _person(request: HttpRequest) -> User:
    person = request.user
    assert isinstance(person, User)  # login_required
    return person


def _refused(request: HttpRequest, detail: str) -> HttpResponse:
    return render(request, "account/link_refused.html", {"detail": detail}, status=410)


def _ask_both(request: HttpRequest, change: Any) -> None:
    """The mails of both sides. Whoever has the new address already is told so, and no link."""
    adapter = get_adapter(request)
    for side, to in ((address.Side.OLD, change.user.email), (address.Side.NEW, change.email)):
        if side is address.Side.NEW and address.is_taken(change.email, by_other_than=change.user):
            adapter.send_account_already_exists_mail(to)
            continue
        link = settings.SITE_URL + reverse("account_confirm_change", args=[address.token_for(change, side)])
        adapter.send_mail(
            f"account/email/address_change_{side}", to, {"confirm_url": link, "new_email": change.email}
        )


def _current(request: HttpRequest, held: list[Any]) -> Any:
    return next((each for each in held if each.session_key == request.session.session_key), None)


def _end(request: HttpRequest, others: list[Any], clients: list[Any]) -> None:
    session, family = request.POST.get("session", ""), request.POST.get("family", "")
    everything = not session and not family
    sessions.end_sessions([each for each in others if everything or str(each.pk) == session])
    for each in clients:
        if everything or str(each.pk) == family:
            families.end_family(each, EndReason.ENDED_ELSEWHERE)
    messages.success(request, gettext("Ended."))
