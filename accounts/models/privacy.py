"""Wishes for erasure, and zips with all data."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from accounts.models.user import User


class Erasure(models.Model):
    """The wish to erase an account, until it is carried out; then the row goes too.

    `person` is what the account was known by (accounts.privacy.person), since its row goes before the last
    part is done. `done` has the names of finished parts, `told` those of holders of copies that know.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField(unique=True)
    person = EncryptedTextField()
    asked_at = models.DateTimeField(default=now)
    done = ArrayField(models.CharField(max_length=40), default=list)
    told = ArrayField(models.CharField(max_length=40), default=list)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"asked at {self.asked_at:%Y-%m-%d %H:%M}"


class DataExport(models.Model):
    """All that is kept about a person, as a zip, base64 in an encrypted text; '' until it is made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="data_export")
    content = EncryptedTextField(blank=True, default="")
    size = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(default=now)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.size} bytes"
