"""The log in the admin: read by those with the right, changed by nobody."""

from typing import Any

import orjson
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter

from accounts.actions import record_action
from accounts.log import export, filters
from accounts.rights import may, require
from accounts.staff.fresh import fresh_required
from audit import hashing, queries
from audit.enums import Action
from audit.models import Entry, Link
from audit.recorded import ModelAdmin, sentence
from audit.values import text_of

#: The rights to read the log and to export it.
VIEW, EXPORT = "audit.view_entry", "audit.export_entry"


@admin.register(Entry)
class EntryAdmin(ModelAdmin):
    """The log, the newest first. People stand there by name while they are known, and as erased after that."""

    list_display = ("at", "what", "who", "on_what", "request_id", "is_linked")
    list_display_links = ("at", "what")
    list_filter = (
        filters.ActorFilter,
        filters.ActionFilter,
        filters.KindFilter,
        ("at", RangeDateTimeFilter),
        filters.ImportedFilter,
    )
    list_filter_submit = True
    search_fields = ("target", "request_id")
    search_help_text = "the id of a row or an account, a mail address, or a request id"
    ordering = ("-at", "-id")
    paginator = filters.BoundedPaginator
    show_full_result_count = False
    change_list_template = "admin/audit/entry/change_list.html"
    fields = ("at", "what", "who", "on_what", "old", "new", "note", "request_id", "link", "origin")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return filters.search(queryset, search_term), False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """As Django does, with the people of all rows looked up at once."""
        changes = super().get_changelist_instance(request)
        changes.result_list = list(changes.result_list)
        names = queries.names_of(name for row in changes.result_list for name in (row.actor, row.target))
        chained = set(
            Link.objects.filter(entry_id__in=[row.pk for row in changes.result_list]).values_list(
                "entry_id", flat=True
            )
        )
        for row in changes.result_list:
            row.names, row.linked = names, row.pk in chained
        return changes

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            entry.names = queries.names_of([entry.actor, entry.target])
        return entry

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(
            request, {"may_export": may(request.user, EXPORT), **(extra_context or {})}
        )

    def get_urls(self) -> list[Any]:
        export_view = self.admin_site.admin_view(fresh_required(self.export_view))
        return [path("export/", export_view, name="audit_entry_export"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """What the filters of the list leave, as CSV. Needs the right to export, and asks again who it is.

        The export is recorded."""
        require(request.user, VIEW, EXPORT)
        try:
            entries: QuerySet[Entry] = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:  # a filter made by hand, as in the list
            return redirect("admin:audit_entry_changelist")
        record_action(request.user, Action.LOG_EXPORTED, target="audit.entry", after=request.GET.dict())
        return export.answer(request, entries)

    @admin.display(description="action")
    def what(self, entry: Entry) -> str:
        return sentence(entry)

    @admin.display(description="actor")
    def who(self, entry: Any) -> str:
        return str(entry.names[entry.actor])

    @admin.display(description="target")
    def on_what(self, entry: Any) -> str:
        return str(entry.names[entry.target])

    @admin.display(description="chained", boolean=True)
    def is_linked(self, entry: Any) -> bool:
        return bool(entry.linked)

    @admin.display(description="before")
    def old(self, entry: Entry) -> SafeString:
        return _table(entry.before)

    @admin.display(description="after")
    def new(self, entry: Entry) -> SafeString:
        return _table(entry.after)

    @admin.display(description="note")
    def note(self, entry: Entry) -> str:
        if not entry.note_hash:
            return "none"
        return queries.notes_of([entry]).get(entry.pk, "deleted; its hash stays")

    @admin.display(description="link in the chain")
    def link(self, entry: Entry) -> str:
        if not entry.is_chained:
            return "none: imported from before the log, and not chained"
        link = Link.objects.filter(entry_id=entry.pk).first()
        return f"{link.number}, hash {link.hash}" if link else "not chained yet"

    @admin.display(description="written by this installation", boolean=True)
    def origin(self, entry: Entry) -> bool:
        return hashing.is_sealed(entry)


def may_read_log(request: HttpRequest) -> bool:
    """Whether the sidebar shows the log."""
    return may(request.user, VIEW)


def _table(values: str) -> SafeString:
    """Values by field. A text stands as its length, since only its hash is kept."""
    rows = ((name, text_of(value)) for name, value in orjson.loads(values).items())
    return format_html("<dl>{}</dl>", format_html_join("", "<dt><b>{}</b></dt><dd>{}</dd>", rows))
