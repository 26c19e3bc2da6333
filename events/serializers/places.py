"""Places."""

from rest_framework import serializers as s

from places.enums import PlaceState

PLACE_STATES = [word.value for word in PlaceState]


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
