"""Cities, areas, categories, tags and organizers."""

from rest_framework import serializers as s

from events.serializers.event import EventOrganizer


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
