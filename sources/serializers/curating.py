"""Texts to categorize on staff's request, and the results."""

from typing import Any, Final

from rest_framework import serializers as s

from accounts.api.bodies import JsonSerializer
from accounts.api.texts import Text
from pipeline.taxonomy import SLUGS

#: Texts in one request: the web process answers them itself, with some 10 ms each at worst.
MOST_TEXTS: Final = 50


class CurationText(JsonSerializer):
    """The text of an event."""

    id = Text(required=False, max_length=200, help_text="Returned unchanged.")
    title = Text(max_length=500)
    description = Text(required=False, allow_blank=True, max_length=20_000, help_text="HTML is allowed.")
    venue = Text(required=False, allow_blank=True, max_length=300)
    city = Text(required=False, allow_blank=True, max_length=100)
    language = Text(required=False, allow_blank=True, max_length=20)
    labels = s.ListField(
        child=Text(max_length=100),
        required=False,
        max_length=20,
        help_text="What its source calls it.",
    )


class Curation(JsonSerializer):
    texts = s.ListField(child=CurationText(), min_length=1, max_length=MOST_TEXTS)

    def to_internal_value(self, data: Any) -> Any:
        """One text may also be given without a list."""
        if isinstance(data, dict) and "texts" not in data and "title" in data:
            data = {"texts": [data]}
        return super().to_internal_value(data)


class Curated(s.Serializer):
    id = s.CharField(allow_null=True)
    category = s.ChoiceField(SLUGS, help_text="`other` where the confidence is too low.")
    subcategory = s.CharField(help_text="Slug; empty where no word names one.")
    tags = s.ListField(
        child=s.CharField(),
        help_text="Controlled tags, then labels that mean none of them, then further categories.",
    )
    secondary = s.ListField(child=s.ChoiceField(SLUGS), help_text="Further categories that are likely too.")
    confidence = s.FloatField(help_text="How likely the best category is acceptable, 0 to 1, calibrated.")
    scores = s.DictField(child=s.FloatField(), help_text="Part of each category; the sum is 1.")
    reason = s.CharField(help_text="Why a moderator should look at it; empty if nothing is in doubt.")


class CuratedList(s.Serializer):
    results = Curated(many=True)
