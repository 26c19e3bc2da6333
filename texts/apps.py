"""The app `texts`: privacy, imprint and terms."""

from django.apps import AppConfig


class TextsConfig(AppConfig):
    name = "texts"
