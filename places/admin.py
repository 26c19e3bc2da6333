"""Cities, areas and places in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.admin import TabularInline
from unfold.decorators import action

from accounts.admin import UserAdmin
from accounts.forms import InputForm
from accounts.rights import may
from audit.recorded import ModelAdmin, column
from outbox.admin import ReadOnlyAdmin
from places import services
from places.enums import PlaceState
from places.exceptions import PlaceError
from places.models import (
    Area,
    City,
    Geocode,
    Place,
    PlaceAlias,
    PlaceMatch,
    PlaceReport,
    PlaceStatus,
    Weather,
)
from places.own_cities import CityInline, OwnCities
from places.queries import cities_of, forget_gazetteer, may_in
from places.services.merging import MERGE

UserAdmin.inlines = (*UserAdmin.inlines, CityInline)

#: Fields of a place that sources fill and a person may edit.
LOCKABLE = frozenset(
    {
        "kinds",
        "address",
        "lat",
        "lng",
        "timezone",
        "plus_code",
        "phone",
        "website",
        "rating",
        "photos",
        "opening_hours",
        "state",
    }
)


class _GazetteerAdmin(OwnCities, ModelAdmin):
    """The gazetteer's rows. A change takes effect at once."""

    form = InputForm

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        forget_gazetteer()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        forget_gazetteer()


@admin.register(City)
class CityAdmin(_GazetteerAdmin):
    """Cities with their own pages. A proposed city is accepted by making it active."""

    city_paths = ("pk",)
    list_display = ("name", "state", "country", "region", column("timezone", "time zone"))
    when_empty = "manage.py load_cities loads the shipped cities; or add one."
    list_filter = ("state", "country")
    search_fields = ("name", "slug", "legacy_id")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Area)
class AreaAdmin(_GazetteerAdmin):
    """Parts of cities."""

    list_display = ("name", "city", column("radius_km", "radius in km"))
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
class PlaceAdmin(OwnCities, ModelAdmin):
    """Places."""

    form = InputForm

    list_display = ("name", "city", "area", "address", "state")
    list_select_related = ("city", "area")
    list_filter = ("state",)
    search_fields = ("name", "folded_name", "address")
    autocomplete_fields = ("city", "area", "owners")
    readonly_fields = ("merged_into", "provided", "provided_until", "rating_expires_at", "created_at")
    inlines = (AliasInline,)
    show_full_result_count = False
    actions = ("merge_selected", "unmerge_selected")

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return may(request.user, MERGE)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the survivor, where it is in another city."""
        fields = super().get_fields(request, obj)
        survivor = obj.merged_into if obj is not None else None
        hidden = survivor is not None and not may_in(request.user, survivor.city_id)
        return [name for name in fields if not (hidden and name == "merged_into")]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The state is read-only: a merge is made and undone by the actions below, which check their right."""
        is_merged = obj is not None and obj.state == PlaceState.MERGED
        return (*self.readonly_fields, "state") if is_merged else self.readonly_fields

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "state":
            kwargs["choices"] = [choice for choice in db_field.choices if choice[0] != PlaceState.MERGED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @action(description="Merge two venues, or say that they are different", permissions=["merge"])
    def merge_selected(self, request: HttpRequest, places: QuerySet[Place]) -> HttpResponse | None:
        """Show both sides, then merge after confirmation."""
        two = list(places.select_related("city", "area").order_by("pk")[:3])
        if len(two) != 2:
            messages.error(request, "Choose two venues.")
            return None
        if request.POST.get("confirmed") != "yes":
            return render(
                request,
                "admin/places/place/merge.html",
                {**self.admin_site.each_context(request), **_both_sides(*two)},
            )
        if request.POST.get("different"):
            services.mark_places_different(two[0].pk, two[1].pk, by=request.user, reasons="said in the admin")
            messages.success(request, "Marked as different. The pair is not asked about again.")
            return None
        survivor, child = two if str(two[0].pk) == request.POST.get("survivor") else (two[1], two[0])
        try:
            services.merge_places(survivor.pk, child.pk, by=request.user, reasons="merged in the admin")
        except PlaceError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, f"{child.name} is {survivor.name} now.")
        return None

    @action(description="Undo the merge", permissions=["merge"])
    def unmerge_selected(self, request: HttpRequest, places: QuerySet[Place]) -> None:
        """Undo the merge of each selected place."""
        for place in places:
            try:
                services.unmerge_places(place.pk, by=request.user)
            except PlaceError as error:
                messages.error(request, f"{place.name}: {error.detail}")
            else:
                messages.success(request, f"{place.name}: un-merged.")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Lock the fields that a person changes against sources.

        A field removed from the locked ones is unlocked.
        """
        before = Place.objects.filter(pk=obj.pk).first() if change else None
        if before is not None and list(before.locked_fields) == list(obj.locked_fields):
            set_now = {name for name in LOCKABLE if getattr(before, name) != getattr(obj, name)}
            obj.locked_fields = sorted({*obj.locked_fields, *set_now})
            obj.team_fields = sorted({*obj.team_fields} - set_now)
        obj.team_fields = [name for name in obj.team_fields if name in obj.locked_fields]
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the names. Those of a moderator count in the place's own city, not everywhere."""
        if cities_of(request.user) is not None:
            for one in formset.forms:
                one.instance.city_id = one.instance.city_id or form.instance.city_id
        super().save_formset(request, form, formset, change)


#: The fields that a moderator compares of two places.
_COMPARED = (
    "address",
    "city",
    "area",
    "lat",
    "lng",
    "phone",
    "website",
    "kinds",
    "external_ids",
    "opening_hours",
    "locked_fields",
    "state",
)


def _both_sides(one: Place, other: Place) -> dict[str, Any]:
    """The differing and known fields of both places, their similarity, and which would survive."""
    rows = [(name.replace("_", " "), [getattr(one, name), getattr(other, name)]) for name in _COMPARED]
    return {
        "title": "One venue?",
        "places": [one, other],
        "rows": [row for row in rows if any(row[1])],
        "likeness": services.likeness_of(one, other),
        "survivor": services.survivor_of(one, other)[0],
    }


@admin.register(PlaceMatch)
class PlaceMatchAdmin(OwnCities, ReadOnlyAdmin):
    """Pairs of places with their verdicts."""

    city_paths = ("first__city", "second__city")

    list_display = (
        "first",
        "second",
        "outcome",
        "reasons",
        column("similarity", "alike, 0 to 1"),
        "by_person",
        column("created_at", "when"),
    )
    ordering = ("-pk",)
    when_empty = "No two venues were compared yet."
    list_select_related = ("first", "second")
    list_filter = ("outcome", "by_person")
    show_full_result_count = False


@admin.register(Geocode)
class GeocodeAdmin(OwnCities, ReadOnlyAdmin):
    """Answers of geocoders, stored so that each address is requested once.

    The filter "doubt: not empty" lists those that were not accepted, with the reason.
    """

    city_paths = ()

    list_display = (
        column("question", "asked"),
        column("label", "answer"),
        "doubt",
        "provider",
        "precision",
        column("asked_at", "when"),
    )
    when_empty = "No address was looked up. Set GEOCODER to have them looked up."
    list_filter = (("doubt", EmptyFieldListFilter), "provider", "precision")
    search_fields = ("question",)
    show_full_result_count = False


@admin.register(PlaceStatus)
class PlaceStatusAdmin(OwnCities, ReadOnlyAdmin):
    """The current state of places."""

    city_paths = ("place__city",)

    list_display = (
        "place",
        "openness",
        "crowd",
        column("waiting_minutes", "wait in minutes"),
        "source",
        column("observed_at", "seen"),
        column("valid_until", "until"),
    )
    when_empty = "Nothing is known about a place now. Visitors and owners report it on its page."
    list_select_related = ("place",)
    list_filter = ("source", "answer", "openness", "crowd")
    search_fields = ("place__name",)
    show_full_result_count = False


@admin.register(PlaceReport)
class PlaceReportAdmin(OwnCities, ReadOnlyAdmin):
    """Visitor reports and owners' reports, without their authors."""

    city_paths = ("place__city",)

    list_display = (
        "place",
        "openness",
        "crowd",
        column("waiting_minutes", "wait in minutes"),
        "special",
        column("reported_at", "reported"),
    )
    when_empty = "Nobody has reported anything yet."
    list_select_related = ("place",)
    list_filter = ("openness", "crowd")
    search_fields = ("place__name",)
    exclude = ("person", "address_hash")
    show_full_result_count = False


@admin.register(Weather)
class WeatherAdmin(OwnCities, ReadOnlyAdmin):
    """The weather of cities."""

    list_display = (
        "city",
        column("temperature_c", "°C"),
        "condition",
        column("observed_at", "seen"),
        column("valid_until", "until"),
        "source",
    )
    when_empty = "No weather was fetched. The source OpenWeatherMap brings it; it needs a key."
    list_select_related = ("city",)
