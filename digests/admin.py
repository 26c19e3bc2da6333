"""Subscriptions and mails in the admin, without addresses."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin import EmptyFieldListFilter
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.timezone import now
from django.views.decorators.clickjacking import xframe_options_sameorigin

from accounts.actions import Action, record_action
from accounts.models import User
from accounts.rights import require
from audit.recorded import column
from digests import services
from digests.enums import DeliveryState
from digests.mailbox import MAIL_POLICY
from digests.models import Consent, Delivery, Subscription
from digests.targets import RELATED, words_of, zone_of
from digests.timing import Schedule
from outbox.admin import ReadOnlyAdmin


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Subscriptions, without the address."""

    shows_people = True
    list_display = (
        "kind",
        "city",
        "cadence",
        "active",
        column("confirmed_at", "confirmed"),
        column("last_sent_at", "last mail"),
        column("unsubscribed_at", "unsubscribed"),
    )
    when_empty = "Nobody has subscribed yet: /subscribe/."
    list_select_related = ("city",)
    list_filter = ("active", "kind", "cadence", "city")
    exclude = ("address", "address_hash", "token_hash")
    change_form_template = "admin/digests/subscription.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/preview/", view(self.preview_view), name="digests_subscription_preview"),
            path(
                "<uuid:pk>/preview/html/", view(self.preview_html), name="digests_subscription_preview_html"
            ),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The digest that a subscription would get on a day, `?date=YYYY-MM-DD`, at its hour; a POST sends it to oneself."""
        row, now = self._asked(request, pk)
        message = services.preview_message(row, by=_staff(request), now=now)
        if request.method == "POST":
            if services.send_test(row, by=_staff(request), now=now):
                messages.success(request, f"Sent to {_staff(request).email}.")
            else:
                messages.warning(request, "Nothing is on for this subscription then, so nothing was sent.")
            return HttpResponseRedirect(request.get_full_path())
        record_action(request.user, Action.PERSONAL_DATA_VIEWED, target=f"digests.subscription:{pk}")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Digest of {words_of(row)}",
            "opts": self.opts,
            "row": row,
            "mail": message,
            "date": now.date().isoformat(),
            "at": now,
            "query": request.GET.urlencode(),
        }
        return render(request, "admin/digests/preview.html", context)

    @method_decorator(xframe_options_sameorigin)
    def preview_html(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The HTML of the same mail alone, for the frame."""
        row, now = self._asked(request, pk)
        message = services.preview_message(row, by=_staff(request), now=now)
        response = HttpResponse(message.alternatives[0][0] if message else "")
        response["Content-Security-Policy"] = MAIL_POLICY
        return response

    def _asked(self, request: HttpRequest, pk: UUID) -> tuple[Subscription, datetime]:
        """The subscription, and the hour of its mail on the day that was asked for. Raises Http404, RightMissing."""
        require(_staff(request), "digests.view_subscription")
        row = Subscription.objects.select_related(*RELATED).filter(pk=pk).first()
        if row is None:
            raise Http404("There is no such subscription.")
        moment, zone = now(), zone_of(row)
        try:
            day = date.fromisoformat(request.GET.get("date", ""))
        except ValueError:
            return row, moment
        if abs((day - moment.date()).days) > 366:
            raise Http404("Choose a day within a year.")
        return row, Schedule(zone=zone, weekday=None, hour=row.hour).moment(day)


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # admin_view
    return request.user


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """All mails, recorded before they were sent."""

    shows_people = True
    list_display = (
        "kind",
        "state",
        "subject",
        column("sent_at", "sent"),
        column("attempts", "tries"),
        column("retry_at", "next try"),
        "error",
    )
    when_empty = "No mail was written yet."
    list_filter = ("state", "kind", ("retry_at", EmptyFieldListFilter))
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """What people agreed to, and when."""

    shows_people = True
    list_display = (column("at", "when"), "step", "how", "text")
    when_empty = "Nobody has agreed to anything yet."
    list_filter = ("step", "how")
    ordering = ("-at",)
    show_full_result_count = False


def may_see_mails(request: HttpRequest) -> bool:
    """Whether the sidebar shows the mails."""
    return request.user.has_perm("digests.view_delivery")


def failed_mails(_request: HttpRequest) -> str:
    """How many mails of the last week failed, for the sidebar; '' for none."""
    count = Delivery.objects.filter(
        state=DeliveryState.FAILED, created_at__gt=now() - timedelta(days=7)
    ).count()
    return str(count or "")
