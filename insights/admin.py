"""Anomalies in the admin, with the question whether it was right to tell of them."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from unfold.decorators import action

from accounts.rights import may
from audit.recorded import column
from flags.models import Flag
from flags.services import is_on
from insights.anomalies.answering import RIGHT, answer
from insights.models import Anomaly
from outbox.admin import ReadOnlyAdmin
from places.own_cities import OwnCities


def may_see_anomalies(request: HttpRequest) -> bool:
    """Whether the admin has the list at all: not while figures are switched off."""
    return is_on(Flag.ANALYTICS) and may(request.user, "insights.view_anomaly")


@admin.register(Anomaly)
class AnomalyAdmin(OwnCities, ReadOnlyAdmin):
    """What was out of the usual, the latest first."""

    city_paths = ("city",)
    list_display = (
        "words",
        "kind",
        "city",
        column("began_at", "since"),
        column("ended_at", "over since"),
        "says_right",
        column("answered_by", "says"),
    )
    list_select_related = ("city",)
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "was_right", "kind")
    search_fields = ("name", "words")
    ordering = ("-began_at", "-id")
    actions = ("was_right", "was_wrong")
    when_empty = "Nothing was out of the usual yet."

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_see_anomalies(request)

    def has_view_permission(self, request: HttpRequest, obj: Anomaly | None = None) -> bool:
        return may_see_anomalies(request)

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Whether the user may say if it was right."""
        return may(request.user, RIGHT)

    @admin.display(description="was it right?", ordering="was_right", empty_value="–")
    def says_right(self, row: Anomaly) -> str | None:
        """The answer in a word."""
        return None if row.was_right is None else "yes" if row.was_right else "no"

    @action(description="Yes, it was right to tell of it", permissions=["answer"])
    def was_right(self, request: HttpRequest, rows: QuerySet[Anomaly]) -> None:
        """It counts as found."""
        count = answer(rows.values_list("pk", flat=True), True, by=request.user, now=now())
        messages.success(request, f"{count} were right.")

    @action(description="No, it was not", permissions=["answer"])
    def was_wrong(self, request: HttpRequest, rows: QuerySet[Anomaly]) -> None:
        """It counts as falsely found, and its alert ends."""
        count = answer(rows.values_list("pk", flat=True), False, by=request.user, now=now())
        messages.success(request, f"{count} were not right. Their alerts have ended.")
