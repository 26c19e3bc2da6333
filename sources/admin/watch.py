"""What holds work back, and what operators were told."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from outbox.admin import ReadOnlyAdmin
from sources.models import Alert, Discovery, Pause


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """What went wrong, since when, and whether it is over."""

    list_display = ("title", "detail", "source", "raised_at", "resolved_at", "told_at")
    list_select_related = ("source",)
    list_filter = (("resolved_at", admin.EmptyFieldListFilter),)
    search_fields = ("title", "key")


@admin.register(Pause)
class PauseAdmin(ModelAdmin):
    """Deleting a pause lets its work go on."""

    list_display = ("scope", "key", "reason", "requested_by", "since")
    list_filter = ("scope",)


@admin.register(Discovery)
class DiscoveryAdmin(ReadOnlyAdmin):
    """Jobs over sources, cities and categories."""

    list_display = ("started_at", "state", "requested_by", "finished_at")
    list_filter = ("state",)
