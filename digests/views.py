"""Pages of subscriptions, and the local mailbox."""

from abc import ABC, abstractmethod
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt

from accounts.actions import Action, record_action
from accounts.addresses import network_of
from accounts.decorators import right_required
from accounts.models import User
from accounts.rights import may
from accounts.services.profile import timezones
from accounts.user_input import uuid_of
from digests import mailbox, services
from digests.exceptions import TooManyRequests, UnknownTarget, UnknownToken
from digests.forms import SubscribeForm, WishesForm
from digests.targets import NAMES, Wanted, find_target, narrowed_words, page_of, words_of
from flags.models import Flag
from flags.services import flag_required
from places.models import City

#: The right to read the mailbox: its mails contain addresses, and links with effects.
READ = "digests.read_mailbox"
_behind_flag: Any = flag_required(Flag.DIGESTS)


@method_decorator(_behind_flag, name="dispatch")
class Subscribe(View):
    """The form for mails: about a city, or whatever the address names (`digests.targets.NAMES`)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        wanted = self._wanted(request)
        person = _person(request)
        initial = {"city": request.GET.get("city"), "email": person.email if person else ""}
        return self._page(request, SubscribeForm(initial=initial, wanted=wanted), wanted)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Subscribe. The answer is the same for every address, so that it does not reveal subscribers."""
        wanted, person = self._wanted(request), _person(request)
        form = SubscribeForm(request.POST, wanted=wanted)
        if not form.is_valid():
            return self._page(request, form, wanted, status=400)
        target: Wanted | City = wanted or form.cleaned_data["city"]
        if form.cleaned_data["website"]:
            return self._done(request, target)
        try:
            is_active = services.subscribe(
                form.cleaned_data["email"], target, form.wishes(), by=person, sender=network_of(request)
            )
        except TooManyRequests as error:
            form.add_error(None, error.detail)
            return self._page(request, form, wanted, status=429)
        return (
            HttpResponseRedirect(reverse("own-subscriptions")) if is_active else self._done(request, target)
        )

    def _wanted(self, request: HttpRequest) -> Wanted | None:
        """What the address names; None where that is only a city, or nothing. Raises Http404."""
        asked = {name: request.GET[name] for name in NAMES if request.GET.get(name)}
        if not set(asked) - {"city"}:
            return None
        try:
            return find_target(asked, by=_person(request))
        except UnknownTarget as error:
            raise Http404(error.detail) from error

    def _page(
        self, request: HttpRequest, form: SubscribeForm, wanted: Wanted | None, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form, "zones": sorted(timezones()), "what": words_of(wanted.subscription) if wanted else "",
            "agreed": services.consent_text(wanted.subscription) if wanted else "",
        }  # fmt: skip
        return render(request, "digests/subscribe.html", context, status=status)

    def _done(self, request: HttpRequest, target: Wanted | City) -> HttpResponse:
        city = target.city if isinstance(target, Wanted) else target
        return render(request, "digests/asked.html", {"city": city})


class _TokenPage(ABC, View):
    """A page whose GET only asks and whose POST acts, since mail scanners follow links with GET."""

    template = ""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The question."""
        return self._page(request, token, done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """What the link is for."""
        try:
            self.act(request, token)
        except UnknownToken as error:
            return _unknown(request, error)
        return self._page(request, token, done=True)

    @abstractmethod
    def act(self, request: HttpRequest, token: str) -> None:
        """What a press does. Raises UnknownToken."""

    def _page(self, request: HttpRequest, token: str, *, done: bool) -> HttpResponse:
        try:
            subscription = services.find(token)
        except UnknownToken as error:
            return _unknown(request, error)
        return _kept_private(
            render(
                request,
                self.template,
                {
                    "subscription": subscription, "city": subscription.city, "what": words_of(subscription), "page": page_of(subscription),
                    "agreed": services.consent_text(subscription), "next_at": services.next_at(subscription),
                    "token": token, "done": done, "languages": settings.LANGUAGES,
                },
            )
        )  # fmt: skip


@method_decorator(_behind_flag, name="dispatch")
class Confirm(_TokenPage):
    """Confirm a subscription."""

    template = "digests/confirm.html"

    def act(self, request: HttpRequest, token: str) -> None:
        services.confirm(token)


@method_decorator(_behind_flag, name="dispatch")
class Renew(_TokenPage):
    """Go on, after the question whether to."""

    template = "digests/renew.html"

    def act(self, request: HttpRequest, token: str) -> None:
        services.renew(token)


@method_decorator(csrf_exempt, name="dispatch")
class Unsubscribe(_TokenPage):
    """Unsubscribe. The POST needs no cookie and no further confirmation (RFC 8058)."""

    template = "digests/unsubscribe.html"

    def act(self, request: HttpRequest, token: str) -> None:
        services.unsubscribe(token, how="one click" if "List-Unsubscribe" in request.POST else "link")


@method_decorator(_behind_flag, name="dispatch")
class Language(_TokenPage):
    """Choose the language of the mails of a subscription."""

    template = "digests/language.html"

    def act(self, request: HttpRequest, token: str) -> None:
        services.speak(token, request.POST.get("language", ""))


class _Manage(ABC, View):
    """All subscriptions of one address: change, pause, less often, leave one or all."""

    @abstractmethod
    def holder(self, request: HttpRequest, **named: str) -> services.Holder:
        """Whose they are. Raises UnknownToken."""

    def get(self, request: HttpRequest, **named: str) -> HttpResponse:
        """The page."""
        try:
            return self._page(request, self.holder(request, **named))
        except UnknownToken as error:
            return _unknown(request, error)

    def post(self, request: HttpRequest, **named: str) -> HttpResponse:
        """What one of the buttons asks for."""
        try:
            holder = self.holder(request, **named)
            form = self._act(request, holder)
        except UnknownToken as error:
            return _unknown(request, error)
        if form is not None:
            return self._page(request, holder, wrong=form, status=400)
        return HttpResponseRedirect(f"{request.path}?saved=1")

    def _act(self, request: HttpRequest, holder: services.Holder) -> tuple[UUID, WishesForm] | None:
        """Do it; the form where it was filled in wrong. Raises UnknownToken."""
        wanted = request.POST.get("do", "")
        if wanted == "leave all":
            services.leave_all(holder)
            return None
        pk = _subscription_of(request.POST.get("subscription", ""))
        if wanted == "leave":
            services.leave(holder, pk)
        elif wanted == "less":
            services.less_often(holder, pk)
        elif wanted in ("pause", "resume"):
            days = request.POST.get("days", "") if wanted == "pause" else "0"
            services.pause(
                holder, pk, int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
            )
        else:
            row = services.one_of(holder, pk)
            form = WishesForm.of(row, request.POST)
            if not form.is_valid():
                return pk, form
            services.change(holder, pk, form.wishes(row))
        return None

    def _page(
        self,
        request: HttpRequest,
        holder: services.Holder,
        *,
        wrong: tuple[UUID, WishesForm] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        rows = services.active_of(holder)
        shown = [
            {
                "row": row, "what": words_of(row), "narrowed": narrowed_words(row), "page": page_of(row), "next_at": services.next_at(row),
                "form": wrong[1] if wrong and wrong[0] == row.pk else WishesForm.of(row), "is_open": bool(wrong and wrong[0] == row.pk),
            }
            for row in rows
        ]  # fmt: skip
        context = {
            "subscriptions": shown, "zones": sorted(timezones()), "pauses": services.PAUSES, "saved": request.GET.get("saved") == "1" and not wrong,
            "is_account": holder.user_id is not None,
        }  # fmt: skip
        return _kept_private(render(request, "digests/manage.html", context, status=status))


@method_decorator(_behind_flag, name="dispatch")
class Manage(_Manage):
    """`/subscriptions/{token}/`: by the link in every mail, without an account."""

    def holder(self, request: HttpRequest, **named: str) -> services.Holder:
        return services.holder_of(named["token"])


@method_decorator([_behind_flag, login_required], name="dispatch")
class OwnSubscriptions(_Manage):
    """`/me/subscriptions/`: those of the account's proved addresses."""

    def holder(self, request: HttpRequest, **named: str) -> services.Holder:
        person = _person(request)
        assert person is not None  # login_required
        return services.holder_of_account(person)


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _subscription_of(text: str) -> UUID:
    """Raises UnknownToken."""
    found = uuid_of(text)
    if found is None:
        raise UnknownToken(gettext("This is not one of your subscriptions."))
    return found


def _unknown(request: HttpRequest, error: UnknownToken) -> HttpResponse:
    return render(request, "digests/unknown.html", {"detail": error.detail}, status=404)


def _kept_private(response: HttpResponse) -> HttpResponse:
    """The address of the page is a key: no other site is to learn it, and no cache to keep it."""
    response["Referrer-Policy"] = (
        "same-origin"  # without any, browsers hide from our own forms where they come from
    )
    response["Cache-Control"] = "private, no-store"
    return response


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
    response["Content-Security-Policy"] = mailbox.MAIL_POLICY
    return response


def _log_view(request: HttpRequest, target: str) -> None:
    record_action(request.user, Action.PERSONAL_DATA_VIEWED, target=target)


def _found(name: str) -> Any:
    mail = mailbox.find(name)
    if mail is None:
        raise Http404("There is no such mail.")
    return mail
