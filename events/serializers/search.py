"""Search: filters, suggestions and counts."""

from rest_framework import serializers as s

from events.times import When


class Suggestion(s.Serializer):
    type = s.ChoiceField(["event", "place", "city", "category", "area", "performer", "organizer"])
    text = s.CharField()
    id = s.CharField(
        help_text="An event's, a place's or an organizer's id; a city's, an area's or a category's slug; empty for a performer."
    )
    city = s.CharField(help_text="The city's slug, or empty.")
    url = s.CharField(help_text="Its page, or the search for its name.")


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
    """The parameters of GET, with lists as JSON lists."""

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
