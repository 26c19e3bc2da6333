"""The app `places`: cities, areas and venues."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "places"
