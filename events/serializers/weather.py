"""The weather of a city."""

from rest_framework import serializers as s


class WeatherStep(s.Serializer):
    """A step of a forecast, without unknown values."""

    at = s.DateTimeField()
    temperature_c = s.FloatField(required=False)
    min_c = s.FloatField(required=False)
    max_c = s.FloatField(required=False)
    condition = s.CharField(required=False)
    condition_code = s.IntegerField(required=False)
    precipitation = s.FloatField(required=False, help_text="Probability from 0 to 1.")
    wind_ms = s.FloatField(required=False)


class WeatherNow(s.Serializer):
    """The weather of a city.

    Degrees Celsius, metres per second; `temperature_c` is null if there is only a forecast.
    """

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
