"""What became of mails, in the admin: without addresses, found by their keyed hash."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from unfold.admin import TabularInline

from accounts.actions import Action, Word, record_action
from accounts.crypto import address_hash
from audit.recorded import column
from mail.health import standings
from mail.models import Campaign, Dispatch, ProviderNews, SoftBounce, Suppression
from mail.services import go_on, lift, send_again
from outbox.admin import ReadOnlyAdmin


class _ByAddress(ReadOnlyAdmin):
    """Rows that are found by a whole address, through its keyed hash; each search is recorded."""

    shows_people = True
    search_fields = ("address_hash",)
    search_help_text = "a whole address; the log keeps who searched, and its keyed hash"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Those of one address."""
        word = search_term.strip()
        if not word:
            return queryset, False
        hashed = address_hash(word) if "@" in word else word
        record_action(
            request.user, Action.ADDRESS_SEARCHED, target=self.opts.label_lower, after={"address": Word(hashed[:64])}
        )  # fmt: skip
        return queryset.filter(address_hash=hashed), False


class NewsInline(TabularInline):
    """What the provider told of a mail."""

    model = ProviderNews
    fields = readonly_fields = ("news", "code", "at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Dispatch)
class DispatchAdmin(_ByAddress):
    """Every mail that came to the door, the latest first."""

    list_display = (
        "kind",
        "stream",
        "state",
        "provider",
        "tries",
        column("handed_at", "handed over"),
        column("settled_at", "settled"),
        "reason",
    )
    when_empty = "No mail came to the door yet."
    list_filter = (
        "state",
        "stream",
        "provider",
        "kind",
        "campaign",
        ("handed_at", admin.DateFieldListFilter),
    )
    ordering = ("-handed_at",)
    show_full_result_count = False
    exclude = ("address_hash", "claim")
    inlines = (NewsInline,)
    actions = ("send_again",)
    list_before_template = "admin/mail/dispatch/above_list.html"

    class Media:
        css = {"all": ["desk/desk.css", "desk/sources.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; above it how each provider does."""
        return super().changelist_view(request, {**(extra_context or {}), "providers": standings(now=now())})

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Who may send a lost mail again."""
        return request.user.has_perm("mail.change_dispatch")

    @admin.action(
        description="Send again: lost ones, and those of unknown end (which may arrive twice)",
        permissions=["send"],
    )
    def send_again(self, request: HttpRequest, rows: QuerySet[Dispatch]) -> None:
        """Let the senders hand them over once more."""
        again = sum(send_again(row, by=request.user) for row in rows)
        left = len(rows) - again
        words = f"{again} wait to be sent again."
        if left:
            words += f" {left} were left alone: they went, or their sender cannot write them anew."
        messages.success(request, words)


@admin.register(Suppression)
class SuppressionAdmin(_ByAddress):
    """Addresses that get no mail, by their hash."""

    list_display = (
        column("at", "since"),
        "reason",
        "code",
        column("address_hash", "keyed hash of the address"),
    )
    when_empty = "No address is refused mail."
    list_filter = ("reason",)
    actions = ("lift",)

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Who may let an address get mail again."""
        return request.user.has_perm("mail.delete_suppression")

    @admin.action(description="Let them get mail again", permissions=["lift"])
    def lift(self, request: HttpRequest, rows: QuerySet[Suppression]) -> None:
        """Subscriptions that ended stay ended."""
        for row in rows:
            lift(row, by=request.user)
        messages.success(
            request, f"{len(rows)} addresses can get mail again. Subscriptions that ended stay ended."
        )


@admin.register(SoftBounce)
class SoftBounceAdmin(_ByAddress):
    """Addresses whose mails failed in passing."""

    list_display = (column("address_hash", "keyed hash of the address"), "count", column("last_at", "last"))
    when_empty = "No mail has failed in passing."


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    """Campaigns that stopped by themselves."""

    list_display = ("name", column("stopped_at", "stopped"), "reason", column("released_at", "went on"))
    when_empty = "No campaign has stopped."
    ordering = ("-stopped_at", "-name")
    actions = ("go_on",)

    def has_release_permission(self, request: HttpRequest) -> bool:
        """Who may let a campaign go on."""
        return request.user.has_perm("mail.change_campaign")

    @admin.action(description="Let them go on, whatever their numbers", permissions=["release"])
    def go_on(self, request: HttpRequest, rows: QuerySet[Campaign]) -> None:
        """What waits is sent within ten minutes."""
        for row in rows:
            go_on(row, by=request.user)
        messages.success(request, "They go on: what waits is sent within ten minutes.")
