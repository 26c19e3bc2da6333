"""What a submitter and the moderators write to each other about one submission."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField


class Conversation(models.Model):
    """One submission that is followed by a signed link: `run_id` is the run that reads it.

    `appeal` is the submitter's one appeal against a rejection.
    """

    run_id = models.UUIDField(primary_key=True)
    address = EncryptedTextField(blank=True, default="", help_text="where the link was mailed")
    address_hash = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(
        max_length=16, default="en", help_text="of the mails to the submitter (BCP 47)"
    )
    appeal = models.CharField(max_length=1000, blank=True, default="")
    appealed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], name="conversation_to_forget"),
            models.Index(fields=["address_hash"], name="conversation_address", condition=~Q(address_hash="")),
        ]

    def __str__(self) -> str:
        return str(self.run_id)


class Message(models.Model):
    """One message, plain text: of the submitter, or of a moderator."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    text = models.CharField(max_length=1000)
    is_ours = models.BooleanField(default=False, help_text="a moderator wrote it")
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(self.pk)
