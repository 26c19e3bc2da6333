"""Search: filters, suggestions and counts."""

from rest_framework import serializers as s

from events.search.records import Found
from events.serializers.event import EventPage, PublicEvent


class Suggestion(s.Serializer):
    type = s.ChoiceField(["event", "place", "city", "category", "area", "performer", "organizer", "tag"])
    text = s.CharField()
    id = s.CharField(
        help_text="An event's, a place's or an organizer's id; a city's, an area's or a category's slug; else empty."
    )
    city = s.CharField(help_text="The city's slug, or empty.")
    url = s.CharField(help_text="Its page, or the search for its name.")


class SuggestionList(s.Serializer):
    results = Suggestion(many=True)
    degraded = s.BooleanField(help_text="Whether a time limit ended the work, so that names may be missing.")


class Bucket(s.Serializer):
    value = s.CharField()
    count = s.IntegerField()


class NamedBucket(Bucket):
    label = s.CharField()  # type: ignore[assignment]  # a field, not the serializer's own label


class Facets(s.Serializer):
    total = s.IntegerField(
        allow_null=True, help_text="null where a time limit ended the counting; then all lists are empty."
    )
    degraded = s.BooleanField(help_text="Whether a time limit ended the counting.")
    total_is_capped = s.BooleanField()
    category = Bucket(many=True)
    city = Bucket(many=True)
    area = Bucket(many=True)
    venue = NamedBucket(
        many=True, help_text="The 50 venues with the most events; `value` is the id, `label` the name."
    )
    tag = Bucket(many=True)
    day = Bucket(
        many=True,
        help_text="The days of two weeks, each from 05:00 to 05:00; an ongoing event counts on each of its days.",
    )
    price = Bucket(many=True)
    online = Bucket(many=True)
    language = Bucket(many=True)


class UnderstoodChip(s.Serializer):
    label = s.CharField(help_text='In words: "Tonight", "Up to ₹1,500".')  # type: ignore[assignment]  # a field, not the serializer's own label
    said = s.CharField(help_text="The words of `q` that it was read from.")
    fields = s.ListField(child=s.CharField(), help_text="The filters that it sets.")  # type: ignore[assignment]
    without = s.CharField(allow_blank=True, help_text="`q` without these words.")


class CorrectedWord(s.Serializer):
    typed = s.CharField()
    read_as = s.CharField()


class UnderstoodQuery(s.Serializer):
    """What was read from `q`; `filters` has the filters that were asked in the end, `q` the words that are left."""

    filters = s.DictField(help_text="As the parameters of GET; `q` is what is searched as words.")
    chips = UnderstoodChip(many=True)
    corrected = CorrectedWord(many=True)


class Explanation(s.Serializer):
    score = s.FloatField()
    parts = s.DictField(child=s.FloatField(), help_text="The terms of the score by name.")
    reasons = s.ListField(child=s.CharField())


class FoundEvent(PublicEvent):
    found = s.ChoiceField(
        [way.value for way in Found],
        help_text="words: the whole question holds; spelling, relaxed, meaning: near it, below.",
    )
    explanation = Explanation(required=False, help_text="With `explain=1`.")


class SearchPage(EventPage):
    results = FoundEvent(many=True)
    understood = UnderstoodQuery()
    relaxed = s.ListField(
        child=s.CharField(), help_text="What was left out or read differently, in sentences."
    )
    degraded = s.BooleanField(
        help_text="Whether a time limit ended the work, or the server only begins to read meanings, so that events may be missing."
    )


class FilterValue(s.Serializer):
    value = s.CharField()
    label = s.CharField()  # type: ignore[assignment]  # a field, not the serializer's own label


class SearchFilter(s.Serializer):
    name = s.CharField()
    about = s.CharField()
    example = s.CharField()
    values = FilterValue(many=True, help_text="What it may be, where that is a fixed set.")


class SearchFilterList(s.Serializer):
    results = SearchFilter(many=True)
