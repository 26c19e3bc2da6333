"""The app `sources`: everything that enters."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "sources"
