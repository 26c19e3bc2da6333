"""Pages of subscriptions, and the local mailbox."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt

from accounts.actions import Action, record_action
from accounts.addresses import network_of
from accounts.decorators import right_required
from accounts.rights import may
from digests import mailbox, services
from digests.exceptions import TooManyRequests, UnknownToken
from digests.forms import SubscribeForm
from flags.models import Flag
from flags.services import flag_required

#: The right to read the mailbox: its mails contain addresses, and links with effects.
READ = "digests.read_mailbox"
_behind_flag: Any = flag_required(Flag.DIGESTS)


@method_decorator(_behind_flag, name="dispatch")
class Subscribe(View):
    """The form for the weekly mail."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form; `?city=` preselects a city."""
        return render(
            request,
            "digests/subscribe.html",
            {"form": SubscribeForm(initial={"city": request.GET.get("city")})},
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Subscribe. The answer is the same for every address, so that it does not reveal subscribers."""
        form = SubscribeForm(request.POST)
        if not form.is_valid():
            return render(request, "digests/subscribe.html", {"form": form}, status=400)
        if not form.cleaned_data["website"]:
            try:
                services.subscribe(
                    form.cleaned_data["email"],
                    form.cleaned_data["city"],
                    filters=form.filters(),
                    sender=network_of(request),
                )
            except TooManyRequests as error:
                form.add_error(None, error.detail)
                return render(request, "digests/subscribe.html", {"form": form}, status=429)
        return render(request, "digests/asked.html", {"city": form.cleaned_data["city"]})


class _TokenPage(View):
    """A page whose GET only asks and whose POST acts, since mail scanners follow links with GET."""

    template = ""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The question."""
        return self._page(request, token, done=False)

    def _page(self, request: HttpRequest, token: str, *, done: bool) -> HttpResponse:
        try:
            subscription = services.find(token)
        except UnknownToken as error:
            return render(request, "digests/unknown.html", {"detail": error.detail}, status=404)
        return render(
            request,
            self.template,
            {
                "subscription": subscription,
                "city": subscription.city,
                "done": done,
                "languages": settings.LANGUAGES,
            },
        )


@method_decorator(_behind_flag, name="dispatch")
class Confirm(_TokenPage):
    """Confirm a subscription."""

    template = "digests/confirm.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Confirm."""
        try:
            services.confirm(token)
        except UnknownToken as error:
            return render(request, "digests/unknown.html", {"detail": error.detail}, status=404)
        return self._page(request, token, done=True)


@method_decorator(csrf_exempt, name="dispatch")
class Unsubscribe(_TokenPage):
    """Unsubscribe. The POST needs no cookie and no further confirmation (RFC 8058)."""

    template = "digests/unsubscribe.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Unsubscribe."""
        try:
            services.unsubscribe(token)
        except UnknownToken as error:
            return render(request, "digests/unknown.html", {"detail": error.detail}, status=404)
        return self._page(request, token, done=True)


@method_decorator(_behind_flag, name="dispatch")
class Language(_TokenPage):
    """Choose the language of the mails of a subscription."""

    template = "digests/language.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Keep the chosen language."""
        try:
            services.speak(token, request.POST.get("language", ""))
        except UnknownToken as error:
            return render(request, "digests/unknown.html", {"detail": error.detail}, status=404)
        return self._page(request, token, done=True)


def may_read_mailbox(request: HttpRequest) -> bool:
    """Whether the sidebar shows the mailbox."""
    return not settings.PRODUCTION and may(request.user, READ)


def _local_only() -> None:
    if settings.PRODUCTION:
        raise Http404


@right_required(READ)
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """All mails that this installation would have sent."""
    _local_only()
    _log_view(request, "digests.mailbox")
    return render(request, "digests/mailbox/list.html", {"mails": mailbox.mails()})


@right_required(READ)
def mailbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, with its HTML in a sandboxed frame."""
    _local_only()
    mail = _found(name)
    _log_view(request, f"digests.mailbox:{name}")
    return render(request, "digests/mailbox/mail.html", {"mail": mail})


@right_required(READ)
@xframe_options_sameorigin
def mailbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, for the frame."""
    _local_only()
    response = HttpResponse(_found(name).html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'self'"
    )
    return response


def _log_view(request: HttpRequest, target: str) -> None:
    record_action(request.user, Action.PERSONAL_DATA_VIEWED, target=target)


def _found(name: str) -> Any:
    mail = mailbox.find(name)
    if mail is None:
        raise Http404("There is no such mail.")
    return mail
