"""The public event and its parts."""

from typing import Any

from rest_framework import serializers as s

from events import enums
from pipeline.contract.enums import ExtractionMethod, Online, OrganizerType, PriceType, Setting, Status
from pipeline.contract.field_kinds import Kind
from pipeline.contract.fields import KINDS, SIMPLE

#: Named in SPECTACULAR_SETTINGS, so that equal field names get distinct enum names.
PRICE_TYPES = [word.value for word in PriceType]
STATUSES = [word.value for word in Status]
ORGANIZER_TYPES = [word.value for word in OrganizerType]


class Recurrence(s.Serializer):
    rrule = s.CharField()
    rdate = s.ListField(child=s.CharField())
    exdate = s.ListField(child=s.CharField())
    series_id = s.UUIDField()


class EventVenue(s.Serializer):
    id = s.UUIDField(allow_null=True, help_text="The place, where it is known.")
    name = s.CharField()
    address = s.CharField()
    city = s.CharField()
    country = s.CharField()
    lat = s.FloatField(allow_null=True)
    lng = s.FloatField(allow_null=True)
    approximate = s.BooleanField(
        help_text="The point is only near the venue: its town's, or one that hides the address."
    )
    plus_code = s.CharField()
    external_ids = s.DictField(child=s.CharField())


class Price(s.Serializer):
    type = s.ChoiceField(PRICE_TYPES, help_text="Unknown is not free.")
    min = s.FloatField(allow_null=True)
    max = s.FloatField(allow_null=True)
    currency = s.CharField(help_text="ISO 4217, or empty.")


class Image(s.Serializer):
    url = s.CharField()
    alt = s.CharField()
    credit = s.CharField()
    is_primary = s.BooleanField()


class EventOrganizer(s.Serializer):
    id = s.UUIDField()
    name = s.CharField()
    type = s.ChoiceField(ORGANIZER_TYPES, allow_blank=True)
    url = s.CharField()
    contact = s.CharField()
    verification = s.ChoiceField([word.value for word in enums.Verification])


class EventSource(s.Serializer):
    slug = s.CharField()
    name = s.CharField()
    url = s.CharField()
    last_seen = s.DateTimeField()


class Quality(s.Serializer):
    score = s.FloatField(help_text="0 to 1")
    grade = s.CharField()


class Extraction(s.Serializer):
    method = s.ChoiceField([word.value for word in ExtractionMethod])


class Counters(s.Serializer):
    views = s.IntegerField()
    registrations = s.IntegerField()
    shares = s.IntegerField()


def _simple_field(name: str, about: str) -> s.Field[Any, Any, Any, Any]:
    """The OpenAPI description of a simple field."""
    if KINDS[name] is Kind.WHOLE:
        return s.IntegerField(allow_null=True, help_text=f"{about}, or null.")
    return s.CharField(help_text=f"{about}, or empty.")


class PublicEvent(s.Serializer):
    """A public event."""

    id = s.UUIDField()
    slug = s.CharField()
    title = s.CharField()
    description = s.CharField(help_text="Sanitized HTML.")
    category = s.CharField(help_text="Slug; see /api/v1/categories.")
    subcategory = s.CharField()
    tags = s.ListField(child=s.CharField())
    language = s.CharField(help_text="BCP 47, or empty.")
    performers = s.ListField(child=s.CharField())
    images = Image(many=True)
    organizer = EventOrganizer(allow_null=True)
    start = s.CharField(help_text="ISO 8601 with offset, or a date where only the day is known.")
    end = s.CharField(allow_null=True)
    end_predicted = s.CharField(allow_null=True)
    doors = s.CharField(allow_null=True)
    previous_start = s.CharField(allow_null=True)
    timezone = s.CharField(help_text="IANA name.")
    all_day = s.BooleanField()
    time_known = s.BooleanField()
    opening_hours = s.CharField(
        help_text="When what goes on for days can be visited, in OpenStreetMap syntax, or empty."
    )
    recurrence = Recurrence(allow_null=True)
    recurrence_id = s.CharField()
    venue = EventVenue()
    online = s.ChoiceField([word.value for word in Online])
    online_url = s.CharField()
    setting = s.ChoiceField([word.value for word in Setting])
    city = s.CharField(allow_null=True, help_text="Slug.")
    area = s.CharField(allow_null=True, help_text="Slug.")
    price = Price()
    offers = s.ListField(
        child=s.CharField(), help_text="Several prices with whom each is for, in the source's words."
    )
    url = s.CharField()
    ticket_url = s.CharField()
    status = s.ChoiceField(STATUSES)
    capacity = s.IntegerField(allow_null=True)
    registration_required = s.BooleanField(
        help_text="Whether one must register. Where that is done here, `/api/v1/events/{id}/registration/terms` tells how."
    )
    accessibility = s.DictField(child=s.JSONField())
    popularity = s.DictField(child=s.IntegerField())
    sources = EventSource(many=True)
    quality = Quality()
    quality_score = s.FloatField()
    extraction = Extraction()
    verification = s.ChoiceField([word.value for word in enums.Verification])
    publication = s.ChoiceField([word.value for word in enums.Publication])
    freshness = s.ChoiceField([word.value for word in enums.Freshness])
    counters = Counters()
    published_at = s.DateTimeField(allow_null=True)
    updated_at = s.DateTimeField()
    version = s.IntegerField()

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        """The fields above, and the simple ones of the table (`pipeline.contract.fields`)."""
        simple = {name: _simple_field(name, how.about) for name, how in SIMPLE.items()}
        return {**super().get_fields(), **simple}


class EventPage(s.Serializer):
    results = PublicEvent(many=True)
    next = s.CharField(allow_null=True, help_text="The address of the next page, null on the last one.")
    has_more = s.BooleanField()
    total = s.IntegerField(help_text="How many there are, at most 10,000.")
    total_is_capped = s.BooleanField(help_text="Whether there are more than `total`.")


class SimilarEvent(PublicEvent):
    """A public event with the reason why it is like another."""

    because = s.ChoiceField(
        choices=["people", "performer", "venue", "text", "category", "coming"],
        help_text="`people`: at least ten people did something with both, who agreed to a log of it.",
    )
    reason = s.CharField(help_text="In words, in the language of the request.")


class Similar(s.Serializer):
    results = SimilarEvent(many=True)


class TrendingEvent(PublicEvent):
    """A public event with its score."""

    score = s.FloatField(help_text="0 to 1, by views, registrations and shares of the last seven days.")


class Trending(s.Serializer):
    results = TrendingEvent(many=True)
