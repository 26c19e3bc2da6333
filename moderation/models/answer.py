"""Answers of the API that a repeated request gets again."""

from django.db import models
from django.utils.timezone import now


class IdempotentAnswer(models.Model):
    """The answer to a request with an Idempotency-Key. `status` is empty while it is being processed.

    `key` is a keyed hash over who asked and the key, `body_hash` over the request's body. Kept for a day.
    """

    key = models.CharField(max_length=64, primary_key=True)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["at"], name="idempotent_answer_at")]

    def __str__(self) -> str:
        return f"{self.status or 'not yet'} at {self.at:%Y-%m-%d %H:%M}"
