"""The API's shapes for OpenAPI. `events.public.public_event` alone makes the events; a test compares the
two."""

from typing import Any

from rest_framework import serializers as s

from events import enums
from events.times import When
from pipeline.contract.enums import ExtractionMethod, Online, OrganizerType, PriceType, Setting, Status
from pipeline.contract.fields import KINDS, SIMPLE, Kind
from places.enums import PlaceState

#: Named in SPECTACULAR_SETTINGS, so that equal field names get telling names of their own.
PRICE_TYPES = [word.value for word in PriceType]
ORGANIZER_TYPES = [word.value for word in OrganizerType]
PLACE_STATES = [word.value for word in PlaceState]


class Field(s.Serializer):
    field = s.CharField(help_text="The parameter or field.")
    detail = s.CharField(help_text="What is wrong, and the remedy.")


class Problem(s.Serializer):
    """An error (RFC 9457), as `application/problem+json`."""

    type = s.CharField(help_text="`about:blank`: the status says it.")
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField()
    instance = s.CharField(help_text="The path that was asked.")
    request_id = s.CharField(help_text="Tell us this one; it is in X-Request-ID too.")
    errors = Field(many=True, required=False)  # type: ignore[assignment]  # the name of RFC 9457


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
    """How OpenAPI describes a simple field."""
    if KINDS[name] is Kind.WHOLE:
        return s.IntegerField(allow_null=True, help_text=f"{about}, or null.")
    return s.CharField(help_text=f"{about}, or empty.")


class PublicEvent(s.Serializer):
    """An event as the world sees it."""

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
    url = s.CharField()
    ticket_url = s.CharField()
    status = s.ChoiceField([word.value for word in Status])
    capacity = s.IntegerField(allow_null=True)
    registration_required = s.BooleanField()
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


class Similar(s.Serializer):
    results = PublicEvent(many=True)


class CityFacts(s.Serializer):
    slug = s.CharField()
    legacy_id = s.CharField(help_text="The old id, or empty.")
    name = s.CharField()
    country = s.CharField(help_text="ISO 3166-1 alpha-2.")
    region = s.CharField()
    lat = s.FloatField()
    lng = s.FloatField()
    radius_km = s.FloatField()
    timezone = s.CharField(help_text="IANA name.")
    upcoming = s.IntegerField(help_text="Events still to begin.")


class AreaFacts(s.Serializer):
    slug = s.CharField()
    name = s.CharField()
    city = s.CharField()
    lat = s.FloatField()
    lng = s.FloatField()
    radius_km = s.FloatField()
    upcoming = s.IntegerField()


class CityDetail(CityFacts):
    areas = AreaFacts(many=True)


class CityList(s.Serializer):
    results = CityFacts(many=True)


class AreaList(s.Serializer):
    results = AreaFacts(many=True)


class CategoryFacts(s.Serializer):
    slug = s.CharField()
    name = s.CharField()
    covers = s.CharField()
    subcategories = s.ListField(child=s.CharField())
    upcoming = s.IntegerField()


class CategoryList(s.Serializer):
    results = CategoryFacts(many=True)


class TagFacts(s.Serializer):
    tag = s.CharField()
    upcoming = s.IntegerField()


class TagList(s.Serializer):
    results = TagFacts(many=True)


class OrganizerFacts(EventOrganizer):
    upcoming = s.IntegerField()


class OrganizerPage(s.Serializer):
    results = OrganizerFacts(many=True)
    next = s.CharField(allow_null=True)
    has_more = s.BooleanField()


class PlaceFacts(s.Serializer):
    id = s.UUIDField()
    slug = s.CharField()
    name = s.CharField()
    kinds = s.ListField(child=s.CharField())
    city = s.CharField(allow_null=True)
    area = s.CharField(allow_null=True)
    address = s.CharField()
    lat = s.FloatField(allow_null=True)
    lng = s.FloatField(allow_null=True)
    timezone = s.CharField()
    plus_code = s.CharField()
    location_credit = s.CharField(
        help_text="Who is to be named where the point is shown, such as “© OpenStreetMap contributors”, or empty."
    )
    phone = s.CharField()
    website = s.CharField()
    external_ids = s.DictField(child=s.CharField())
    rating = s.FloatField(
        allow_null=True, help_text="Null where there is none, or where it may no longer be shown."
    )
    photos = s.ListField(child=s.JSONField())
    opening_hours = s.CharField(help_text="OpenStreetMap syntax, or empty.")
    state = s.ChoiceField(PLACE_STATES)
    upcoming = s.IntegerField()


class PlacePage(s.Serializer):
    results = PlaceFacts(many=True)
    next = s.CharField(allow_null=True)
    has_more = s.BooleanField()


class WeatherStep(s.Serializer):
    """A step of a forecast; what is not known is left out."""

    at = s.DateTimeField()
    temperature_c = s.FloatField(required=False)
    min_c = s.FloatField(required=False)
    max_c = s.FloatField(required=False)
    condition = s.CharField(required=False)
    condition_code = s.IntegerField(required=False)
    precipitation = s.FloatField(required=False, help_text="Probability from 0 to 1.")
    wind_ms = s.FloatField(required=False)


class WeatherNow(s.Serializer):
    """The weather of a city. Degrees Celsius, metres per second; `temperature_c` is null where only a
    forecast is known."""

    city = s.CharField()
    observed_at = s.DateTimeField()
    valid_until = s.DateTimeField()
    temperature_c = s.FloatField(allow_null=True)
    feels_like_c = s.FloatField(allow_null=True)
    condition = s.CharField()
    condition_code = s.IntegerField(allow_null=True)
    precipitation = s.FloatField(allow_null=True, help_text="Probability from 0 to 1.")
    wind_ms = s.FloatField(allow_null=True)
    hourly = WeatherStep(many=True)
    daily = WeatherStep(many=True)
    source = s.CharField()  # type: ignore[assignment]  # a field, not the serializer's own source
    attribution = s.CharField(help_text="To be shown with the weather.")


class Suggestion(s.Serializer):
    type = s.ChoiceField(["event", "place", "city", "category"])
    text = s.CharField()
    id = s.CharField(help_text="An event's or a place's id; a city's or a category's slug.")


class SuggestionList(s.Serializer):
    results = Suggestion(many=True)


class Bucket(s.Serializer):
    value = s.CharField()
    count = s.IntegerField()


class Facets(s.Serializer):
    total = s.IntegerField()
    total_is_capped = s.BooleanField()
    category = Bucket(many=True)
    city = Bucket(many=True)
    area = Bucket(many=True)
    price = Bucket(many=True)
    online = Bucket(many=True)
    language = Bucket(many=True)


class _OneOrMore(s.ListField):
    """A list; a single value counts as a list of one."""

    def to_internal_value(self, data: object) -> list[object]:
        return super().to_internal_value(data if isinstance(data, list) else [data])


class SearchFilters(s.Serializer):
    """The parameters of GET, lists as lists."""

    city = s.CharField(required=False)
    area = s.CharField(required=False)
    category = _OneOrMore(child=s.CharField(), required=False)
    tag = _OneOrMore(child=s.CharField(), required=False)
    status = _OneOrMore(child=s.CharField(), required=False)
    start_after = s.CharField(required=False)
    start_before = s.CharField(required=False)
    when = s.ChoiceField([word.value for word in When], required=False)
    lat = s.FloatField(required=False)
    lng = s.FloatField(required=False)
    radius_km = s.FloatField(required=False)
    bbox = s.ListField(child=s.FloatField(), min_length=4, max_length=4, required=False)
    price = s.CharField(required=False)
    price_max = s.FloatField(required=False)
    online = s.CharField(required=False)
    venue = s.CharField(required=False)
    organizer = s.CharField(required=False)
    source = s.CharField(required=False)  # type: ignore[assignment]  # a field, not the serializer\'s own source
    language = s.CharField(required=False)
    updated_since = s.CharField(required=False)


class SearchBody(s.Serializer):
    q = s.CharField(help_text="3 letters at least.")
    filters = SearchFilters(required=False)
    ordering = s.CharField(required=False)
    limit = s.IntegerField(required=False)
    offset = s.IntegerField(required=False)
    cursor = s.CharField(required=False)
