"""Cities, areas and places at the desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from places.models import Area, City, Place, PlaceAlias
from places.queries import forget_atlas


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
    inlines = (AliasInline,)
    show_full_result_count = False
