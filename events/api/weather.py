"""The weather of a city."""

from dataclasses import replace

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.asking import CITY, city_slug
from events.api.base import PublicView, described, documented
from events.api.parameters import Param, read_query
from events.serializers import WeatherNow
from places.queries import weather_now, weather_of

_ASKED: tuple[Param, ...] = (replace(CITY, required=True),)


class CityWeather(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="weather",
        summary="Weather of a city",
        description="The last known weather while it is valid; 404 where it is unknown or too old.",
        parameters=documented(_ASKED),
        responses=described({200: WeatherNow}, 400, 404),
        tags=["places"],
    )
    def get(self, request: Request) -> Response:
        """The present weather and the forecast, with their sources."""
        values = read_query(request.query_params, _ASKED)
        slug = city_slug(values["city"])
        weather = weather_of(slug)
        if weather is None or weather.valid_until <= timezone.now():
            raise NotFound(f"Nothing is known of the weather in {slug} now.")
        return Response(weather_now(weather, slug))
