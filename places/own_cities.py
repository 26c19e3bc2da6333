"""Lists, pages and forms of the admin that show a moderator their own cities only."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from unfold.admin import TabularInline

from accounts.rights import may
from places.models import City, CityModerator
from places.queries.reach import OVERSEE, cities_of, narrowed, of_city, require_city


class OwnCities:
    """A ModelAdmin of rows that belong to cities, before Django's own in the order of bases.

    `city_paths` lead from a row to its cities; without one the rows belong to none. Lists, counts, filters, searches
    and autocompletes are all made from `get_queryset`. A typed address of another city's row is answered with 404.
    """

    city_paths: ClassVar[tuple[str, ...]] = ("city",)

    def narrow(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the user may work on."""
        return narrowed(rows, request.user, *self.city_paths)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.narrow(request, super().get_queryset(request))  # type: ignore[misc]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """As Django does; for no row, and for another city's, 404 where Django redirects to the front page."""
        desk: Any = self
        if not desk.has_view_or_change_permission(request) and not desk.has_delete_permission(request):
            raise PermissionDenied
        found = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if found is None:
            raise Http404("There is no such row.")
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, whose choices of other rows are narrowed too."""
        form = super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]
        if cities_of(request.user) is not None:
            narrow_choices(form.base_fields, request, obj)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """As Django does, if the row is in the user's cities with its new values too."""
        require_city(request.user, *(of_city(obj, path) for path in self.city_paths))
        super().save_model(request, obj, form, change)  # type: ignore[misc]


class OwnCityFilter(admin.RelatedFieldListFilter):
    """Filters by city; offers the user's own."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        rows = narrowed(City.objects.order_by("name"), request.user, "pk")
        return [(row.pk, str(row)) for row in rows]


def narrow_choices(fields: Mapping[str, forms.Field], request: HttpRequest, obj: Any) -> None:
    """Offer only rows that the user sees in the admin, and the one that is chosen already."""
    for name, field in fields.items():
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            field.queryset = _visible(field.queryset, request, getattr(obj, f"{name}_id", None))


def _visible(rows: QuerySet[Model], request: HttpRequest, chosen: Any) -> QuerySet[Model]:
    desk = admin.site._registry.get(rows.model)
    if not isinstance(desk, OwnCities):
        return rows
    seen = Q(pk__in=desk.get_queryset(request).order_by().values("pk"))
    return rows.filter(seen | Q(pk=chosen)) if chosen else rows.filter(seen)


class CityInline(TabularInline):
    """The cities of an account, on its page. Assigned by those who may change accounts and work in all cities."""

    model = CityModerator
    extra = 0
    fields = ("city", "since")
    readonly_fields = ("since",)
    autocomplete_fields = ("city",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "accounts.view_user")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "accounts.change_user", OVERSEE)

    has_add_permission = has_delete_permission = has_change_permission
