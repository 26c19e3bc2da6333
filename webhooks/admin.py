"""Webhooks and their deliveries in the admin: by host, without addresses and secrets."""

from django.contrib import admin

from audit.recorded import column
from outbox.admin import ReadOnlyAdmin
from webhooks.models import Delivery, Endpoint


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Webhooks of people; only they change them."""

    shows_people = True
    list_display = (
        "host",
        "user",
        "enabled",
        column("disabled_because", "because"),
        column("failing_since", "failing since"),
        "failures",
        column("last_success_at", "last success"),
        "dropped",
        column("made_at", "made"),
    )
    when_empty = "Nobody has a webhook yet: /me/webhooks/."
    list_select_related = ("user",)
    list_filter = ("enabled", "disabled_because")
    search_fields = ("host",)
    # the list names the person; a field of theirs would lead to an account that operators may not open
    exclude = ("user", "address", "secret", "former_secret", "claim")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What was sent, the newest first."""

    shows_people = True
    list_display = (
        "endpoint",
        "event_id",
        "state",
        column("attempts", "tries"),
        "status",
        "error",
        column("due_at", "next try"),
        column("tried_at", "last try"),
    )
    when_empty = "Nothing was sent yet."
    list_select_related = ("endpoint",)
    list_filter = ("state",)
    ordering = ("-id",)
    exclude = ("answer",)
