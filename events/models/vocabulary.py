"""The vocabulary: the distinct words and names that upcoming public events hold, with their counts.

Typing errors are corrected and names suggested from these tables, never from the events. `events.services.vocabulary`
alone writes them, from the outbox; `manage.py rebuild_search` makes them anew.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from events.enums import NameKind
from events.models.choices import among, choices

#: A word that only descriptions hold is used from so many events on: below are most typing errors of sources.
LEAST_DESCRIBED = 3


class SearchWord(models.Model):
    """A folded word, and how many events hold it: `named` in a title or another name, `described` in a description alone."""

    id = models.AutoField(primary_key=True)
    word = models.CharField(max_length=40, unique=True)
    named = models.IntegerField(default=0)
    described = models.IntegerField(default=0)

    class Meta:
        indexes = [
            # prefixes, whatever the collation of the database is
            models.Index(OpClass(F("word"), name="varchar_pattern_ops"), name="search_word_prefix")
        ]

    def __str__(self) -> str:
        return self.word


class SearchSpelling(models.Model):
    """The keys by which a word is found that was typed with errors (`events.spelling`).

    Apart from the counts, which change often, so that a change of a count writes no index.
    """

    word = models.OneToOneField(
        SearchWord, primary_key=True, on_delete=models.CASCADE, related_name="spelling"
    )
    keys = ArrayField(models.IntegerField())

    class Meta:
        indexes = [GinIndex(fields=["keys"], name="search_spelling_keys", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.word_id)


class SearchName(models.Model):
    """A whole name in one city, and how many upcoming events bear it; `real` of them are no samples.

    `target` is what it names: a place's or an organizer's id, an area's slug; '' where the text itself is searched.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=9, choices=choices(NameKind))
    folded = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    city = models.ForeignKey("places.City", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    target = models.CharField(max_length=60, blank=True, default="")
    count = models.IntegerField(default=0)
    real = models.IntegerField(default=0, db_default=0)
    words = SearchVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["folded", "kind", "target", "city"], name="search_name_once", nulls_distinct=False
            ),
            among("search_name_kind", "kind", NameKind),
        ]
        indexes = [
            GinIndex(fields=["words"], name="search_name_words"),
            # one and two letters: names that begin so, in a city and everywhere; most names are titles
            models.Index(
                F("city"), OpClass(F("folded"), name="varchar_pattern_ops"), name="search_name_begins"
            ),
            models.Index(
                fields=["kind", "target", "folded"], name="search_name_kind", condition=~Q(kind="title")
            ),
            models.Index(
                OpClass(F("folded"), name="varchar_pattern_ops"),
                name="search_name_title",
                condition=Q(kind="title"),
            ),
            models.Index(
                OpClass(F("folded"), name="varchar_pattern_ops"),
                name="search_name_other",
                condition=~Q(kind="title"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EventVocabulary(models.Model):
    """What was counted for one event, so that it is counted once and can be taken back.

    No foreign key: the row outlives an event that was deleted, until its words are taken back.
    """

    event_id = models.UUIDField(primary_key=True)
    named = ArrayField(models.IntegerField())
    described = ArrayField(models.IntegerField())
    names = ArrayField(models.BigIntegerField())
    is_sample = models.BooleanField(default=False, db_default=False)
    over_at = models.DateTimeField(help_text="when the event is over, and falls out")
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["over_at"], name="event_vocabulary_over"),
            GinIndex(fields=["names"], name="event_vocabulary_names"),
        ]

    def __str__(self) -> str:
        return str(self.event_id)
