"""Cities, areas and places at the desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from outbox.admin import ReadOnlyAdmin
from places.models import Area, City, Place, PlaceAlias, PlaceStatus, Weather
from places.queries import forget_atlas

#: Fields of a place that sources fill and a person may set.
LOCKABLE = frozenset(
    {"kinds", "address", "lat", "lng", "timezone", "plus_code", "phone", "website", "rating", "photos", "opening_hours", "state"}
)


class _AtlasAdmin(ModelAdmin):
    """What the pipeline's atlas is made of: a change is seen at once."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        forget_atlas()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        forget_atlas()


@admin.register(City)
class CityAdmin(_AtlasAdmin):
    """Cities with pages of their own; a proposed one is accepted by making it active."""

    list_display = ("name", "slug", "country", "region", "timezone", "state")
    list_filter = ("state", "country")
    search_fields = ("name", "slug", "legacy_id")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Area)
class AreaAdmin(_AtlasAdmin):
    """Parts of cities."""

    list_display = ("name", "slug", "city", "radius_km")
    list_select_related = ("city",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("city",)


class AliasInline(TabularInline):
    """Other names of a place."""

    model = PlaceAlias
    extra = 0
    fields = ("folded", "by_person", "created_at")
    readonly_fields = ("created_at",)


@admin.register(Place)
class PlaceAdmin(ModelAdmin):
    """Venues."""

    list_display = ("name", "city", "area", "address", "state")
    list_select_related = ("city", "area")
    list_filter = ("state",)
    search_fields = ("name", "folded_name", "address")
    autocomplete_fields = ("city", "area", "merged_into")
    readonly_fields = ("provided", "provided_until", "rating_expires_at", "created_at")
    inlines = (AliasInline,)
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """What a person sets is locked against sources; taking a field out of the locked ones opens it again."""
        before = Place.objects.filter(pk=obj.pk).first() if change else None
        if before is not None and list(before.locked_fields) == list(obj.locked_fields):
            set_now = {name for name in LOCKABLE if getattr(before, name) != getattr(obj, name)}
            obj.locked_fields = sorted({*obj.locked_fields, *set_now})
        super().save_model(request, obj, form, change)


@admin.register(PlaceStatus)
class PlaceStatusAdmin(ReadOnlyAdmin):
    """What is known of places now, as the services stored it."""

    list_display = ("place", "source", "openness", "crowd", "confidence", "observed_at", "valid_until")
    list_select_related = ("place",)
    list_filter = ("source", "openness")
    search_fields = ("place__name",)
    show_full_result_count = False


@admin.register(Weather)
class WeatherAdmin(ReadOnlyAdmin):
    """The weather of cities, as it was last told."""

    list_display = ("city", "temperature_c", "condition", "observed_at", "valid_until", "source")
    list_select_related = ("city",)
