"""The field that takes a city."""

from typing import Any, Final

from django.utils.translation import gettext
from rest_framework import serializers as s

from accounts.api.texts import Text
from places.models import City
from places.queries import find_city

#: No slug and no old id is as long.
_LONGEST: Final = 81


class CityField(Text):
    """A city: by its slug, a former one, or its old id such as `ca--los-angeles`. It is told by its slug."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Slug of a city, or its old id such as `ca--los-angeles`.")
        super().__init__(format="city", **kwargs)

    def to_internal_value(self, data: Any) -> City:  # type: ignore[override]
        """The city. Raises ValidationError."""
        given = super().to_internal_value(data)
        city = find_city(given[:_LONGEST])
        if city is None:
            raise s.ValidationError(
                gettext("There is no city %(slug)s; see /api/v1/cities.") % {"slug": given[:80]}
            )
        return city

    def to_representation(self, value: City | str) -> str:
        """Its slug."""
        return value.slug if isinstance(value, City) else value
