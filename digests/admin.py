"""Subscriptions and mails in the admin, without addresses."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.http import HttpRequest
from django.utils.timezone import now

from audit.recorded import column
from digests.enums import DeliveryState
from digests.models import Delivery, Subscription
from outbox.admin import ReadOnlyAdmin


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Subscriptions, without the address."""

    shows_people = True
    list_display = (
        "city",
        "cadence",
        "active",
        column("confirmed_at", "confirmed"),
        column("last_sent_at", "last mail"),
        column("unsubscribed_at", "unsubscribed"),
    )
    when_empty = "Nobody has subscribed yet: /subscribe/."
    list_select_related = ("city",)
    list_filter = ("active", "cadence", "city")
    exclude = ("address", "address_hash", "token_hash")


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


def may_see_mails(request: HttpRequest) -> bool:
    """Whether the sidebar shows the mails."""
    return request.user.has_perm("digests.view_delivery")


def failed_mails(_request: HttpRequest) -> str:
    """How many mails of the last week failed, for the sidebar; '' for none."""
    count = Delivery.objects.filter(
        state=DeliveryState.FAILED, created_at__gt=now() - timedelta(days=7)
    ).count()
    return str(count or "")
