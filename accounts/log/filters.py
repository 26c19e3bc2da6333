"""Filters and search of the log. Each of them is answered by an index."""

from typing import Any, Final

from django.apps import apps
from django.contrib.admin import SimpleListFilter
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.contrib.filters.admin import DropdownFilter, TextFilter

from accounts.log.people import references
from audit.enums import Action
from audit.models import Entry

#: The list counts no further.
MOST_COUNTED: Final = 10_000


class BoundedPaginator(Paginator):
    """Counts to MOST_COUNTED only: a log of millions is opened as fast as a short one."""

    @cached_property
    def count(self) -> int:
        entries: Any = self.object_list
        return int(entries.order_by()[:MOST_COUNTED].count())


class ActionFilter(DropdownFilter):
    """One action."""

    title, parameter_name = "action", "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (action.value, action.value.replace("_", " ").replace(".", ": ")) for action in sorted(Action)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


class KindFilter(DropdownFilter):
    """Entries on one kind of row."""

    title, parameter_name = "kind of target", "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        labels = sorted(model._meta.label_lower for model in apps.get_models())
        return [(label, label.replace(".", ": ")) for label in labels]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        value = self.value()
        return queryset.filter(Q(target=value) | Q(target__startswith=f"{value}:")) if value else queryset


class ActorFilter(TextFilter):
    """Entries by one actor: a mail address, an account's id, `system:clock` or `anonymous`."""

    title, parameter_name = "actor (address, id, system:clock)", "actor"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        value = (self.value() or "").strip()
        return queryset.filter(actor__in=references(value)) if value else queryset


class ImportedFilter(SimpleListFilter):
    """Entries of the chain, or rows that were imported from before the log."""

    title, parameter_name = "chain", "chain"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("chained", "chained"), ("imported", "imported, not chained")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(is_chained=self.value() == "chained") if self.value() else queryset


def search(entries: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """Entries on the row or person with this id, or of this request."""
    text = text.strip()[:200]
    if not text:
        return entries
    labels = (model._meta.label_lower for model in apps.get_models())
    targets = [*references(text), *(f"{label}:{text}" for label in labels)]
    return entries.filter(Q(target__in=targets) | (Q(request_id=text) & ~Q(request_id="")))
