"""The base of all pages of the admin: whoever writes there, or opens a page about people, is recorded."""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

import orjson
from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.views import ChangeList

from audit import queries
from audit.enums import Action
from audit.fields import is_secret, stored
from audit.models import Entry
from audit.paging import LongPaginator, SortedByIndex, is_long, sorted_by_index
from audit.records import Doer, Subject, Word, personal_labels
from audit.services import record

_CHANGES: Final = "changes_to_record"


class ModelAdmin(UnfoldModelAdmin):
    """Records additions, changes with the fields' values before and after, deletions and actions.

    Dates in its lists and forms have the one format of `config/formats`, with the zone.

    `shows_people`: whoever opens a list or a row is recorded too. `writes_by_service`: the service that a
    form calls records the change itself. Django's own LogEntry, which names people, is not written.
    """

    paginator: Any = LongPaginator
    show_full_result_count = False
    list_per_page = 50
    shows_people: ClassVar[bool] = False
    #: What the list says where it has no row at all, and what to do then.
    when_empty: ClassVar[str] = ""
    writes_by_service: ClassVar[bool] = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SortedByIndex

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """The columns to sort by; of a long table only those that an index serves."""
        offered = super().get_sortable_by(request)
        if not is_long(self.model):
            return offered
        served = sorted_by_index(self.model)
        return [name for name in offered if self._ordering_of(name) in served]

    def _ordering_of(self, name: Any) -> Any:
        """The field by which a column is sorted."""
        shown = name if callable(name) else getattr(self, name, None)
        return getattr(shown, "admin_order_field", None) or name

    def action_for(self, usual: Action, fields: Set[str]) -> Action:
        """The action by which a change of these fields is recorded."""
        return usual

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """As Django does, and note the values for `log_addition` and `log_change`."""
        setattr(request, _CHANGES, changes_of(form, formsets or ()))
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record(request, Action.ROW_ADDED, obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if not self.writes_by_service:
            self._record(request, Action.ROW_CHANGED, obj)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        action = self.action_for(Action.ROW_DELETED, set())
        for row in queryset:
            record(doer_of(request), action, target=target_of(row), before=_values(row))

    def response_action(self, request: HttpRequest, queryset: Any) -> Any:
        """As Django does, and record which action ran on which rows."""
        chosen = [
            Word(str(pk))
            for pk in queryset.filter(pk__in=request.POST.getlist("_selected_action")).values_list(
                "pk", flat=True
            )
        ]
        answer = super().response_action(request, queryset)
        name = request.POST.get("action", "")
        if answer is not None and name != "delete_selected":
            after = {
                "action": Word(name),
                "rows": self._named(chosen),
                "all": "select_across" in request.POST,
            }
            record(doer_of(request), Action.ROWS_ACTED_ON, target=self.opts.label_lower, after=after)
        return answer

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return self._seen(request, super().changelist_view(request, extra_context), self.opts.label_lower)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        answer = super().changeform_view(request, object_id, form_url, extra_context)
        return self._seen(request, answer, f"{self.opts.label_lower}:{object_id}") if object_id else answer

    def history_view(self, request: HttpRequest, object_id: Any, extra_context: Any = None) -> Any:
        """Django's page with the entries of the log."""
        entries = queries.entries_on(f"{self.opts.label_lower}:{object_id}")
        names = queries.names_of(entry.actor for entry in entries)
        lines = [
            Line(action_time=entry.at, name=names[entry.actor], message=sentence(entry)) for entry in entries
        ]
        page = Paginator(lines, max(1, len(lines))).get_page(1)
        shown = {"action_list": page, "pagination_required": False, **(extra_context or {})}
        return super().history_view(request, object_id, shown)

    def _record(self, request: HttpRequest, action: Action, row: models.Model) -> None:
        before, after = getattr(request, _CHANGES, ({}, {}))
        action = self.action_for(action, {*before, *after})
        record(doer_of(request), action, target=target_of(row), before=before, after=after)

    def _seen(self, request: HttpRequest, answer: HttpResponseBase, target: str) -> HttpResponseBase:
        if self.shows_people and request.method == "GET" and answer.status_code == 200:
            record(doer_of(request), Action.PERSONAL_DATA_VIEWED, target=target)
        return answer

    def _named(self, keys: Iterable[str]) -> list[Any]:
        label = self.opts.label_lower
        return [Subject(label, key) if label in personal_labels() else key for key in keys]


def column(field: str, words: str) -> Callable[[Any], Any]:
    """A column of a list that shows a field (`source__name` for one of a related row) under a heading of its own."""

    @admin.display(description=words, ordering=field, empty_value="–")
    def shown(row: Any) -> Any:
        for name in field.split("__"):
            row = getattr(row, name, None)
        return row

    shown.__name__ = f"column_{field}"
    return shown


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in the form of Django's page of a row's history."""

    action_time: datetime
    name: str
    message: str

    @property
    def user(self) -> "Line":
        return self

    def get_username(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return ""

    def get_change_message(self) -> str:
        return self.message


def sentence(entry: Entry) -> str:
    """What was done, and the fields that it changed."""
    fields = sorted({*orjson.loads(entry.before), *orjson.loads(entry.after)})
    return f"{entry.action}: {', '.join(fields)}" if fields else entry.action


def doer_of(request: HttpRequest) -> Doer:
    """Who sent the request."""
    user = request.user
    return Subject(user._meta.label_lower, str(user.pk)) if user.is_authenticated else None


def target_of(row: models.Model) -> str:
    """The row as entries name it, such as `events.event:UUID`."""
    return f"{row._meta.label_lower}:{row.pk}"


def changes_of(form: Any, formsets: Iterable[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of the changed fields before and after, and the changed rows of inlines."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    model = form._meta.model if isinstance(form, ModelForm) else None
    for name in form.changed_data:
        field = _field(model, name)
        if is_secret(field, name):
            after[name] = True  # that it was set; forms do not show what it was
            continue
        before[name] = stored(field, form.initial.get(name), name)
        after[name] = stored(field, form.cleaned_data.get(name), name)
    for formset in formsets:
        after.update(_inline(formset))
    return before, after


def _inline(formset: Any) -> Mapping[str, Any]:
    """The rows of an inline that came, changed or went, with their values."""
    kinds = {
        "added": getattr(formset, "new_objects", ()),
        "changed": [row for row, _ in getattr(formset, "changed_objects", ())],
        "deleted": getattr(formset, "deleted_objects", ()),
    }
    label = formset.model._meta.label_lower
    return {f"{label} {kind}": [_values(row) for row in rows] for kind, rows in kinds.items() if rows}


def _values(row: models.Model) -> dict[str, Any]:
    return {field.name: stored(field, field.value_from_object(row)) for field in row._meta.concrete_fields}


def _field(model: Any, name: str) -> Any:
    names = {field.name: field for field in model._meta.get_fields()} if model else {}
    return names.get(name)
