"""Threads with submitters in the admin: read there and at the review, answered by moderators of the event's city."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.exceptions import InputRefused
from accounts.rights import may, require
from audit.recorded import ModelAdmin
from moderation.exceptions import ModerationError
from moderation.models import Conversation, Review
from moderation.services import conversations
from places.queries.reach import OVERSEE


@admin.register(Conversation)
class ConversationAdmin(ModelAdmin):
    """All threads, for those who work in all cities; others read the thread of an event at its review."""

    shows_people = True
    writes_by_service = True

    list_display = ("run_id", "created_at", "appealed_at")
    fields = ("run_id", "created_at", "appeal", "appealed_at", "thread")
    readonly_fields = fields
    show_full_result_count = False

    @admin.display(description="messages")
    def thread(self, row: Conversation) -> SafeString:
        said = ((f"{one.at:%d %b %Y, %H:%M} UTC", "a moderator" if one.is_ours else "the submitter", one.text) for one in row.messages.all())  # fmt: skip
        return format_html_join("", "<p>{}, {}: {}</p>", said)

    def get_urls(self) -> list[Any]:
        reply = self.admin_site.admin_view(self.reply_view)
        return [path("<uuid:pk>/reply/", reply, name="moderation_conversation_reply"), *super().get_urls()]

    def reply_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send a message to the submitter, and go back to the review."""
        require(request.user, conversations.JUDGE)
        review = _review(request.POST.get("review", ""))
        queue = reverse("admin:moderation_review_changelist")
        back = reverse("admin:moderation_review_change", args=[review.pk]) if review else queue
        if request.method != "POST":
            return HttpResponseRedirect(back)
        try:
            conversations.reply(pk, request.POST.get("text", ""), by=request.user)
            messages.success(request, "Sent to the submitter.")
        except Conversation.DoesNotExist:
            raise Http404("There is no such thread.") from None
        except (InputRefused, ModerationError) as refused:
            messages.error(request, refused.detail)
        return HttpResponseRedirect(back)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "moderation.view_review", OVERSEE)

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_delete_permission = has_change_permission


def _review(given: str) -> Review | None:
    try:
        return Review.objects.filter(pk=UUID(given)).first()
    except ValueError:
        return None
