"""The log: entries, the notes beside them, pseudonyms of people, and the chain of hashes.

Entries, links and checkpoints can only be inserted (migration 0001 makes the triggers). No table refers to
another one by a foreign key, so that nothing is emptied when a person or a row goes.
"""

import uuid

from django.db import models
from django.utils.timezone import now
from uuid_utils.compat import uuid7


class Entry(models.Model):
    """One action. It holds no free text and nothing that names a person.

    `actor` and `target` are `app.model:ID`, where people have a pseudonym for ID; an actor may also be
    `system:NAME` or `anonymous`. `before` and `after` are JSON texts of one line, as they were hashed.
    `seal` proves that this installation wrote the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(default=now)
    action = models.CharField(max_length=40)
    actor = models.CharField(max_length=120)
    target = models.CharField(max_length=200)
    before = models.TextField(default="{}")
    after = models.TextField(default="{}")
    request_id = models.CharField(max_length=64, blank=True, default="")
    note_hash = models.CharField(max_length=64, blank=True, default="")
    is_chained = models.BooleanField(default=True)
    seal = models.CharField(max_length=64)

    class Meta:
        default_permissions = ("view",)
        permissions = [("export_entry", "Can export the log")]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["-at", "-id"], name="entry_newest"),
            models.Index(fields=["actor", "-at"], name="entry_actor"),
            models.Index(fields=["target", "-at"], name="entry_target"),
            models.Index(fields=["action", "-at"], name="entry_action"),
            models.Index(fields=["request_id"], name="entry_request", condition=~models.Q(request_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"


class Note(models.Model):
    """The free text beside an entry. It can be deleted, and the entry's `note_hash` then says that there was one.

    The salt keeps a short text from being guessed from its hash.
    """

    entry_id = models.UUIDField(primary_key=True, editable=False)
    salt = models.CharField(max_length=32)
    text = models.TextField()

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.text[:60]


class Pseudonym(models.Model):
    """The pseudonym of a row about a person, and the key by which texts about the person are hashed.

    Whoever deletes this row makes the person's entries nameless for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=120, unique=True)
    key = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.id)


class Unchained(models.Model):
    """A committed entry that has no link yet. A trigger inserts the row with its entry."""

    entry_id = models.UUIDField(primary_key=True, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.entry_id)


class Link(models.Model):
    """One link of the chain: `hash` is over number, entry, entry's hash, and the hash of the link before."""

    number = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True, editable=False)
    entry_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:8]}"
