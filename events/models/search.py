"""The indexes by which events are found: words and meaning."""

from hashlib import md5

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.timezone import now
from pgvector.django import HalfVectorField, HnswIndex

from events.models.event import Event
from pipeline.text.terms import TERMS_VERSION


def city_key(slug: str) -> str:
    """The term of a document, without a position, by which words and the city are found in one index."""
    return f"=city.{slug}"


def category_key(slug: str) -> str:
    """The same for a category. No text has such a term: its words have letters and digits alone."""
    return f"=category.{slug}"


def performer_key(part: str) -> str:
    """The same for a performer, by `pipeline.text.folding.address_part` of the name."""
    return f"=performer.{part}"


def tag_key(part: str) -> str:
    """The same for a tag, by its `address_part`."""
    return f"=tag.{part}"


def place_of(city: str) -> str:
    """What precedes each of `TermsByCity` of an event in this city. Cities may share it: the city is to be asked too."""
    return f"{md5(city_key(city).encode(), usedforsecurity=False).hexdigest()[:3]}."


class TermsByCity(Func):
    """The terms of a document without positions, each behind the `place_of` its city; NULL without a city.

    An index of these finds a word, or the beginning of one, in a city: in an index of all terms a beginning that a tenth
    of all events hold is first gathered everywhere.
    """

    function = "events_terms_by_city"
    output_field = SearchVectorField()


class EventSearch(models.Model):
    """The full text of an event, and its folded title for trigrams.

    `document` is written by `events.services.search_text` from `pipeline.text.terms`: title A; performers, venue and
    organizer B; tags, category, area and city C; description D; and the keys of city, category, performers and tags. For a day `former`
    keeps what it was before its last change, for readers of the live feed whose words the event held until then.
    """

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="search")
    document = SearchVectorField()
    terms_version = models.SmallIntegerField(
        default=0, help_text="the TERMS_VERSION that the document was made by; 0 asks for a new one"
    )
    former = SearchVectorField(null=True)
    changed_in = models.BigIntegerField(
        null=True,
        help_text="the transaction of the last change of the document, as in the outbox",
    )
    changed_at = models.DateTimeField(null=True)
    folded_title = models.CharField(max_length=300)
    text_key = models.BigIntegerField(
        null=True, blank=True, help_text="64 bits of the description's hash: the same words elsewhere"
    )

    class Meta:
        indexes = [
            models.Index(fields=["text_key"], name="event_search_text", condition=Q(text_key__isnull=False)),
            models.Index(
                fields=["event"], name="event_search_outdated", condition=Q(terms_version__lt=TERMS_VERSION)
            ),
            GinIndex(fields=["document"], name="event_search_document"),
            GinIndex(TermsByCity(F("document")), name="event_search_by_city"),
            GinIndex(OpClass(F("folded_title"), name="gin_trgm_ops"), name="event_search_trigram"),
        ]

    def __str__(self) -> str:
        return self.folded_title


class EventVector(models.Model):
    """The meaning of title, tags and description as 512 half-precision numbers.

    From the multilingual sentence encoder.
    """

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="vector")
    embedding = HalfVectorField(dimensions=512)
    text_hash = models.CharField(max_length=32)
    made_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            HnswIndex(
                fields=["embedding"],
                name="event_vector_hnsw",
                m=16,
                ef_construction=64,
                opclasses=["halfvec_cosine_ops"],
            )
        ]

    def __str__(self) -> str:
        return str(self.event_id)
