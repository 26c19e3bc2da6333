"""Saved searches: what a person keeps, the conditions that many of them share, and what they found."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.secret_addresses import HASH_LENGTH
from events.models import Event


class Conditions(models.Model):
    """The conditions of one or many saved searches (`EventFilter.to_json` without the order), stored once.

    So an event is compared once with what thousands of people ask for. `keys_version` is the `keys.KEYS_VERSION` of
    its keys.
    """

    digest = models.CharField(max_length=64, unique=True)
    wanted = models.JSONField()
    keys_version = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "conditions"
        indexes = [models.Index(fields=["keys_version"], name="conditions_keys_version")]

    def __str__(self) -> str:
        return self.digest[:12]


class ConditionsKey(models.Model):
    """A key under which conditions are found (`saved_searches.keys`)."""

    key = models.CharField(max_length=200, db_collation="C")
    conditions = models.ForeignKey(Conditions, on_delete=models.CASCADE, related_name="keys", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "conditions"], name="conditions_key_once"),
        ]
        indexes = [models.Index(fields=["conditions"], name="conditions_key_of")]

    def __str__(self) -> str:
        return self.key


class SavedSearch(models.Model):
    """A search that a person keeps.

    `query` has the names and words of the API's parameters (`saved_searches.query_form`). With `alert` each event that
    comes to match is recorded as a Hit, from changes after number `after` of the outbox on: what was listed when the
    search was saved is not new. `beyond` counts the events since the person looked that were too many for one day to be
    recorded, up to change `beyond_to`. `feed_hash` is what is stored of the secret address of its feeds, or empty.
    """

    PURPOSE: Final = "saved search"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    query = models.JSONField()
    conditions = models.ForeignKey(
        Conditions, on_delete=models.PROTECT, related_name="searches", db_index=False
    )
    alert = models.BooleanField(default=False)
    after = models.BigIntegerField(default=0, editable=False)
    beyond = models.PositiveIntegerField(default=0, editable=False)
    beyond_to = models.BigIntegerField(default=0, editable=False)
    feed_hash = models.CharField(max_length=HASH_LENGTH, blank=True, default="", editable=False)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "saved searches"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["feed_hash"], name="saved_search_feed_once", condition=~Q(feed_hash="")
            )
        ]
        indexes = [
            models.Index(fields=["conditions"], name="saved_search_conditions"),
            models.Index(fields=["conditions", "after"], name="saved_search_alerts", condition=Q(alert=True)),
        ]

    def __str__(self) -> str:
        return self.name


class Hit(models.Model):
    """An event that came to match a saved search with an alert, once for each search and event.

    `seen_at` is when the person looked; those without are new. One process at a time adds hits, so that `pk` is the order
    in which they appear: whoever tells of hits by other ways remembers how far it has come.
    """

    id = models.BigAutoField(primary_key=True)
    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="hits", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "event"], name="hit_once")]
        indexes = [models.Index(fields=["search"], name="hit_new", condition=Q(seen_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.search_id} {self.event_id}"
