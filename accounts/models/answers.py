"""Answers of the API that a repeated request gets again."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils.timezone import now

from accounts.crypto import EncryptedTextField
from accounts.models.user import User

#: For so long an answer is kept.
ANSWERS_KEPT: Final = timedelta(days=1)


class IdempotentAnswer(models.Model):
    """The answer to a request with an Idempotency-Key (accounts.api.once), kept for a day.

    `key` is a keyed hash over who asked and the key, `request_hash` over method, address and body. `answer` is JSON:
    `status`, `data` and `headers`. `user` is who asked, where they have an account.
    """

    key = models.CharField(max_length=64, primary_key=True)
    request_hash = models.CharField(max_length=64)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    answer = EncryptedTextField()
    at = models.DateTimeField(default=now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["at"], name="repeatable_answer_at")]

    def __str__(self) -> str:
        return f"at {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def forget(cls, moment: datetime, *, most: int | None = None) -> int:
        """Delete answers that are kept no longer, at most `most`. Returns how many."""
        old = cls.objects.filter(at__lt=moment - ANSWERS_KEPT).order_by("at").values("pk")[:most]
        return cls.objects.filter(pk__in=old).delete()[0]
