"""Subscriptions and mails at the desk; addresses stay masked."""

from django.contrib import admin

from digests.models import Delivery, Subscription, Suppression
from outbox.admin import ReadOnlyAdmin


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Who asked for what, without the address."""

    list_display = ("id", "city", "cadence", "active", "confirmed_at", "unsubscribed_at", "last_sent_at")
    list_select_related = ("city",)
    list_filter = ("active", "cadence", "city")
    exclude = ("address", "address_hash", "token_hash")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Every mail, recorded before it was sent."""

    list_display = ("kind", "period", "state", "subject", "sent_at", "error")
    list_filter = ("state", "kind")
    show_full_result_count = False


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """Addresses that must not be written to, by their hash."""

    list_display = ("address_hash", "reason", "at")
